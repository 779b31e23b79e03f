import type { Clock } from "../src/core/clock.js";
import type { Conversation, Frame, Message } from "../src/core/frames.js";
import type { Wire } from "../src/core/socket.js";

/** Time that moves when told to. */
export class FakeClock implements Clock {
  private at = 1_760_000_000_000;
  private jobs: { due: number; run: () => void }[] = [];

  now(): number {
    return this.at;
  }

  after(ms: number, run: () => void): () => void {
    const job = { due: this.at + ms, run };
    this.jobs.push(job);
    return () => {
      this.jobs = this.jobs.filter((j) => j !== job);
    };
  }

  pass(ms: number): void {
    const end = this.at + ms;
    for (;;) {
      const next = this.jobs.filter((j) => j.due <= end).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.jobs = this.jobs.filter((j) => j !== next);
      this.at = next.due;
      next.run();
    }
    this.at = end;
  }
}

/** The server's end of one socket, held by the test. */
export class FakeWire implements Wire {
  sent: Frame[] = [];
  closed: number | null | undefined = undefined;
  onopen: Wire["onopen"] = null;
  onmessage: Wire["onmessage"] = null;
  onclose: Wire["onclose"] = null;
  onerror: Wire["onerror"] = null;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Frame);
  }
  close(code?: number): void {
    this.closed = code ?? null;
  }
  opened(): void {
    this.onopen?.(undefined as never);
  }
  tell(t: string, d: Record<string, unknown> = {}, rest: Partial<Frame> = {}): void {
    this.onmessage?.({ data: JSON.stringify({ v: 1, t, d, ...rest }) });
  }
  die(code = 1006): void {
    this.onclose?.({ code });
  }
  of(t: string): Frame[] {
    return this.sent.filter((f) => f.t === t);
  }
}

/** Let promises that are ready run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
}

export function message(seq: number, more: Partial<Message> = {}): Message {
  const author = { kind: "assistant" as const, name: "" };
  const at = new Date(1_760_000_000_000 + seq * 1000).toISOString();
  return { id: `m${seq}`, seq, at, author, generated_by: "rules", text: `text ${seq}`, parts: [], citations: [], lang: "en", rev: 0, ...more };
}

export function conversation(id: string, messages: Message[], more: Partial<Conversation> = {}): Conversation {
  const seq = messages.reduce((top, m) => Math.max(top, m.seq), 0);
  const at = "2025-10-09T08:53:20Z";
  const rest = { assignee: null, rev: 1, read: { buyer: 0, agent: 0 }, subject: "", lang: "en", has_more: false };
  const times = { created_at: at, updated_at: at, joined_at: null, snoozed_until: null };
  return { id, conversation: id, state: "bot", seq, messages, ...times, ...rest, ...more };
}
