import type { Conversation, ConversationState, Message } from "./frames.js";

/** A place in a queue is nothing to one who left it, nor is the person who took a case that went back. */
export function outlived(stage: string | undefined, state: ConversationState): boolean {
  if (stage === "requested" || stage === "queued") return state !== "waiting";
  if (stage === "assigned" || stage === "joined") return state !== "human" && state !== "snoozed";
  return stage === "returned" && state !== "bot";
}

export function without<T>(map: Record<string, T>, key: string): Record<string, T> {
  if (!(key in map)) return map;
  const { [key]: _gone, ...rest } = map;
  return rest;
}

export function emptyConversation(id: string, at: string): Conversation {
  return {
    id,
    conversation: id,
    state: "bot",
    assignee: null,
    rev: 0,
    seq: 0,
    read: { buyer: 0, agent: 0 },
    subject: "",
    lang: "",
    created_at: at,
    updated_at: at,
    joined_at: null,
    snoozed_until: null,
    messages: [],
    has_more: false,
  };
}

export function tidyMessage(message: Message): Message {
  return { ...message, text: message.text ?? "", parts: message.parts ?? [], citations: message.citations ?? [] };
}

export function tidy(conversation: Conversation): Conversation {
  const whole = { ...emptyConversation(conversation.id, conversation.created_at ?? ""), ...conversation };
  return { ...whole, messages: (conversation.messages ?? []).map(tidyMessage) };
}
