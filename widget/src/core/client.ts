import { Answers } from "./answers.js";
import { Awaiting } from "./awaiting.js";
import type { ClientEnv, ClientEvents, ClientOptions } from "./client_env.js";
import type { AttachmentPart, Conversation, Frame, Limits, Me, Message, Rating, WireError } from "./frames.js";
import { helloOf } from "./hello.js";
import { type Deed, perform } from "./deeds.js";
import { Line } from "./line.js";
import { Memory } from "./memory.js";
import { type GetToken, Identity } from "./identity.js";
import { type Outbox, ownMessage } from "./outbox.js";
import { Sender } from "./sender.js";
import { wipe } from "./slot.js";
import type { Phase } from "./socket.js";
import { Store } from "./store.js";
import { Typists } from "./typists.js";
import { uuid7 } from "./uuid.js";
import type { BuyerCommands } from "./wire.js";

export type { GetToken };

/** A buyer's chat without a picture: identity, connection, events, and messages on their way. */
export class Client {
  readonly store = new Store();
  readonly outbox: Outbox;
  phase: Phase = "idle";
  /** The events since we were last here have all arrived. */
  synced = false;
  expired = false;
  limits: Limits = { text: 4000, frame: 65536, uploads: { size: 0, count: 0, types: [] } };
  features: Record<string, boolean> = { handoff: true };
  readonly awaiting: Awaiting;

  private readonly line: Line;
  private readonly answers: Answers;
  private readonly sender: Sender;
  private readonly identity: Identity;
  private readonly typists: Typists;
  private readonly memory: Memory;
  private refusals = 0;
  private welcomed: Record<string, unknown> = {};
  /** A visitor who logs in is still the visitor until the server has carried the conversation over. */
  private upgrading = false;
  private away = false;

  constructor(
    readonly options: ClientOptions,
    private readonly env: ClientEnv,
    private readonly events: ClientEvents,
  ) {
    const url = options.base.replace(/^http/, "ws") + "/ws";
    this.line = new Line(
      { url, ...env },
      {
        hello: async () => helloOf(options, this.store, this.upgrading ? null : await this.token(), this.memory.visitor),
        frame: (f) => this.receive(f),
        phase: (p, c) => this.entered(p, c),
        cursor: () => this.store.cursor,
        retell: () => this.retell(),
        leading: () => this.memory.adopt(),
        deed: (deed) => this.perform(deed),
      },
    );
    this.answers = new Answers(env.clock);
    this.typists = new Typists(env.clock, (id) => {
      this.store.hush(id);
      this.changed();
    });
    this.awaiting = new Awaiting(env.clock, () => this.events.change());
    this.sender = new Sender(env.clock, this.line, () => this.changed());
    this.outbox = this.sender.outbox;
    this.identity = new Identity(options.shop, env.clock, options.getToken);
    this.memory = new Memory(env.storage, env.clock, this.store, this.outbox, () => !this.line.follows);
    if (!options.getToken) this.memory.open(this.identity.key);
  }

