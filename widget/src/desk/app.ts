import { batch, signal } from "@preact/signals";
import { Api, type Source } from "../core/api.js";
import type { AttachmentPart } from "../core/frames.js";
import { wallClock } from "../core/clock.js";
import { clockTime } from "../core/format.js";
import type { Locale } from "../core/i18n.js";
import type { Wire } from "../core/socket.js";
import { openStorage } from "../core/storage.js";
import { DeskApi, type Login } from "./api.js";
import { Bulk } from "./bulk.js";
import { DeskClient } from "./client.js";
import { CommandRefused } from "./commands.js";
import type { Solved } from "./copilot/similar.js";
import { type Delayed, DelayedSend } from "./delayed.js";
import { type Term, term } from "./labels.js";
import type { AgentMe, Colleague, Counts, Detail, Head, Note, Person, Row, Ticket, View } from "./model.js";
import { isIdle, sessionEnded, wroteAt } from "./focus.js";
import { type Move, movesOf } from "./moves.js";
import { askForNotices, notice } from "./notices.js";
import { Prefs, type Scheme } from "./prefs.js";
import { QueuePages } from "./queue_pages.js";
import type { DeskStore, Heard } from "./store.js";
import { TicketSearch } from "./ticket_search.js";
import { word, type Word } from "./words.js";

export type Mode = "reply" | "note";
export type Page = "talks" | "refunds" | "reports" | "unanswered" | "policies" | "settings" | "evidence" | "suppliers";
export type Dialog = "resolve" | "transfer" | "snooze" | "refund" | "merge" | "split" | "supplier" | "buyer" | "bulk" | "shortcuts" | "palette" | "past" | null;
export interface Toast {
  id: number;
  text: string;
  tone: "good" | "bad" | "plain";
  /** What can still be done about it, for as long as it stands there. */
  action?: { label: string; run(): void } | undefined;
  /** The note of which it tells; it stands there until that is looked at or put aside. */
  about?: { conversation: string; note: string } | undefined;
}

const QUEUE_MS = 900;
/** So long a message stands that something can still be done about. */
const ACTION_MS = 10_000;
const DETAIL_MS = 400;
/** So much is shown of a note that names somebody; the whole of it is a step away. */
const NAMED_CHARS = 120;
/** How long logging out waits for the last words to arrive; where there is no connection they are lost with the session. */
const LEAVE_MS = 3000;

/** Everything on the page hangs on this: who is here, what is open, and what each button does. */
export class Desk {
  readonly prefs = new Prefs(openStorage());
  readonly locale = signal<Locale>(this.prefs.locale);
  readonly scheme = signal<Scheme>(this.prefs.scheme);
  readonly keysOn = signal(this.prefs.keys);
  readonly me = signal<AgentMe | null>(null);
  /** A session that has ended under our hands: the desk stays, behind a login. */
  readonly expired = signal(false);
  readonly page = signal<Page>("talks");
  readonly view = signal<View>("waiting");
  readonly query = signal("");
  readonly search: TicketSearch;
  readonly bulk: Bulk;
  readonly cursor = signal<string | null>(null);
  readonly opened = signal<string | null>(null);
  readonly failed = signal<string | null>(null);
  readonly mode = signal<Mode>("reply");
  readonly dialog = signal<Dialog>(null);
  /** What follows the page's name in the address: the ticket whose evidence it is. */
  readonly place = signal("");
  /** Counts what was heard of tickets, for the page of suppliers. */
  readonly supplyNews = signal(0);
  /** The ticket that a dialog is about. */
  readonly about = signal<Ticket | null>(null);
  /** The zone of the clock that hangs in the shop; ours until it is known. */
  readonly zone = signal<string | undefined>(undefined);
  readonly currency = signal<string | null>(null);
  readonly past = signal<Solved | null>(null);
  readonly context = signal(false);
  readonly toasts = signal<Toast[]>([]);
  readonly said = signal("");
  /** Counts what was heard of refunds, for whoever shows some. */
  readonly refundNews = signal(0);
  readonly now = signal(Date.now());
  /** The message that a claim of the brief points at. */
  readonly lit = signal<{ id: string; n: number } | null>(null);
  /** Who had it when our claim came second. */
  readonly lost = signal<Record<string, string>>({});
  readonly pages: QueuePages;
  /** Rows as they stand on the screen, for the keys that walk along them. */
  shown: string[] = [];
  drafts: Record<string, string> = {};
  readonly api: DeskApi;
  private readonly clauses = new Map<string, Promise<Source>>();
  readonly client: DeskClient;
  readonly delayed: DelayedSend;
  /** Where the files of a reply go that was taken back. */
  giveBack: (item: Delayed) => void = () => {};
  private readonly changes = signal(0);
  /** Began to wait before their row was here: told of once it is. */
  private readonly awaited = new Set<string>();
  private readonly timers = new Map<string, () => void>();

