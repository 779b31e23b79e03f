import type { Frame, Message, Part } from "../core/frames.js";
import { begun, grown, type Live } from "../core/live.js";
import { without } from "../core/shapes.js";
import type { AgentMe, Colleague, Counts, Detail, Head, Note, Person, Row, Suggestion, Ticket, View } from "./model.js";
import { VIEWS } from "./model.js";
import { belongs } from "./queue_order.js";

// Bodies come from a server that may be newer than we are; each field is read with care where it is used.
type Body = Record<string, any>;

/** What an event did, for those who must act on it. */
export interface Heard {
  /** Its detail (brief, decisions, order) is older than the record now. */
  stale: string | null;
  /** The queue's counts may have changed beyond the rows that are here. */
  counts: boolean;
  /** A buyer's word to someone who waits for it. */
  spoken: { conversation: string; message: Message } | null;
  /** A conversation that has just begun to wait. */
  waiting: string | null;
  /** A refund stands otherwise than it did. */
  refund?: boolean;
  /** A colleague's note that names us. */
  mention?: { conversation: string; note: Note };
}

const NOTHING: Heard = { stale: null, counts: false, spoken: null, waiting: null };
const LINE = 120;

/** The shop's events as an agent sees them. Objects are replaced, never changed, so a view compares by identity. */
export class DeskStore {
  me: AgentMe | null = null;
  epoch: string | null = null;
  cursor: number | null = null;
  rows: Record<string, Row> = {};
  details: Record<string, Detail> = {};
  agents: Record<string, Colleague> = {};
  viewing: Record<string, Person[]> = {};
  typing: Record<string, { kind: string; name: string; id: string | null }> = {};
  live: Record<string, Live> = {};
  steps: Record<string, string> = {};
  /** Conversations that an event named before their row was here. */
  unknown = new Set<string>();
  private readonly suggestions = new Map<string, number>();
  private told: Counts = {};
  private counted: Counts = {};
  private resetting = false;

  clear(): void {
    this.epoch = null;
    this.cursor = null;
    this.rows = {};
    this.details = {};
    this.agents = {};
    this.told = {};
    this.counted = {};
    this.unknown.clear();
    this.forgetPassing();
  }

  forgetPassing(): void {
    this.viewing = {};
    this.typing = {};
    this.live = {};
    this.steps = {};
  }

  beginReset(): void {
    this.resetting = true;
    // At a page's first connection nothing here is older than it: what was read meanwhile stays, with the work on it.
    if (this.cursor !== null) this.details = {};
    this.cursor = null;
  }

  apply(frame: Frame): Heard {
    const { n } = frame;
    if (n !== undefined && this.cursor !== null && n <= this.cursor) return NOTHING;
    const heard = this.dispatch(frame.t, frame.d as Body);
    if (n !== undefined && !this.resetting) this.cursor = n;
    return heard;
  }

  private dispatch(type: string, d: Body): Heard {
    const id = String(d.conversation ?? d.id ?? "");
    switch (type) {
      case "snapshot":
        return this.snapshot(d);
      case "synced":
        this.resetting = false;
        if (typeof d.n === "number") this.cursor = Math.max(this.cursor ?? 0, d.n);
        return NOTHING;
      case "message":
      case "done":
        return this.message(id, d);
      case "message.patch":
        return this.patch(id, d);
      case "conversation":
        return this.head(id, d);
      case "ticket":
        return this.ticket(id, d);
      case "read":
        return this.read(id, d);
      case "note":
        return this.note(id, d.note as Note);
      case "suggest":
        return this.suggest(id, d as Suggestion);
      case "suggestion":
        return this.judged(id, d);
      case "decision":
      case "review":
      case "rated":
      case "handoff":
      case "order":
        return { ...NOTHING, stale: id };
      case "refund":
        return { ...NOTHING, stale: id, refund: true };
      default:
        return this.passing(type, id, d);
    }
  }

  private snapshot(d: Body): Heard {
    this.rows = {};
    this.agents = Object.fromEntries(((d.agents ?? []) as Colleague[]).map((a) => [a.id, a]));
    this.takeRows((d.queue ?? []) as Row[]);
    this.takeCounts((d.counts ?? {}) as Counts);
    return NOTHING;
  }

  /** Rows as the server holds them now; a row that an event has made newer stands. */
  takeRows(rows: readonly Row[]): void {
    const next = { ...this.rows };
    for (const row of rows) {
      const { id } = row.conversation;
      const held = next[id];
      this.unknown.delete(id);
      if (!held || held.conversation.rev <= row.conversation.rev) next[id] = row;
    }
    this.rows = next;
  }

