import type * as wire from "./wire.js";
import type { HandoffStage } from "./wire.js";

export { SUBPROTOCOL } from "./wire.js";
export type * from "./wire.js";

/** Any frame of `anxin.v1`, before its type is looked at. */
export interface Frame {
  v: 1;
  t: string;
  id?: string;
  re?: string;
  n?: number;
  d: Record<string, unknown>;
}

/** What a sheet shows of a source: a citation, or something to read that nobody quoted. */
export type SourceRef = Pick<wire.Citation, "n" | "id" | "title" | "quote"> & { kind: string; start?: number; end?: number };

/** What the browser adds to a message: the say that it answers, where the server named it. */
export interface Message extends wire.Message {
  re?: string;
}

export interface Conversation extends wire.ConversationHead {
  messages: Message[];
  has_more: boolean;
}

/** Where the way to a person stands, as the store keeps it. */
export interface Handoff {
  stage: HandoffStage;
  position: number | null;
  eta_s: number | null;
  agent: string | null;
  reason: string | null;
}

/** What a buyer says of the service that they had. */
export type Rating = Required<Pick<wire.RateCommand, "score" | "tags" | "comment">>;
export type WireError = wire.Error;

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
