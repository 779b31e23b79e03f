export type Step = "approval" | "execution" | "cancellation" | "settlement";

/** What may be done with a refund now. `barred` says why not by whoever asks, and who could: nobody where `who` is empty. */
export interface OpenStep {
  step: Step;
  barred: { rule: string; reason: string; who: string[] } | null;
}

/** A refund as the desk's API shows it. */
export interface Refund {
  number: string;
  state: "requested" | "approved" | "executing" | "done" | "failed" | "in_doubt" | "cancelled";
  rev: number;
  kind: "refund" | "reissue" | "coupon" | "chargeback" | "store";
  order: string;
  line: string;
  amount: string;
  excess: string;
  currency: string;
  reason: string;
  decision: string | null;
  conversation: string | null;
  holds: string[];
  executor: string;
  requested_by: string | null;
  approved_by: string | null;
  executed_by: string | null;
  reference: string | null;
  created_at: string;
  changed_at: string;
  open_steps: OpenStep[];
}

/** Who or what allowed it, step by step. */
export interface RefundAudit extends Omit<Refund, "open_steps"> {
  line_totals: { paid: string; left: string };
  ownership: { by: string | null } | null;
  verdict: { verdict: string; clause: { policy: string; id: string } | null } | null;
  steps: { n: number; at: string; from: string | null; to: Refund["state"]; by: string; actor: string; cause: string; reference: string | null; link: { n: number; hash: string } | null }[];
}

export const FILTERS = {
  open: ["requested"],
  due: ["approved", "executing"],
  doubt: ["in_doubt"],
  all: [],
} as const satisfies Record<string, readonly Refund["state"][]>;
export type Filter = keyof typeof FILTERS;
