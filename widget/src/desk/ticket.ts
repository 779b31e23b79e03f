import { desk } from "./app.js";
import { DeskProblem } from "./api.js";
import type { Ticket } from "./model.js";

/** One ticket that went into another, or came out of one. */
export interface Merge {
  id: string;
  kind: "merge" | "split";
  ticket: string;
  other: string;
  at: string;
  by: string;
  undone_at: string | null;
}

/** What a ticket is linked with, and what became of it. */
export interface TicketRecord {
  ticket: Ticket;
  merged_into: string | null;
  orders: string[];
  merges: Merge[];
}

export type Way = "order" | "buyer" | "key" | "batch";

export interface Related {
  ticket: Ticket;
  by: Way[];
}

export interface SupplierRequest {
  number: string;
  supplier: string;
  state: "asked" | "answered" | "expired";
  question: string;
  asked_at: string;
  due_at: string;
  opened_at: string | null;
  answered_at: string | null;
  answer: string | null;
  text: string | null;
  /** To be sent to the supplier, while it can be answered. */
  link: string | null;
}

export const isDone = (ticket: Ticket) => ticket.state === "resolved" || ticket.state === "closed";
export const waits = (ticket: Ticket) => ticket.state === "waiting_buyer" || ticket.state === "waiting_supplier" || ticket.state === "waiting_approval";

/** Why something was refused, in the reader's language. */
export function whyNot(error: unknown): string {
  if (!(error instanceof DeskProblem)) return desk.t("error.other");
  if (error.code === "conflict") return desk.t("error.conflict");
  if (error.status === 404) return desk.t("error.not_found");
  return error.detail || desk.t("error.other");
}

/** Put a merge or a split back, and say how that went. */
export async function undo(merge: Merge): Promise<void> {
  try {
    await desk.api.undoMerge(merge.id, desk.locale.peek());
    desk.toast(desk.t("merge.undone", { number: merge.ticket }), "good");
  } catch (error) {
    desk.toast(whyNot(error), "bad");
  }
  desk.reread();
}

/** What was done to two tickets, with the way back for a moment. */
export function tellRegrouped(merge: Merge): void {
  const said = desk.t(merge.kind === "merge" ? "merge.did" : "split.did", { number: merge.ticket, other: merge.other });
  desk.toast(said, "good", { label: desk.t("merge.undo"), run: () => void undo(merge) });
  desk.reread();
}
