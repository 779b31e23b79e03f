import { signal } from "@preact/signals";
import { wallClock } from "../core/clock.js";
import type { DeskApi } from "./api.js";
import type { FoundRow } from "./model.js";

/** So long nothing is typed before the server is asked. */
const TYPED_MS = 250;

export interface Found {
  query: string;
  rows: FoundRow[];
  next: string | null;
  /** Of so many events nothing is found yet: the record is being read for the first time. */
  behind: number;
  state: "typing" | "loading" | "more" | "done" | "failed";
}

/** What is searched among all tickets of the shop, at the server; null where nothing is. */
export class TicketSearch {
  readonly found = signal<Found | null>(null);
  private cancel: () => void = () => {};

  constructor(
    private readonly api: DeskApi,
    private readonly lang: () => string,
  ) {}

  look(query: string): void {
    this.cancel();
    const q = query.trim();
    if (!q) return void (this.found.value = null);
    const before = this.found.peek();
    this.found.value = { query: q, rows: before?.rows ?? [], next: null, behind: 0, state: "typing" };
    this.cancel = wallClock.after(TYPED_MS, () => this.again());
  }

  /** The first page, anew. */
  again(): void {
    const now = this.found.peek();
    if (now) void this.ask({ ...now, next: null, state: "loading" }, []);
  }

  more(): void {
    const now = this.found.peek();
    if (now?.state === "done" && now.next) void this.ask({ ...now, state: "more" }, now.rows);
  }

  private async ask(asking: Found, kept: FoundRow[]): Promise<void> {
    this.found.value = asking;
    const answer = await this.api.searchTickets(asking.query, this.lang(), asking.next ?? undefined).catch(() => null);
    if (this.found.peek() !== asking) return; // something else was typed meanwhile
    const rows = answer ? apart([...kept, ...answer.rows]) : asking.rows;
    this.found.value = { query: asking.query, rows, next: answer?.next ?? asking.next, behind: answer?.behind ?? 0, state: answer ? "done" : "failed" };
  }
}

/** A conversation once, with the newest of its tickets that were found. */
function apart(rows: readonly FoundRow[]): FoundRow[] {
  const seen = new Set<string>();
  return rows.filter(({ conversation: { id } }) => !seen.has(id) && seen.add(id));
}
