import { deadlineOf, pressing } from "./deadline.js";
import type { Row, View } from "./model.js";

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

/** The nearest deadline first; those without one by their latest word. */
export function byDeadline(rows: readonly Row[]): Row[] {
  const keyed = rows.map((row) => ({ row, at: deadlineOf(row.ticket, 0)?.at ?? LAST }));
  keyed.sort((a, b) => a.at - b.at || (a.row.conversation.updated_at < b.row.conversation.updated_at ? 1 : -1));
  return keyed.map(({ row }) => row);
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

/** A search within the queue: name, last line, numbers of order and ticket, reason. */
export function matches(row: Row, query: string, reason: string): boolean {
  const q = query.trim().toLowerCase();
  if (!q) return true;
  const text = [row.buyer.name, row.last?.text, row.order?.number, row.ticket?.order_no, row.ticket?.number, row.conversation.subject, reason];
  return text.some((part) => part?.toLowerCase().includes(q));
}

/** A ticket's number as people write it: T-1042, t1042, 1042. */
export function ticketNumber(query: string): string | null {
  return /^(?:t\s*-?\s*)?(\d{3,15})$/i.exec(query.trim())?.[1] ?? null;
}
