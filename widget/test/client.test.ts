import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, type GetToken } from "../src/core/client.js";
import { memoryStorage, type Storage } from "../src/core/storage.js";
import { slotKey } from "../src/core/slot.js";
import { conversation, FakeClock, FakeWire, message, settle } from "./fakes.js";

interface Rig {
  client: Client;
  clock: FakeClock;
  wires: FakeWire[];
  storage: Storage;
  named: [string, string][];
  told: [string, unknown][];
  last(): FakeWire;
  welcome(d?: Record<string, unknown>): Promise<void>;
}

const VISITOR = { kind: "visitor", id: "v1", name: null, verified: false };

function rig(storage = memoryStorage(), getToken: GetToken | null = null): Rig {
  const clock = new FakeClock();
  const wires: FakeWire[] = [];
  const named: [string, string][] = [];
  const told: [string, unknown][] = [];
  const open = () => {
    wires.push(new FakeWire());
    return wires[wires.length - 1]!;
  };
  const page = () => ({ url: "https://shop.example/p", title: "P" });
  const client = new Client(
    { base: "https://s.example", shop: "star", locale: "en", getToken, page },
    { storage, clock, random: () => 1, online: () => true, open, tabs: null, self: "t" },
    { change() {}, arrived() {}, named: (a, b) => named.push([a, b]), told: (event, value) => told.push([event, value]), error() {} },
  );
  const last = () => wires[wires.length - 1]!;
  const welcome = async (d: Record<string, unknown> = {}) => {
    last().opened();
    await settle();
    last().tell("welcome", { epoch: "e", heartbeat_ms: 25_000, resume: "reset", me: VISITOR, ...d });
    if (d["resume"] !== "ok") last().tell("snapshot", { conversations: d["conversations"] ?? [] });
    last().tell("synced", { n: 5 });
  };
  return { client, clock, wires, storage, named, told, last, welcome };
}

const ack = (wire: FakeWire, re: string, conversation: string, seq: number) =>
  wire.tell("ack", { conversation, message: { id: `s${seq}`, seq, at: "2025-10-09T09:00:00Z" } }, { re });

test("what is said waits, goes when welcomed, and leaves when acknowledged", async () => {
  const r = rig();
  r.client.say("new:a", "hello", { order: "X1" });
  assert.equal(r.client.outbox.items[0]?.state, "queued");
  await r.welcome();
  const [say] = r.last().of("say");
  assert.deepEqual(say?.d, { conversation: "new", text: "hello", context: { order: "X1", url: "https://shop.example/p" }, attachments: [] });
  assert.equal(r.client.outbox.items[0]?.state, "sending");
  ack(r.last(), say!.id!, "c1", 1);
  assert.equal(r.client.outbox.items.length, 0);
  assert.deepEqual(r.named, [["new:a", "c1"]]);
  assert.equal(r.client.store.conversations["c1"]?.messages[0]?.text, "hello");
  assert.equal(r.client.awaiting.of("c1"), say!.id);
});

test("the event of our own message does not show it twice", async () => {
  const r = rig();
  await start(r);
  r.client.say("new:a", "hello", {});
  ack(r.last(), r.last().of("say")[0]!.id!, "c1", 1);
  const mine = message(1, { id: "s1", author: { kind: "buyer", name: "" }, text: "hello" });
  r.last().tell("message", { conversation: "c1", message: mine }, { n: 6 });
  assert.equal(r.client.store.conversations["c1"]?.messages.length, 1);
});

test("a killed server: the same message with the same id goes again, to the letter", async () => {
  const r = rig();
  await start(r);
  r.client.say("new:a", "hello", {});
  const first = r.last().of("say")[0];
  r.last().die();
  assert.equal(r.client.outbox.items[0]?.state, "queued");
  r.clock.pass(500);
  await r.welcome({ resume: "ok" });
  assert.deepEqual(r.last().of("say")[0], first);
});

test("a second message of a new conversation waits for its name", async () => {
  const r = rig();
  await start(r);
  r.client.say("new:a", "one", {});
  r.client.say("new:a", "two", {});
  assert.deepEqual(r.last().of("say").map((f) => f.d["text"]), ["one"]);
  ack(r.last(), r.last().of("say")[0]!.id!, "c1", 1);
  const second = r.last().of("say")[1];
  assert.equal(second?.d["conversation"], "c1");
  assert.equal(second?.d["text"], "two");
});