  takeCounts(counts: Counts, now = Date.now()): void {
    this.told = counts;
    this.counted = this.countHere(now);
  }

  /** The server's counts, moved by what has happened to the rows here since it told them. */
  counts(now = Date.now()): Record<View, number> {
    const here = this.countHere(now);
    const of = (view: View) => Math.max(here[view] ?? 0, (this.told[view] ?? 0) + (here[view] ?? 0) - (this.counted[view] ?? 0));
    return Object.fromEntries(VIEWS.map((view) => [view, of(view)])) as Record<View, number>;
  }

  private countHere(now: number): Counts {
    const me = this.me?.id ?? "";
    const rows = Object.values(this.rows);
    return Object.fromEntries(VIEWS.map((view) => [view, rows.filter((row) => belongs(row, view, me, now)).length]));
  }

  /**
   * A detail as read over HTTP: words that came by socket meanwhile stay, and so do older pages. `before` is what
   * `suggested` said when this was asked for: a suggestion that has come or gone since is newer than it.
   */
  takeDetail(detail: Detail, before = this.suggested(detail.conversation.id)): void {
    const { id } = detail.conversation;
    const held = this.details[id];
    const messages = merged(held?.conversation.messages ?? [], detail.conversation.messages.map(tidy));
    const older = held && held.conversation.messages[0] && (held.conversation.messages[0].seq < (detail.conversation.messages[0]?.seq ?? 0));
    const has_more = older ? held.conversation.has_more : detail.conversation.has_more;
    const newer = held && held.conversation.rev > detail.conversation.rev ? held.conversation : detail.conversation;
    const notes = mergedNotes(held?.notes ?? [], detail.notes ?? []);
    const suggestion = held && before !== this.suggested(id) ? held.suggestion : detail.suggestion;
    this.details = { ...this.details, [id]: { ...detail, suggestion, notes, conversation: { ...newer, messages, has_more } } };
    if (detail.viewing) this.viewing = { ...this.viewing, [id]: detail.viewing };
    this.keepFew(id);
  }

  private keepFew(latest: string): void {
    const ids = Object.keys(this.details).filter((id) => id !== latest);
    if (ids.length < 20) return;
    const { [ids[0] as string]: _gone, ...rest } = this.details;
    this.details = rest;
  }

  takePage(id: string, messages: Message[], has_more: boolean): void {
    const detail = this.details[id];
    if (!detail) return;
    const all = merged(messages.map(tidy), detail.conversation.messages);
    this.putDetail(id, { conversation: { ...detail.conversation, messages: all, has_more } });
  }

  private message(id: string, d: Body): Heard {
    const message = tidy(d.message as Message);
    if (!id || !message.id) return NOTHING;
    const detail = this.details[id];
    const top = detail?.conversation.messages.at(-1)?.seq ?? 0;
    const gap = detail !== undefined && message.seq > top + 1;
    if (detail) this.insert(id, detail, message);
    this.settle(id, message);
    const fromBuyer = message.author.kind === "buyer";
    if (!this.line(id, message, fromBuyer)) this.unknown.add(id);
    const carries = message.parts.some((part) => part.type === "order" || part.type === "decision" || part.type === "form");
    return { ...NOTHING, stale: gap || carries || fromBuyer ? id : null, counts: !this.rows[id], spoken: fromBuyer ? { conversation: id, message } : null };
  }

  private insert(id: string, detail: Detail, message: Message): void {
    const messages = merged(detail.conversation.messages, [message]);
    const seq = Math.max(detail.conversation.seq, message.seq);
    this.putDetail(id, { conversation: { ...detail.conversation, messages, seq } });
    if (message.author.kind === "agent" && detail.suggestion) this.dropSuggestion(id);
  }

  /** The row's last line; false where there is no row. */
  private line(id: string, message: Message, fromBuyer: boolean): boolean {
    const row = this.rows[id];
    if (!row) return false;
    const last = { seq: message.seq, at: message.at, author_kind: message.author.kind, text: message.text.slice(0, LINE) };
    const unread = fromBuyer ? true : message.author.kind === "agent" ? false : row.unread;
    const seq = Math.max(row.conversation.seq, message.seq);
    const conversation = { ...row.conversation, seq, updated_at: message.at > row.conversation.updated_at ? message.at : row.conversation.updated_at };
    if (!row.last || message.seq >= row.last.seq) this.putRow({ ...row, conversation, last, unread });
    return true;
  }

