import type { Clock } from "./clock.js";

const SILENT_MS = 8000;

/** Somebody typing says so again and again; who stopped without saying has stopped all the same. */
export class Typists {
  private readonly cancel = new Map<string, () => void>();

  constructor(
    private readonly clock: Clock,
    private readonly hush: (conversation: string) => void,
  ) {}

  heard(conversation: string): void {
    this.cancel.get(conversation)?.();
    const stop = this.clock.after(SILENT_MS, () => this.hush(conversation));
    this.cancel.set(conversation, stop);
  }
}
