/** The frames of `anxin.v1`. Made from support/chat by `make contract`; do not edit. See docs/protocol.md. */

export const SUBPROTOCOL = "anxin.v1";

/** What an `error` may be, each with words for a person. */
export const ERROR_CODES = ["auth", "bad_frame", "closed", "conflict", "expired", "forbidden", "id_reused", "internal", "not_found", "rate", "too_large", "unavailable"] as const;

/** Use a message's card, once; what `value` is depends on `action`. */
export interface ActCommand {
  conversation: string;
  message: string;
  action: string;
  value?: unknown;
}

/** Who or what changed something; an agent by the id, another system by its key's. */
export interface Actor {
  kind: "agent" | "api" | "assistant" | "buyer" | "server" | "supplier";
  id?: string;
}

export type AgentRole = "admin" | "agent" | "senior";

/** Something more to read. */
export interface ArticlePart {
  type: "article";
  id: string;
  title: string;
  lang: string;
}

/** Give it to a colleague, by a senior. */
export interface AssignCommand {
  conversation: string;
  to: string;
  if_rev?: number | null;
}

/** A file that was sent: read at `/api/v1/uploads/{id}` while it is kept. `size` in bytes; points for pictures. */
export interface AttachmentPart {
  type: "attachment";
  id: string;
  name: string;
  media_type: string;
  size: number;
  width?: number;
  height?: number;
}

/** Who wrote a message; a visitor's name is empty. */
export interface Author {
  kind: AuthorKind;
  name: string;
}

export type AuthorKind = "agent" | "assistant" | "buyer" | "system";

/** The agent who has joined is writing, or stopped. */
export interface BuyerTyping {
  conversation: string;
  on: boolean;
  name: string;
}

/** The server restarts: come back after so long. */
export interface Bye {
  after_ms: Count;
}

/** Buttons, of which one is taken once: `used` is its value. */
export interface ChoicesPart {
  type: "choices";
  id: string;
  options: Option[];
  used: string | null;
}

/** A source of what is said: `quote` is exactly its text from `start` to `end`, in code points. */
export interface Citation {
  n: number;
  kind: "article" | "clause" | "order" | "product";
  id: string;
  title: string;
  quote: string;
  start: Count;
  end: Count;
}

/** Take a conversation that waits. Wherever it stands, `if_rev` null asks for no check. */
export interface ClaimCommand {
  conversation: string;
  if_rev?: number | null;
}

/** An agent of the shop: whether they are here, and how many conversations they have in hand. */
export interface Colleague {
  id: string;
  name: string;
  role: AgentRole;
  presence: Presence;
  load: Count;
  capacity: Count;
  languages: string[];
}

/** Says what will happen, and how much; nothing happens before yes. */
export interface ConfirmPart {
  type: "confirm";
  id: string;
  title: string;
  text: string;
  amount: Money | null;
  currency: string | null;
  yes_label: string;
  no_label: string;
  used: "no" | "yes" | null;
}

/** What the buyer looks at while writing, and the name by which the page knows them: hints that open nothing. */
export interface Context {
  order?: string | null;
  product?: string | null;
  url?: string | null;
  user?: string | null;
}

/** A conversation with its last messages; `has_more` if there are older ones. */
export interface Conversation {
  id: string;
  conversation: string;
  state: ConversationState;
  assignee: Person | null;
  rev: Count;
  seq: Count;
  read: ReadMarks;
  subject: string;
  lang: string;
  created_at: Time;
  updated_at: Time;
  joined_at: Time | null;
  snoozed_until: Time | null;
  messages: Message[];
  has_more: boolean;
}

/** A conversation without its messages; `conversation` is its id again, as every event names it. `assignee` is the agent who has it, `joined_at` when that agent first spoke in it. */
export interface ConversationHead {
  id: string;
  conversation: string;
  state: ConversationState;
  assignee: Person | null;
  rev: Count;
  seq: Count;
  read: ReadMarks;
  subject: string;
  lang: string;
  created_at: Time;
  updated_at: Time;
  joined_at: Time | null;
  snoozed_until: Time | null;
}

