/** What the engine answered, as `/api/v1/demo/what-if` and the desk tell it. */
export interface Verdict {
  verdict: "grant" | "refuse" | "refer" | "need";
  clause: { policy: string; id: string; effective: string; title?: string } | null;
  outcome: Record<string, unknown> | null;
  missing: string[];
}

export interface Proof {
  digest: string;
  facts: Record<string, { value: unknown; source: string; at: string }>;
  [name: string]: unknown;
}

export interface WhatIf {
  decision: Verdict;
  proof: Proof;
}

export interface Checked {
  holds: boolean;
  faults: string[];
}

export class Refused extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`);
  }
}

export interface Question {
  order: string;
  request: string;
  reason: string;
  facts: Record<string, unknown>;
}

export function whatIf(question: Question): Promise<WhatIf> {
  return post("/api/v1/demo/what-if", question);
}

export function verify(proof: unknown, bearer: Record<string, string>): Promise<Checked> {
  return post("/api/v1/desk/verify", { proof }, bearer);
}

async function post<T>(path: string, body: unknown, bearer: Record<string, string> = {}): Promise<T> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...bearer },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Refused(answer.status);
  return (await answer.json()) as T;
}

/** Money of an outcome, null where it moves none. */
export function amountOf(verdict: Verdict): { amount: string; currency: string } | null {
  const refund = verdict.outcome?.["refund"] as { amount?: string; currency?: string } | undefined;
  return refund?.amount ? { amount: refund.amount, currency: refund.currency ?? "CNY" } : null;
}

export interface Broken {
  text: string;
  /** Where in `text` the one character stands that was changed. */
  at: number;
  was: string;
}

/** The proof as text with one digit of it changed: the money where there is some, else a fact, else the digest. */
export function breakOneByte(text: string): Broken {
  const place = /"amount":\s*"(\d)/.exec(text) ?? /"value":\s*"?[^"\d]*(\d)/.exec(text) ?? /"digest":\s*"([0-9a-f])/.exec(text);
  if (!place) return { text, at: -1, was: "" };
  const at = place.index + place[0].length - 1;
  const was = text[at] ?? "0";
  const now = /\d/.test(was) ? String((Number(was) + 8) % 10) : "0";
  return { text: text.slice(0, at) + now + text.slice(at + 1), at, was };
}
