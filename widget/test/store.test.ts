import assert from "node:assert/strict";
import { test } from "node:test";
import type { Frame } from "../src/core/frames.js";
import { Store } from "../src/core/store.js";
import { conversation, message } from "./fakes.js";

const frame = (t: string, d: Record<string, unknown>, n?: number): Frame => ({ v: 1, t, d, ...(n === undefined ? {} : { n }) });

function loaded(...seqs: number[]): Store {
  const store = new Store();
  store.apply(frame("snapshot", { conversations: [conversation("c", seqs.map((s) => message(s)))] }));
  store.apply(frame("synced", { n: 10 }));
  return store;
}

const seqs = (store: Store) => store.conversations["c"]?.messages.map((m) => m.seq);

test("a durable frame is applied once, however often it comes", () => {
  const store = loaded(1);
  const event = frame("message", { conversation: "c", message: message(2) }, 11);
  assert.equal(store.apply(event).arrived.length, 1);
  assert.equal(store.apply(event).arrived.length, 0);
  assert.equal(store.apply(frame("message", { conversation: "c", message: message(3) }, 9)).arrived.length, 0);
  assert.deepEqual(seqs(store), [1, 2]);
  assert.equal(store.cursor, 11);
});

test("messages stand in the order of seq, whatever the order of arrival", () => {
  const store = loaded(1);
  store.apply(frame("message", { conversation: "c", message: message(3) }, 12));
  store.apply(frame("page", { conversation: "c", messages: [message(2)], has_more: false }));
  assert.deepEqual(seqs(store), [1, 2, 3]);
});

test("a missing number is noticed, and which history to ask for", () => {
  const store = loaded(1, 2);
  const { gap } = store.apply(frame("message", { conversation: "c", message: message(5) }, 12));
  assert.deepEqual(gap, { conversation: "c", before: 5 });
  assert.equal(store.apply(frame("message", { conversation: "c", message: message(6) }, 13)).gap, null);
});

test("a stream grows by its pieces in order, and done replaces it", () => {
  const store = loaded(1);
  const delta = (i: number, text: string) => store.apply(frame("delta", { conversation: "c", message: "m2", i, text, re: "s" }));
  store.apply(frame("step", { conversation: "c", label_key: "step.search", args: {} }));
  assert.equal(store.steps["c"]?.key, "step.search");
  delta(0, "退款");
  delta(1, "三日");
  delta(3, "lost one before");
  delta(1, "again");
  assert.equal(store.live["c"]?.text, "退款三日");
  assert.equal(store.steps["c"], undefined);
  store.apply(frame("done", { conversation: "c", message: message(2, { text: "退款三日到账。" }), re: "s" }, 11));
  assert.equal(store.live["c"], undefined);
  assert.equal(store.conversations["c"]?.messages[1]?.text, "退款三日到账。");
});

test("after a reconnect a live frame takes up the sentence where it is", () => {
  const store = loaded(1);
  store.apply(frame("live", { conversation: "c", message: "m2", i: 4, text: "so far" }));
  store.apply(frame("delta", { conversation: "c", message: "m2", i: 5, text: " and on" }));
  assert.equal(store.live["c"]?.text, "so far and on");
});

test("an answer that is here whole is not begun again, and one that a person cut short is not left standing", () => {
  const store = loaded(1, 2);
  store.apply(frame("live", { conversation: "c", message: "m2", i: 0, text: "again" }));
  store.apply(frame("delta", { conversation: "c", message: "m2", i: 0, text: "again" }));
  assert.equal(store.live["c"], undefined);
  store.apply(frame("live", { conversation: "c", message: "m3", i: 1, text: "half" }));
  store.apply(frame("conversation", { conversation: "c", rev: 9, state: "human" }, 11));
  assert.equal(store.live["c"], undefined);
});

test("a patch changes the parts of one message, and an older one does not undo it", () => {
  const store = loaded(1, 2);
  const used = (rev: number, value: string | null) => frame("message.patch", { conversation: "c", id: "m2", rev, parts: [{ type: "choices", id: "x", options: [], used: value }] }, 10 + rev);
  store.apply(used(2, "a"));
  store.apply({ ...used(1, null), n: 30 });
  const part = store.conversations["c"]?.messages[1]?.parts[0];
  assert.equal(part?.type === "choices" && part.used, "a");
  assert.equal(store.conversations["c"]?.messages[0]?.parts.length, 0);
});

test("a conversation's change merges, keeps its messages and never lowers what was read", () => {
  const store = loaded(1, 2);
  store.markRead("c", { buyer: 2 });
  store.apply(frame("conversation", { conversation: "c", rev: 5, state: "human", assignee: { name: "Lin" }, read: { buyer: 0, agent: 1 } }, 11));
  const now = store.conversations["c"];
  assert.equal(now?.state, "human");
  assert.deepEqual(now?.read, { buyer: 2, agent: 1 });
  assert.equal(now?.messages.length, 2);
  store.apply(frame("conversation", { conversation: "c", rev: 4, state: "bot" }, 12));
  assert.equal(store.conversations["c"]?.state, "human");
});