  constructor() {
    const base = location.origin;
    const open = (url: string, protocol: string) => new WebSocket(url, protocol) as Wire;
    const env = { base, storage: openStorage(), clock: wallClock, random: Math.random, online: () => navigator.onLine, open };
    const changed = () => this.changed();
    this.api = new DeskApi(base, () => this.expire());
    this.pages = new QueuePages({ api: this.api, lang: () => this.locale.peek(), came: (...told) => this.came(...told) });
    this.search = new TicketSearch(this.api, () => this.locale.peek());
    this.client = new DeskClient(env, { change: changed, heard: (h) => this.heard(h), synced: (r) => this.synced(r), expired: () => this.expire() });
    this.bulk = new Bulk({ api: this.api, issue: (t, d) => this.client.issue(t, d), me: () => this.me.peek(), why: (code, current, t) => this.why(code, current, t), noTicket: () => this.t("bulk.no_ticket") });
    this.delayed = new DelayedSend(wallClock, (item) => void this.deliver(item), changed);
  }

  /** The store, for a component that is to be drawn again with it. */
  get store(): DeskStore {
    void this.changes.value;
    return this.client.store;
  }

  t(key: Word, args?: Record<string, unknown>): string {
    return word(this.locale.value, key, args);
  }
  term(kind: Term, key: string | null | undefined): string {
    return term(this.locale.value, kind, key);
  }
  time(iso: string | null | undefined): string {
    return iso ? clockTime(iso, this.locale.value) : "—";
  }

  private changed(): void {
    this.changes.value += 1;
  }

  // Session

  begin(login: Login): void {
    this.api.token = login.token;
    this.prefs.session = login;
    const { agent } = login;
    this.drafts = this.prefs.drafts(agent.id);
    this.client.login(login.token, agent, this.locale.peek());
    batch(() => {
      this.me.value = agent;
      this.expired.value = false;
    });
    this.fetchQueue();
    this.missedNames();
    new Api(location.origin, agent.shop).info().then((shop) => batch(() => ((this.zone.value = shop.timezone), (this.currency.value = shop.currency))), () => {});
  }

  /** A dialog about one ticket. */
  ask(dialog: Dialog, ticket: Ticket): void {
    batch(() => {
      this.about.value = ticket;
      this.dialog.value = dialog;
    });
  }

  /** A solved ticket, to be read beside the one that is open. */
  readPast(solved: Solved): void {
    batch(() => {
      this.past.value = solved;
      this.dialog.value = "past";
    });
  }

  /** To where a ticket is talked about, by its number. */
  async openTicket(number: string): Promise<void> {
    const row = await this.api.ticket(number, this.locale.peek()).catch(() => null);
    if (row) this.open(row.conversation.id);
    else this.toast(this.t("error.not_found"), "bad");
  }

  /** What a change of tickets has come to, in the queue and beside the talk. */
  reread(): void {
    this.fetchQueue();
    if (this.opened.peek()) void this.fetchDetail(this.opened.peek() as string);
  }

  expire(): void {
    if (this.expired.peek() || !this.me.peek()) return;
    sessionEnded();
    this.client.pause();
    this.api.token = null;
    this.prefs.session = null;
    this.expired.value = true;
  }

