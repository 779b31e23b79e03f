import type { Conversation, ConversationState, Frame, Handoff, Me, Message, Part } from "./frames.js";
import { begun, grown, type Live } from "./live.js";
import { emptyConversation, outlived, tidy, tidyMessage, without } from "./shapes.js";

/** What it answers stands beside it. */
export interface Answering extends Live {
  re: string | null;
}

export interface Step {
  key: string;
  args: Record<string, unknown>;
}

/** What a frame did to the store, for those who must act on it. */
export interface Applied {
  /** Messages by somebody else that were not here before. */
  arrived: { conversation: string; message: Message }[];
  /** A conversation in which a number is missing: its history must be asked for. */
  gap: { conversation: string; before: number } | null;
  /** The conversation that this frame ended. */
  resolved?: string;
  /** It goes on with a conversation whose beginning came to nobody here: only a snapshot tells it whole. */
  stray?: boolean;
}

const NOTHING: Applied = { arrived: [], gap: null };

export interface Cached {
  me: Me | null;
  epoch: string | null;
  cursor: number | null;
  conversations: Conversation[];
  handoffs: Record<string, Handoff>;
  tickets: Record<string, Record<string, unknown>>;
}

/** Most messages of one conversation kept in memory: older ones are asked for again. */
export const KEEP = 400;

/** The shop's events as this browser has seen them. Objects are replaced, never changed, so a view compares by identity. */
export class Store {
  me: Me | null = null;
  epoch: string | null = null;
  cursor: number | null = null;
  conversations: Record<string, Conversation> = {};
  live: Record<string, Answering> = {};
  steps: Record<string, Step> = {};
  handoffs: Record<string, Handoff> = {};
  tickets: Record<string, Record<string, unknown>> = {};
  typing: Record<string, string> = {};
  /** Between a reset and its end nothing may move the cursor: half a snapshot is no place to resume from. */
  private resetting = false;

  load(cached: Cached): void {
    this.me = cached.me;
    this.epoch = cached.epoch;
    this.cursor = cached.cursor;
    this.conversations = Object.fromEntries(cached.conversations.map((c) => [c.id, c]));
    this.handoffs = cached.handoffs;
    this.tickets = cached.tickets;
  }

  clear(): void {
    this.load({ me: null, epoch: null, cursor: null, conversations: [], handoffs: {}, tickets: {} });
    this.forgetPassing();
  }

  /** Latest first; of those that changed in the same moment the younger, as the server has it. */
  list(): Conversation[] {
    const place = (c: Conversation) => c.updated_at + c.id;
    return Object.values(this.conversations).sort((a, b) => (place(a) < place(b) ? 1 : -1));
  }

  /** All that is known, as the frames that would tell it to a page that knows nothing. */
  retell(): Frame[] {
    const { me, handoffs, tickets, cursor } = this;
    const steps = Object.entries(this.steps).map(([conversation, s]) => told("step", { conversation, label_key: s.key, args: s.args }));
    const live = Object.entries(this.live).map(([conversation, l]) => told("live", { ...l, conversation, i: l.next - 1 }));
    const places = Object.entries(handoffs).map(([conversation, h]) => ({ ...h, conversation }));
    const cases = Object.values(tickets).map((ticket) => ({ conversation: ticket["conversation"], ticket }));
    return [told("snapshot", { me, conversations: this.list(), handoffs: places, tickets: cases }), ...steps, ...live, told("synced", { n: cursor })];
  }

  beginReset(): void {
    this.resetting = true;
    this.cursor = null;
  }

  apply(frame: Frame): Applied {
    const durable = frame.n !== undefined;
    if (durable && this.cursor !== null && (frame.n as number) <= this.cursor) return NOTHING;
    const applied = this.dispatch(frame.t, frame.d as Body);
    if (durable && !this.resetting) this.cursor = frame.n as number;
    return applied;
  }