export type ConversationState = "bot" | "human" | "resolved" | "snoozed" | "waiting";

export type Count = number;

/** How many conversations each view of the desk holds. */
export interface Counts {
  waiting: Count;
  mine: Count;
  team: Count;
  all: Count;
  snoozed: Count;
  overdue: Count;
}

/** The version of the clause that decided. */
export interface DecidedBy {
  policy: string;
  id: string;
  effective: string;
  sha256: string;
}

/** What the policy decided; `failure` is the expression that had no value. */
export interface Decision {
  id: string;
  verdict: Verdict;
  clause: DecidedBy | null;
  outcome: Record<string, unknown> | null;
  missing: string[];
  failure?: string;
}

/** A decision was kept, with its proof. */
export interface DecisionEvent {
  conversation: string;
  decision: Decision;
}

/** What the shop's policy decided. `outcome` has one key, e.g. `{"refund": {"amount": "30.00", "currency": "CNY"}}`. `contest` tells whether a review may be asked for, `used` that it was. */
export interface DecisionPart {
  type: "decision";
  id: string;
  request: string;
  request_label: string;
  verdict: Verdict;
  verdict_label: string;
  summary: string;
  outcome: Record<string, unknown> | null;
  clause: PartClause | null;
  facts: Fact[];
  digest: string;
  contest: boolean;
  used?: boolean;
}

/** The next piece of an answer; `i` counts 0, 1, 2 … */
export interface Delta {
  conversation: string;
  message: string;
  i: Count;
  text: string;
  re: string;
}

/** The desk as it stands: colleagues, the queue, nearest deadline first, and how much each view holds. */
export interface DeskSnapshot {
  me: Me;
  agents: Colleague[];
  queue: Row[];
  counts: Counts;
}

/** A ticket with what agents know of it beside: what is missing, since when it is late, and how it ended. `tags` say whom signals of risk point at: `shop`, `supplier`, or `risk` where they ask for a person; agents add their own. `waiting_since` is since when it waits for the buyer, the supplier or an approval. Frames of before there were these fields have none. */
export interface DeskTicket {
  id: string;
  reason: string;
  priority: Priority;
  queue: string;
  state: TicketState;
  rev: Count;
  order_no: string | null;
  assignee: Person | null;
  created_at: Time;
  target_at: Time | null;
  due_at: Time | null;
  resolve_by: Time | null;
  taken_at: Time | null;
  resolved_at: Time | null;
  number?: string;
  missing: string[];
  alarmed_at: Time | null;
  resolution: string | null;
  tags?: string[];
  team?: string | null;
  snoozed_until?: Time | null;
  waiting_since?: Time | null;
  reopened?: Count;
}

/** Somebody is writing, or stopped. */
export interface DeskTyping {
  conversation: string;
  on: boolean;
  by: Typist;
}

/** The assistant's answer to the say or act `re`: its text replaces what was streamed. */
export interface DoneEvent {
  conversation: string;
  message: Message;
  re: string;
}

/** A refusal. `message_key` names the words for a person; `current` is what stands instead, at a conflict. */
export interface Error {
  code: ErrorCode;
  message_key: string;
  retry: boolean;
  after_ms?: Count;
  current?: unknown;
}

export type ErrorCode = "auth" | "bad_frame" | "closed" | "conflict" | "expired" | "forbidden" | "id_reused" | "internal" | "not_found" | "rate" | "too_large" | "unavailable";

/** A fact that a decision rests on, in words. */
export interface Fact {
  name: string;
  label: string;
  value: string;
  source_label: string;
}

/** A thumb on an answer; `sources` are the documents that the answer cites. The last one on a message counts. */
export interface FeedbackEvent {
  conversation: string;
  message: string;
  score: "down" | "up";
  reason: string;
  sources?: string[];
}