  async logout(): Promise<void> {
    this.delayed.flush();
    await this.client.commands.delivered(LEAVE_MS);
    this.client.logout();
    await this.api.logout();
    this.api.token = null;
    this.prefs.session = null;
    batch(() => {
      this.me.value = null;
      this.toasts.value = this.toasts.peek().filter((one) => !one.about);
      this.expired.value = false;
      this.dialog.value = null;
      this.pages.forget();
      this.open(null);
    });
  }

  // What comes in

  private heard(heard: Heard): void {
    if (heard.stale && heard.stale === this.opened.peek()) this.soon("detail", DETAIL_MS, () => void this.fetchDetail(heard.stale as string));
    if (heard.refund) this.refundNews.value += 1;
    if (heard.counts) this.soon("supply", QUEUE_MS, () => (this.supplyNews.value += 1));
    if (heard.counts) this.soon("queue", QUEUE_MS, () => this.fetchQueue());
    this.announce(heard);
    if (heard.mention) this.named(heard.mention);
    this.markRead();
  }

  private named({ conversation, note }: NonNullable<Heard["mention"]>): void {
    const said = this.t("announce.mention", { name: note.author.name, text: note.text });
    this.tell(conversation, said, "");
    this.showNamed(conversation, note);
  }

  /** Told until it is looked at: whoever is named may be away from the desk. */
  private showNamed(conversation: string, note: Note): void {
    const me = this.me.peek()?.id ?? "";
    if (this.opened.peek() === conversation) return this.prefs.sawNamed(me, note.id);
    if (this.prefs.named(me).includes(note.id) || this.toasts.peek().some((one) => one.about?.note === note.id)) return;
    const text = note.text.length > NAMED_CHARS ? `${note.text.slice(0, NAMED_CHARS)}…` : note.text;
    this.toast(this.t("announce.mention", { name: note.author.name, text }), "plain", { label: this.t("mention.open"), run: () => this.open(conversation) }, { conversation, note: note.id });
  }

  /** What came while nobody was here. */
  private missedNames(): void {
    this.api.request<{ conversation: string; note: Note }[]>("GET", "desk/mentions").then((found) => {
      for (const one of found.slice(-3)) this.showNamed(one.conversation, one.note);
    }, () => {});
  }

  private announce({ spoken, waiting }: Heard): void {
    const rows = this.client.store.rows;
    const row = rows[spoken?.conversation ?? waiting ?? ""];
    if (!row) return void (waiting && this.awaited.add(waiting));
    const { id } = row.conversation;
    const mine = row.conversation.assignee?.id === this.me.peek()?.id;
    if (waiting && !this.client.away) this.tell(id, this.t("announce.waiting", { name: row.buyer.name }), row.conversation.subject ?? "");
    if (spoken && mine) this.tell(id, this.t("announce.buyer", { name: row.buyer.name, text: spoken.message.text }), "");
  }

  private tell(conversation: string, said: string, more: string): void {
    this.said.value = said;
    notice(said, more, conversation, () => this.open(conversation));
  }

  private synced(reset: boolean): void {
    const { opened } = this;
    if (reset) this.pages.forget();
    this.fetchQueue();
    if (opened.peek()) void this.fetchDetail(opened.peek() as string);
  }

  private soon(what: string, ms: number, run: () => void): void {
    if (this.timers.has(what)) return;
    this.timers.set(what, wallClock.after(ms, () => (this.timers.delete(what), run())));
  }

  fetchQueue(): void {
    this.pages.fetch(this.view.peek());
  }

  private came(rows: readonly Row[], counts: Counts, first: boolean): void {
    const { store } = this.client;
    store.takeRows(rows);
    for (const id of [...this.awaited].filter((one) => store.rows[one])) {
      this.awaited.delete(id);
      if (store.rows[id]?.conversation.state === "waiting") this.announce({ stale: null, counts: false, spoken: null, waiting: id });
    }
    if (first) store.unknown.clear();
    store.takeCounts(counts);
    this.changed();
  }

  /** Looked for among all tickets of the shop, not only among the rows that are here. */
  look(query: string): void {
    this.bulk.clear();
    this.query.value = query;
    this.search.look(query);
  }