  private dispatch(type: string, d: Body): Applied {
    switch (type) {
      case "snapshot":
        return this.snapshot(d);
      case "synced":
        return this.synced(d);
      case "message":
      case "done":
        return this.message(d);
      case "message.patch":
        return this.patch(d);
      case "conversation":
        return this.conversation(d);
      case "handoff":
        return this.handoff(d);
      case "read":
        return this.read(d);
      case "ticket":
        return this.ticket(d);
      case "page":
        return this.page(d);
      default:
        return this.passing(type, d);
    }
  }

  /** Frames without a number: shown, and forgotten with the connection. */
  private passing(type: string, d: Body): Applied {
    const id = String(d.conversation ?? "");
    if (type === "step") this.steps = { ...this.steps, [id]: { key: String(d.label_key ?? ""), args: d.args ?? {} } };
    // A whole answer may have come before the end of its stream was known: it is not begun again.
    const told = this.conversations[id]?.messages.some((m) => m.id === d.message);
    if (type === "delta" && !told) this.delta(id, d);
    if (type === "live" && !told) this.live = { ...this.live, [id]: { ...begun(d), re: d.re ?? null } };
    if (type === "typing") this.typing = d.on ? { ...this.typing, [id]: d.name ?? "" } : without(this.typing, id);
    return NOTHING;
  }

  private delta(id: string, d: Body): void {
    const live = grown(this.live[id], d);
    if (!live) return;
    this.live = { ...this.live, [id]: { ...live, re: d.re ?? null } };
    this.steps = without(this.steps, id);
  }

  hush(id: string): void {
    this.typing = without(this.typing, id);
  }

  /** A connection that ended takes its half sentences with it. */
  forgetPassing(): void {
    this.live = {};
    this.steps = {};
    this.typing = {};
  }

  private snapshot(d: Body): Applied {
    if (d.me) this.me = d.me as Me;
    const list = (d.conversations ?? []) as Conversation[];
    this.conversations = Object.fromEntries(list.map((c) => [c.id, tidy(c)]));
    this.handoffs = {};
    this.tickets = {};
    for (const h of d.handoffs ?? []) if (!outlived(h.stage, this.conversations[h.conversation]?.state ?? "bot")) this.handoff(h);
    for (const ticket of d.tickets ?? []) this.ticket(ticket);
    return NOTHING;
  }

  private synced(d: Body): Applied {
    this.resetting = false;
    if (typeof d.n === "number") this.cursor = Math.max(this.cursor ?? 0, d.n);
    return NOTHING;
  }

  private message(d: Body): Applied {
    const id = String(d.conversation ?? "");
    const message = { ...(d.message as Message) };
    if (!id || !message.id) return NOTHING;
    if (!this.conversations[id] && message.seq > 1) return { ...NOTHING, stray: true };
    if (d.re) message.re = String(d.re);
    const before = this.conversations[id] ?? emptyConversation(id, message.at);
    const known = before.messages.some((m) => m.id === message.id);
    this.insert(before, message);
    this.settle(id, message);
    const gap = !known && message.seq > before.seq + 1 && before.seq > 0 ? { conversation: id, before: message.seq } : null;
    const arrived = known || message.author.kind === "buyer" ? [] : [{ conversation: id, message }];
    return { arrived, gap };
  }

  private insert(conversation: Conversation, message: Message): void {
    const others = conversation.messages.filter((m) => m.id !== message.id && m.seq !== message.seq);
    const all = [...others, tidyMessage(message)].sort((a, b) => a.seq - b.seq);
    const messages = all.slice(-KEEP);
    const has_more = conversation.has_more || all.length > KEEP;
    const seq = Math.max(conversation.seq, message.seq);
    const updated_at = message.at > conversation.updated_at ? message.at : conversation.updated_at;
    this.put({ ...conversation, messages, has_more, seq, updated_at });
  }

  /** An answer ends the step and the stream that led to it. */
  private settle(id: string, message: Message): void {
    if (message.author.kind === "buyer") return;
    this.steps = without(this.steps, id);
    this.typing = without(this.typing, id);
    if (this.live[id]) this.live = without(this.live, id);
  }

  /** Our own message, told by its ack before its event comes. */
  acked(id: string, message: Message): void {
    const before = this.conversations[id] ?? emptyConversation(id, message.at);
    if (before.messages.some((m) => m.id === message.id || m.seq === message.seq)) return;
    this.insert(before, message);
  }

