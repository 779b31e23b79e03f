import type { Clock } from "./clock.js";

const ANSWER_MS = 30_000;

/** Conversations whose last message of ours has no answer yet. Nobody is kept waiting for one that never comes. */
export class Awaiting {
  private by: Record<string, string> = {};

  constructor(
    private readonly clock: Clock,
    private readonly changed: () => void,
  ) {}

  /** What the conversation's answer will be to, null where none is due. */
  of(conversation: string): string | null {
    return this.by[conversation] ?? null;
  }

  expect(conversation: string, re: string): void {
    this.by = { ...this.by, [conversation]: re };
    this.clock.after(ANSWER_MS, () => {
      if (this.by[conversation] === re) this.answered(conversation);
    });
    this.changed();
  }

  answered(conversation: string): void {
    const { [conversation]: _done, ...rest } = this.by;
    this.by = rest;
    this.changed();
  }
}