test("a refusal fails the message and a retry sends it again", async () => {
  const r = rig();
  await start(r);
  const id = r.client.say("new:a", "x", {});
  r.last().tell("error", { code: "too_large", message_key: "error.too_large", retry: false }, { re: id });
  assert.deepEqual([r.client.outbox.items[0]?.state, r.client.outbox.items[0]?.error], ["failed", "error.too_large"]);
  r.client.retry(id);
  assert.equal(r.last().of("say").length, 2);
  assert.equal(r.last().of("say")[1]?.id, id);
});

test("too fast: it waits as long as told and goes by itself", async () => {
  const r = rig();
  await start(r);
  const id = r.client.say("new:a", "x", {});
  r.last().tell("error", { code: "rate", message_key: "error.rate", retry: true, after_ms: 3000 }, { re: id });
  r.clock.pass(2999);
  assert.equal(r.last().of("say").length, 1);
  r.clock.pass(1);
  assert.equal(r.last().of("say").length, 2);
});

test("a silent server is asked again under the same id", async () => {
  const r = rig();
  await start(r);
  const id = r.client.say("new:a", "x", {});
  r.clock.pass(15_000);
  assert.deepEqual(r.last().of("say").map((f) => f.id), [id, id]);
});

test("resume sends the cursor with its epoch; messages, cursor and words unsent survive a reload together", async () => {
  const storage = memoryStorage();
  const one = rig(storage);
  await start(one, { conversations: [conversation("c1", [message(1)])], visitor: "secret" });
  one.last().tell("message", { conversation: "c1", message: message(2) }, { n: 9 });
  one.last().die();
  one.client.say("c1", "unsent", {});
  one.client.keepDraft("c1", "half a word");
  one.client.flush();
  const two = rig(storage);
  assert.deepEqual(two.client.store.conversations["c1"]?.messages.map((m) => m.seq), [1, 2]);
  assert.equal(two.client.drafts["c1"], "half a word");
  assert.equal(two.client.worthConnecting, true);
  two.client.connect();
  await two.welcome({ resume: "ok" });
  const hello = two.last().of("hello")[0]?.d;
  assert.deepEqual([hello?.["cursor"], hello?.["epoch"], hello?.["visitor"]], [9, "e", "secret"]);
  assert.equal(two.last().of("say")[0]?.d["text"], "unsent");
});

test("a first visit has no cursor", async () => {
  const r = rig();
  await start(r);
  assert.equal("cursor" in (r.last().of("hello")[0]?.d ?? {}), false);
});

test("an act resolves at its ack, is sent again after a cut, and a refusal says why", async () => {
  const r = rig();
  await start(r, { conversations: [conversation("c1", [message(1)])] });
  const done = r.client.act("c1", "m1", "confirm", "cf1");
  const first = r.last().of("act")[0];
  r.last().die();
  r.clock.pass(500);
  await r.welcome({ resume: "ok" });
  assert.deepEqual(r.last().of("act")[0], first);
  r.last().tell("ack", {}, { re: first?.id });
  await done;
  const refused = r.client.act("c1", "m1", "choose", "a");
  r.last().tell("error", { code: "conflict", message_key: "error.conflict", retry: false }, { re: r.last().of("act")[1]?.id });
  await assert.rejects(refused, { messageKey: "error.conflict" });
});

test("a gap asks for the history", async () => {
  const r = rig();
  await start(r, { conversations: [conversation("c1", [message(1)])] });
  r.last().tell("message", { conversation: "c1", message: message(4) }, { n: 9 });
  assert.deepEqual(r.last().of("history")[0]?.d, { conversation: "c1", before_seq: 4, limit: 30 });
});

test("another identity under the same drawer starts over without a cursor", async () => {
  const storage = memoryStorage();
  const one = rig(storage);
  await start(one, { conversations: [conversation("c1", [message(1)])] });
  one.client.flush();
  const two = rig(storage);
  two.client.connect();
  two.last().opened();
  await settle();
  two.last().tell("welcome", { resume: "ok", epoch: "e", me: { ...VISITOR, id: "v2" } });
  assert.equal(two.client.store.list().length, 0);
  assert.equal(two.wires.length, 2);
  two.last().opened();
  await settle();
  assert.equal("cursor" in (two.last().of("hello")[0]?.d ?? {}), false);
});

