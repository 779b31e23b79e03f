import type { Conversation, Handoff, Me } from "./frames.js";
import { json } from "./json.js";
import type { Outgoing } from "./outbox.js";
import type { Storage } from "./storage.js";

/** All that one identity keeps in this browser, written as one value: a cursor without its messages would lose some. */
export interface Slot {
  v: 1;
  visitor: string | null;
  me: Me | null;
  epoch: string | null;
  cursor: number | null;
  conversations: Conversation[];
  handoffs: Record<string, Handoff>;
  tickets: Record<string, Record<string, unknown>>;
  drafts: Record<string, string>;
  feedback: Record<string, string>;
}

/** As many as a fresh page is told of. */
const KEPT_CONVERSATIONS = 20;
const KEPT_MESSAGES = 30;

export function emptySlot(): Slot {
  const kept = { handoffs: {}, tickets: {}, drafts: {}, feedback: {} };
  return { v: 1, visitor: null, me: null, epoch: null, cursor: null, conversations: [], ...kept };
}

export interface Claims {
  sub: string | null;
  /** Seconds since 1970. */
  exp: number | null;
}

/** What a token says of itself, unverified: it names the drawer of this identity and when to fetch another, no more. */
export function claimsOf(token: string | null): Claims {
  const body = token?.split(".")[1];
  const none = { sub: null, exp: null };
  if (!body) return none;
  try {
    const text = atob(body.replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const { sub, exp } = claims;
    return { sub: typeof sub === "string" ? sub : null, exp: typeof exp === "number" ? exp : null };
  } catch {
    return none;
  }
}

export function slotKey(shop: string, subject: string | null): string {
  return `anxin:${shop}:${subject === null ? "visitor" : "buyer:" + subject}`;
}

export function readSlot(storage: Storage, key: string): Slot {
  try {
    const slot = JSON.parse(storage.get(key) ?? "null") as Slot | null;
    // A cursor whose messages are not beside it would resume behind what nobody here has seen.
    return slot?.v === 1 && Array.isArray(slot.conversations) ? { ...emptySlot(), ...slot } : emptySlot();
  } catch {
    return emptySlot();
  }
}

/** `latest` first; messages cut to the newest few, with `has_more` telling that there are others. */
export function writeSlot(storage: Storage, key: string, slot: Slot): void {
  const conversations = slot.conversations.slice(0, KEPT_CONVERSATIONS).map((c) => {
    const cut = c.messages.length > KEPT_MESSAGES;
    return cut ? { ...c, messages: c.messages.slice(-KEPT_MESSAGES), has_more: true } : c;
  });
  storage.set(key, json({ ...slot, conversations }));
}

/** What one identity said and has not sent, each under a name of its own: tabs never write over each other's. */
export function outName(key: string, id: string): string {
  return `${key}:out:${id}`;
}

export function readOutbox(storage: Storage, key: string): Outgoing[] {
  const names = storage.keys().filter((name) => name.startsWith(outName(key, "")));
  return names.flatMap((name) => {
    try {
      const item = JSON.parse(storage.get(name) ?? "null") as Outgoing | null;
      return item && outName(key, item.id) === name ? [item] : [];
    } catch {
      return [];
    }
  });
}

/** Log out: nothing of this shop stays behind. */
export function wipe(storage: Storage, shop: string): void {
  for (const key of storage.keys()) if (key.startsWith(`anxin:${shop}:`)) storage.remove(key);
}
