import type { Frame } from "../src/core/frames.js";
import type { Wire } from "../src/core/socket.js";
import { conversation, message } from "./fakes.js";

const ME = { kind: "visitor", id: "v1", name: null, verified: false };

/** A server that knows one visitor: it keeps a log, allots numbers, and gives a repeated id its ack again. */
export class FakeServer {
  up = true;
  n = 0;
  epoch = "e";
  readonly lines = new Set<ServerWire>();
  readonly said: { id: string; text: string; conversation: string }[] = [];
  /** Ids that came more often than once, by how often. */
  readonly repeated = new Map<string, number>();
  /** How many frames the next sockets let through before they stall. */
  allow = Infinity;
  readonly upgraded: ServerWire[] = [];
  readonly hellos: Record<string, unknown>[] = [];
  opened = 0;
  mostOpen = 0;
  private log: Frame[] = [];
  private readonly acks = new Map<string, Record<string, unknown>>();
  private readonly threads = new Map<string, ReturnType<typeof conversation>>();

  open = (): Wire => {
    const wire = new ServerWire(this);
    wire.allow = this.allow;
    this.opened += 1;
    void Promise.resolve().then(() => (this.up ? wire.accept() : wire.die()));
    return wire;
  };

  join(wire: ServerWire): void {
    this.lines.add(wire);
    this.mostOpen = Math.max(this.mostOpen, this.lines.size);
  }

  crash(): void {
    this.up = false;
    for (const wire of [...this.lines]) wire.die();
  }

  receive(wire: ServerWire, frame: Frame): void {
    if (frame.t === "hello") this.welcome(wire, frame.d);
    if (frame.t === "say") this.say(wire, frame);
    if (frame.t === "identify") this.identified(wire, frame.id!);
    if (frame.t === "act") wire.tell({ v: 1, t: "ack", re: frame.id!, d: { done: frame.d["value"] } });
  }

  /** Something happens to a conversation, and everyone hears of it. */
  happen(t: string, d: Record<string, unknown>): void {
    this.n += 1;
    const event = { v: 1 as const, t, n: this.n, d };
    this.log.push(event);
    for (const wire of this.lines) if (wire.welcomed) wire.tell(event);
  }

  answer(id: string): void {
    const thread = this.threads.get(id)!;
    this.append(thread, "assistant", `answer ${thread.seq + 1}`, "done");
  }

  ids(): string[] {
    return [...this.threads.keys()];
  }

  /** What a page without a memory would be shown. */
  snapshot(): Record<string, unknown> {
    return JSON.parse(JSON.stringify({ conversations: [...this.threads.values()], me: ME })) as Record<string, unknown>;
  }

  private welcome(wire: ServerWire, d: Record<string, unknown>): void {
    this.hellos.push(d);
    const cursor = d["cursor"] as number | undefined;
    const ok = cursor !== undefined && d["epoch"] === this.epoch && cursor <= this.n;
    const visitor = d["visitor"] ? {} : { visitor: "secret" };
    const me = d["token"] ? { kind: "buyer", id: "alice", name: null, verified: true } : ME;
    wire.tell({ v: 1, t: "welcome", d: { epoch: this.epoch, heartbeat_ms: 25_000, resume: ok ? "ok" : "reset", me, ...visitor } });
    if (ok) for (const event of this.log) event.n! > cursor && wire.tell(event);
    else wire.tell({ v: 1, t: "snapshot", d: this.snapshot() });
    wire.tell({ v: 1, t: "synced", d: { n: this.n } });
    wire.welcomed = true;
  }

  /** From now on this line speaks for a buyer, who has the visitor's conversations. */
  private identified(wire: ServerWire, re: string): void {
    this.upgraded.push(wire);
    wire.tell({ v: 1, t: "ack", re, d: {} });
    wire.tell({ v: 1, t: "snapshot", d: { ...this.snapshot(), me: { kind: "buyer", id: "alice", name: null, verified: true } } });
    wire.tell({ v: 1, t: "synced", d: { n: this.n } });
  }

  private say(wire: ServerWire, frame: Frame): void {
    const id = frame.id!;
    const known = this.acks.get(id);
    if (known) this.repeated.set(id, (this.repeated.get(id) ?? 1) + 1);
    wire.tell({ v: 1, t: "ack", re: id, d: known ?? this.keep(id, frame.d) });
  }

  private keep(id: string, d: Record<string, unknown>): Record<string, unknown> {
    const name = d["conversation"] === "new" ? `c${this.threads.size + 1}` : String(d["conversation"]);
    const thread = this.threads.get(name) ?? conversation(name, []);
    this.threads.set(name, thread);
    this.said.push({ id, text: String(d["text"]), conversation: name });
    const own = this.append(thread, "buyer", String(d["text"]), "message");
    const ack = { conversation: name, message: { id: own.id, seq: own.seq, at: own.at } };
    this.acks.set(id, ack);
    return ack;
  }

  private append(thread: ReturnType<typeof conversation>, kind: "buyer" | "assistant", text: string, t: string) {
    thread.seq += 1;
    const one = message(thread.seq, { id: `${thread.id}.${thread.seq}`, text, author: { kind, name: "" } });
    thread.messages = [...thread.messages, one];
    thread.updated_at = one.at;
    this.happen(t, { conversation: thread.id, message: one });
    return one;
  }
}

/** One socket, seen from both ends. Words take a turn of the loop to arrive, in order. */
export class ServerWire implements Wire {
  welcomed = false;
  bufferedAmount = 0;
  onopen: Wire["onopen"] = null;
  onmessage: Wire["onmessage"] = null;
  onclose: Wire["onclose"] = null;
  onerror: Wire["onerror"] = null;
  /** Nothing that this end is told arrives. */
  deaf = false;
  /** The page behind it, which may be frozen or gone. */
  page = (run: () => void): void => run();
  private over = false;
  private queued: (() => void)[] = [];

  constructor(private readonly server: FakeServer) {}

  accept(): void {
    if (this.over) return;
    this.server.join(this);
    this.onopen?.();
  }
  send(text: string): void {
    void Promise.resolve().then(() => !this.over && this.server.receive(this, JSON.parse(text) as Frame));
  }
  tell(frame: Frame): void {
    const data = JSON.stringify(frame);
    this.queued.push(() => !this.over && !this.deaf && this.page(() => this.onmessage?.({ data })));
    this.flow(0);
  }
  /** Frames that the network still lets through. */
  allow = Infinity;
  flow(more: number): void {
    this.allow += more;
    for (; this.allow > 0 && this.queued.length; this.allow -= 1) void Promise.resolve().then(this.queued.shift());
  }
  close(): void {
    this.over = true;
    this.server.lines.delete(this);
  }
  die(): void {
    const told = this.onclose;
    this.close();
    this.page(() => told?.({ code: 1006 }));
  }
}