  async fetchDetail(id: string): Promise<void> {
    const before = this.client.store.suggested(id);
    try {
      this.client.store.takeDetail(await this.api.detail(id, this.locale.peek()), before);
      if (this.failed.peek() === id) this.failed.value = null;
      this.changed();
      this.markRead();
    } catch {
      if (!this.client.store.details[id]) this.failed.value = id;
    }
  }

  /** A clause in words, from the shop's published policy. */
  clause(policy: string, id: string): Promise<Source> {
    return this.source("clause", `${policy}/${id}`);
  }

  /** The shop's own words, whole, that something cites. */
  source(kind: string, id: string): Promise<Source> {
    const shop = this.me.peek()?.shop ?? "";
    const key = `${kind}:${id}:${this.locale.peek()}`;
    const known = this.clauses.get(key) ?? new Api(location.origin, shop).source(kind, id, this.locale.peek());
    this.clauses.set(key, known);
    known.catch(() => this.clauses.delete(key));
    return known;
  }

  // Where we are

  show(view: View): void {
    this.bulk.clear();
    batch(() => {
      this.view.value = view;
      this.page.value = "talks";
    });
    this.fetchQueue();
  }

  open(id: string | null): void {
    if (id === this.opened.peek()) return id === null ? undefined : this.go("talks");
    batch(() => {
      this.opened.value = id;
      this.page.value = "talks";
      this.context.value = false;
      this.lit.value = null;
      if (id) this.cursor.value = id;
      this.mode.value = "reply";
    });
    this.putAside((one) => id !== null && one.about?.conversation === id);
    this.client.view(id);
    history.replaceState(null, "", id ? `#/c/${encodeURIComponent(id)}` : "#/");
    if (id && this.api.token) void this.fetchDetail(id);
  }

  go(page: Page, place = ""): void {
    batch(() => {
      this.place.value = place;
      this.page.value = page;
    });
    const hash = place ? `#/${page}/${encodeURIComponent(place)}` : `#/${page}`;
    if (page !== "talks") location.hash.startsWith(hash) || history.replaceState(null, "", hash);
    else if (this.opened.peek()) history.replaceState(null, "", `#/c/${encodeURIComponent(this.opened.peek() as string)}`);
    else history.replaceState(null, "", "#/");
  }

  move(step: number): void {
    const at = this.shown.indexOf(this.cursor.peek() ?? "");
    const next = this.shown[Math.max(0, Math.min(this.shown.length - 1, at + step))];
    if (next) this.cursor.value = next;
  }

  light(message: string): void {
    this.lit.value = { id: message, n: (this.lit.peek()?.n ?? 0) + 1 };
  }

  /** Only who answers the buyer marks what was read: a passing look is no reading. */
  markRead(): void {
    const id = this.opened.peek();
    const detail = id ? this.client.store.details[id] : undefined;
    if (!id || !detail || document.hidden || !this.holds(detail.conversation)) return;
    const { seq, read } = detail.conversation;
    if (seq > (read?.agent ?? 0)) this.client.read(id, seq);
    else if (this.client.store.rows[id]?.unread) this.client.store.markRead(id, "agent", seq);
  }

  holds(head: Head): boolean {
    return head.state === "human" && head.assignee?.id === this.me.peek()?.id;
  }

  get detail(): Detail | null {
    const id = this.opened.value;
    return id ? (this.store.details[id] ?? null) : null;
  }

  row(id: string): Row | undefined {
    return this.client.store.rows[id] ?? this.search.found.value?.rows.find((row) => row.conversation.id === id);
  }

  get senior(): boolean {
    return this.me.value?.role === "senior" || this.me.value?.role === "admin";
  }

  // What we do

  toast(text: string, tone: Toast["tone"] = "plain", action?: Toast["action"], about?: Toast["about"]): void {
    const id = Date.now() + Math.random();
    const passing = this.toasts.value.filter((one) => !one.about).slice(-2);
    this.toasts.value = [...this.toasts.value.filter((one) => one.about || passing.includes(one)), { id, text, tone, action, about }];
    if (about) return;
    wallClock.after(action ? ACTION_MS : tone === "bad" ? 6000 : 3500, () => (this.toasts.value = this.toasts.peek().filter((t) => t.id !== id)));
  }

