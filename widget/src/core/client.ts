import { Answers } from "./answers.js";
import type { Clock } from "./clock.js";
import type { Conversation, Frame, Limits, Me, Message, WireError } from "./frames.js";
import { Outbox, type Outgoing } from "./outbox.js";
import { claimsOf, emptySlot, readSlot, type Slot, slotKey, wipe, writeSlot } from "./slot.js";
import { type Phase, Socket, type Wire } from "./socket.js";
import type { Storage } from "./storage.js";
import { Store } from "./store.js";
import { uuid7 } from "./uuid.js";

export type GetToken = () => Promise<string | null | undefined> | string | null | undefined;

export interface ClientOptions {
  /** Origin of the server, without a slash. */
  base: string;
  shop: string;
  locale: string;
  getToken: GetToken | null;
  page: () => { url: string; title: string };
}

export interface ClientEnv {
  storage: Storage;
  clock: Clock;
  random: () => number;
  online: () => boolean;
  open(url: string, protocol: string): Wire;
}

export interface ClientEvents {
  change(): void;
  arrived(conversation: string, message: Message): void;
  /** A thread that had a local name now has its conversation's. */
  named(local: string, conversation: string): void;
  handoff(conversation: string, stage: string): void;
  error(error: WireError): void;
}

const SAVE_MS = 200;
const ACK_MS = 15_000;
const ANSWER_MS = 30_000;
const TOKEN_MARGIN_MS = 20_000;

/** A buyer's chat without a picture: identity, connection, events, and messages on their way. */
export class Client {
  readonly store = new Store();
  readonly outbox = new Outbox();
  phase: Phase = "idle";
  /** The events since we were last here have all arrived. */
  synced = false;
  expired = false;
  limits: Limits = { text: 4000, frame: 65536 };
  features: Record<string, boolean> = { handoff: true };
  /** Conversations whose last message of ours has no answer yet. */
  awaiting: Record<string, string> = {};
  drafts: Record<string, string> = {};
  feedback: Record<string, string> = {};

  private readonly socket: Socket;
  private readonly answers: Answers;
  private visitor: string | null = null;
  private token: string | null = null;
  private key: string;
  private opened = false;
  private refusals = 0;
  private cancelSave: (() => void) | null = null;

  constructor(
    readonly options: ClientOptions,
    private readonly env: ClientEnv,
    private readonly events: ClientEvents,
  ) {
    const url = options.base.replace(/^http/, "ws") + "/ws";
    this.socket = new Socket(
      { url, ...env },
      { hello: () => this.hello(), frame: (f) => this.receive(f), phase: (p, c) => this.entered(p, c) },
    );
    this.answers = new Answers(env.clock);
    this.key = slotKey(options.shop, null);
    if (!options.getToken) this.open(readSlot(env.storage, this.key));
  }

  /** Find out who we are and show what this browser remembers, before any connection. */
  async prepare(): Promise<void> {
    try {
      await this.freshToken();
    } catch {
      this.expired = true;
    }
    this.events.change();
  }

  /** A reason to be connected although nobody looks: a conversation that may go on, or words not yet sent. */
  get worthConnecting(): boolean {
    return this.outbox.items.length > 0 || this.store.list().some((c) => c.state !== "resolved");
  }

  connect(): void {
    this.socket.start();
  }

  kick(): void {
    this.socket.kick();
  }

  offline(): void {
    this.socket.offline();
  }

  /** The end of this client: what it knows is kept, and it writes no more over what comes after it. */
  close(): void {
    this.socket.stop();
    this.flush();
    this.opened = false;
  }

  /** Log out: forget everything, here and in storage. */
  shutdown(): void {
    this.opened = false;
    this.socket.stop();
    this.answers.rejectAll();
    wipe(this.env.storage, this.options.shop);
  }

  say(thread: string, text: string, about: Record<string, unknown>): string {
    const id = uuid7(this.env.clock.now());
    // A re-sent body must be the same to the letter, so the address is the one it was written on.
    const context = { ...about, url: this.options.page().url };
    const conversation = this.store.conversations[thread] ? thread : "new";
    this.outbox.add({ id, thread, conversation, text, context, at: this.env.clock.now() });
    this.connect();
    this.drain();
    this.changed();
    return id;
  }

  retry(id: string): void {
    this.outbox.retry(id, uuid7(this.env.clock.now()), this.env.clock.now());
    this.drain();
    this.changed();
  }

  discard(id: string): void {
    this.outbox.discard(id);
    this.changed();
  }

  /** A card's button, a form, a confirmation, feedback. Resolves when the server has written it down. */
  async act(conversation: string, message: string, action: string, value: unknown): Promise<void> {
    const done = await this.request("act", { conversation, message, action, value });
    if ((action === "choose" || action === "submit") && done["message"]) this.awaitAnswer(conversation, "act");
  }

