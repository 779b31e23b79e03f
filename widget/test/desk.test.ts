import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStorage } from "../src/core/storage.js";
import { alter } from "../src/desk/alter.js";
import { DeskClient } from "../src/desk/client.js";
import { CommandRefused } from "../src/desk/commands.js";
import { deadlineOf, shortSpan } from "../src/desk/deadline.js";
import { DelayedSend, UNDO_MS } from "../src/desk/delayed.js";
import type { AgentMe, Detail, Head, Row, Ticket } from "../src/desk/model.js";
import { movesOf } from "../src/desk/moves.js";
import { arrange, byDeadline, foundIn, matches, ticketNumber } from "../src/desk/queue_order.js";
import { drawn, revealed } from "../src/desk/windowed.js";
import { ownMoment, presets } from "../src/desk/shop_time.js";
import { AT, HASH, SLASH } from "../src/desk/signs.js";
import { DeskStore } from "../src/desk/store.js";
import { FakeClock, FakeWire, message, settle } from "./fakes.js";

const ME: AgentMe = { id: "a1", name: "lin", display_name: "小林", role: "agent", shop: "star", languages: ["zh-CN"] };
const T0 = Date.parse("2026-01-01T10:00:00Z");
const iso = (minutes: number) => new Date(T0 + minutes * 60_000).toISOString();

function head(id: string, more: Partial<Head> = {}): Head {
  const read = { buyer: 0, agent: 0 };
  const times = { created_at: iso(0), updated_at: iso(0), joined_at: null, snoozed_until: null };
  return { id, conversation: id, state: "waiting", assignee: null, rev: 1, seq: 3, read, subject: "", lang: "zh-CN", ...times, ...more };
}

function ticket(id: string, due: number, more: Partial<Ticket> = {}): Ticket {
  const fixed = { reason: "key_invalid", priority: "normal" as const, queue: "disputes", state: "new" as const, rev: 1 };
  const open = { order_no: null, assignee: null, target_at: null, taken_at: null, resolved_at: null };
  return { id, ...fixed, ...open, created_at: iso(0), due_at: iso(due), resolve_by: iso(600), ...more };
}

function row(id: string, due: number | null, more: Partial<Head> = {}): Row {
  const last = { seq: 3, at: iso(0), author_kind: "buyer" as const, text: "卡密无效" };
  const held = due === null ? null : ticket("t" + id, due);
  return { conversation: head(id, more), ticket: held, last, buyer: { name: "买家 " + id, verified: true }, order: null, deadline: null, unread: true };
}

function detail(id: string, more: Partial<Detail> = {}): Detail {
  const conversation = { ...head(id), messages: [message(1), message(2), message(3)], has_more: false };
  const lists = { tickets: [], notes: [], decisions: [], earlier: [], steps: [], viewing: [], ways: [] };
  return { conversation, ticket: null, brief: null, suggestion: null, order: null, buyer: { name: "甲", verified: true }, ...lists, ...more };
}

function filled(...rows: Row[]): DeskStore {
  const store = new DeskStore();
  store.me = ME;
  store.apply({ v: 1, t: "snapshot", d: { queue: rows, agents: [{ id: "a1", name: "小林", presence: "online" }], counts: { waiting: rows.length } } });
  store.apply({ v: 1, t: "synced", d: { n: 10 } });
  return store;
}

test("a deadline turns amber under a quarter and red under a tenth, then it is over", () => {
  const one = ticket("t", 20);
  const level = (minute: number) => deadlineOf(one, T0 + minute * 60_000)?.level;
  assert.deepEqual([level(1), level(16), level(18.5), level(21)], ["calm", "soon", "late", "over"]);
});

test("a ticket that was taken counts towards its resolution, a resolved one towards nothing", () => {
  const taken = ticket("t", 20, { state: "open", taken_at: iso(5), assignee: { id: "a1", name: "小林" } });
  assert.equal(deadlineOf(taken, T0)?.of, "resolve");
  assert.equal(deadlineOf({ ...taken, state: "resolved" }, T0), null);
  assert.equal(deadlineOf(ticket("t", 20, { due_at: null }), T0), null);
});