test("each buyer has a drawer of their own, and logging out empties them all", async () => {
  const storage = memoryStorage();
  const r = rig(storage, () => token("alice"));
  await r.client.prepare();
  await start(r, { me: { kind: "buyer", id: "alice", name: "Alice", verified: true }, conversations: [conversation("c1", [message(1)])] });
  assert.equal(r.last().of("hello")[0]?.d["token"], token("alice"));
  r.client.flush();
  assert.deepEqual(storage.keys(), [slotKey("star", "alice")]);
  const bob = rig(storage, () => token("bob"));
  await bob.client.prepare();
  assert.equal(bob.client.store.list().length, 0);
  await start(bob, { me: { kind: "buyer", id: "bob", name: "Bob", verified: true } });
  bob.client.shutdown();
  bob.clock.pass(1000);
  assert.deepEqual(storage.keys(), []);
});

test("an expired token is fetched anew", async () => {
  let made = 0;
  const r = rig(memoryStorage(), () => token("alice", (made += 1)));
  await r.client.prepare();
  await start(r);
  r.last().die(4401);
  r.clock.pass(500);
  await r.welcome({ resume: "ok" });
  assert.equal(made, 2);
  assert.equal(r.last().of("hello")[0]?.d["token"], token("alice", 2));
});

test("a visitor who logs in identifies on the open socket and keeps the conversation", async () => {
  const r = rig();
  await start(r, { conversations: [conversation("c1", [message(1)])] });
  const done = r.client.identify(() => token("alice"));
  await settle();
  const [identify] = r.last().of("identify");
  assert.equal(identify?.d["token"], token("alice"));
  r.last().tell("ack", {}, { re: identify?.id });
  await done;
  r.last().tell("snapshot", { conversations: [conversation("c1", [message(1)])], me: { kind: "buyer", id: "alice" } });
  r.client.flush();
  assert.deepEqual(r.storage.keys(), [slotKey("star", "alice")]);
  assert.equal(r.wires.length, 1);
});

test("reading is told once", async () => {
  const r = rig();
  await start(r, { conversations: [conversation("c1", [message(1), message(2)])] });
  r.client.read(r.client.store.conversations["c1"]!);
  r.client.read(r.client.store.conversations["c1"]!);
  assert.deepEqual(r.last().of("read").map((f) => f.d), [{ conversation: "c1", seq: 2 }]);
});

test("a broken or foreign value in storage is an empty drawer", () => {
  for (const value of ["{", "null", '{"v":99}', "[]", '{"v":1,"cursor":9,"epoch":"e"}']) {
    const storage = memoryStorage();
    storage.set(slotKey("star", null), value);
    const { store } = rig(storage).client;
    assert.deepEqual([store.list().length, store.cursor], [0, null]);
  }
});

async function start(r: Rig, welcome: Record<string, unknown> = {}): Promise<void> {
  r.client.connect();
  await r.welcome(welcome);
}

