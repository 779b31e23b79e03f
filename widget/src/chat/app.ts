import { batch, computed, type Signal, signal } from "@preact/signals";
import { Api, type ShopInfo } from "../core/api.js";
import { Client } from "../core/client.js";
import { wallClock } from "../core/clock.js";
import type { AttachmentPart, Conversation, Message, OrderPart, SourceRef } from "../core/frames.js";
import { type Key, type Locale, pickLocale, say, sayKey } from "../core/i18n.js";
import { inShort } from "../core/file_names.js";
import type { Wire } from "../core/socket.js";
import { openStorage } from "../core/storage.js";
import { openTabs } from "../core/tabs.js";
import { uuid7 } from "../core/uuid.js";
import type { BootOptions, EventName } from "./options.js";

export type Rooms = typeof import("./rooms.js");
export type CardsRoom = typeof import("./cards/room.js");
export type FilesRoom = typeof import("./files/index.js");
export type NoticeRoom = typeof import("./notice/index.js");
export type Tab = "home" | "messages" | "help";
export type Emit = (event: EventName, value: unknown) => void;

const ROOM_RETRY_MS = 3000;
/** Whether people are there is asked again after this long, where somebody looks. */
const INFO_STALE_MS = 5 * 60_000;

/** One booted chat: the client below, the picture's state above. Views read signals, and call these methods. */
export class App {
  readonly open = signal(false);
  readonly tab = signal<Tab>("home");
  /** The thread on view, null on the tabs. */
  readonly thread = signal<string | null>(null);
  /** The local names under which this page began its threads: one that gets its own name is drawn on, not anew. */
  readonly begunAs = new Map<string, string>();
  readonly sheet = signal<SourceRef | null>(null);
  readonly info = signal<ShopInfo | null>(null);
  readonly infoFailed = signal(false);
  readonly orders = signal<OrderPart[] | null>(null);
  readonly order = signal<string | null>(null);
  readonly product = signal<string | null>(null);
  readonly prefill = signal<{ text: string } | null>(null);
  readonly teaser = signal<Message | null>(null);
  /** What a screen reader says next; a new object is said, though its words be the same. */
  readonly announcement = signal({ text: "" });
  readonly prepared = signal(false);
  readonly lost = signal(false);
  readonly scheme: Signal<"light" | "dark"> = signal("light");
  readonly locale: Signal<Locale>;
  readonly rooms = signal<Rooms | null>(null);
  readonly cards = signal<CardsRoom | null>(null);
  readonly files = signal<FilesRoom | null>(null);
  readonly tick = signal(0);
  readonly unread = computed(() => this.countUnread());
  readonly api: Api;
  private readonly core: Client;
  private told = 0;
  private lostTimer: ReturnType<typeof setTimeout> | undefined;
  private openingTimer: ReturnType<typeof setTimeout> | undefined;
  private infoAt = 0;
  private notice: Promise<unknown> | null = null;
  private readonly undo: (() => void)[] = [];

  constructor(
    readonly options: BootOptions,
    private readonly emit: Emit,
  ) {
    this.locale = signal(pickLocale(options.locale, document.documentElement.lang, navigator.language));
    this.order.value = options.order?.id ?? null;
    this.product.value = options.product?.id ?? null;
    this.api = new Api(options.base, options.shop);
    this.core = this.makeClient();
    this.watch();
    void this.start();
  }

  /** Whoever reads the client while drawing is drawn again when it changes. */
  get client(): Client {
    this.tick.value;
    return this.core;
  }

  t = (key: Key, args?: Record<string, unknown>): string => say(this.locale.value, key, args);
  tk = (key: string | null | undefined, other: Key, args?: Record<string, unknown>): string =>
    sayKey(this.locale.value, key, other, args);