/** One field; what is typed into a `secret` one is never shown again. A `file` one takes a list of uploads' ids. `value` is what stands in it at first. */
export interface FormField {
  name: string;
  label: string;
  kind: "file" | "secret" | "select" | "text";
  required: boolean;
  placeholder?: string | null;
  options?: Option[] | null;
  value?: string | null;
}

/** A form, submitted once. */
export interface FormPart {
  type: "form";
  id: string;
  fields: FormField[];
  submit_label: string;
  used: boolean;
}

export type GeneratedBy = "human" | "model" | "rules";

/** Back to the assistant. */
export interface GivebackCommand {
  conversation: string;
  if_rev?: number | null;
}

/** Ask for a person. */
export interface HandoffCommand {
  conversation: string;
  reason?: string | null;
}

/** How far the way to a person is. `position` is how many wait before, `eta_s` the seconds until one must come. */
export interface HandoffEvent {
  conversation: string;
  stage: HandoffStage;
  reason?: string;
  position?: Count;
  eta_s?: Count;
  agent?: Person;
}

/** The place in the queue when this was said; `handoff` events tell how it goes on. */
export interface HandoffPart {
  type: "handoff";
  stage: HandoffStage;
  position: number;
  eta_s: number;
  reason: string;
  text: string;
}

export type HandoffStage = "assigned" | "joined" | "queued" | "requested" | "returned";

/** The opening: who, where, and from which cursor. */
export interface HelloCommand {
  role: "agent" | "buyer";
  shop: string;
  token?: string | null;
  visitor?: string | null;
  cursor?: number | null;
  epoch?: string | null;
  locale?: string;
  timezone?: string;
  page?: Page;
  caps?: string[];
}

/** The messages before `before_seq`, or the last ones. */
export interface HistoryCommand {
  conversation: string;
  before_seq?: number | null;
  limit?: number;
}

/** The visitor is the buyer; a snapshot follows. */
export type IdentifyAck = Record<string, never>;

/** A visitor is known to the shop now; `token` is its server's word for it. */
export interface IdentifyCommand {
  token: string;
}

/** The beginning of a conversation's last message. */
export interface LastLine {
  seq: number;
  at: Time;
  author_kind: AuthorKind;
  text: string;
}

/** `text` in code points of a message, `frame` in bytes. */
export interface Limits {
  text: number;
  frame: number;
  uploads: UploadsLimits;
}

/** An answer that runs, for a page that comes while it does: `text` is all of it up to piece `i`. */
export interface Live {
  conversation: string;
  message: string;
  i: Count;
  text: string;
  re: string;
}

/** Send a canned reply, its variables filled from the case; without `lang` in the buyer's language. */
export interface MacroCommand {
  conversation: string;
  macro: string;
  lang?: string;
}

/** Who the server takes the client for. `verified` by the shop's token or an agent's session. */
export interface Me {
  kind: "agent" | "buyer" | "visitor";
  id: string;
  name: string | null;
  verified: boolean;
  role?: AgentRole;
}

/** One message. `seq` counts 1, 2, 3 … in its conversation, `rev` the changes of its parts. */
export interface Message {
  id: string;
  seq: number;
  at: Time;
  author: Author;
  generated_by: GeneratedBy;
  text: string;
  parts: Part[];
  citations: Citation[];
  lang: string;
  rev: Count;
}

/** A message was written, by anyone but the assistant in its turn. */
export interface MessageEvent {
  conversation: string;
  message: Message;
}

/** Older messages, ascending. */
export interface MessagePage {
  conversation: string;
  messages: Message[];
  has_more: boolean;
}

/** The message that a command made, or that it was about; `at` where it is new. */
export interface MessageRef {
  id: string;
  seq: number;
  at?: Time;
}

export type Money = string;