test("unread counts what others said after the buyer's mark", () => {
  const store = loaded(1, 2, 3);
  const mine = { author: { kind: "buyer" as const, name: "" } };
  store.apply(frame("message", { conversation: "c", message: message(4, mine) }, 11));
  store.markRead("c", { buyer: 1 });
  assert.equal(store.unread(store.conversations["c"]!), 2);
});

test("during a reset nothing moves the cursor until its end", () => {
  const store = loaded(1);
  store.beginReset();
  store.apply(frame("message", { conversation: "d", message: message(1) }, 40));
  assert.equal(store.cursor, null);
  store.apply(frame("snapshot", { conversations: [conversation("d", [message(1)])] }));
  store.apply(frame("synced", { n: 41 }));
  assert.equal(store.cursor, 41);
  assert.deepEqual(Object.keys(store.conversations), ["d"]);
});

test("the queue's place is told, and forgotten when a person has come", () => {
  const store = loaded(1);
  store.apply(frame("handoff", { conversation: "c", stage: "queued", position: 2, eta_s: 60, reason: "asked" }, 11));
  assert.equal(store.handoffs["c"]?.position, 2);
  store.apply(frame("conversation", { conversation: "c", rev: 9, state: "human" }, 12));
  assert.equal(store.handoffs["c"], undefined);
});

test("unknown frames are ignored", () => {
  const store = loaded(1);
  assert.deepEqual(store.apply(frame("of.tomorrow", { conversation: "c" }, 11)), { arrived: [], gap: null });
  assert.equal(store.cursor, 11);
});

test("whoever took the case is forgotten when it goes back, and that it went back is told", () => {
  const store = loaded(1);
  store.apply(frame("handoff", { conversation: "c", stage: "joined", agent: { name: "Lin" } }, 11));
  store.apply(frame("conversation", { conversation: "c", rev: 9, state: "human", assignee: { id: "a1", name: "Lin" } }, 12));
  assert.deepEqual(Object.values(store.handoffs).map((h) => h.agent), ["Lin"]);
  store.apply(frame("conversation", { conversation: "c", rev: 10, state: "bot", assignee: null }, 13));
  assert.deepEqual(store.handoffs, {});
  store.apply(frame("handoff", { conversation: "c", stage: "returned" }, 14));
  assert.deepEqual(Object.values(store.handoffs).map((h) => h.stage), ["returned"]);
  store.apply(frame("conversation", { conversation: "c", rev: 11, state: "waiting" }, 15));
  assert.deepEqual(store.handoffs, {});
});

test("a place moves up with each event", () => {
  const store = loaded(1);
  store.apply(frame("conversation", { conversation: "c", rev: 2, state: "waiting" }, 11));
  for (const [i, position] of [2, 1, 0].entries()) {
    store.apply(frame("handoff", { conversation: "c", stage: "queued", position, eta_s: 60 }, 12 + i));
    assert.equal(store.handoffs["c"]?.position, position);
  }
});

test("a read mark says who has read", () => {
  const store = loaded(1, 2);
  store.apply(frame("read", { conversation: "c", reader: "agent", seq: 2 }, 11));
  store.apply(frame("read", { conversation: "c", reader: "buyer", seq: 1 }, 12));
  assert.deepEqual(store.conversations["c"]?.read, { buyer: 1, agent: 2 });
});

test("the end of a conversation is told once, and typing ends with the person", () => {
  const store = loaded(1);
  store.apply(frame("conversation", { conversation: "c", rev: 2, state: "human" }, 11));
  store.apply(frame("typing", { conversation: "c", on: true, name: "Lin" }));
  assert.equal(store.typing["c"], "Lin");
  const end = store.apply(frame("conversation", { conversation: "c", rev: 3, state: "resolved" }, 12));
  assert.equal(end.resolved, "c");
  assert.equal(store.typing["c"], undefined);
  assert.equal(store.apply(frame("conversation", { conversation: "c", rev: 4, state: "resolved" }, 13)).resolved, undefined);
});

test("a ticket's change keeps what was known of it, and whose it is", () => {
  const store = loaded(1);
  store.apply(frame("ticket", { conversation: "c", rev: 1, ticket: { id: "t1", state: "new", due_at: "2026-01-01T00:00:00Z" } }, 11));
  store.apply(frame("ticket", { conversation: "c", rev: 2, ticket: { id: "t1", state: "open" } }, 12));
  assert.deepEqual(store.tickets["t1"], { id: "t1", state: "open", due_at: "2026-01-01T00:00:00Z", conversation: "c" });
});
