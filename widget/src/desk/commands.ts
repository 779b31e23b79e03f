import type { Clock } from "../core/clock.js";
import type { Frame, WireError } from "../core/frames.js";
import type { Storage } from "../core/storage.js";
import { uuid7 } from "../core/uuid.js";

type Json = Record<string, unknown>;

export interface Command {
  id: string;
  t: string;
  d: Json;
  at: number;
}

interface Waiting {
  command: Command;
  done: Promise<Json>;
  resolve(d: Json): void;
  reject(error: CommandRefused): void;
}

/** The server said no; `current` is what stands instead. */
export class CommandRefused extends Error {
  constructor(
    readonly code: string,
    readonly current: Json | null,
  ) {
    super(code);
  }
}

const AGAIN_MS = 2000;
const ACK_MS = 15_000;
/** The server forgets ids after seven days. */
const STALE_MS = 6 * 86_400_000;
/** What a person wrote outlives a reload; a click on a button that the page forgot does not. */
const KEPT = new Set(["say", "note"]);

/** Commands under one id each, sent again after each reconnect until the server has acknowledged or refused them. */
export class Commands {
  private readonly waiting = new Map<string, Waiting>();
  private key: string | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly storage: Storage,
    private readonly send: (frame: Omit<Frame, "v">) => boolean,
    private readonly changed: () => void,
  ) {}

  /** What the last page of this agent could not deliver. */
  open(agent: string): void {
    this.key = `anxin:desk:${agent}:pending`;
    for (const command of this.read()) {
      if (this.clock.now() - command.at > STALE_MS || this.waiting.has(command.id)) continue;
      this.wait(command).catch(() => {});
    }
  }

  issue(t: string, d: Json, id = uuid7(this.clock.now())): Promise<Json> {
    const command = { id, t, d, at: this.clock.now() };
    const done = this.wait(command);
    this.keep();
    this.go(command);
    return done;
  }

  /** Once every reply that was sent to a conversation has its answer: true where all of them were taken. */
  async replied(conversation: string): Promise<boolean> {
    const own = [...this.waiting.values()].filter(({ command }) => command.t === "say" && command.d["conversation"] === conversation);
    const ends = await Promise.allSettled(own.map(({ done }) => done));
    return ends.every((end) => end.status === "fulfilled");
  }

  resend(): void {
    for (const { command } of this.waiting.values()) this.go(command);
  }

  ack(id: string, d: Json): void {
    this.take(id)?.resolve(d);
  }

  /** Whether the refusal was of a command. What may be tried again is, after the server's pause. */
  refuse(id: string, error: WireError): boolean {
    const waiting = this.waiting.get(id);
    if (!waiting) return false;
    if (error.retry || error.code === "rate") {
      this.clock.after(error.after_ms ?? AGAIN_MS, () => this.waiting.has(id) && this.go(waiting.command));
      return true;
    }
    const current = error.current && typeof error.current === "object" ? (error.current as Json) : null;
    this.take(id)?.reject(new CommandRefused(error.code, current));
    return true;
  }

  /** Written and not yet acknowledged, of one conversation. */
  pending(conversation: string): Command[] {
    const own = [...this.waiting.values()].map(({ command }) => command);
    return own.filter((command) => KEPT.has(command.t) && command.d["conversation"] === conversation);
  }

  /** Once everything has its answer, or after `ms`. */
  async delivered(ms: number): Promise<void> {
    const all = [...this.waiting.values()].map(({ done }) => done);
    await Promise.race([Promise.allSettled(all), new Promise<void>((late) => this.clock.after(ms, late))]);
  }

  /** Log out: whoever waits is told. */
  drop(): void {
    for (const id of [...this.waiting.keys()]) this.take(id)?.reject(new CommandRefused("closed", null));
    if (this.key) this.storage.remove(this.key);
    this.key = null;
  }

  private wait(command: Command): Promise<Json> {
    let ends!: Pick<Waiting, "resolve" | "reject">;
    const done = new Promise<Json>((resolve, reject) => (ends = { resolve, reject }));
    this.waiting.set(command.id, { command, done, ...ends });
    return done;
  }

  private go(command: Command): void {
    const { id, t, d } = command;
    if (this.send({ t, id, d })) this.clock.after(ACK_MS, () => this.waiting.has(id) && this.send({ t, id, d }));
  }

  private take(id: string): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    this.keep();
    this.changed();
    return waiting;
  }

  private keep(): void {
    if (!this.key) return;
    const kept = [...this.waiting.values()].map(({ command }) => command).filter((command) => KEPT.has(command.t));
    if (kept.length) this.storage.set(this.key, JSON.stringify(kept));
    else this.storage.remove(this.key);
  }

  private read(): Command[] {
    try {
      const kept = JSON.parse((this.key && this.storage.get(this.key)) || "[]") as Command[];
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  }
}