/** The conversation as it stands now; `message` is the question that a `resolve` asks the buyer. */
export interface MoveAck {
  conversation: string;
  rev: Count;
  state: ConversationState;
  assignee: Person | null;
  message?: MessageRef;
}

/** What agents tell each other, after message `after_seq`. */
export interface Note {
  id: string;
  after_seq: Count;
  at: Time;
  author: Person;
  text: string;
}

/** The note is kept. */
export interface NoteAck {
  conversation: string;
  rev: Count;
  note: Note;
}

/** What colleagues read and buyers never do. */
export interface NoteCommand {
  conversation: string;
  text: string;
}

/** An agent wrote a note. */
export interface NoteEvent {
  conversation: string;
  note: Note;
}

/** An agent opened the conversation. */
export interface OpenedEvent {
  conversation: string;
  agent: Person;
}

/** A button. */
export interface Option {
  value: string;
  label: string;
}

/** One row of an order. Keys are masked but for their last signs. */
export interface OrderItem {
  index: number;
  product_id: string | null;
  name: string;
  quantity: number | null;
  delivered_quantity: number | null;
  paid_amount: Money | null;
  state: string;
  state_label: string;
  delivered_at: StoreTime | null;
  keys_masked: string[];
}

/** The store told of an order that the conversation is about. */
export interface OrderNewsEvent {
  conversation: string;
  order: string;
  kind: "chargeback" | "delivered" | "frozen" | "paid" | "refunded";
  occurred_at: Time;
}

/** An order as its buyer may see it. */
export interface OrderPart {
  type: "order";
  number: string;
  state: string;
  state_label: string;
  currency: string;
  paid_amount: Money | null;
  created_at: StoreTime | null;
  paid_at: StoreTime | null;
  items: OrderItem[];
}

/** The page that the chat stands on. */
export interface Page {
  url?: string;
  title?: string;
}

export type Part = OrderPart | DecisionPart | ChoicesPart | FormPart | ConfirmPart | TicketPart | HandoffPart | ArticlePart | RatingPart | RefundPart | AttachmentPart;

/** The clause that decided; `effective` is the day since when it is in force. */
export interface PartClause {
  policy: string;
  id: string;
  title: string;
  effective: string;
}

/** A message's parts changed: a card was used. */
export interface PatchEvent {
  conversation: string;
  id: string;
  rev: Count;
  parts: Part[];
}

/** An agent as others see them. */
export interface Person {
  id: string;
  name: string;
}

/** Answer with `pong`, or with anything. */
export interface Ping {
  id: string;
}

/** The shop's policies were published, imported or withdrawn; of no conversation. */
export interface PolicyEvent {
  publication: Count;
  by: string;
  via: "import" | "publish" | "withdraw";
  note: string;
  versions: PolicyVersionChange[];
}

/** A version of a policy, by the day from which it holds, that was added, altered or removed. */
export interface PolicyVersionChange {
  kind: "added" | "altered" | "removed";
  policy: string;
  effective: string;
}

export type Presence = "away" | "offline" | "online";

/** An agent came, went, or has more or less in hand. */
export interface PresenceNews {
  agent: Person;
  state: Presence;
  load: Count;
}

export type Priority = "high" | "low" | "normal" | "urgent";

/** The stars are kept. */
export interface RateAck {
  conversation: string;
  rev: Count;
  rating: Rating;
}

/** Stars for what was done; `message` is the one that asked for them, the conversation's last such if missing. */
export interface RateCommand {
  conversation: string;
  score: number;
  message?: string | null;
  tags?: string[];
  comment?: string;
}

/** The buyer rated a message. */
export interface RatedEvent {
  conversation: string;
  rating: Rating;
}

/** A buyer's word on a message; `agent` is who is rated, null for the assistant. */
export interface Rating {
  message: string;
  solved: boolean | null;
  score: number | null;
  tags: string[];
  comment: string;
  at: Time;
  agent: string | null;
}