test("what is left is told in the unit that fits", () => {
  const units = { h: "h", m: "m", d: "d" };
  assert.deepEqual([249_000, 19_200_000, 260_000_000, -5].map((ms) => shortSpan(ms, units)), ["4:09", "5h20m", "3d", "0:00"]);
});

test("the queue stands by the nearest deadline, rows without one last and latest first", () => {
  const rows = [row("none-old", null), row("late", 50), row("soon", 5), row("none-new", null, { updated_at: iso(9) })];
  assert.deepEqual(byDeadline(rows).map((r) => r.conversation.id), ["soon", "late", "none-new", "none-old"]);
});

test("nothing moves while a hand is on the list, and nothing is pushed in under a reader", () => {
  assert.deepEqual(arrange(["a", "b"], ["new", "b"], "hand"), { shown: ["a", "b"], fresh: 1 });
  assert.deepEqual(arrange(["a", "b"], ["new", "b"], "scroll"), { shown: ["b"], fresh: 1 });
  assert.deepEqual(arrange(["a", "b"], ["new", "b"], null), { shown: ["new", "b"], fresh: 0 });
  assert.deepEqual(arrange([], ["a"], "hand"), { shown: ["a"], fresh: 0 });
});

test("one byte of a proof is altered, money first, and the proof itself stays as it was", () => {
  const proof = { digest: "ab12", facts: { "claim.reason": { value: "key_used" }, "item.paid_amount": { value: "30.00" } } };
  const altered = alter(proof);
  assert.deepEqual([altered?.field, altered?.before, altered?.after], ["item.paid_amount", "30.00", "40.00"]);
  assert.equal(proof.facts["item.paid_amount"].value, "30.00");
  assert.equal(altered?.proof.digest, "ab12");
  assert.equal(alter({ digest: "ab12" })?.proof.digest, "ab22");
});

test("a talk without a ticket is found by name, words and order among what is here, a ticket by the server alone", () => {
  const one = { ...row("x", 5), order: { number: "SC-10042", state: "delivered", state_label: "已发货" } };
  assert.ok(["买家 X", "无效", "10042 无效"].every((q) => matches(one, q)));
  assert.ok(!matches(one, "退款") && !matches(one, "无效 退款"));
  const [bare, other] = [{ ...one, ticket: null }, row("y", 5)];
  const far = { ...row("z", 5), found: null };
  assert.deepEqual(foundIn({ x: bare, y: other }, { query: "无效", rows: [far] }), ["z", "x"]);
});

test("of ten thousand rows those in sight are drawn, and the one that holds the hand", () => {
  const some = drawn(10_000, 88, { top: 88 * 500, height: 880 }, 3);
  assert.ok(some.length < 40 && some.includes(3) && some.includes(500) && some.includes(510) && !some.includes(400));
  assert.deepEqual(drawn(0, 88, { top: 0, height: 880 }, -1), []);
  assert.deepEqual(drawn(3, 88, { top: 88 * 900, height: 880 }, 1), [1]);
  assert.deepEqual([0, 5, 30].map((place) => revealed(place, 88, { top: 88 * 3, height: 880 })), [0, 264, 1848]);
});

test("a ticket's number is known in each way that people write it, an order's is not", () => {
  assert.deepEqual(["T-1042", "t1042", " 1042 ", "SC20261106001", "12", "1042 x"].map(ticketNumber), ["1042", "1042", "1042", null, null, null]);
});

test("events move rows between views and their counts at once", () => {
  const store = filled(row("c1", 5), row("c2", 9));
  assert.equal(store.counts(T0).waiting, 2);
  store.apply({ v: 1, t: "conversation", n: 11, d: { conversation: "c1", state: "human", assignee: { id: "a1", name: "小林" }, rev: 2 } });
  const counts = store.counts(T0);
  assert.deepEqual([counts.waiting, counts.mine, counts.team], [1, 1, 1]);
  assert.equal(store.cursor, 11);
});

test("an event of an older revision changes nothing", () => {
  const store = filled(row("c1", 5, { rev: 7, state: "human" }));
  store.apply({ v: 1, t: "conversation", n: 11, d: { conversation: "c1", state: "waiting", rev: 6 } });
  assert.equal(store.rows["c1"]?.conversation.state, "human");
});

