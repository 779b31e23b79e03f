import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "../src/core/frames.js";
import { type FakeClock, FakeWire, settle } from "./fakes.js";

/** A line of docs/transcripts, whose rules stand in tests/conformance/transcript.py. */
export interface Line {
  from: "client" | "server" | "operator";
  socket: string;
  frame?: Frame;
  text?: string;
  raw?: boolean;
  lost?: boolean;
  leaves?: boolean;
  close?: number;
}

const FOLDER = join(process.cwd(), "..", "docs", "transcripts");

export function names(): string[] {
  return readdirSync(FOLDER).filter((name) => name.endsWith(".jsonl")).map((name) => name.slice(0, -6)).sort();
}

/** What goes over one client's sockets, in order. */
export function linesOf(name: string, socket: string): Line[] {
  return all(name).filter((line) => line.socket === socket);
}

export function socketsOf(name: string): string[] {
  return [...new Set(all(name).filter((line) => line.from !== "operator").map((line) => line.socket))];
}

function all(name: string): Line[] {
  const text = readFileSync(join(FOLDER, `${name}.jsonl`), "utf8");
  return text.split("\n").filter(Boolean).map((line) => ({ socket: "buyer", ...(JSON.parse(line) as Omit<Line, "socket">) }));
}

/** A client of ours under test: it is told what its user does. */
export interface Actor {
  readonly clock: FakeClock;
  readonly wires: FakeWire[];
  /** Come, for the first time; later it has to come back by itself. */
  start(hello: Frame): void;
  /** Before it comes back: a record that was restored meanwhile is of another epoch than the one it knows. */
  misremember?(epoch: string): void;
  /** What leads to this frame. */
  act(frame: Frame): void;
}

const PATIENCE_MS = 60_000;
const STEP_MS = 100;

/** Plays the server's lines to a client of ours and holds it to its own. */
export class Player {
  /** The client's names for what the transcript names with `$`. */
  readonly real: Record<string, string> = {};
  readonly heard: Frame[] = [];
  /** How long it took to come back, each time. */
  readonly waited: number[] = [];
  private seen = 0;
  private open = false;

  constructor(private readonly actor: Actor) {}

  async play(lines: readonly Line[]): Promise<void> {
    for (const line of lines) {
      await settle();
      if (line.from === "server") this.serve(line);
      else if (line.leaves) this.die(1006);
      else if (line.frame && !line.raw) await this.expect(line.frame);
      else if (!this.open) await this.greet(null);
    }
    await settle();
    this.nothingMore();
  }

  private get wire(): FakeWire {
    return this.actor.wires[this.actor.wires.length - 1]!;
  }

  private serve(line: Line): void {
    this.nothingMore();
    if (line.close !== undefined) return this.die(line.close);
    if (line.lost) return;
    const frame = this.named(line.frame!) as Frame;
    this.heard.push(frame);
    const { t, d, ...head } = frame;
    this.wire.tell(t, d, head);
  }

  private async expect(frame: Frame): Promise<void> {
    if (frame.t === "hello") return this.greet(frame);
    if (this.wire.sent.length === this.seen) this.actor.act(frame);
    await settle();
    this.compare(frame);
  }

  private async greet(hello: Frame | null): Promise<void> {
    if (!this.actor.wires.length) this.actor.start(hello ?? { v: 1, t: "hello", d: {} });
    else this.comeBack(String(hello?.d["epoch"] ?? "$"));
    await settle();
    this.open = true;
    this.seen = 0;
    this.wire.opened();
    await settle();
    if (hello) this.compare(hello);
    else this.seen = this.wire.sent.length;
  }

  private comeBack(epoch: string): void {
    if (!epoch.startsWith("$")) this.actor.misremember?.(epoch);
    const before = this.actor.wires.length;
    let waited = 0;
    for (; this.actor.wires.length === before && waited < PATIENCE_MS; waited += STEP_MS) this.actor.clock.pass(STEP_MS);
    assert.ok(this.actor.wires.length > before, "it does not come back");
    this.waited.push(waited);
  }

  /** The next frame that the client has sent is the transcript's, but for its own id and its zone. */
  private compare(told: Frame): void {
    const came = this.wire.sent[this.seen];
    assert.ok(came, `${told.t} is not sent`);
    this.seen += 1;
    if (told.id && came.id) this.real[told.id] ??= came.id;
    const zone = told.t === "hello" ? { timezone: came.d["timezone"] } : {};
    assert.deepEqual(came, { ...(this.named(told) as Frame), d: { ...(this.named(told.d) as object), ...zone } });
  }

  private nothingMore(): void {
    if (this.open) assert.deepEqual(this.wire.sent.slice(this.seen), [], "more than the transcript has");
  }

  private die(code: number): void {
    this.open = false;
    this.wire.die(code);
  }

  named(value: unknown): unknown {
    if (typeof value === "string") return value.startsWith("$long:") ? "长".repeat(Number(value.slice(6))) : (this.real[value] ?? value);
    if (Array.isArray(value)) return value.map((one) => this.named(one));
    if (!value || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.named(one)]));
  }
}