/** Asks whether it is solved and how it was; holds what was said. */
export interface RatingPart {
  type: "rating";
  id: string;
  solved: boolean | null;
  score: number | null;
  tags: string[];
  comment: string;
}

/** All up to message `seq` was seen. */
export interface ReadCommand {
  conversation: string;
  seq: number;
}

/** A side has read up to `seq`. */
export interface ReadEvent {
  conversation: string;
  reader: "agent" | "buyer";
  seq: Count;
}

/** Up to which `seq` either side has read. */
export interface ReadMarks {
  buyer: Count;
  agent: Count;
}

/** A refund changed; `conversation` is empty where it belongs to none. */
export interface RefundEvent {
  conversation: string;
  refund: RefundNews;
}

/** A refund as it stands; `holds` names what holds its order, `excess` what a bank took above what was left. */
export interface RefundNews {
  number: string;
  state: "approved" | "cancelled" | "done" | "executing" | "failed" | "in_doubt" | "requested";
  rev: Count;
  kind: "chargeback" | "coupon" | "refund" | "reissue" | "store";
  order: string;
  line: string;
  amount: string;
  excess: string;
  currency: string;
  holds: string[];
}

/** How far a refund or a replacement is, and how much it is worth; patched as it goes on. `id` is its number; `kind` is `refund`, also where it is left out, `reissue`, `coupon`, `chargeback` or `store`. */
export interface RefundPart {
  type: "refund";
  id: string;
  state: string;
  amount?: Money | null;
  currency?: string | null;
  kind?: string | null;
}

/** Take up again what is resolved. */
export interface ReopenCommand {
  conversation: string;
  if_rev?: number | null;
}

/** The agent's message is in the chat. */
export interface ReplyAck {
  conversation: string;
  rev: Count;
  message: MessageRef;
}

/** It is done; the buyer is asked whether that is so. Where the buyer is still owed a refund or a replacement it is a `conflict` whose `current.owed` names them, unless `owed` says that this is known. */
export interface ResolveCommand {
  conversation: string;
  resolution?: string;
  if_rev?: number | null;
  owed?: boolean;
}

/** What an agent said to a decision, and what followed; `clause` is `policy/id`, empty where none decided. */
export interface Review {
  decision: string;
  ticket: string;
  said: "accepted" | "decided" | "overridden";
  verdict: Verdict;
  clause: string;
  gave: "coupon" | "deliver" | "nothing" | "refund" | "reissue" | "wait";
  order_no: string | null;
  refund: string | null;
  reason: string;
  agent: Person;
}

/** A decision of the policy was accepted, overridden, or made by a person whom the policy left it to. */
export interface ReviewEvent {
  conversation: string;
  review: Review;
}

/** A row of the desk's queue. */
export interface Row {
  conversation: ConversationHead;
  ticket: DeskTicket | null;
  last: LastLine | null;
  buyer: RowBuyer;
  order: RowOrder | null;
  deadline: Time | null;
  unread: boolean;
}

/** Who writes, as the desk names them. */
export interface RowBuyer {
  name: string;
  verified: boolean;
}

/** The order in question; its state is null while the store cannot be read. */
export interface RowOrder {
  number: string;
  state: string | null;
  state_label: string | null;
}

/** It is kept; the conversation of a first message is named here. */
export interface SaidAck {
  conversation: string;
  message: MessageRef;
}

/** Say something; `new` begins a conversation. */
export interface SayCommand {
  conversation: string;
  text: string;
  attachments?: string[];
  context?: Context | null;
}

/** Whether the agent is at the desk. */
export interface SetPresenceCommand {
  state: "away" | "online";
}

/** Everything that is a buyer's; of handoffs and tickets what was told last, each as its event told it. */
export interface Snapshot {
  conversations: Conversation[];
  handoffs: HandoffEvent[];
  tickets: TicketEvent[];
  me: Me;
}

