import { backoff, FIRST_MS } from "./backoff.js";
import type { Clock } from "./clock.js";
import { type Frame, readFrame, SUBPROTOCOL } from "./frames.js";
import { json } from "./json.js";
import type { HelloCommand } from "./wire.js";

export type Phase = "idle" | "connecting" | "open" | "waiting" | "offline" | "stopped";

/** The part of a WebSocket that we use. */
export interface Wire {
  send(text: string): void;
  readonly bufferedAmount?: number;
  close(code?: number): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onerror: (() => void) | null;
}

export interface SocketEnv {
  url: string;
  open(url: string, protocol: string): Wire;
  clock: Clock;
  random: () => number;
  online: () => boolean;
}

export interface SocketHooks {
  /** The body of `hello`; a rejection (no token to be had) counts as a failed try. */
  hello(): Promise<HelloCommand>;
  frame(frame: Frame): void;
  phase(phase: Phase, code: number): void;
}

const OPENING_MS = 10_000;
const SILENCE = 2.2;
/** Asking again changes nothing: the origin or shop is refused, or the protocol is another one. */
const FINAL = new Set([4403, 4426]);
const SLOW_DOWN_MS = 10_000;
/** So much unsent is a line that does not keep up. */
const CONGESTED_BYTES = 64 * 1024;

/** One connection that comes back by itself. It knows opening, silence and waiting, nothing of chats. */
export class Socket {
  phase: Phase = "idle";
  private wire: Wire | null = null;
  private attempt = 0;
  private heartbeatMs = 25_000;
  private byeMs: number | null = null;
  private stopTimer: () => void = () => {};
  private stopSilence: () => void = () => {};

  constructor(
    private readonly env: SocketEnv,
    private readonly hooks: SocketHooks,
  ) {}

  start(): void {
    if (this.phase === "idle" || this.phase === "stopped") this.connect();
  }

  stop(): void {
    this.drop(1000);
    this.enter("idle");
  }

  /** A reason to try now rather than later: the network is back, the page is looked at again. */
  kick(): void {
    if (this.phase !== "waiting" && this.phase !== "offline") return;
    this.attempt = 0;
    this.connect();
  }

  /** The browser says that there is no network: do not wait for the silence to prove it. */
  offline(): void {
    if (this.phase === "idle" || this.phase === "stopped") return;
    this.drop(4000);
    this.enter("offline");
  }

  /** Leave this connection and open another at once (a new identity, a new token). */
  renew(): void {
    if (this.phase === "idle" || this.phase === "stopped") return;
    this.drop(1000);
    this.connect();
  }

  get congested(): boolean {
    return (this.wire?.bufferedAmount ?? 0) > CONGESTED_BYTES;
  }

  send(frame: Omit<Frame, "v">): boolean {
    if (this.phase !== "open" || !this.wire) return false;
    if (frame.t === "typing" && this.congested) return false;
    this.wire.send(json({ v: 1, ...frame }));
    return true;
  }

  private connect(): void {
    this.stopTimer();
    if (!this.env.online()) return this.enter("offline");
    this.enter("connecting");
    let wire: Wire;
    try {
      wire = this.env.open(this.env.url, SUBPROTOCOL);
    } catch {
      return this.wait(0);
    }
    this.wire = wire;
    this.stopTimer = this.env.clock.after(OPENING_MS, () => this.lost(wire, 0));
    wire.onopen = () => void this.greet(wire);
    wire.onmessage = (event) => this.receive(wire, event.data);
    wire.onclose = (event) => this.lost(wire, event.code);
    wire.onerror = () => {};
  }

  private async greet(wire: Wire): Promise<void> {
    try {
      const d = await this.hooks.hello();
      if (wire === this.wire) wire.send(json({ v: 1, t: "hello", d }));
    } catch {
      this.lost(wire, 4401);
    }
  }

  private receive(wire: Wire, data: unknown): void {
    if (wire !== this.wire) return;
    this.listen(wire);
    const frame = typeof data === "string" ? readFrame(data) : null;
    if (!frame) return;
    if (frame.t === "ping") return wire.send(json({ v: 1, t: "pong", re: frame.id ?? frame.d["id"], d: {} }));
    if (frame.t === "bye") this.byeMs = Number(frame.d["after_ms"] ?? 0);
    if (frame.t === "welcome") this.welcomed(frame, wire);
    this.hooks.frame(frame);
  }

  private welcomed(frame: Frame, wire: Wire): void {
    this.stopTimer();
    this.attempt = 0;
    this.heartbeatMs = Number(frame.d["heartbeat_ms"]) || this.heartbeatMs;
    this.listen(wire);
    this.enter("open");
  }

  /** Silence for 2.2 heartbeats means the other end is gone, whatever TCP believes. */
  private listen(wire: Wire): void {
    this.stopSilence();
    this.stopSilence = this.env.clock.after(this.heartbeatMs * SILENCE, () => this.lost(wire, 0));
  }

  private lost(wire: Wire, code: number): void {
    if (wire !== this.wire) return;
    this.drop(code === 0 ? 4000 : null);
    if (FINAL.has(code)) return this.enter("stopped", code);
    this.wait(code);
  }

  private wait(code: number): void {
    if (!this.env.online()) return this.enter("offline", code);
    const floor = code === 4429 || code === 4400 ? SLOW_DOWN_MS : 0;
    const ms = this.byeMs === null ? Math.max(floor, backoff(this.attempt, this.env.random)) : this.scattered(this.byeMs);
    this.byeMs = null;
    this.attempt += 1;
    this.enter("waiting", code);
    this.stopTimer = this.env.clock.after(ms, () => this.connect());
  }

  /** Not before the server asked for, and not all at once. */
  private scattered(ms: number): number {
    return Math.round(ms + (Math.max(ms, FIRST_MS) / 2) * this.env.random());
  }

  private drop(code: number | null): void {
    this.stopTimer();
    this.stopSilence();
    const wire = this.wire;
    this.wire = null;
    if (!wire) return;
    wire.onopen = wire.onmessage = wire.onclose = wire.onerror = null;
    if (code !== null) wire.close(code);
  }

  private enter(phase: Phase, code = 0): void {
    if (phase === this.phase && code === 0) return;
    this.phase = phase;
    this.hooks.phase(phase, code);
  }
}