  private makeClient(): Client {
    const { base, shop, token } = this.options;
    const getToken = this.options.getToken ?? (token ? () => token : null);
    const page = () => ({ url: location.href.slice(0, 1000), title: document.title.slice(0, 200) });
    const storage = openStorage();
    const env = {
      storage,
      tabs: storage.denied ? null : openTabs(),
      self: uuid7(),
      clock: wallClock,
      random: Math.random,
      online: () => navigator.onLine,
      open: (url: string, protocol: string) => new WebSocket(url, protocol) as Wire,
    };
    return new Client({ base, shop, locale: this.locale.value, getToken, page }, env, {
      change: () => this.changed(),
      arrived: (conversation, message) => this.arrived(conversation, message),
      named: (local, real) => {
        this.files.value?.moved(this, local, real);
        this.begunAs.set(real, local);
        if (this.thread.value === local) this.thread.value = real;
      },
      told: (event, value) => this.emit(event, value),
      error: (error) => this.emit("error", error),
    });
  }

  private async start(): Promise<void> {
    const info = this.loadInfo();
    await this.client.prepare();
    this.prepared.value = true;
    if (this.open.value || this.client.worthConnecting) this.client.connect();
    if (this.open.value) void this.loadOrders();
    await info;
    this.emit("ready", { shop: this.options.shop });
    if (this.options.invite) this.attend();
  }

  /** What calls for attention outside of the panel; a chat stands without it. */
  private attend(): void {
    this.notice ??= import(`${this.options.base}/widget/notice.js`).then(
      (room: NoticeRoom) => this.notice && this.undo.push(room.attend(this)),
      () => (this.notice = null),
    );
  }

  async loadInfo(): Promise<void> {
    this.infoFailed.value = false;
    try {
      const info = await this.api.info();
      const known = info.languages?.some((l) => l.slice(0, 2) === this.locale.value.slice(0, 2));
      batch(() => {
        if (known === false && !this.options.locale) this.locale.value = pickLocale(info.languages[0]);
        this.info.value = info;
      });
      this.infoAt = Date.now();
      this.wakeAt(info.open_now ? null : info.next_open);
    } catch {
      this.infoFailed.value = true;
    }
  }

  /** At the hour when people come back, the page says so by itself. */
  private wakeAt(opening: string | null): void {
    clearTimeout(this.openingTimer);
    const wait = Date.parse(opening ?? "") - Date.now();
    if (wait > 0 && wait < 24 * 3_600_000) this.openingTimer = setTimeout(() => void this.loadInfo(), wait + 1000);
  }

  private freshenInfo(): void {
    if (this.info.value && Date.now() - this.infoAt > INFO_STALE_MS) void this.loadInfo();
  }

  /** A file beside this one. It imports what it shares from chat.js, so both must come from one place. */
  private async bring<T>(room: Signal<T | null>, name: string): Promise<void> {
    if (room.value) return;
    try {
      room.value = (await import(`${this.options.base}/widget/${name}.js`)) as T;
    } catch {
      this.lost.value = true;
      setTimeout(() => this.open.value && void this.bring(room, name), ROOM_RETRY_MS);
    }
  }

  /** What stands beneath messages and what sends files: the words of a thread are there before it. */
  furnish(): void {
    void this.bring(this.cards, "cards");
    void this.bring(this.files, "files");
  }

  async loadOrders(): Promise<void> {
    try {
      const token = await this.client.token();
      this.orders.value = token ? await this.api.orders(token, this.locale.value) : [];
    } catch {
      this.orders.value ??= [];
    }
  }

  /** The page around us: colour scheme, network, being looked at, being left. */
  private watch(): void {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    this.listen(dark, "change", () => this.pickScheme());
    this.listen(window, "online", () => this.client.kick());
    this.listen(window, "offline", () => this.client.offline());
    // A page that is put away must hold neither a socket nor a lock, or no browser keeps it to come back to.
    this.listen(window, "pagehide", () => this.client.pause());
    this.listen(document, "freeze", () => this.client.pause());
    this.listen(window, "pageshow", () => this.client.resume());
    this.listen(document, "resume", () => this.client.resume());
    this.listen(document, "visibilitychange", () => document.visibilityState === "visible" && this.returned());
    this.pickScheme();
  }

  private returned(): void {
    this.client.kick();
    if (this.open.value) this.freshenInfo();
  }

  private listen(target: EventTarget, type: string, run: () => void): void {
    target.addEventListener(type, run);
    this.undo.push(() => target.removeEventListener(type, run));
  }

  pickScheme(): void {
    const asked = this.options.theme?.scheme ?? "auto";
    const dark = asked === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : asked === "dark";
    this.scheme.value = dark ? "dark" : "light";
  }