  async handoff(conversation: string, reason?: string): Promise<void> {
    await this.request("handoff", reason ? { conversation, reason } : { conversation });
  }

  async rate(conversation: string, score: number, tags: string[], comment: string): Promise<void> {
    await this.request("rate", { conversation, score, tags, comment });
  }

  stop(conversation: string): void {
    this.socket.send({ t: "stop", id: uuid7(), d: { conversation } });
  }

  typing(conversation: string, on: boolean): void {
    this.socket.send({ t: "typing", d: { conversation, on } });
  }

  read(conversation: Conversation): void {
    if (conversation.seq <= conversation.read.buyer || this.phase !== "open") return;
    this.store.markRead(conversation.id, { buyer: conversation.seq });
    this.socket.send({ t: "read", id: uuid7(), d: { conversation: conversation.id, seq: conversation.seq } });
    this.changed();
  }

  history(conversation: string, before: number): void {
    this.socket.send({ t: "history", id: uuid7(), d: { conversation, before_seq: before, limit: 30 } });
  }

  keepDraft(thread: string, text: string): void {
    const { [thread]: _old, ...rest } = this.drafts;
    this.drafts = text ? { ...rest, [thread]: text } : rest;
    this.save();
  }

  keepFeedback(message: string, score: string): void {
    this.feedback = { ...this.feedback, [message]: score };
    this.changed();
  }

  /** A visitor logs in (or the shop's page learns who it is): the open conversation comes along. */
  async identify(getToken: GetToken): Promise<void> {
    const before = this.key;
    this.options.getToken = getToken;
    this.token = null;
    const token = await this.fetchToken();
    const key = slotKey(this.options.shop, claimsOf(token).sub);
    if (key === before) return;
    if (before === slotKey(this.options.shop, null) && this.phase === "open" && token) return this.upgrade(token, key);
    if (this.opened) this.flush();
    this.open(readSlot(this.env.storage, (this.key = key)));
    this.socket.renew();
    this.events.change();
  }

  private async upgrade(token: string, key: string): Promise<void> {
    await this.request("identify", { token });
    this.env.storage.remove(this.key);
    this.key = key;
    this.visitor = null;
    this.changed();
  }

  /** The buyer's token, for the reads that want one; null for a visitor. */
  async bearer(): Promise<string | null> {
    return this.freshToken();
  }

  flush(): void {
    this.cancelSave?.();
    this.cancelSave = null;
    if (this.opened) writeSlot(this.env.storage, this.key, this.slot());
  }

  get storageDenied(): boolean {
    return this.env.storage.denied;
  }

  private async freshToken(): Promise<string | null> {
    const exp = claimsOf(this.token).exp;
    const fresh = this.token && (exp === null || exp * 1000 - this.env.clock.now() > TOKEN_MARGIN_MS);
    if (fresh) return this.token;
    const token = await this.fetchToken();
    const key = slotKey(this.options.shop, claimsOf(token).sub);
    if (this.opened && key === this.key) return token;
    if (this.opened) this.flush();
    this.open(readSlot(this.env.storage, (this.key = key)));
    return token;
  }

  private async fetchToken(): Promise<string | null> {
    this.token = (await this.options.getToken?.()) || null;
    return this.token;
  }

  private open(slot: Slot): void {
    this.opened = true;
    this.store.clear();
    this.store.load(slot);
    this.outbox.load(slot.outbox, this.env.clock.now());
    this.visitor = slot.visitor;
    this.drafts = slot.drafts;
    this.feedback = slot.feedback;
  }

  private slot(): Slot {
    const { me, epoch, cursor } = this.store;
    const { visitor, drafts, feedback } = this;
    const conversations = this.store.list();
    return { ...emptySlot(), visitor, me, epoch, cursor, conversations, outbox: this.outbox.items, drafts, feedback };
  }

  private async hello(): Promise<Record<string, unknown>> {
    const token = await this.freshToken();
    const { cursor, epoch } = this.store;
    return {
      role: "buyer",
      shop: this.options.shop,
      ...(token ? { token } : this.visitor ? { visitor: this.visitor } : {}),
      ...(cursor === null ? {} : { cursor, epoch }),
      locale: this.options.locale,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      page: this.options.page(),
      caps: [],
    };
  }

  private receive(frame: Frame): void {
    if (frame.t === "welcome") return this.welcome(frame.d);
    if (frame.t === "ack") return this.ack(frame.re ?? "", frame.d);
    if (frame.t === "error") return this.refuse(frame.re ?? "", frame.d as unknown as WireError);
    const { arrived, gap } = this.store.apply(frame);
    if (gap) this.history(gap.conversation, gap.before);
    if (frame.t === "synced") this.synced = true;
    if (frame.t === "page" && frame.re) this.answers.resolve(frame.re, frame.d);
    if (frame.t === "handoff") this.events.handoff(String(frame.d["conversation"]), String(frame.d["stage"]));
    for (const { conversation, message } of arrived) {
      this.answered(conversation);
      this.events.arrived(conversation, message);
    }
    this.changed();
  }