test("a replayed event has no second effect and moves no cursor back", () => {
  const store = filled(row("c1", 5));
  const frame = { v: 1 as const, t: "message", n: 11, d: { conversation: "c1", message: message(4, { author: { kind: "buyer", name: "" } }) } };
  assert.equal(store.apply(frame).spoken?.conversation, "c1");
  assert.equal(store.apply(frame).spoken, null);
  assert.equal(store.cursor, 11);
});

test("counts that the server told beyond our rows are kept, and move with events", () => {
  const store = filled(row("c1", 5));
  store.takeCounts({ waiting: 150, mine: 0 }, T0);
  store.apply({ v: 1, t: "conversation", n: 11, d: { conversation: "c1", state: "human", assignee: { id: "a1", name: "小林" }, rev: 2 } });
  assert.equal(store.counts(T0).waiting, 149);
  assert.equal(store.counts(T0).mine, 1);
});

test("an answer that a claim cut short is not left standing", () => {
  const store = filled(row("c1", 5));
  store.apply({ v: 1, t: "live", d: { conversation: "c1", message: "m9", i: 1, text: "half" } });
  assert.equal(store.live["c1"]?.text, "half");
  store.apply({ v: 1, t: "conversation", n: 11, d: { conversation: "c1", state: "human", assignee: { id: "a1", name: "小林" }, rev: 2 } });
  assert.equal(store.live["c1"], undefined);
});

test("a hole in a conversation's numbers asks for its detail again", () => {
  const store = filled(row("c1", 5));
  store.takeDetail(detail("c1"));
  assert.equal(store.apply({ v: 1, t: "message", n: 11, d: { conversation: "c1", message: message(4) } }).stale, null);
  assert.equal(store.apply({ v: 1, t: "message", n: 12, d: { conversation: "c1", message: message(6) } }).stale, "c1");
});

test("words that came while the detail was on its way are not lost", () => {
  const store = filled(row("c1", 5));
  store.takeDetail(detail("c1"));
  store.apply({ v: 1, t: "message", n: 11, d: { conversation: "c1", message: message(4) } });
  store.takeDetail(detail("c1"));
  assert.deepEqual(store.details["c1"]?.conversation.messages.map((m) => m.seq), [1, 2, 3, 4]);
});

test("a conversation that nobody knows yet is remembered until its row comes", () => {
  const store = filled();
  const heard = store.apply({ v: 1, t: "conversation", n: 11, d: { conversation: "c9", state: "waiting", rev: 1 } });
  assert.equal(heard.waiting, "c9");
  assert.deepEqual([...store.unknown], ["c9"]);
  store.takeRows([row("c9", 5)]);
  assert.equal(store.unknown.size, 0);
});

test("notes, suggestions and patches reach the open conversation only", () => {
  const store = filled(row("c1", 5));
  store.takeDetail(detail("c1"));
  const note = { id: "n1", after_seq: 2, at: iso(3), author: { id: "a2", name: "小周" }, text: "查过上游" };
  store.apply({ v: 1, t: "note", n: 11, d: { conversation: "c1", note } });
  store.apply({ v: 1, t: "suggest", n: 12, d: { conversation: "c1", re: "m3", text: "您好", citations: [], parts: [] } });
  store.apply({ v: 1, t: "note", n: 13, d: { conversation: "other", note } });
  assert.equal(store.details["c1"]?.notes.length, 1);
  assert.equal(store.details["c1"]?.suggestion?.text, "您好");
  store.apply({ v: 1, t: "message", n: 14, d: { conversation: "c1", message: message(4, { author: { kind: "agent", name: "小林" } }) } });
  assert.equal(store.details["c1"]?.suggestion, null);
});

test("a read that was on its way does not undo what was heard of a suggestion meanwhile", () => {
  const store = filled(row("c1", 5));
  store.takeDetail(detail("c1"));
  const before = store.suggested("c1");
  store.apply({ v: 1, t: "suggest", n: 12, d: { conversation: "c1", id: "s1", re: "m3", text: "您好", citations: [], parts: [] } });
  store.takeDetail(detail("c1"), before);
  assert.equal(store.details["c1"]?.suggestion?.text, "您好");
  store.apply({ v: 1, t: "suggestion", n: 13, d: { conversation: "c1", suggestion: "s1", taken: true } });
  assert.equal(store.details["c1"]?.suggestion, null);
});