  /** Find out who we are and show what this browser remembers, before any connection. */
  async prepare(): Promise<void> {
    try {
      await this.token();
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
    if (!this.upgrading) this.line.start(this.identity.key);
  }

  kick(): void {
    this.line.kick();
  }

  offline(): void {
    this.line.offline();
  }

  /** The page is put away, perhaps to be taken out again: until then other tabs go on without it. */
  pause(): void {
    this.memory.drawer.flush();
    this.away ||= this.phase !== "idle";
    this.line.stop();
  }

  resume(): void {
    if (this.away) this.connect();
    this.away = false;
  }

  /** The end of this client: what it knows is kept, and it writes no more over what comes after it. */
  close(): void {
    this.memory.drawer.flush();
    this.line.stop();
    this.memory.shut();
  }

  /** Log out: forget everything, in every tab and in storage. */
  shutdown(): void {
    this.line.call(this.identity.key, { did: "shutdown" });
    this.forget();
  }

  private forget(): void {
    this.memory.shut();
    this.line.stop();
    this.answers.rejectAll();
    this.identity.forget();
    this.store.clear();
    this.outbox.load([], 0);
    wipe(this.env.storage, this.options.shop);
    this.events.change();
  }

  say(thread: string, text: string, about: Record<string, unknown>, attachments: AttachmentPart[] = []): string {
    // A re-sent body must be the same to the letter, so the address is the one it was written on.
    const context = { ...about, url: this.options.page().url };
    const conversation = this.store.conversations[thread] ? thread : "new";
    this.connect();
    const item = this.sender.write(thread, conversation, text, context, attachments);
    this.did({ did: "say", item });
    return item.id;
  }

  retry(id: string): void {
    const now = this.env.clock.now();
    this.did({ did: "retry", id, fresh: uuid7(now), now });
  }

  discard(id: string): void {
    this.did({ did: "discard", id });
  }

  /** A card's button, a form, a confirmation, feedback. Resolves when the server has written it down. */
  async act(conversation: string, message: string, action: string, value: unknown): Promise<void> {
    const done = await this.request("act", { conversation, message, action, value });
    if ((action === "choose" || action === "submit") && done["message"]) this.awaitAnswer(conversation, "act");
  }

  async handoff(conversation: string, reason?: string): Promise<void> {
    await this.request("handoff", reason ? { conversation, reason } : { conversation });
  }

  /** The buyer's judgement of the service, once: the card that asked for it is read-only from then on. */
  async rate(conversation: string, message: string, rating: Rating): Promise<void> {
    await this.request("rate", { conversation, message, ...rating });
    this.events.told("rating", { conversation, score: rating.score });
  }

  stop(conversation: string): void {
    this.line.send({ t: "stop", id: uuid7(), d: { conversation } });
  }

  typing(conversation: string, on: boolean): void {
    this.line.send({ t: "typing", d: { conversation, on } });
  }

  read(conversation: Conversation): void {
    if (conversation.seq <= conversation.read.buyer || this.phase !== "open") return;
    this.store.markRead(conversation.id, { buyer: conversation.seq });
    this.line.send({ t: "read", id: uuid7(), d: { conversation: conversation.id, seq: conversation.seq } });
    this.changed();
  }

  history(conversation: string, before: number): void {
    this.line.send({ t: "history", id: uuid7(), d: { conversation, before_seq: before, limit: 30 } });
  }

  get drafts(): Record<string, string> {
    return this.memory.drafts;
  }

  get feedback(): Record<string, string> {
    return this.memory.feedback;
  }

  keepDraft(thread: string, text: string): void {
    this.did({ did: "draft", thread, text });
  }

  keepFeedback(message: string, score: string): void {
    this.did({ did: "feedback", message, score });
  }

  /** A visitor logs in (or the shop's page learns who it is): the open conversation comes along. */
  async identify(getToken: GetToken): Promise<void> {
    this.identity.getToken = getToken;
    const token = await this.identity.fetch();
    if (this.memory.drawer.is(this.identity.key)) return;
    if (this.memory.drawer.isVisitors(this.options.shop) && this.phase === "open" && token) return this.upgrade(token);
    this.memory.open(this.identity.key);
    if (!this.line.move(this.identity.key)) this.line.renew();
    this.events.change();
  }

  /** On a connection of our own: the other tabs' pages have not said that anybody logged in. */
  private async upgrade(token: string): Promise<void> {
    this.upgrading = true;
    try {
      this.line.alone();
      await this.request("identify", { token });
      this.memory.visitor = null;
      this.memory.rename(this.identity.key);
    } finally {
      this.upgrading = false;
    }
    this.line.move(this.identity.key);
    this.changed();
  }

  /** The buyer's token, for whatever wants one, with their drawer open; null for a visitor. */
  async token(): Promise<string | null> {
    const token = await this.identity.fresh();
    const { key } = this.identity;
    if (!this.memory.drawer.is(key)) {
      this.memory.open(key);
      this.line.move(key);
    }
    return token;
  }

  /** What a visitor is known by. */
  get visitor(): string | null {
    return this.memory.visitor;
  }

  flush(): void {
    this.memory.drawer.flush();
  }

  get storageDenied(): boolean {
    return this.env.storage.denied;
  }

  private receive(frame: Frame): void {
    if (frame.t === "welcome") return this.welcome(frame.d);
    if (frame.t === "ack") return this.ack(frame.re ?? "", frame.d);
    // What the server sends has the contract's shapes, which its own tests hold.
    if (frame.t === "error") return this.refuse(frame.re ?? "", frame.d as unknown as WireError);
    const { arrived, gap, resolved, stray } = this.store.apply(frame);
    if (stray) {
      this.store.beginReset();
      return this.line.renew();
    }
    if (gap) this.history(gap.conversation, gap.before);
    if (frame.t === "synced") this.synced = true;
    if (frame.t === "typing" && frame.d["on"]) this.typists.heard(String(frame.d["conversation"]));
    if (frame.t === "page" && frame.re) this.answers.resolve(frame.re, frame.d);
    if (frame.t === "handoff") this.events.told("handoff", { conversation: frame.d["conversation"], stage: frame.d["stage"] });
    if (resolved) this.events.told("resolved", { conversation: resolved });
    for (const { conversation, message } of arrived) {
      this.awaiting.answered(conversation);
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
      return this.line.renew();
    }
    this.refusals = 0;
    this.welcomed = d;
    this.expired = false;
    this.store.me = me ?? null;
    this.store.epoch = (d["epoch"] as string | undefined) ?? null;
    if (typeof d["visitor"] === "string") this.memory.visitor = d["visitor"];
    this.limits = { ...this.limits, ...(d["limits"] as Limits | undefined) };
    this.features = { ...this.features, ...(d["features"] as Record<string, boolean> | undefined) };
    if (d["resume"] !== "ok") this.store.beginReset();
    this.answers.resend((frame) => this.line.send(frame));
    this.sender.drain();
    this.changed();
  }

  private ack(id: string, d: Record<string, unknown>): void {
    const conversation = String(d["conversation"] ?? "");
    const item = this.sender.acked(id, conversation);
    if (!item) return this.answers.resolve(id, d);
    const own = ownMessage(item, d["message"] as Partial<Message> | undefined, this.store.me?.name ?? null);
    if (own) this.store.acked(conversation, own);
    if (item.thread !== conversation) {
      this.memory.keepDraft(conversation, this.drafts[item.thread] ?? "");
      this.memory.keepDraft(item.thread, "");
      this.events.named(item.thread, conversation);
    }
    this.awaitAnswer(conversation, item.id, own?.seq);
    this.changed();
  }

  private refuse(id: string, error: WireError): void {
    if (!this.sender.refused(id, error) && !this.answers.reject(id, error)) {
      if (error.code === "expired" || error.code === "auth") this.identity.forget();
      // Every tab hears of it: who asked knows, and who has the connection says so for all.
      if (!this.line.follows) this.events.error(error);
    }
    this.changed();
  }

  private request<T extends keyof BuyerCommands>(t: T, body: BuyerCommands[T]): Promise<Record<string, unknown>> {
    this.connect();
    const frame = { t, id: uuid7(this.env.clock.now()), d: { ...(body as object) } };
    const answer = this.answers.expect(frame);
    this.line.send(frame);
    return answer;
  }

  private retell(): Frame[] {
    if (!this.synced) return [];
    const { visitor } = this.memory;
    const d = { ...this.welcomed, resume: "reset", ...(visitor ? { visitor } : {}) };
    return [{ v: 1, t: "welcome", d }, ...this.store.retell()];
  }

  private did(deed: Deed): void {
    this.perform(deed);
    this.line.share(deed);
  }

  private perform(deed: Deed): void {
    if (deed.did === "shutdown") return this.forget();
    perform(deed, this.sender, this.memory);
    this.changed();
  }

  private awaitAnswer(conversation: string, re: string, seq = Infinity): void {
    const now = this.store.conversations[conversation];
    // Acked a second time, after a cut, it may have been answered long ago.
    const answered = now?.messages.some((m) => m.seq > seq && m.author.kind === "assistant");
    if (now?.state !== "human" && !answered) this.awaiting.expect(conversation, re);
  }

  private entered(phase: Phase, code: number): void {
    this.phase = phase;
    if (phase === "open") return;
    this.synced = false;
    if (code === 4401) {
      this.identity.forget();
      this.refusals += 1;
      this.expired = this.refusals > 1;
    }
    this.outbox.requeue();
    this.store.forgetPassing();
    this.changed();
  }

  private changed(): void {
    this.memory.save();
    this.events.change();
  }
}