function token(sub: string, n = 0): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "HS256" })}.${part({ sub, n })}.sig`;
}

test("who stops typing without saying so is not typing for ever", async () => {
  const r = rig();
  await start(r, { conversations: [conversation("c1", [message(1)])] });
  r.last().tell("typing", { conversation: "c1", on: true, name: "Lin" });
  r.clock.pass(7000);
  r.last().tell("typing", { conversation: "c1", on: true, name: "Lin" });
  r.clock.pass(7000);
  assert.equal(r.client.store.typing["c1"], "Lin");
  r.clock.pass(1000);
  assert.equal("c1" in r.client.store.typing, false);
});

test("an event of a conversation that began before anybody here looked asks for everything", async () => {
  const r = rig();
  await start(r);
  r.last().tell("message", { conversation: "old", message: message(7) }, { n: 6 });
  assert.equal(r.wires.length, 2);
  await r.welcome({ conversations: [conversation("old", [message(6), message(7)])] });
  assert.equal("cursor" in (r.last().of("hello")[0]?.d ?? {}), false);
  assert.deepEqual([r.client.store.conversations["old"]?.messages.length, r.client.store.cursor], [2, 5]);
});

test("a token that is refused is fetched again once, then the session has expired until a welcome", async () => {
  let made = 0;
  const r = rig(memoryStorage(), () => token("alice", (made += 1)));
  await r.client.prepare();
  await start(r, { me: { kind: "buyer", id: "alice", name: "Alice", verified: true } });
  r.last().die(4401);
  assert.deepEqual([r.client.expired, r.client.phase], [false, "waiting"]);
  r.clock.pass(500);
  r.last().opened();
  await settle();
  assert.deepEqual([made, r.last().of("hello").length], [2, 1]);
  r.last().die(4401);
  assert.equal(r.client.expired, true);
  r.clock.pass(1000);
  await r.welcome({ resume: "ok", me: { kind: "buyer", id: "alice", name: "Alice", verified: true } });
  assert.deepEqual([r.client.expired, made], [false, 3]);
});

test("few messages are on their way at once, each ack lets the next go, and a line that is full is not filled more", async () => {
  const r = rig();
  await start(r, { conversations: [conversation("c1", [message(1)])] });
  for (let i = 0; i < 12; i += 1) r.client.say("c1", `m${i}`, {});
  const says = () => r.last().of("say").map((f) => f.d["text"]);
  assert.equal(says().length, 8);
  ack(r.last(), r.last().of("say")[0]!.id!, "c1", 2);
  assert.deepEqual(says().slice(8), ["m8"]);
  r.last().bufferedAmount = 1_000_000;
  r.clock.pass(16_000);
  r.client.typing("c1", true);
  assert.deepEqual([says().length, r.last().of("typing").length], [9, 0]);
  r.last().bufferedAmount = 0;
  r.clock.pass(15_000);
  assert.equal(new Set(says()).size, 9);
  assert.ok(says().length > 9);
});

test("a rating names its message, and the page hears of it when it is written down", async () => {
  const r = rig();
  await start(r, { conversations: [conversation("c1", [message(1)])] });
  const rated = r.client.rate("c1", "m1", { score: 5, tags: ["fast"], comment: "thanks" });
  const sent = r.last().of("rate")[0];
  assert.deepEqual(sent?.d, { conversation: "c1", message: "m1", score: 5, tags: ["fast"], comment: "thanks" });
  assert.deepEqual(r.told, []);
  r.last().tell("ack", { conversation: "c1" }, { re: sent?.id });
  await rated;
  assert.deepEqual(r.told, [["rating", { conversation: "c1", score: 5 }]]);
});

test("a place in the queue survives a reload, for the cursor is past the event that told it", async () => {
  const storage = memoryStorage();
  const one = rig(storage);
  await start(one, { conversations: [conversation("c1", [message(1)], { state: "waiting" })] });
  one.last().tell("handoff", { conversation: "c1", stage: "queued", position: 2, eta_s: 300, reason: "asked" }, { n: 9 });
  one.client.flush();
  assert.equal(rig(storage).client.store.handoffs["c1"]?.position, 2);
});

test("a message takes its files along by their ids, waits with them over a reload, and says what became of them", async () => {
  const part = { type: "attachment" as const, id: "u1", name: "a.png", media_type: "image/png", size: 10, width: 2, height: 2 };
  const r = rig();
  r.client.say("new:a", "", {}, [part]);
  r.client.flush();
  const again = rig(r.storage);
  again.client.connect();
  await again.welcome();
  const [say] = again.last().of("say");
  assert.deepEqual(say?.d["attachments"], ["u1"]);
  ack(again.last(), say!.id!, "c1", 1);
  assert.deepEqual(again.client.store.conversations["c1"]?.messages[0]?.parts, [part]);

  again.client.say("c1", "", {}, [part]);
  const lost = again.last().of("say").at(-1)!;
  again.last().tell("error", { code: "not_found", message_key: "error.not_found", retry: false }, { re: lost.id! });
  assert.equal(again.client.outbox.items[0]?.error, "error.files");
});

test("other doors of the server hear who a visitor is", async () => {
  const r = rig();
  assert.equal(r.client.visitor, null);
  r.client.connect();
  await r.welcome({ visitor: "v-token" });
  assert.equal(r.client.visitor, "v-token");
});