test("a first read that comes second does not undo what was heard of a suggestion after the other", () => {
  const store = filled(row("c1", 5));
  const [one, other] = [store.suggested("c1"), store.suggested("c1")];
  store.takeDetail(detail("c1"), one);
  store.apply({ v: 1, t: "suggest", n: 12, d: { conversation: "c1", id: "s1", re: "m3", text: "您好", citations: [], parts: [] } });
  store.takeDetail(detail("c1"), other);
  assert.equal(store.details["c1"]?.suggestion?.text, "您好");
});

test("what was read before a page's first connection stays; after a gap it is read anew", () => {
  const store = new DeskStore();
  store.takeDetail(detail("c1"));
  store.beginReset();
  assert.ok(store.details["c1"]);
  store.apply({ v: 1, t: "synced", d: { n: 10 } });
  store.beginReset();
  assert.deepEqual(store.details, {});
});

test("a ticket of work that follows does not stand in the dispute's place", () => {
  const store = filled(row("c1", 5));
  store.apply({ v: 1, t: "ticket", n: 11, d: { conversation: "c1", ticket: ticket("t9", 90, { queue: "refunds" }), rev: 1 } });
  assert.equal(store.rows["c1"]?.ticket?.id, "tc1");
});

test("somebody who types and looks is named, oneself is not", () => {
  const store = filled(row("c1", 5));
  store.apply({ v: 1, t: "typing", d: { conversation: "c1", by: { kind: "agent", id: "a2", name: "小周" }, on: true } });
  assert.equal(store.typing["c1"]?.name, "小周");
  store.apply({ v: 1, t: "typing", d: { conversation: "c2", by: { kind: "agent", id: "a1", name: "小林" }, on: true } });
  assert.equal(store.typing["c2"], undefined);
  store.apply({ v: 1, t: "viewing", d: { conversation: "c1", agents: [{ id: "a2", name: "小周" }] } });
  assert.equal(store.viewing["c1"]?.[0]?.name, "小周");
});

test("nothing is offered that the server would refuse", () => {
  const of = (state: Head["state"], assignee: string | null, senior = false) => {
    const held = assignee ? { id: assignee, name: assignee } : null;
    return [...movesOf(head("c", { state, assignee: held }), { id: "a1", senior })].join(" ");
  };
  assert.equal(of("waiting", null), "claim");
  assert.equal(of("waiting", null, true), "claim assign");
  assert.equal(of("bot", null), "takeover");
  assert.equal(of("human", "a1"), "resolve transfer snooze giveback");
  assert.equal(of("human", "a2"), "");
  assert.equal(of("human", "a2", true), "takeover resolve transfer giveback");
  assert.equal(of("snoozed", "a1"), "resume");
  assert.equal(of("snoozed", "a2"), "");
  assert.equal(of("resolved", "a2"), "reopen");
});

test("a reply waits five seconds and can be taken back; the next sends the one before", () => {
  const clock = new FakeClock();
  const out: string[] = [];
  const delayed = new DelayedSend(clock, (item) => out.push(item.text), () => {});
  const first = delayed.add("c1", "one", null);
  clock.pass(UNDO_MS - 1);
  assert.equal(delayed.undo(first.id)?.text, "one");
  clock.pass(UNDO_MS);
  assert.deepEqual(out, []);
  delayed.add("c1", "two", null);
  delayed.add("c1", "three", null);
  assert.deepEqual(out, ["two"]);
  clock.pass(UNDO_MS);
  assert.deepEqual(out, ["two", "three"]);
});

function started() {
  const clock = new FakeClock();
  const wires: FakeWire[] = [];
  const calls: string[] = [];
  const storage = memoryStorage();
  const open = () => {
    const wire = new FakeWire();
    wires.push(wire);
    return wire;
  };
  const env = { base: "http://h", storage, clock, random: () => 0, online: () => true, open };
  const events = { change() {}, heard() {}, synced: (reset: boolean) => void calls.push(reset ? "reset" : "ok"), expired: () => void calls.push("expired") };
  return { clock, wires, calls, env, events };
}

