import type { Clock } from "../core/clock.js";
import type { Frame, Limits, Message, WireError } from "../core/frames.js";
import { type Phase, Socket, type Wire } from "../core/socket.js";
import type { Storage } from "../core/storage.js";
import { uuid7 } from "../core/uuid.js";
import type { HelloCommand } from "../core/wire.js";
import { Commands } from "./commands.js";
import type { AgentMe } from "./model.js";
import { DeskStore, type Heard } from "./store.js";

export interface DeskEnv {
  base: string;
  storage: Storage;
  clock: Clock;
  random: () => number;
  online: () => boolean;
  open(url: string, protocol: string): Wire;
}

export interface DeskEvents {
  change(): void;
  heard(heard: Heard): void;
  /** All that was missed has arrived; after a reset nothing that was known before counts. */
  synced(reset: boolean): void;
  /** The session is over: a login is needed, nothing is lost. */
  expired(): void;
}

const TYPING_MS = 6000;

/** An agent's connection: opening, resuming by cursor, commands until they are acknowledged. No picture, no HTTP. */
export class DeskClient {
  readonly store = new DeskStore();
  readonly commands: Commands;
  phase: Phase = "idle";
  synced = false;
  away = false;
  uploads: Limits["uploads"] = { size: 0, count: 0, types: [] };
  private readonly socket: Socket;
  private token: string | null = null;
  private viewed: string | null = null;
  private reset = false;
  private locale = "zh-CN";
  private hush: Record<string, () => void> = {};

  constructor(
    private readonly env: DeskEnv,
    private readonly events: DeskEvents,
  ) {
    const url = env.base.replace(/^http/, "ws") + "/ws";
    this.socket = new Socket({ url, ...env }, { hello: async () => this.hello(), frame: (f) => this.receive(f), phase: (p, c) => this.entered(p, c) });
    this.commands = new Commands(env.clock, env.storage, (frame) => this.synced && this.socket.send(frame), () => events.change());
  }

  login(token: string, me: AgentMe, locale: string): void {
    const other = this.store.me !== null && this.store.me.id !== me.id;
    if (other) {
      this.commands.drop();
      this.store.clear();
    }
    this.token = token;
    this.locale = locale;
    this.store.me = me;
    this.commands.open(me.id);
    this.socket.stop();
    this.socket.start();
  }

  logout(): void {
    this.socket.stop();
    this.commands.drop();
    this.store.clear();
    this.store.me = null;
    this.token = null;
  }

  /** The session ended: be silent until there is another. */
  pause(): void {
    this.token = null;
    this.socket.stop();
  }

  kick(): void {
    this.socket.kick();
  }

  offline(): void {
    this.socket.offline();
  }

  issue(t: string, d: Record<string, unknown>, id?: string): Promise<Record<string, unknown>> {
    return this.commands.issue(t, d, id);
  }

  view(conversation: string | null): void {
    this.viewed = conversation;
    this.passing("viewing", { conversation });
  }

  typing(conversation: string, on: boolean): void {
    this.passing("typing", { conversation, on });
  }

  presence(away: boolean): void {
    this.away = away;
    this.store.setPresence(away ? "away" : "online");
    this.passing("presence", { state: away ? "away" : "online" });
    this.events.change();
  }

  read(conversation: string, seq: number): void {
    this.store.markRead(conversation, "agent", seq);
    this.passing("read", { conversation, seq });
    this.events.change();
  }

  history(conversation: string, before_seq: number): void {
    this.passing("history", { conversation, before_seq, limit: 50 });
  }

  private passing(t: string, d: Record<string, unknown>): void {
    if (this.synced) this.socket.send({ t, id: uuid7(this.env.clock.now()), d });
  }

  private hello(): HelloCommand {
    if (!this.token) throw new Error("no session");
    const { cursor, epoch, me } = this.store;
    const resume = cursor === null ? {} : { cursor, epoch };
    const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return { role: "agent", shop: me?.shop ?? "", token: this.token, ...resume, locale: this.locale, timezone, caps: [] };
  }

  /** A small thing of this agent's own, under a name, over a reload. */
  recall(name: string): string | null {
    return this.env.storage.get(this.own(name));
  }

  remember(name: string, text: string | null): void {
    if (text === null) this.env.storage.remove(this.own(name));
    else this.env.storage.set(this.own(name), text);
  }

  private own(name: string): string {
    return `anxin:desk:${this.store.me?.id}:${name}`;
  }

  private receive(frame: Frame): void {
    if (frame.t === "welcome") return this.welcome(frame.d);
    if (frame.t === "ack") return this.commands.ack(frame.re ?? "", frame.d);
    // What the server sends has the contract's shapes, which its own tests hold.
    if (frame.t === "error") return this.refuse(frame.re ?? "", frame.d as unknown as WireError);
    if (frame.t === "page") this.store.takePage(String(frame.d["conversation"]), (frame.d["messages"] ?? []) as Message[], Boolean(frame.d["has_more"]));
    const heard = this.store.apply(frame);
    if (frame.t === "typing") this.fade(String(frame.d["conversation"]));
    if (frame.t === "synced") this.settled();
    this.events.heard(heard);
    this.events.change();
  }

  /** Somebody whose "stopped typing" got lost does not type for ever. */
  private fade(id: string): void {
    this.hush[id]?.();
    this.hush[id] = this.env.clock.after(TYPING_MS, () => {
      this.store.apply({ v: 1, t: "typing", d: { conversation: id, on: false } });
      this.events.change();
    });
  }

  private welcome(d: Record<string, unknown>): void {
    this.reset = d["resume"] !== "ok";
    this.uploads = (d["limits"] as Limits | undefined)?.uploads ?? this.uploads;
    this.store.epoch = (d["epoch"] as string | undefined) ?? null;
    if (this.reset) this.store.beginReset();
  }

  private settled(): void {
    this.synced = true;
    if (this.away) this.passing("presence", { state: "away" });
    if (this.viewed) this.passing("viewing", { conversation: this.viewed });
    this.commands.resend();
    this.events.synced(this.reset);
  }

  private refuse(id: string, error: WireError): void {
    if (this.commands.refuse(id, error)) return;
    if (error.code === "auth" || error.code === "expired") this.events.expired();
  }

  private entered(phase: Phase, code: number): void {
    this.phase = phase;
    if (phase !== "open") {
      this.synced = false;
      this.store.forgetPassing();
    }
    this.events.change();
    if (code === 4401) this.events.expired();
  }
}
