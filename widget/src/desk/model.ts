/** What the desk hears of: rows of the queue, tickets, briefs, notes. Fields that an older server leaves out stay optional. */
import type { Citation, ConversationState, Message, OrderPart, Part } from "../core/frames.js";

export interface Person {
  id: string;
  name: string;
}

export type Presence = "online" | "away" | "offline";
export type Role = "agent" | "senior" | "admin";

export interface AgentMe {
  id: string;
  name: string;
  display_name: string;
  role: Role;
  shop: string;
  languages: string[];
}

export interface Colleague extends Person {
  role?: Role;
  presence: Presence;
  load?: number;
  capacity?: number;
}

export interface Head {
  id: string;
  state: ConversationState;
  assignee: Person | null;
  rev: number;
  seq: number;
  read: { buyer: number; agent: number };
  subject: string | null;
  lang: string | null;
  created_at: string;
  updated_at: string;
  joined_at?: string | null;
  snoozed_until?: string | null;
}

export interface Ticket {
  id: string;
  reason: string;
  priority: string;
  queue: string;
  state: string;
  rev: number;
  assignee?: Person | null;
  order_no?: string | null;
  created_at?: string | null;
  target_at?: string | null;
  due_at: string | null;
  resolve_by?: string | null;
  taken_at?: string | null;
  resolved_at?: string | null;
  resolution?: string | null;
}

export interface LastLine {
  seq: number;
  at: string;
  author_kind: string;
  text: string;
}

export interface Row {
  conversation: Head;
  ticket: Ticket | null;
  last: LastLine | null;
  buyer: { name: string; verified: boolean };
  /** Its state is unknown while the store cannot be read. */
  order: { number: string; state: string | null; state_label: string | null } | null;
  unread: boolean;
}

export const VIEWS = ["waiting", "mine", "team", "all", "snoozed", "overdue"] as const;
export type View = (typeof VIEWS)[number];
export type Counts = Partial<Record<View, number>>;

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
}

export interface Note {
  id: string;
  after_seq: number;
  at: string;
  author: Person;
  text: string;
}

export interface Suggestion {
  re: string | null;
  text: string;
  citations: Citation[];
  parts: Part[];
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
}

/** A part that only people's conversations have; the buyer's chat and the desk both read it. */
export interface RatingCard {
  type: "rating";
  id: string;
  solved: boolean | null;
  score: number | null;
  tags: string[];
  comment: string;
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

/** What a number was counted from: one entry for each that it counts. */
export interface Behind {
  n: number;
  rows: { conversation: string; at: string; value: number; bucket: string; row: Row | null }[];
}