async function opened(wire: FakeWire, resume = "reset"): Promise<void> {
  wire.opened();
  await settle();
  wire.tell("welcome", { resume, epoch: "e", heartbeat_ms: 25_000, me: { kind: "agent", id: "a1" } });
  if (resume === "reset") wire.tell("snapshot", { queue: [row("c1", 5)], agents: [], counts: {} });
  wire.tell("synced", { n: 10 });
}

test("the desk opens as an agent and resumes by its cursor", async () => {
  const { clock, wires, calls, env, events } = started();
  const client = new DeskClient(env, events);
  client.login("tok", ME, "zh-CN");
  await opened(wires[0] as FakeWire);
  const hello = wires[0]?.of("hello")[0]?.d;
  assert.deepEqual([hello?.["role"], hello?.["token"], hello?.["shop"], hello?.["cursor"]], ["agent", "tok", "star", undefined]);
  wires[0]?.tell("message", { conversation: "c1", message: message(4) }, { n: 12 });
  client.view("c1");
  wires[0]?.die();
  clock.pass(1000);
  await opened(wires[1] as FakeWire, "ok");
  assert.equal(wires[1]?.of("hello")[0]?.d["cursor"], 12);
  assert.equal(wires[1]?.of("viewing")[0]?.d["conversation"], "c1");
  assert.deepEqual(calls, ["reset", "ok"]);
});

test("a command goes again under its id until it is acknowledged", async () => {
  const { clock, wires, env, events } = started();
  const client = new DeskClient(env, events);
  client.login("tok", ME, "en");
  await opened(wires[0] as FakeWire);
  const done = client.issue("claim", { conversation: "c1", if_rev: 1 });
  const id = wires[0]?.of("claim")[0]?.id;
  wires[0]?.die();
  clock.pass(1000);
  await opened(wires[1] as FakeWire, "ok");
  assert.equal(wires[1]?.of("claim")[0]?.id, id);
  wires[1]?.tell("ack", { conversation: "c1", rev: 2 }, { re: id as string });
  assert.equal((await done)["rev"], 2);
  wires[1]?.die();
  clock.pass(1000);
  await opened(wires[2] as FakeWire, "ok");
  assert.equal(wires[2]?.of("claim").length, 0);
});

test("who lost a claim hears who has it", async () => {
  const { wires, env, events } = started();
  const client = new DeskClient(env, events);
  client.login("tok", ME, "en");
  await opened(wires[0] as FakeWire);
  const done = client.issue("claim", { conversation: "c1", if_rev: 1 });
  const id = wires[0]?.of("claim")[0]?.id as string;
  const current = { assignee: { id: "a2", name: "小周" }, rev: 2, state: "human" };
  wires[0]?.tell("error", { code: "conflict", message_key: "error.conflict", retry: false, current }, { re: id });
  await assert.rejects(done, (error: unknown) => error instanceof CommandRefused && error.code === "conflict" && (error.current as typeof current).assignee.name === "小周");
});

test("a reply that was not acknowledged outlives the page, under the same id", async () => {
  const { wires, env, events } = started();
  const first = new DeskClient(env, events);
  first.login("tok", ME, "en");
  await opened(wires[0] as FakeWire);
  void first.issue("say", { conversation: "c1", text: "hello" });
  void first.issue("resolve", { conversation: "c1", resolution: "x", if_rev: null });
  const id = wires[0]?.of("say")[0]?.id;
  const second = new DeskClient(env, events);
  second.login("tok", ME, "en");
  assert.equal(second.commands.pending("c1").length, 1);
  await opened(wires[1] as FakeWire);
  assert.equal(wires[1]?.of("say")[0]?.id, id);
  assert.equal(wires[1]?.of("resolve").length, 0);
});

test("what ends a turn waits for the replies before it, also those of the page before", async () => {
  const { wires, env, events } = started();
  const client = new DeskClient(env, events);
  client.login("tok", ME, "en");
  await opened(wires[0] as FakeWire);
  assert.equal(await client.commands.replied("c1"), true);
  void client.issue("say", { conversation: "c1", text: "hello" });
  void client.issue("say", { conversation: "c2", text: "elsewhere" });
  const id = wires[0]?.of("say")[0]?.id as string;
  const ends: boolean[] = [];
  void client.commands.replied("c1").then((all) => ends.push(all));
  await settle();
  assert.deepEqual(ends, []);
  wires[0]?.tell("ack", {}, { re: id });
  await settle();
  assert.deepEqual(ends, [true]);
  const after = new DeskClient(env, events);
  after.login("tok", ME, "en");
  await opened(wires[1] as FakeWire);
  const left = wires[1]?.of("say")[0];
  assert.equal(left?.d["conversation"], "c2");
  const refused = after.commands.replied("c2");
  wires[1]?.tell("error", { code: "conflict", message_key: "error.conflict", retry: false }, { re: left?.id as string });
  assert.equal(await refused, false);
});

