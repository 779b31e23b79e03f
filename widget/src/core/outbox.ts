import type { AttachmentPart, Message } from "./frames.js";

/** A message of ours on its way: it stays here, under its id, until the server has acknowledged it. */
export interface Outgoing {
  id: string;
  /** The thread in which it is shown: a conversation's id, or a local name for one that does not exist yet. */
  thread: string;
  /** Where it goes. Frozen once sent: the same id with another body would be refused. */
  conversation: string;
  text: string;
  context: Record<string, unknown>;
  /** Files that are at the server already. */
  attachments?: AttachmentPart[];
  at: number;
  state: "queued" | "sending" | "failed";
  /** Whether it has ever left this browser. */
  sent: boolean;
  error: string | null;
}

/** The server remembers an id for seven days; older than this, sending again could say it twice. */
export const STALE_MS = 6 * 24 * 3600 * 1000;

export class Outbox {
  items: readonly Outgoing[] = [];

  load(items: readonly Outgoing[], now: number): void {
    this.items = [];
    for (const item of items) this.add(now - item.at > STALE_MS ? { ...item, state: "failed", error: "error.stale" } : item);
  }

  /** One more, unless it is here already, in the order in which they were written. */
  add(item: Outgoing): void {
    if (this.items.some((i) => i.id === item.id)) return;
    const state = item.state === "sending" ? "queued" : item.state;
    this.items = [...this.items, { ...item, state }].sort((a, b) => a.at - b.at);
  }

  of(thread: string): Outgoing[] {
    return this.items.filter((item) => item.thread === thread);
  }

  /** Those that may go now, in order. A thread that does not exist yet sends one message and waits for its name. */
  ready(): Outgoing[] {
    const opening = new Set(this.items.filter((i) => i.state === "sending" && i.conversation === "new").map((i) => i.thread));
    const out: Outgoing[] = [];
    for (const item of this.items) {
      if (item.state !== "queued") continue;
      if (item.conversation === "new") {
        if (opening.has(item.thread)) continue;
        opening.add(item.thread);
      }
      out.push(item);
    }
    return out;
  }

  sending(id: string): void {
    this.change(id, { state: "sending", sent: true, error: null });
  }

  /** The connection ended: whatever was not acknowledged goes again, with the same id. */
  requeue(): void {
    this.items = this.items.map((item) => (item.state === "sending" ? { ...item, state: "queued" } : item));
  }

  requeueOne(id: string): void {
    this.change(id, { state: "queued", error: null });
  }

  failed(id: string, error: string): void {
    this.change(id, { state: "failed", error });
  }

  /** Acknowledged: it leaves, and its thread now has a name for those that were waiting behind it. */
  acked(id: string, conversation: string): Outgoing | null {
    const item = this.items.find((i) => i.id === id);
    if (!item) return null;
    this.items = this.items
      .filter((i) => i.id !== id)
      .map((i) => {
        if (i.thread !== item.thread) return i;
        return { ...i, thread: conversation, conversation: i.sent ? i.conversation : conversation };
      });
    return item;
  }

  /**
   * Try a failed one again, in the conversation that its thread has become since. An id that the server holds against
   * another body, or has forgotten, is not used twice.
   */
  retry(id: string, fresh: string, now: number): void {
    const item = this.items.find((i) => i.id === id);
    if (!item) return;
    const burnt = item.error === "error.id_reused" || item.error === "error.stale";
    const next = burnt ? { id: fresh, sent: false, at: now } : {};
    const conversation = item.thread.startsWith("new:") ? item.conversation : item.thread;
    this.change(id, { ...next, conversation, state: "queued", error: null });
  }

  discard(id: string): void {
    this.items = this.items.filter((i) => i.id !== id);
  }

  private change(id: string, next: Partial<Outgoing>): void {
    this.items = this.items.map((item) => (item.id === id ? { ...item, ...next } : item));
  }
}

/** Our own message, as its acknowledgement names it; null where that tells no number. */
export function ownMessage(item: Outgoing, told: Partial<Message> | undefined, name: string | null): Message | null {
  if (!told?.id || told.seq === undefined) return null;
  const at = told.at ?? new Date(item.at).toISOString();
  const author = { kind: "buyer" as const, name: name ?? "" };
  const rest = { generated_by: "human" as const, text: item.text, parts: item.attachments ?? [], citations: [], lang: "", rev: 0 };
  return { id: told.id, seq: told.seq, at, author, ...rest };
}