  act(toast: Toast): void {
    this.putAside((one) => one.id === toast.id);
    toast.action?.run();
  }

  /** Take messages away; the notes of which they told count as looked at. */
  putAside(which: (toast: Toast) => boolean): void {
    const gone = this.toasts.peek().filter(which);
    for (const { about } of gone) if (about) this.prefs.sawNamed(this.me.peek()?.id ?? "", about.note);
    if (gone.length) this.toasts.value = this.toasts.peek().filter((one) => !gone.includes(one));
  }

  may(move: Move): boolean {
    const head = this.detail?.conversation;
    return head !== undefined && movesOf(head, { id: this.me.value?.id ?? "", senior: this.senior }).has(move);
  }

  /** Take it, in the way in which it can be taken now. */
  claim(): void {
    if (this.may("claim")) void this.change("claim", {});
    else if (this.may("takeover") || this.may("resume")) void this.change("takeover", {});
  }

  /** To a colleague, or to nobody: back to the queue. What waits has nobody who could pass it on: a senior assigns it. */
  async pass(to: string | null, note: string): Promise<void> {
    const head = this.detail?.conversation;
    if (!head) return;
    if (this.may("transfer")) return void (await this.change("transfer", { to, note }));
    if (note) await this.note(head.id, note);
    await this.change("assign", { to });
  }

  /** A change of the open conversation, against the revision that we saw. True once the server has made it. */
  async change(t: "claim" | "takeover" | "giveback" | "reopen" | "resolve" | "transfer" | "assign" | "snooze", d: Record<string, unknown>): Promise<boolean> {
    const head = this.detail?.conversation;
    const [began, from] = [Date.now(), document.activeElement];
    if (!head || !(await this.sendNow(head.id))) return false;
    const done = await this.attempt(t, { conversation: head.id, if_rev: head.rev, ...d }, head);
    if (done) this.toast(this.t(`act.done.${t}`), "good");
    if (done && (t === "claim" || t === "takeover")) askForNotices();
    await this.fetchDetail(head.id);
    const taken = t === "claim" || t === "takeover" || t === "reopen";
    // Whoever was in the composer meanwhile, and left it, is not called back, nor whoever has gone on elsewhere.
    if (done && taken && wroteAt() < began && !matchMedia("(pointer: coarse)").matches) this.write("reply", () => isIdle(from));
    return done;
  }

  /** What still waits to be taken back goes out before anything that ends the turn; false where the server refused it. */
  private async sendNow(conversation: string): Promise<boolean> {
    for (const { id } of this.delayed.of(conversation)) this.delayed.words(id);
    return this.client.commands.replied(conversation);
  }

  private async attempt(t: string, d: Record<string, unknown>, seen: Head): Promise<boolean> {
    try {
      await this.client.issue(t, d);
      return true;
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error;
      const current = error.current as Partial<Head> | null;
      const same = current?.state === seen.state && (current?.assignee?.id ?? null) === (seen.assignee?.id ?? null);
      // Only words came between: what we decided about is as we saw it.
      if (error.code === "conflict" && same && current?.rev !== seen.rev && d["if_rev"] === seen.rev) return this.attempt(t, { ...d, if_rev: current?.rev ?? null }, seen);
      this.refused(seen.id, error, current);
      return false;
    }
  }

  private refused(id: string, error: CommandRefused, current: Partial<Head> | null): void {
    const other = current?.assignee as Person | null | undefined;
    if (error.code === "conflict" && other && other.id !== this.me.peek()?.id) this.lost.value = { ...this.lost.value, [id]: other.name };
    this.toast(this.why(error.code, current), "bad");
  }

