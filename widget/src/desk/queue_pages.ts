import { batch, signal } from "@preact/signals";
import type { DeskApi } from "./api.js";
import type { Counts, Row, View } from "./model.js";

export interface QueueHost {
  api: DeskApi;
  lang(): string;
  /** Rows and counts have come, as the server holds them; `first` where it was the first page. */
  came(rows: readonly Row[], counts: Counts, first: boolean): void;
}

/** The pages of each view that were asked for, one after the other. */
export class QueuePages {
  /** Whether a view's first page has come, or cannot. */
  readonly loaded = signal<Record<string, boolean>>({});
  private readonly next: Partial<Record<View, string | null>> = {};
  private asking: string | null = null;

  constructor(private readonly host: QueueHost) {}

  fetch(view: View, after?: string): void {
    if (!this.host.api.token) return;
    const here = () => (this.loaded.value = { ...this.loaded.peek(), [view]: true });
    this.host.api
      .queue(view, this.host.lang(), after)
      .then((found) => {
        this.next[view] = found.next;
        batch(() => (this.host.came(found.rows, found.counts, !after), here()));
      }, here)
      .finally(() => (this.asking = after === this.asking ? null : this.asking));
  }

  /** The page after those that are here, once. */
  more(view: View): void {
    const next = this.next[view];
    if (!next || this.asking === next) return;
    this.asking = next;
    this.fetch(view, next);
  }

  forget(): void {
    this.loaded.value = {};
  }
}