/** Put it aside until a time, or until the buyer writes. */
export interface SnoozeCommand {
  conversation: string;
  until: string;
  if_rev?: number | null;
}

/** What the assistant is doing. */
export interface Step {
  conversation: string;
  label_key: string;
  args: Record<string, unknown>;
  re: string;
}

/** End the answer that runs. */
export interface StopCommand {
  conversation: string;
}

export type StoreTime = string;

/** A suggested reply to message `re`, for the agent who has the conversation; it stands until a message after `after`. `basis` is what carries it, `allowed` what the policy grants, `beyond` whether a colleague has to approve that, `way` how it was rewritten and `of` which suggestion it was before. */
export interface SuggestEvent {
  conversation: string;
  re: string;
  text: string;
  citations: Citation[];
  parts: Part[];
  lang: string;
  generated_by: GeneratedBy;
  id?: string;
  after?: Count;
  basis?: "decided" | "found" | "missing" | "none" | "person";
  allowed?: string;
  beyond?: boolean;
  way?: "formal" | "shorter" | "translate" | "warmer";
  of?: string;
}

/** What an agent made of a suggestion: inserted, or put aside and why. */
export interface SuggestionEvent {
  conversation: string;
  suggestion: string;
  taken: boolean;
  reason: string;
  note: string;
  agent: Person;
}

/** All that was missed has been said; `n` is the cursor to keep. */
export interface Synced {
  n: Count;
}

/** Take a conversation and join it at once. */
export interface TakeoverCommand {
  conversation: string;
  if_rev?: number | null;
}

/** A ticket as its buyer may know it. `number` is what people call it; events of before there were numbers have none. `target_at` is when a person is hoped for, `due_at` when one must have come, `resolve_by` when it must be done. */
export interface Ticket {
  id: string;
  reason: string;
  priority: Priority;
  queue: string;
  state: TicketState;
  rev: Count;
  order_no: string | null;
  assignee: Person | null;
  created_at: Time;
  target_at: Time | null;
  due_at: Time | null;
  resolve_by: Time | null;
  taken_at: Time | null;
  resolved_at: Time | null;
  number?: string;
}

/** A ticket was opened (`was` is null) or changed: by whom, why, and the values that changed, before and after. */
export interface TicketChangedEvent {
  conversation: string;
  ticket: string;
  number: string;
  rev: Count;
  was: TicketState | null;
  state: TicketState;
  actor: Actor;
  cause: string;
  changed: Record<string, unknown>;
}

/** A ticket as it stands; `alarm` if nobody came in time. */
export interface TicketEvent {
  conversation: string;
  ticket: Ticket;
  rev: Count;
  alarm?: "overdue";
}

/** A ticket as it was when this was said; `ticket` events tell how it goes on. `number` is what people call it; what was said before there were numbers has none. */
export interface TicketPart {
  type: "ticket";
  id: string;
  reason: string;
  reason_label: string;
  priority: Priority;
  priority_label: string;
  queue: string;
  state: TicketState;
  state_label: string;
  due_at: Time | null;
  number?: string;
}

export type TicketState = "closed" | "new" | "open" | "resolved" | "snoozed" | "waiting_approval" | "waiting_buyer" | "waiting_supplier";

export type Time = string;

/** To a colleague, by id; to nobody (null) is back to the queue. */
export interface TransferCommand {
  conversation: string;
  to?: string | null;
  note?: string;
  if_rev?: number | null;
}

/** Keys are struck, or rest. */
export interface TypingCommand {
  conversation: string;
  on?: boolean;
}

/** Who writes: a buyer, or an agent with their id. */
export interface Typist {
  kind: "agent" | "buyer";
  name: string;
  id?: string;
}

/** What may be sent: the `size` of a file in bytes, the `count` of files in a message, their media types. */
export interface UploadsLimits {
  size: number;
  count: number;
  types: string[];
}

