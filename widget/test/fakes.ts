import type { Clock } from "../src/core/clock.js";
import type { Conversation, Frame, Message } from "../src/core/frames.js";
import type { Wire } from "../src/core/socket.js";
import type { Channel, Tabs } from "../src/core/tabs.js";

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
  bufferedAmount = 0;
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
    this.onopen?.();
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
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
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

/** One browser's locks and channels, and the tabs that share them. Words between tabs arrive when `settle` is awaited. */
export class FakeBrowser {
  private readonly queues = new Map<string, Claim[]>();
  private readonly ears = new Set<{ tab: FakeTabs; name: string; hear: (said: unknown) => void }>();
  denied = false;

  tab(): FakeTabs {
    return new FakeTabs(this);
  }

  claim(claim: Claim, force: boolean): () => void {
    if (this.denied) {
      void Promise.resolve().then(() => claim.lost(true));
      return () => {};
    }
    const queue = this.queues.get(claim.name) ?? [];
    this.queues.set(claim.name, queue);
    if (force) {
      const holder = queue.shift();
      queue.unshift(claim);
      if (holder) void Promise.resolve().then(() => holder.lost(false));
    } else queue.push(claim);
    this.grant(claim.name);
    return () => this.leave((c) => c === claim);
  }

  leave(gone: (claim: Claim) => boolean): void {
    for (const [name, queue] of this.queues) {
      this.queues.set(name, queue.filter((c) => !gone(c)));
      this.grant(name);
    }
  }

  private grant(name: string): void {
    void Promise.resolve().then(() => {
      const first = this.queues.get(name)?.[0];
      if (!first || first.won) return;
      first.won = true;
      first.granted();
    });
  }

  open(tab: FakeTabs, name: string, hear: (said: unknown) => void): { post(said: unknown): void; close(): void } {
    const ear = { tab, name, hear };
    this.ears.add(ear);
    const post = (said: unknown) => {
      if (tab.dead) return;
      const text = JSON.stringify(said);
      const others = [...this.ears].filter((e) => e.name === name && e !== ear);
      void Promise.resolve().then(() => others.forEach((e) => this.ears.has(e) && e.tab.hear(() => e.hear(JSON.parse(text)))));
    };
    return { post, close: () => this.ears.delete(ear) };
  }

  forget(tab: FakeTabs): void {
    for (const ear of this.ears) if (ear.tab === tab) this.ears.delete(ear);
    this.leave((c) => c.tab === tab);
  }
}

interface Claim {
  tab: FakeTabs;
  name: string;
  granted: () => void;
  lost: (denied: boolean) => void;
  won?: boolean;
}

export class FakeTabs implements Tabs {
  dead = false;
  frozen = false;
  private waiting: (() => void)[] = [];

  constructor(private readonly browser: FakeBrowser) {}

  lead(name: string, force: boolean, won: () => void, lost: (denied: boolean) => void): () => void {
    return this.browser.claim({ tab: this, name, granted: () => this.hear(won), lost: (denied) => this.hear(() => lost(denied)) }, force);
  }
  channel(name: string, hear: (said: unknown) => void): Channel {
    return this.browser.open(this, name, hear);
  }
  /** Whatever comes to a tab: a frozen one hears it when it thaws, a dead one never. */
  hear(run: () => void): void {
    if (this.frozen && !this.dead) this.waiting.push(run);
    else if (!this.dead) run();
  }
  /** As a crash: no code of the tab runs any more. */
  kill(): void {
    this.dead = true;
    this.browser.forget(this);
  }
  thaw(): void {
    this.frozen = false;
    this.waiting.splice(0).forEach((run) => run());
  }
}