  private changed(): void {
    this.tick.value += 1;
    this.noticeLoss();
    if (this.unread.value !== this.told) this.emit("unread", (this.told = this.unread.value));
    if (this.told) this.attend();
  }

  /** A connection that comes back within a breath is not worth a banner. */
  private noticeLoss(): void {
    const { phase } = this.client;
    if (phase === "open" || phase === "idle") {
      clearTimeout(this.lostTimer);
      this.lostTimer = undefined;
      this.lost.value = false;
    } else if (phase === "offline" || phase === "stopped") this.lost.value = true;
    else this.lostTimer ??= setTimeout(() => (this.lost.value = this.client.phase !== "open"), 1500);
  }

  private arrived(conversation: string, message: Message): void {
    this.emit("message", { conversation, message: message.id, author: message.author.kind, text: inShort(message) });
    const seen = this.open.value && this.thread.value === conversation;
    if (!seen && !this.client.synced) return;
    const { kind, name } = message.author;
    const text = inShort(message);
    const who = name || this.t(kind === "agent" ? "who.agent" : "who.assistant");
    this.announcement.value = { text: kind === "system" ? text : this.t("announce", { name: who, text }) };
    if (!this.open.value) this.teaser.value = message;
  }

  private countUnread(): number {
    return this.client.store.list().reduce((sum, c) => sum + this.client.store.unread(c), 0);
  }

  show(): void {
    if (this.open.value) return;
    void this.bring(this.rooms, "thread");
    this.freshenInfo();
    batch(() => {
      this.open.value = true;
      this.teaser.value = null;
      const unread = this.client.store.list().find((c) => this.client.store.unread(c) > 0);
      if (unread && this.thread.value === null) this.thread.value = unread.id;
    });
    if (this.prepared.value) {
      this.client.connect();
      this.client.kick();
      void this.loadOrders();
    }
    this.emit("open", null);
  }

  hide(): void {
    if (!this.open.value) return;
    batch(() => {
      this.open.value = false;
      this.sheet.value = null;
    });
    this.emit("close", null);
  }

  /** Open with words already in the composer: beside a person if one is engaged, else on a clean page. */
  openWith(prefill: string): void {
    batch(() => {
      const engaged = this.client.store.list().find((c) => c.state === "human" || c.state === "waiting");
      const onNew = this.thread.value?.startsWith("new:") && !this.client.outbox.of(this.thread.value).length;
      if (!onNew) this.thread.value = engaged?.id ?? newThread();
      this.prefill.value = { text: prefill };
      this.show();
    });
  }

  goTab(tab: Tab): void {
    batch(() => {
      this.thread.value = null;
      this.sheet.value = null;
      this.tab.value = tab;
    });
  }

  goThread(id: string): void {
    this.thread.value = id;
  }

  ask(text: string | null, order: string | null = this.order.value): void {
    const thread = newThread();
    batch(() => {
      this.order.value = order;
      this.thread.value = thread;
    });
    if (text) this.send(thread, text);
  }

  /** The context travels with the first message that has it in view, and with each until it is dropped. */
  send(thread: string, text: string, attachments?: AttachmentPart[]): void {
    const order = this.order.value;
    const product = this.product.value;
    const user = this.options.user?.name;
    this.client.say(thread, text, { ...(order && { order }), ...(product && { product }), ...(user && { user }) }, attachments);
  }

  /** One tap from anywhere; where nothing has been said yet, the wish itself is the first message. */
  async person(thread: string): Promise<void> {
    if (!this.client.store.conversations[thread]) return this.send(thread, this.t("handoff.say"));
    await this.client.handoff(thread);
  }

  conversation(thread: string | null): Conversation | null {
    return thread ? (this.client.store.conversations[thread] ?? null) : null;
  }

  setLocale(wish: string): void {
    this.locale.value = pickLocale(wish);
    this.client.options.locale = this.locale.value;
    void this.loadOrders();
  }

  close(): void {
    this.notice = null;
    this.undo.forEach((f) => f());
    clearTimeout(this.lostTimer);
    clearTimeout(this.openingTimer);
    this.client.close();
  }

  shutdown(): void {
    this.close();
    this.client.shutdown();
  }
}

export function newThread(): string {
  return "new:" + uuid7();
}