test("an ended session asks for a login and keeps what was written", async () => {
  const { wires, calls, env, events } = started();
  const client = new DeskClient(env, events);
  client.login("tok", ME, "en");
  await opened(wires[0] as FakeWire);
  wires[0]?.die(4401);
  assert.ok(calls.includes("expired"));
  client.pause();
  void client.issue("note", { conversation: "c1", text: "kept" });
  client.login("tok2", ME, "en");
  await opened(wires.at(-1) as FakeWire, "ok");
  assert.equal(wires.at(-1)?.of("note")[0]?.d["text"], "kept");
});

test("files wait with the reply that brings them, and come back with it", () => {
  const clock = new FakeClock();
  const out: string[][] = [];
  const delayed = new DelayedSend(clock, (item) => out.push(item.files.map((part) => part.id)), () => {});
  const files = [{ type: "attachment" as const, id: "u1", name: "a.png", media_type: "image/png", size: 1 }];
  const first = delayed.add("c1", "", null, files);
  assert.deepEqual(delayed.undo(first.id)?.files, files);
  delayed.add("c1", "", null, files);
  clock.pass(UNDO_MS);
  assert.deepEqual(out, [["u1"]]);
});

test("moments for putting something aside are those of the shop's clock", () => {
  const told = (now: string, zone: string) => Object.fromEntries(presets(new Date(now), zone).map(([key, at]) => [key, at.toISOString()]));
  const friday = told("2026-11-27T10:30:00Z", "Asia/Shanghai"); // 18:30 there
  assert.deepEqual(friday, { "1h": "2026-11-27T11:30:00.000Z", tonight: "2026-11-27T12:00:00.000Z", tomorrow: "2026-11-28T01:00:00.000Z", monday: "2026-11-30T01:00:00.000Z" });
  // Already Sunday there, and late: this evening is over, and Monday is tomorrow.
  assert.deepEqual(told("2026-11-29T14:00:00Z", "Asia/Shanghai"), { "1h": "2026-11-29T15:00:00.000Z", tomorrow: "2026-11-30T01:00:00.000Z" });
  // The night in which clocks go back, and the hour that is left out in spring.
  assert.equal(told("2026-10-24T20:00:00Z", "Europe/Berlin")["tomorrow"], "2026-10-25T08:00:00.000Z");
  assert.equal(ownMoment("2026-03-29T02:30", "Europe/Berlin")?.toISOString(), "2026-03-29T01:30:00.000Z");
  assert.equal(ownMoment("2026-11-28T09:15", "Asia/Shanghai")?.toISOString(), "2026-11-28T01:15:00.000Z");
  assert.equal(ownMoment("soon", "Asia/Shanghai"), null);
});

test("a sign opens its menu after Chinese words, which nobody puts a space behind, and in no address", () => {
  const opened = (sign: RegExp, text: string) => sign.exec(text)?.[2] ?? null;
  for (const text of ["@林", "问一下 @林", "有没有问题？@林", "麻烦@林", "（@林"]) assert.equal(opened(AT, text), "林", text);
  for (const text of ["lin@林", "a.b@x", "@@林"]) assert.equal(opened(AT, text), null, text);
  for (const text of ["#退款", "见下文。#退款", "请看#退款", "ok #退款"]) assert.equal(opened(HASH, text), "退款", text);
  for (const text of ["订单#2026", "a#退款", "/x#退款"]) assert.equal(opened(HASH, text), null, text);
  for (const text of ["/问候", "您好。/问候", "您好！ /问候", "“好的”/问候"]) assert.equal(opened(SLASH, text), "问候", text);
  for (const text of ["退款/补发", "https://a", "1/2"]) assert.equal(opened(SLASH, text), null, text);
});
