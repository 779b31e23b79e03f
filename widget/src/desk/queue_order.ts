import { deadlineOf, pressing } from "./deadline.js";
import type { Row, View } from "./model.js";
import type { Found } from "./ticket_search.js";

/** Whether a row belongs to a view, as the server counts them. */
export function belongs(row: Row, view: View, me: string, now: number): boolean {
  const { state, assignee } = row.conversation;
  if (view === "waiting") return state === "waiting";
  if (view === "mine") return state === "human" && assignee?.id === me;
  if (view === "team") return state === "human";
  if (view === "snoozed") return state === "snoozed";
  if (view === "overdue") return (state === "waiting" || state === "human") && pressing(row, now);
  return true;
}

const LAST = Number.MAX_SAFE_INTEGER;
/** When a row is due: rows are replaced and never changed, so it is reckoned once for each. */
const due = new WeakMap<Row, number>();

function dueAt(row: Row): number {
  let at = due.get(row);
  if (at === undefined) due.set(row, (at = deadlineOf(row.ticket, 0)?.at ?? LAST));
  return at;
}

/** The nearest deadline first; those without one by their latest word. */
export function byDeadline(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => dueAt(a) - dueAt(b) || (a.conversation.updated_at < b.conversation.updated_at ? 1 : -1));
}

let last: { rows: unknown; view: View; me: string; now: number; ids: string[] } | null = null;

/** The conversations of a view in their order; the same again costs nothing. */
export function wanted(rows: Readonly<Record<string, Row>>, view: View, me: string, now: number): string[] {
  if (last?.rows === rows && last.view === view && last.me === me && (view !== "overdue" || last.now === now)) return last.ids;
  const here = Object.values(rows).filter((row) => belongs(row, view, me, now));
  last = { rows, view, me, now, ids: byDeadline(here).map((row) => row.conversation.id) };
  return last.ids;
}

/** What the server found, and of what is here what has no ticket, which it does not search. */
export function foundIn(rows: Readonly<Record<string, Row>>, found: Pick<Found, "query" | "rows">): string[] {
  const ids = new Set(found.rows.map((row) => row.conversation.id));
  for (const row of Object.values(rows)) if (!row.ticket && matches(row, found.query)) ids.add(row.conversation.id);
  return [...ids];
}

export interface Arranged {
  shown: string[];
  /** Rows that have come and wait until the hand is off the list. */
  fresh: number;
}

/** What keeps the list from moving: a hand on it, or a reader who has scrolled into it. */
export type Hold = "hand" | "scroll" | null;

/** Under a hand nothing moves: what left stays (drawn as gone), what came is only counted. A reader loses what left. */
export function arrange(shown: readonly string[], wanted: readonly string[], hold: Hold): Arranged {
  if (!hold || shown.length === 0) return { shown: [...wanted], fresh: 0 };
  const have = new Set(shown);
  const want = new Set(wanted);
  const kept = hold === "hand" ? [...shown] : shown.filter((id) => want.has(id));
  return { shown: kept, fresh: wanted.filter((id) => !have.has(id)).length };
}

/** Whether what is here of a conversation holds the words: name, last line, order, subject. */
export function matches(row: Row, query: string): boolean {
  const text = [row.buyer.name, row.last?.text, row.order?.number, row.conversation.subject].join("\n").toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** A ticket's number as people write it: T-1042, t1042, 1042. */
export function ticketNumber(query: string): string | null {
  return /^(?:t\s*-?\s*)?(\d{3,15})$/i.exec(query.trim())?.[1] ?? null;
}