  private patch(d: Body): Applied {
    const conversation = this.conversations[String(d.conversation)];
    if (!conversation) return NOTHING;
    const rev = Number(d.rev ?? 0);
    const messages = conversation.messages.map((m) => {
      if (m.id !== d.id || rev < (m.rev ?? 0)) return m;
      return { ...m, rev, parts: (d.parts as Part[] | undefined) ?? m.parts, text: d.text ?? m.text };
    });
    this.put({ ...conversation, messages });
    return NOTHING;
  }

  private conversation(d: Body): Applied {
    const id = String(d.conversation ?? d.id ?? "");
    if (!id) return NOTHING;
    const before = this.conversations[id] ?? emptyConversation(id, d.updated_at ?? d.created_at ?? "");
    if (Number(d.rev ?? 0) < before.rev) return NOTHING;
    const { conversation: _id, messages: _messages, id: _own, ...rest } = d;
    this.put({ ...before, ...(rest as Partial<Conversation>), id, read: before.read, seq: Math.max(before.seq, Number(d.seq ?? 0)) });
    if (d.read) this.markRead(id, d.read as Partial<Conversation["read"]>);
    const state = (d.state ?? before.state) as ConversationState;
    if (outlived(this.handoffs[id]?.stage, state)) this.handoffs = without(this.handoffs, id);
    if (state !== "human") this.typing = without(this.typing, id);
    // What the assistant had begun to say to whom a person now answers stays unsaid.
    if (state !== "bot" && state !== "waiting") this.live = without(this.live, id);
    return state === "resolved" && before.state !== "resolved" ? { ...NOTHING, resolved: id } : NOTHING;
  }

  private handoff(d: Body): Applied {
    const id = String(d.conversation ?? "");
    const agent = typeof d.agent === "string" ? d.agent : (d.agent?.name ?? null);
    const told = { stage: d.stage, position: d.position ?? null, eta_s: d.eta_s ?? null, agent, reason: d.reason ?? null };
    this.handoffs = { ...this.handoffs, [id]: told as Handoff };
    return NOTHING;
  }

  private read(d: Body): Applied {
    const conversation = this.conversations[String(d.conversation)];
    if (!conversation) return NOTHING;
    this.markRead(conversation.id, { [d.reader === "agent" ? "agent" : "buyer"]: Number(d.seq ?? 0) });
    return NOTHING;
  }

  markRead(id: string, told: Partial<Conversation["read"]>): void {
    const conversation = this.conversations[id];
    if (!conversation) return;
    const read = {
      buyer: Math.max(conversation.read.buyer, told.buyer ?? 0),
      agent: Math.max(conversation.read.agent, told.agent ?? 0),
    };
    this.put({ ...conversation, read });
  }

  private ticket(d: Body): Applied {
    const id = String(d.ticket?.id ?? d.ticket ?? "");
    const body = typeof d.ticket === "object" && d.ticket ? d.ticket : d;
    if (id) this.tickets = { ...this.tickets, [id]: { ...this.tickets[id], ...body, conversation: d.conversation } };
    return NOTHING;
  }

  private page(d: Body): Applied {
    const conversation = this.conversations[String(d.conversation)];
    if (!conversation) return NOTHING;
    const have = new Set(conversation.messages.map((m) => m.id));
    const fresh = ((d.messages ?? []) as Message[]).filter((m) => !have.has(m.id)).map(tidyMessage);
    const messages = [...fresh, ...conversation.messages].sort((a, b) => a.seq - b.seq);
    this.put({ ...conversation, messages, has_more: Boolean(d.has_more) });
    return NOTHING;
  }

  private put(conversation: Conversation): void {
    this.conversations = { ...this.conversations, [conversation.id]: conversation };
  }

  unread(conversation: Conversation): number {
    return conversation.messages.filter((m) => m.seq > conversation.read.buyer && m.author.kind !== "buyer").length;
  }
}

function told(t: string, d: Record<string, unknown>): Frame {
  return { v: 1, t, d };
}

// Bodies come from a server that may be newer than we are; each field is read with care where it is used.
type Body = Record<string, any>;