  private settle(id: string, message: Message): void {
    if (message.author.kind === "buyer") {
      if (this.typing[id]?.kind === "buyer") this.typing = without(this.typing, id);
      return;
    }
    this.steps = without(this.steps, id);
    this.live = without(this.live, id);
    if (this.typing[id]?.kind === "agent") this.typing = without(this.typing, id);
  }

  /** Our own words, told by their ack before their event comes. */
  placed(id: string, told: unknown, text: string, me: AgentMe | null, parts: Part[] = []): void {
    const at = told as Partial<Message> | undefined;
    const detail = this.details[id];
    if (!detail || !at?.id || at.seq === undefined || detail.conversation.messages.some((m) => m.id === at.id)) return;
    const author = { kind: "agent" as const, name: me?.display_name ?? "" };
    const rest = { author, generated_by: "human" as const, text, parts, citations: [], lang: "", rev: 0 };
    this.insert(id, detail, { id: at.id, seq: at.seq, at: at.at ?? new Date().toISOString(), ...rest });
  }

  private patch(id: string, d: Body): Heard {
    const detail = this.details[id];
    if (!detail) return NOTHING;
    const rev = Number(d.rev ?? 0);
    const messages = detail.conversation.messages.map((m) => {
      if (m.id !== d.id || rev < (m.rev ?? 0)) return m;
      return { ...m, rev, parts: (d.parts as Part[] | undefined) ?? m.parts, text: d.text ?? m.text };
    });
    this.putDetail(id, { conversation: { ...detail.conversation, messages } });
    return NOTHING;
  }

  private head(id: string, d: Body): Heard {
    const row = this.rows[id];
    const head = d as Head;
    const detail = this.details[id];
    // What the assistant had begun to say to whom a person now answers stays unsaid.
    if (head.state !== "bot" && head.state !== "waiting") this.live = without(this.live, id);
    if (detail && Number(d.rev ?? 0) >= detail.conversation.rev) this.putDetail(id, { conversation: { ...detail.conversation, ...pick(head), id } });
    if (!row) {
      this.unknown.add(id);
      return { ...NOTHING, counts: true, waiting: head.state === "waiting" ? id : null };
    }
    if (Number(d.rev ?? 0) < row.conversation.rev) return NOTHING;
    const began = head.state === "waiting" && row.conversation.state !== "waiting";
    const given = head.assignee?.id === this.me?.id && row.conversation.assignee?.id !== this.me?.id && head.state === "human";
    this.putRow({ ...row, unread: row.unread || given, conversation: { ...row.conversation, ...pick(head), id } });
    return { ...NOTHING, counts: true, waiting: began ? id : null };
  }

  private ticket(id: string, d: Body): Heard {
    const ticket = d.ticket as Ticket | undefined;
    if (!ticket || typeof ticket !== "object") return NOTHING;
    const row = this.rows[id];
    const fits = (held: Ticket | null | undefined) => !held || held.id !== ticket.id || held.rev <= ticket.rev;
    if (row && fits(row.ticket) && !minor(ticket, row.ticket)) this.putRow({ ...row, ticket: { ...row.ticket, ...ticket } });
    if (!row) this.unknown.add(id);
    const detail = this.details[id];
    if (detail) {
      const tickets = [...detail.tickets.filter((t) => t.id !== ticket.id), { ...detail.tickets.find((t) => t.id === ticket.id), ...ticket }];
      const main = !minor(ticket, detail.ticket) && fits(detail.ticket) ? { ...detail.ticket, ...ticket } : detail.ticket;
      this.putDetail(id, { tickets, ticket: main });
    }
    return { ...NOTHING, stale: id, counts: true };
  }

  private read(id: string, d: Body): Heard {
    const who = d.reader === "agent" ? "agent" : "buyer";
    const seq = Number(d.seq ?? 0);
    this.markRead(id, who, seq);
    return NOTHING;
  }

  markRead(id: string, who: "buyer" | "agent", seq: number): void {
    const up = (head: Head) => ({ ...(head.read ?? { buyer: 0, agent: 0 }), [who]: Math.max(head.read?.[who] ?? 0, seq) });
    const row = this.rows[id];
    if (row) {
      const unread = who === "agent" && seq >= (row.last?.seq ?? 0) ? false : row.unread;
      this.putRow({ ...row, unread, conversation: { ...row.conversation, read: up(row.conversation) } });
    }
    const detail = this.details[id];
    if (detail) this.putDetail(id, { conversation: { ...detail.conversation, read: up(detail.conversation) } });
  }

