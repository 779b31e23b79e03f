import type { Clock } from "../core/clock.js";
import type { AttachmentPart } from "../core/frames.js";
import { uuid7 } from "../core/uuid.js";

export const UNDO_MS = 5000;

export interface Delayed {
  id: string;
  conversation: string;
  text: string;
  files: AttachmentPart[];
  at: number;
  due: number;
  /** What the conversation is resolved with once the words are out. */
  resolution: string | null;
}

/** Replies that wait five seconds, so that a slip can be taken back. One per conversation: the next sends the one before. */
export class DelayedSend {
  items: readonly Delayed[] = [];
  private timers = new Map<string, () => void>();

  constructor(
    private readonly clock: Clock,
    private readonly out: (item: Delayed) => void,
    private readonly changed: () => void,
  ) {}

  add(conversation: string, text: string, resolution: string | null, files: AttachmentPart[] = []): Delayed {
    for (const before of this.of(conversation)) this.now(before.id);
    const at = this.clock.now();
    const item = { id: uuid7(at), conversation, text, files, at, due: at + UNDO_MS, resolution };
    this.items = [...this.items, item];
    this.timers.set(item.id, this.clock.after(UNDO_MS, () => this.now(item.id)));
    this.changed();
    return item;
  }

  /** Take it back: the words return to whoever asks. */
  undo(id: string): Delayed | null {
    return this.take(id);
  }

  now(id: string): void {
    const item = this.take(id);
    if (item) this.out(item);
  }

  /** Send the words at once, and leave it to the caller what becomes of the conversation. */
  words(id: string): void {
    const item = this.take(id);
    if (item) this.out({ ...item, resolution: null });
  }

  flush(): void {
    for (const item of this.items) this.now(item.id);
  }

  of(conversation: string): Delayed[] {
    return this.items.filter((item) => item.conversation === conversation);
  }

  private take(id: string): Delayed | null {
    const item = this.items.find((one) => one.id === id) ?? null;
    this.timers.get(id)?.();
    this.timers.delete(id);
    this.items = this.items.filter((one) => one.id !== id);
    if (item) this.changed();
    return item;
  }
}
