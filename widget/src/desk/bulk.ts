import { batch, signal } from "@preact/signals";
import type { DeskApi } from "./api.js";
import { CommandRefused } from "./commands.js";
import type { AgentMe, Row, Ticket } from "./model.js";

export const BULK = ["assign", "tag", "priority", "snooze", "resolve", "macro"] as const;
export type BulkAction = (typeof BULK)[number];

/** What became of one of many. */
export interface Told {
  id: string;
  name: string;
  number: string;
  /** Why it was refused; empty where it was done. */
  why: string;
}

export interface BulkNeeds {
  api: DeskApi;
  issue(t: string, d: Record<string, unknown>): Promise<unknown>;
  me(): AgentMe | null;
  /** A refusal in words. */
  why(code: string, current: unknown, t?: string): string;
  noTicket(): string;
}

type Issued = (row: Row) => [string, Record<string, unknown>];
type Answer = { results: { number: string; problem?: { detail?: string; title?: string; code?: string; current?: unknown } }[] };

const AT_ONCE = 200;

/** Several conversations chosen in the queue, and the same done to each: what is refused for one is done for the others. */
export class Bulk {
  readonly picked = signal<ReadonlySet<string>>(new Set());
  readonly action = signal<BulkAction | null>(null);
  readonly done = signal(0);
  readonly told = signal<Told[] | null>(null);
  private anchor: string | null = null;

  constructor(private readonly needs: BulkNeeds) {}

  /** Choose one or leave it out; with `range` all from the one before are chosen. */
  toggle(id: string, shown: readonly string[], range = false): void {
    const next = new Set(this.picked.peek());
    const [from, to] = [shown.indexOf(this.anchor ?? ""), shown.indexOf(id)];
    if (range && from >= 0 && to >= 0) for (const one of shown.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(one);
    else if (!next.delete(id)) next.add(id);
    this.anchor = id;
    this.picked.value = next;
  }

  all(shown: readonly string[]): void {
    this.picked.value = new Set(shown);
  }

  clear(): void {
    this.anchor = null;
    this.picked.value = new Set();
  }

  begin(action: BulkAction): void {
    batch(() => {
      this.action.value = action;
      this.told.value = null;
      this.done.value = 0;
    });
  }

  /** To a colleague: what waits is taken or assigned, what somebody has is passed on. */
  assign(rows: readonly Row[], to: string): Promise<void> {
    return this.each(rows, ({ conversation: { state, rev } }) => {
      if (state !== "waiting") return ["transfer", { to, if_rev: rev }];
      return to === this.needs.me()?.id ? ["claim", { if_rev: rev }] : ["assign", { to, if_rev: rev }];
    });
  }

  snooze(rows: readonly Row[], until: string): Promise<void> {
    return this.each(rows, (row) => ["snooze", { until, if_rev: row.conversation.rev }]);
  }

  resolve(rows: readonly Row[], resolution: string): Promise<void> {
    return this.each(rows, (row) => ["resolve", { resolution, if_rev: row.conversation.rev }]);
  }

  macro(rows: readonly Row[], macro: string): Promise<void> {
    return this.each(rows, () => ["macro", { macro }]);
  }

  priority(rows: readonly Row[], priority: string): Promise<void> {
    return this.change(rows, () => ({ priority }));
  }

  tag(rows: readonly Row[], tag: string): Promise<void> {
    return this.change(rows, (ticket) => ({ tags: [...new Set([...(ticket.tags ?? []), tag])] }));
  }

  /** One command for each over the socket, in order: each commits by itself. */
  private async each(rows: readonly Row[], issued: Issued): Promise<void> {
    const told: Told[] = [];
    for (const row of rows) {
      const [t, d] = issued(row);
      const why = await this.needs.issue(t, { conversation: row.conversation.id, ...d }).then(
        () => "",
        (error: unknown) => (error instanceof CommandRefused ? this.needs.why(error.code, error.current, t) : this.needs.why("other", null)),
      );
      told.push(toldOf(row, why));
      this.done.value = told.length;
    }
    this.end(told);
  }

  /** The same change for all whose change is the same, in one request. */
  private async change(rows: readonly Row[], changed: (ticket: Ticket) => Record<string, unknown>): Promise<void> {
    const told = new Map<string, Told>();
    const alike = new Map<string, (Row & { ticket: Ticket })[]>();
    for (const row of rows) {
      if (!row.ticket) told.set(row.conversation.id, toldOf(row, this.needs.noTicket()));
      else {
        const key = JSON.stringify(changed(row.ticket));
        alike.set(key, [...(alike.get(key) ?? []), row as Row & { ticket: Ticket }]);
      }
    }
    for (const [key, all] of alike)
      for (let first = 0; first < all.length; first += AT_ONCE) {
        const some = all.slice(first, first + AT_ONCE);
        const tickets = some.map(({ ticket }) => ({ number: ticket.number, if_rev: ticket.rev }));
        const answer = await this.needs.api.request<Answer>("POST", "desk/tickets/bulk", { tickets, change: JSON.parse(key) }).catch(() => null);
        some.forEach((row, i) => {
          const problem = answer ? answer.results[i]?.problem : { code: "other", current: null };
          told.set(row.conversation.id, toldOf(row, problem ? this.needs.why(problem.code ?? "other", problem.current ?? null) : ""));
        });
        this.done.value = told.size;
      }
    this.end(rows.map((row) => told.get(row.conversation.id) as Told));
  }

  /** What was refused stays chosen. */
  private end(told: Told[]): void {
    batch(() => {
      this.told.value = told;
      this.picked.value = new Set(told.filter((one) => one.why).map((one) => one.id));
    });
  }
}

function toldOf(row: Row, why: string): Told {
  return { id: row.conversation.id, name: row.buyer.name, number: row.ticket?.number ?? "", why };
}
