import type { Head } from "./model.js";

export type Move = "claim" | "takeover" | "resume" | "resolve" | "transfer" | "assign" | "snooze" | "giveback" | "reopen";

export interface Doer {
  id: string;
  senior: boolean;
}

/** What the server lets this agent do with a conversation now: no button, key or command is offered beside it. */
export function movesOf({ state, assignee }: Head, { id, senior }: Doer): ReadonlySet<Move> {
  const mine = assignee?.id === id;
  if (state === "waiting") return new Set(senior ? ["claim", "assign"] : ["claim"]);
  if (state === "bot") return new Set(["takeover"]);
  if (state === "resolved") return new Set(["reopen"]);
  if (state === "snoozed") return new Set(mine || senior || !assignee ? ["resume"] : []);
  if (mine) return new Set(["resolve", "transfer", "snooze", "giveback"]);
  return new Set(senior ? ["takeover", "resolve", "transfer", "giveback"] : []);
}
