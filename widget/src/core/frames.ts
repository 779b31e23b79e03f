/** The wire, `anxin.v1`: what the server and the browser say to each other. */
export const SUBPROTOCOL = "anxin.v1";

export interface Frame {
  v: 1;
  t: string;
  id?: string;
  re?: string;
  n?: number;
  d: Record<string, unknown>;
}

export type AuthorKind = "buyer" | "assistant" | "agent" | "system";
export type GeneratedBy = "human" | "rules" | "model";
export type ConversationState = "bot" | "waiting" | "human" | "resolved" | "snoozed";

export interface Citation {
  n: number;
  kind: string;
  id: string;
  title: string;
  quote: string;
  start?: number | null;
  end?: number | null;
}

export interface OrderItem {
  index: number;
  product_id: string;
  name: string;
  quantity: number | null;
  delivered_quantity: number | null;
  paid_amount: string | null;
  state: string;
  state_label: string;
  delivered_at: string | null;
  keys_masked: string[];
}

export interface OrderPart {
  type: "order";
  number: string;
  state: string;
  state_label: string;
  currency: string;
  paid_amount: string | null;
  created_at: string | null;
  paid_at: string | null;
  items: OrderItem[];
}

export interface Fact {
  name: string;
  label: string;
  value: string;
  source_label: string;
}

export interface DecisionPart {
  type: "decision";
  id: string;
  request: string;
  request_label: string;
  verdict: "grant" | "refuse" | "refer" | "need";
  verdict_label: string;
  summary: string;
  outcome: Record<string, unknown> | null;
  clause: { policy: string; id: string; title: string; effective: string } | null;
  facts: Fact[];
  digest: string;
  contest: boolean;
}

export interface Option {
  value: string;
  label: string;
}

export interface ChoicesPart {
  type: "choices";
  id: string;
  options: Option[];
  used: string | null;
}

export interface FormField {
  name: string;
  label: string;
  kind: "text" | "secret" | "select";
  required: boolean;
  placeholder?: string | null;
  options?: Option[] | null;
}

export interface FormPart {
  type: "form";
  id: string;
  fields: FormField[];
  submit_label: string;
  used: boolean;
}

export interface ConfirmPart {
  type: "confirm";
  id: string;
  title: string;
  text: string;
  amount: string | null;
  currency: string | null;
  yes_label: string;
  no_label: string;
  used: "yes" | "no" | null;
}

export interface TicketPart {
  type: "ticket";
  id: string;
  reason: string;
  reason_label: string;
  priority: string;
  priority_label: string;
  queue: string;
  state: string;
  state_label: string;
  due_at: string | null;
}

export interface HandoffPart {
  type: "handoff";
  stage: string;
  position: number | null;
  eta_s: number | null;
  text: string;
}

export interface ArticlePart {
  type: "article";
  id: string;
  title: string;
  lang: string;
}

export interface RefundPart {
  type: "refund";
  id: string;
  state: string;
  amount?: string | null;
  currency?: string | null;
}

/** What a buyer says of the service that they had. */
export interface Rating {
  /** 1 to 5. */
  score: number;
  tags: string[];
  comment: string;
}

export interface RatingPart {
  type: "rating";
  id: string;
  /** Whether the buyer said that it is solved; null while nothing was said. */
  solved: boolean | null;
  score: number | null;
  tags: string[];
  comment: string;
}

export type Part =
  | OrderPart
  | DecisionPart
  | ChoicesPart
  | FormPart
  | ConfirmPart
  | TicketPart
  | HandoffPart
  | ArticlePart
  | RefundPart
  | RatingPart;

export interface Message {
  id: string;
  seq: number;
  at: string;
  author: { kind: AuthorKind; name: string | null };
  generated_by: GeneratedBy;
  text: string;
  parts: Part[];
  citations: Citation[];
  lang: string;
  rev?: number;
  /** The say that this message answers, where the server named it. */
  re?: string;
}

export interface Conversation {
  id: string;
  state: ConversationState;
  assignee: { id?: string; name: string } | null;
  /** When the assignee wrote or stepped in; before that they only have the case. */
  joined_at?: string | null;
  rev: number;
  seq: number;
  read: { buyer: number; agent: number };
  subject: string | null;
  lang: string | null;
  created_at: string;
  updated_at: string;
  messages: Message[];
  has_more: boolean;
}

export interface Handoff {
  stage: string;
  position: number | null;
  eta_s: number | null;
  agent: string | null;
  reason: string | null;
}

export interface Me {
  kind: "buyer" | "visitor" | "agent";
  id: string;
  name: string | null;
  verified: boolean;
}

export interface Limits {
  text: number;
  frame: number;
}

export interface WireError {
  code: string;
  message_key: string;
  retry: boolean;
  after_ms?: number;
  current?: unknown;
}

/** A frame from a server that we do not control the version of: anything but an object with a type is no frame. */
export function readFrame(text: string): Frame | null {
  try {
    const raw = JSON.parse(text) as Partial<Frame> | null;
    if (!raw || typeof raw !== "object" || typeof raw.t !== "string") return null;
    const d = raw.d && typeof raw.d === "object" ? raw.d : {};
    return { ...raw, v: 1, t: raw.t, d };
  } catch {
    return null;
  }
}
