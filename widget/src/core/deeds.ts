import type { Memory } from "./memory.js";
import type { Outgoing } from "./outbox.js";
import type { Sender } from "./sender.js";

/** What a person did in one tab, and every tab of the same identity does alike. */
export type Deed =
  | { did: "say"; item: Outgoing }
  | { did: "retry"; id: string; fresh: string; now: number }
  | { did: "discard"; id: string }
  | { did: "draft"; thread: string; text: string }
  | { did: "feedback"; message: string; score: string }
  | { did: "shutdown" };

export function perform(deed: Deed, sender: Sender, memory: Memory): void {
  if (deed.did === "say") sender.take(deed.item);
  if (deed.did === "retry") sender.retry(deed.id, deed.fresh, deed.now);
  if (deed.did === "discard") sender.outbox.discard(deed.id);
  if (deed.did === "draft") memory.keepDraft(deed.thread, deed.text);
  if (deed.did === "feedback") memory.feedback = { ...memory.feedback, [deed.message]: deed.score };
}