  private note(id: string, note: Note): Heard {
    const detail = this.details[id];
    if (detail && note) this.putDetail(id, { notes: mergedNotes(detail.notes, [note]) });
    const named = this.me && note && note.author.id !== this.me.id && note.text.includes(`@${this.me.display_name}`);
    return named ? { ...NOTHING, mention: { conversation: id, note } } : NOTHING;
  }

  /** How often a suggestion came or went. */
  suggested(id: string): number {
    return this.suggestions.get(id) ?? 0;
  }

  suggest(id: string, said: Suggestion): Heard {
    this.putSuggestion(id, { ...said, text: said.text ?? "", citations: said.citations ?? [], parts: said.parts ?? [] });
    return NOTHING;
  }

  /** Somebody has inserted or put aside the suggestion that stands. */
  private judged(id: string, d: Body): Heard {
    if (this.details[id]?.suggestion?.id === d.suggestion) this.dropSuggestion(id);
    return NOTHING;
  }

  dropSuggestion(id: string): void {
    this.putSuggestion(id, null);
  }

  private putSuggestion(id: string, suggestion: Suggestion | null): void {
    if (!this.details[id]) return;
    this.suggestions.set(id, this.suggested(id) + 1);
    this.putDetail(id, { suggestion });
  }

  /** Frames without a number: shown, and forgotten with the connection. */
  private passing(type: string, id: string, d: Body): Heard {
    if (type === "step") this.steps = { ...this.steps, [id]: String(d.label_key ?? "step.other") };
    if (type === "delta") this.delta(id, d);
    if (type === "live") this.live = { ...this.live, [id]: begun(d) };
    if (type === "viewing") this.viewing = { ...this.viewing, [id]: (d.agents ?? []) as Person[] };
    if (type === "typing") this.hearTyping(id, d);
    if (type === "presence") this.hearPresence(d);
    return NOTHING;
  }

  private delta(id: string, d: Body): void {
    const live = grown(this.live[id], d);
    if (!live) return;
    this.live = { ...this.live, [id]: live };
    this.steps = without(this.steps, id);
  }

  private hearTyping(id: string, d: Body): void {
    const by = (d.by ?? { kind: "buyer", name: d.name ?? "" }) as Body;
    if (by.id && by.id === this.me?.id) return;
    const told = { kind: String(by.kind ?? "buyer"), name: String(by.name ?? ""), id: (by.id as string | undefined) ?? null };
    this.typing = d.on ? { ...this.typing, [id]: told } : without(this.typing, id);
  }

  private hearPresence(d: Body): void {
    const agent = d.agent as Person | undefined;
    if (!agent?.id) return;
    const before = this.agents[agent.id];
    const told = { ...before, ...agent, presence: d.state, load: d.load ?? before?.load };
    this.agents = { ...this.agents, [agent.id]: told as Colleague };
  }

  setPresence(state: Colleague["presence"]): void {
    if (!this.me) return;
    this.hearPresence({ agent: { id: this.me.id, name: this.me.display_name }, state });
  }

  private putRow(row: Row): void {
    this.rows = { ...this.rows, [row.conversation.id]: row };
  }

  private putDetail(id: string, change: Partial<Detail>): void {
    const detail = this.details[id];
    if (detail) this.details = { ...this.details, [id]: { ...detail, ...change } };
  }
}

/** A ticket of work that follows a decision does not stand in the place of the dispute itself. */
function minor(ticket: Ticket, held: Ticket | null | undefined): boolean {
  const follows = (t: Ticket) => t.queue === "refunds" || t.queue === "fulfilment";
  return Boolean(held) && held?.id !== ticket.id && follows(ticket) && !follows(held as Ticket);
}

/** The fields of a head that an event carries; what it leaves out stays. */
function pick(head: Head): Partial<Head> {
  const { state, assignee, rev, seq, subject, lang, updated_at, joined_at, snoozed_until, read } = head;
  const all = { state, assignee, rev, seq, subject, lang, updated_at, joined_at, snoozed_until, read };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function tidy(message: Message): Message {
  return { ...message, text: message?.text ?? "", parts: message?.parts ?? [], citations: message?.citations ?? [] };
}

function merged(before: readonly Message[], more: readonly Message[]): Message[] {
  const fresh = new Set(more.map((m) => m.id));
  return [...before.filter((m) => !fresh.has(m.id)), ...more].sort((a, b) => a.seq - b.seq);
}

function mergedNotes(before: readonly Note[], more: readonly Note[]): Note[] {
  const fresh = new Set(more.map((note) => note.id));
  return [...before.filter((note) => !fresh.has(note.id)), ...more].sort((a, b) => (a.at < b.at ? -1 : 1));
}