  /** Why something was refused, in words: who has it, who is full, else what its code says. */
  why(code: string, current: unknown, t = ""): string {
    const { assignee, colleague, state, owed } = (current ?? {}) as { assignee?: Person | null; colleague?: Colleague; state?: string; owed?: string[] };
    if (owed?.length) return this.t("owed.refused", { numbers: owed.join(", ") });
    if (code === "conflict" && assignee?.name && assignee.id !== this.me.peek()?.id) return this.t("talk.taken", { name: assignee.name });
    if (code === "conflict" && state === "waiting" && /^(resolve|snooze|transfer|macro)$/.test(t)) return this.t("bulk.unclaimed");
    if (colleague) return this.t(colleague.presence === "away" ? "transfer.away" : "transfer.full", { name: colleague.name });
    const key = `error.${code}` as Word;
    return word(this.locale.peek(), key) === key ? this.t("error.other") : this.t(key);
  }

  /** To the composer, in this mode, ready to type, where that is still wanted once it is drawn. */
  write(mode: Mode, wanted = () => true): void {
    if (!wanted()) return;
    this.mode.value = mode;
    requestAnimationFrame(() => wanted() && document.querySelector<HTMLTextAreaElement>("#composer")?.focus());
  }

  /** Has a reply drafted, as the button beside the case does. */
  draftReply(): void {
    const head = this.detail?.conversation;
    if (!head || !this.holds(head)) return;
    this.context.value = true;
    requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-testid=copilot-draft]")?.click());
  }

  reply(conversation: string, text: string, resolution: string | null, files: AttachmentPart[] = []): void {
    this.delayed.add(conversation, text, resolution, files);
  }

  undo(id: string): void {
    const item = this.delayed.undo(id);
    if (!item) return;
    const before = this.draft(item.conversation, "reply");
    this.keepDraft(item.conversation, "reply", before ? `${item.text}\n${before}` : item.text);
    this.giveBack(item);
    this.mode.value = "reply";
    this.changed();
  }

  private async deliver(item: Delayed): Promise<void> {
    const { id, conversation, text, files, resolution } = item;
    this.changed();
    try {
      const told = await this.client.issue("say", { conversation, text, ...(files.length ? { attachments: files.map((part) => part.id) } : {}) }, id);
      this.client.store.placed(conversation, told["message"], text, this.me.peek(), files);
      this.changed();
      if (resolution !== null) {
        await this.client.issue("resolve", { conversation, resolution, if_rev: null });
        this.toast(this.t("act.done.resolve"), "good");
      }
    } catch (error) {
      if (!(error instanceof CommandRefused) || error.code === "closed") return;
      this.keepDraft(conversation, "reply", text);
      this.giveBack(item);
      this.refused(conversation, error, error.current as Partial<Head> | null);
      void this.fetchDetail(conversation);
    }
  }

  async note(conversation: string, text: string): Promise<void> {
    try {
      await this.client.issue("note", { conversation, text });
    } catch (error) {
      if (!(error instanceof CommandRefused) || error.code === "closed") return;
      this.keepDraft(conversation, "note", text);
      this.refused(conversation, error, null);
    }
  }

  draft(conversation: string, mode: Mode): string {
    return this.drafts[`${conversation}:${mode}`] ?? "";
  }

  keepDraft(conversation: string, mode: Mode, text: string): void {
    const { [`${conversation}:${mode}`]: _old, ...rest } = this.drafts;
    this.drafts = text ? { ...rest, [`${conversation}:${mode}`]: text } : rest;
    const agent = this.me.peek()?.id;
    if (agent) this.prefs.keepDrafts(agent, this.drafts);
    this.changed();
  }

  setLocale(locale: Locale): void {
    this.prefs.locale = this.locale.value = locale;
    document.documentElement.lang = locale;
    const url = new URL(location.href);
    url.searchParams.delete("lang");
    history.replaceState(null, "", url);
    if (this.opened.peek()) void this.fetchDetail(this.opened.peek() as string);
    this.fetchQueue();
  }

  setScheme(scheme: Scheme): void {
    this.prefs.scheme = this.scheme.value = scheme;
  }

  setKeys(on: boolean): void {
    this.prefs.keys = this.keysOn.value = on;
  }
}

export const desk = new Desk();