export type Verdict = "grant" | "need" | "refer" | "refuse";

/** Which conversation is open on the desk; null for none. */
export interface ViewingCommand {
  conversation?: string | null;
}

/** Who has a conversation open. */
export interface ViewingNews {
  conversation: string;
  agents: Person[];
}

/** The hello is accepted. `n` is how far what follows goes; `resume` "reset" if a snapshot follows. */
export interface Welcome {
  session: string;
  epoch: string;
  now: Time;
  heartbeat_ms: number;
  resume: "ok" | "reset";
  n: Count;
  me: Me;
  limits: Limits;
  features: Record<string, boolean>;
  visitor?: string;
}

/** What a buyer sends, by type. */
export interface BuyerCommands {
  hello: HelloCommand;
  say: SayCommand;
  read: ReadCommand;
  typing: TypingCommand;
  history: HistoryCommand;
  identify: IdentifyCommand;
  act: ActCommand;
  handoff: HandoffCommand;
  stop: StopCommand;
  rate: RateCommand;
}

/** What answers it. */
export interface BuyerAcks {
  identify: IdentifyAck;
  say: SaidAck;
  act: SaidAck;
  handoff: SaidAck;
  rate: RateAck;
}

/** What a buyer hears, but for acks. */
export interface BuyerHears {
  welcome: Welcome;
  synced: Synced;
  page: MessagePage;
  error: Error;
  message: MessageEvent;
  done: DoneEvent;
  "message.patch": PatchEvent;
  conversation: ConversationHead;
  handoff: HandoffEvent;
  read: ReadEvent;
  ticket: TicketEvent;
  decision: DecisionEvent;
  rated: RatedEvent;
  step: Step;
  delta: Delta;
  live: Live;
  ping: Ping;
  bye: Bye;
  snapshot: Snapshot;
  typing: BuyerTyping;
}

/** What an agent sends, by type. */
export interface AgentCommands {
  hello: HelloCommand;
  say: SayCommand;
  read: ReadCommand;
  typing: TypingCommand;
  history: HistoryCommand;
  claim: ClaimCommand;
  takeover: TakeoverCommand;
  giveback: GivebackCommand;
  reopen: ReopenCommand;
  resolve: ResolveCommand;
  transfer: TransferCommand;
  assign: AssignCommand;
  snooze: SnoozeCommand;
  note: NoteCommand;
  macro: MacroCommand;
  viewing: ViewingCommand;
  presence: SetPresenceCommand;
}

/** What answers it. */
export interface AgentAcks {
  say: ReplyAck;
  macro: ReplyAck;
  note: NoteAck;
  claim: MoveAck;
  takeover: MoveAck;
  giveback: MoveAck;
  reopen: MoveAck;
  resolve: MoveAck;
  transfer: MoveAck;
  assign: MoveAck;
  snooze: MoveAck;
}

/** What an agent hears, but for acks. */
export interface AgentHears {
  welcome: Welcome;
  synced: Synced;
  page: MessagePage;
  error: Error;
  message: MessageEvent;
  done: DoneEvent;
  "message.patch": PatchEvent;
  conversation: ConversationHead;
  handoff: HandoffEvent;
  read: ReadEvent;
  ticket: TicketEvent;
  decision: DecisionEvent;
  rated: RatedEvent;
  step: Step;
  delta: Delta;
  live: Live;
  ping: Ping;
  bye: Bye;
  snapshot: DeskSnapshot;
  note: NoteEvent;
  suggest: SuggestEvent;
  suggestion: SuggestionEvent;
  feedback: FeedbackEvent;
  opened: OpenedEvent;
  policy: PolicyEvent;
  order: OrderNewsEvent;
  "ticket.changed": TicketChangedEvent;
  refund: RefundEvent;
  review: ReviewEvent;
  typing: DeskTyping;
  presence: PresenceNews;
  viewing: ViewingNews;
}