  private welcome(d: Record<string, unknown>): void {
    const me = d["me"] as Me | undefined;
    const stranger = this.store.me && me && this.store.me.id !== me.id;
    if (stranger && d["resume"] === "ok") {
      // The remembered messages are somebody else's: start over without a cursor.
      this.store.clear();
      return this.socket.renew();
    }
    this.refusals = 0;
    this.expired = false;
    this.store.me = me ?? null;
    this.store.epoch = (d["epoch"] as string | undefined) ?? null;
    if (typeof d["visitor"] === "string") this.visitor = d["visitor"];
    this.limits = { ...this.limits, ...(d["limits"] as Limits | undefined) };
    this.features = { ...this.features, ...(d["features"] as Record<string, boolean> | undefined) };
    if (d["resume"] !== "ok") this.store.beginReset();
    this.answers.resend((frame) => this.socket.send(frame));
    this.drain();
    this.changed();
  }

  private ack(id: string, d: Record<string, unknown>): void {
    const conversation = String(d["conversation"] ?? "");
    const item = this.outbox.acked(id, conversation);
    if (!item) return this.answers.resolve(id, d);
    this.place(item, conversation, d["message"] as Partial<Message> | undefined);
    if (item.thread !== conversation) {
      this.keepDraft(conversation, this.drafts[item.thread] ?? "");
      this.keepDraft(item.thread, "");
      this.events.named(item.thread, conversation);
    }
    this.awaitAnswer(conversation, item.id);
    this.drain();
    this.changed();
  }

  private place(item: Outgoing, conversation: string, told: Partial<Message> | undefined): void {
    if (!told?.id || told.seq === undefined) return;
    const at = told.at ?? new Date(item.at).toISOString();
    const author = { kind: "buyer" as const, name: this.store.me?.name ?? null };
    const rest = { author, generated_by: "human" as const, text: item.text, parts: [], citations: [], lang: "" };
    this.store.acked(conversation, { id: told.id, seq: told.seq, at, ...rest });
  }

  private refuse(id: string, error: WireError): void {
    const item = this.outbox.items.find((i) => i.id === id);
    const again = error.retry || error.code === "rate" || error.code === "unavailable";
    if (item && again) {
      this.outbox.requeueOne(id);
      this.outbox.sending(id);
      this.env.clock.after(error.after_ms ?? 2000, () => this.again(id));
    } else if (item) this.outbox.failed(id, error.message_key || `error.${error.code}`);
    else if (!this.answers.reject(id, error)) this.general(error);
    this.changed();
  }

  private general(error: WireError): void {
    if (error.code === "expired" || error.code === "auth") this.token = null;
    this.events.error(error);
  }

  private again(id: string): void {
    if (!this.outbox.items.some((i) => i.id === id && i.state === "sending")) return;
    this.outbox.requeueOne(id);
    this.drain();
    this.changed();
  }

  private request(t: string, d: Record<string, unknown>): Promise<Record<string, unknown>> {
    this.connect();
    const frame = { t, id: uuid7(this.env.clock.now()), d };
    const answer = this.answers.expect(frame);
    this.socket.send(frame);
    return answer;
  }

  private drain(): void {
    if (this.phase !== "open") return;
    for (const item of this.outbox.ready()) {
      const { id, conversation, text, context } = item;
      if (!this.socket.send({ t: "say", id, d: { conversation, text, context, attachments: [] } })) return;
      this.outbox.sending(id);
      this.env.clock.after(ACK_MS, () => this.again(id));
    }
  }

  private awaitAnswer(conversation: string, re: string): void {
    if (this.store.conversations[conversation]?.state === "human") return;
    this.awaiting = { ...this.awaiting, [conversation]: re };
    this.env.clock.after(ANSWER_MS, () => {
      if (this.awaiting[conversation] === re) this.answered(conversation);
    });
    this.changed();
  }

  private answered(conversation: string): void {
    const { [conversation]: _done, ...rest } = this.awaiting;
    this.awaiting = rest;
    this.events.change();
  }

  private entered(phase: Phase, code: number): void {
    this.phase = phase;
    if (phase === "open") return;
    this.synced = false;
    if (code === 4401) {
      this.token = null;
      this.refusals += 1;
      this.expired = this.refusals > 1;
    }
    this.outbox.requeue();
    this.store.forgetPassing();
    this.changed();
  }

  private changed(): void {
    this.save();
    this.events.change();
  }

  private save(): void {
    this.cancelSave ??= this.env.clock.after(SAVE_MS, () => {
      this.flush();
    });
  }
}
