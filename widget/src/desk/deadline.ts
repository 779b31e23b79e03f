import type { Row, Ticket } from "./model.js";

export type Level = "calm" | "soon" | "late" | "over";

export interface Deadline {
  at: number;
  left: number;
  level: Level;
  /** What it is the end of: a person taking it, or its being resolved. */
  of: "take" | "resolve";
}

const SOON = 0.25;
const LATE = 0.1;

function time(iso: string | null | undefined): number | null {
  const at = Date.parse(iso ?? "");
  return Number.isNaN(at) ? null : at;
}

/** The deadline that runs now: of a new ticket that of taking it, then that of resolving it. Counted as the server does. */
export function deadlineOf(ticket: Ticket | null, now: number): Deadline | null {
  if (!ticket || ticket.state === "resolved" || ticket.state === "closed") return null;
  const untaken = ticket.state === "new";
  const at = untaken ? time(ticket.due_at) : time(ticket.resolve_by);
  if (at === null) return null;
  const from = time(ticket.created_at);
  const left = at - now;
  return { at, left, level: levelOf(left, from === null ? null : at - from), of: untaken ? "take" : "resolve" };
}

/** Amber under a quarter of the time, red under a tenth, then over. Without a start only the last minutes count. */
function levelOf(left: number, whole: number | null): Level {
  if (left <= 0) return "over";
  const share = whole && whole > 0 ? left / whole : left / 600_000;
  if (share < LATE) return "late";
  return share < SOON ? "soon" : "calm";
}

export function pressing(row: Row, now: number): boolean {
  const deadline = deadlineOf(row.ticket, now);
  return deadline !== null && deadline.level !== "calm";
}

/** 4:09 under an hour, 5h 20m under two days, 3d after that: a width that hardly changes while it ticks. */
export function shortSpan(ms: number, units: { h: string; m: string; d: string }): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 3600) return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
  if (s < 48 * 3600) return `${Math.floor(s / 3600)}${units.h}${String(Math.floor((s % 3600) / 60)).padStart(2, "0")}${units.m}`;
  return `${Math.floor(s / 86_400)}${units.d}`;
}
