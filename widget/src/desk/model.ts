/** What the desk hears of: rows of the queue, tickets, briefs, notes. Fields that an older server leaves out stay optional. */
import type { Citation, Message, OrderPart, Part } from "../core/frames.js";
import type * as wire from "../core/wire.js";
import type { AgentRole, ConversationHead as Head, Note, Person } from "../core/wire.js";

export type { ConversationHead as Head, LastLine, Note, Person, Presence } from "../core/wire.js";
export type Role = AgentRole;

export interface AgentMe {
  id: string;
  name: string;
  display_name: string;
  role: Role;
  shop: string;
  languages: string[];
}

/** Some of it is unknown while only an event has named the agent. */
export type Colleague = Person & Pick<wire.Colleague, "presence"> & Partial<wire.Colleague>;

/** What an event tells of a ticket, and what only the queue and the detail add. */
export type Ticket = wire.Ticket & Partial<wire.DeskTicket>;

export interface Row extends Omit<wire.Row, "ticket"> {
  ticket: Ticket | null;
}

/** A row of a search, with the message in which it was found. */
export interface FoundRow extends Row {
  found: { seq: number; text: string } | null;
}

export const VIEWS = ["waiting", "mine", "team", "all", "snoozed", "overdue"] as const;
export type View = (typeof VIEWS)[number];
export type Counts = Partial<wire.Counts>;

export interface Claim {
  text: string;
  message: string | null;
}

export interface Brief {
  why: Claim | null;
  wants: Claim | null;
  facts: { label: string; value: string; source: string; message: string | null }[];
  verdict: { decision: string; text: string; clause: string | null; message: string | null } | null;
  missing: string[];
  tried: Claim[];
  next: { text: string } | null;
  deadline: { target_at: string | null; due_at: string | null; resolve_by: string | null } | null;
  lang: string;
  risk?: RiskReport | null;
}

export interface RiskSignal {
  name: string;
  label: string;
  text: string;
  direction: "for" | "against";
  points_at: "buyer" | "shop" | "supplier";
  weight: number;
  facts: { label: string; value: string; source: string; at: string }[];
}

/** Signals about the order; the score is null where the buyer's other orders could not be looked at. */
export interface RiskReport {
  order_no: string | null;
  score: number | null;
  known_score: number;
  at: string;
  signals: RiskSignal[];
  unknown: { name: string; label: string; text: string }[];
}

export interface Suggestion {
  re: string | null;
  text: string;
  citations: Citation[];
  parts: Part[];
  id?: string;
  lang?: string;
  /** What carries it: a verdict, a source, or nothing that would settle it. */
  basis?: "decided" | "found" | "missing" | "person" | "none";
  /** What the policy grants, and whether that is beyond what this agent may approve. */
  allowed?: string;
  beyond?: boolean;
  way?: string;
  /** The suggestion that this one rewrites. */
  of?: string;
}

export interface Proof {
  digest: string;
  [key: string]: unknown;
}

export interface StoredDecision {
  id: string;
  at: string;
  order_no: string | null;
  decision: {
    verdict: string;
    clause: { policy: string; id: string; effective: string } | null;
    outcome: Record<string, unknown> | null;
    missing: string[];
    failure?: string;
  };
  proof: Proof;
  why: Why;
  /** Names of the products that are given instead, by their ids. */
  goods?: Record<string, string>;
}

/** A decision in words: the lines of its clause, how the amount came about, why earlier clauses do not apply. */
export interface Why {
  summary: string;
  because: { text: string; holds: boolean | null; line: string }[];
  amount: string[];
  missing: string[];
  passed: string[];
  after: string[];
}

export interface Detail {
  conversation: Head & { messages: Message[]; has_more: boolean };
  ticket: Ticket | null;
  tickets: Ticket[];
  brief: Brief | null;
  notes: Note[];
  suggestion: Suggestion | null;
  order: OrderPart | null;
  buyer: { name: string; verified: boolean; since?: string | null; conversations?: number };
  decisions: StoredDecision[];
  earlier: Head[];
  steps: { message: string; trace: Record<string, unknown> }[];
  viewing: Person[];
  /** How a suggestion can be rewritten: not at all without a language model. */
  ways: ("shorter" | "warmer" | "formal" | "translate")[];
}

/** Facts as they would have to be (null before: unknown), and what would then be decided. */
export interface Change {
  facts: { name: string; before: unknown; after: unknown }[];
  verdict: string;
  clause: string | null;
  outcome: Record<string, unknown> | null;
  text: string;
}

/** What would change a decision; nothing is told where other policies stand by now. */
export interface Changes {
  same_policy: boolean;
  changes: Change[];
}

export interface Macro {
  id: string;
  title: string;
  lang: string;
  text: string;
}

export interface Measure {
  key: string;
  label: Record<string, string>;
  value: number | null;
  unit: string;
  target?: number | null;
  baseline?: number | null;
  n: number;
  series?: { at: string; value: number | null; n?: number }[] | null;
  buckets?: { key: string; label: Record<string, string>; n: number }[] | null;
  p95?: number | null;
  share_5?: number | null;
  share_30?: number | null;
}

export interface Reports {
  since: string;
  until: string;
  measures: Measure[];
}

/** One publication of the shop's policies: the versions that it added, altered or took back. */
export interface Publication {
  n: number;
  at: string;
  by: string;
  note: string;
  versions: { policy: string; effective: string; change: "added" | "altered" | "removed" }[];
}

/** What it changed in words: how deep each line stands, and whether it came, went or changed. */
export interface PublicationWords {
  words: { depth: number; sign: "" | "+" | "-" | "~"; text: string }[];
}

/** What a number was counted from: one entry for each that it counts. */
export interface Behind {
  n: number;
  rows: { conversation: string; at: string; value: number; bucket: string; row: Row | null }[];
}

/** Questions that mean much the same and had no answer; `messages` are what it stands for. */
export interface AskedGroup {
  id: string;
  title: string;
  n: number;
  lang: string;
  first_at: string;
  last_at: string;
  kinds: Record<string, number>;
  asked: { text: string; n: number; at: string; conversation: string; lang: string }[];
  messages: string[];
}

export interface Unanswered {
  questions: number;
  n: number;
  clusters: AskedGroup[];
}

/** A file for the shop folder. */
export interface Draft {
  path: string;
  text: string;
}
