import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "../src/core/client.js";
import { memoryStorage } from "../src/core/storage.js";
import { FakeServer, ServerWire } from "./fake_server.js";
import { FakeBrowser, FakeClock, type FakeTabs, settle } from "./fakes.js";

interface Tab {
  name: string;
  client: Client;
  tabs: FakeTabs;
  wires: ServerWire[];
}

/** One browser with as many tabs as a test opens, on one server. */
class World {
  readonly server = new FakeServer();
  readonly browser = new FakeBrowser();
  readonly clock = new FakeClock();
  readonly storage = memoryStorage();
  tabs: Tab[] = [];
  errors = 0;
  private count = 0;

  async open(connects = true): Promise<Tab> {
    const name = `t${(this.count += 1)}`;
    const tabs = this.browser.tab();
    const wires: ServerWire[] = [];
    const open = () => {
      const wire = this.server.open() as ServerWire;
      wire.page = (run) => tabs.hear(run);
      wires.push(wire);
      return wire;
    };
    const page = () => ({ url: `https://shop.example/${name}`, title: "P" });
    const clock = { now: () => this.clock.now(), after: (ms: number, run: () => void) => this.clock.after(ms, () => tabs.hear(run)) };
    const env = { storage: this.storage, clock, random: () => 0.5, online: () => true, open, tabs, self: name };
    const events = { change() {}, arrived() {}, named() {}, told() {}, error: () => (this.errors += 1) };
    const client = new Client({ base: "https://s.example", shop: "star", locale: "en", getToken: null, page }, env, events);
    const tab = { name, client, tabs, wires };
    this.tabs.push(tab);
    if (connects) client.connect();
    await settle();
    return tab;
  }

  /** The renderer dies: no code runs, the lock falls free, the socket breaks. */
  async crash(tab: Tab): Promise<void> {
    tab.tabs.kill();
    for (const wire of tab.wires) wire.die();
    await this.gone(tab);
  }

  async close(tab: Tab): Promise<void> {
    tab.client.pause();
    tab.tabs.kill();
    await this.gone(tab);
  }

  private async gone(tab: Tab): Promise<void> {
    this.tabs = this.tabs.filter((t) => t !== tab);
    await settle();
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 500) {
      this.clock.pass(Math.min(500, left));
      for (const wire of this.server.lines) wire.tell({ v: 1, t: "ping", id: "p", d: {} });
      await settle();
    }
  }

  get leader(): Tab {
    const [only, ...others] = this.tabs.filter((t) => t.client.phase === "open" && !follows(t));
    assert.equal(others.length, 0);
    return only!;
  }

  get follower(): Tab {
    return this.tabs.find(follows)!;
  }

  /** Every tab shows what a fresh page would, nothing waits, and one socket is open. */
  agree(): void {
    const fresh = this.server.snapshot()["conversations"] as { id: string; messages: { id: string; text: string }[] }[];
    const drawn = (all: typeof fresh) => all.map((c) => [c.id, ...c.messages.map((m) => `${m.id} ${m.text}`)]).sort();
    for (const { client, name } of this.tabs) {
      assert.deepEqual(drawn(Object.values(client.store.conversations)), drawn(fresh), name);
      assert.deepEqual([client.phase, client.outbox.items.length, client.store.cursor], ["open", 0, this.server.n], name);
    }
    assert.equal(this.server.lines.size, 1);
    assert.deepEqual(this.storage.keys().filter((key) => key.includes(":out:")), []);
  }
}

/** What a page cannot see from outside. */
const follows = (tab: Tab) => (tab.client as unknown as { line: { follows: boolean } }).line.follows;
const TOKEN = `e30.${Buffer.from('{"sub":"alice"}').toString("base64url")}.sig`;
const texts = (tab: Tab, id = "c1") => tab.client.store.conversations[id]?.messages.map((m) => m.text);

async function world(count: number): Promise<World> {
  const w = new World();
  for (let i = 0; i < count; i += 1) await w.open();
  return w;
}

test("three tabs have one socket, and all show what is said in any of them", async () => {
  const w = await world(3);
  for (const tab of w.tabs) tab.client.say(w.server.ids()[0] ?? "new:a", `from ${tab.name}`, {}), await settle();
  w.server.answer("c1");
  await settle();
  assert.deepEqual(w.tabs.map((t) => texts(t)), Array(3).fill(["from t1", "from t2", "from t3", "answer 4"]));
  assert.deepEqual([w.server.opened, w.server.repeated.size], [1, 0]);
  w.agree();
});

test("the leader's tab closes: another has the socket, and what was just said is sent once more under its id", async () => {
  const w = await world(3);
  w.follower.client.say("new:a", "one", {});
  await settle();
  const heir = w.follower;
  w.leader.wires[0]!.deaf = true;
  heir.client.say("c1", "two", {});
  await settle();
  assert.deepEqual(w.server.said.map((s) => s.text), ["one", "two"]);
  await w.crash(w.leader);
  await w.pass(2000);
  assert.deepEqual(texts(heir), ["one", "two"]);
  assert.deepEqual([...w.server.repeated.values()], [2]);
  assert.equal(w.server.opened, 2);
  w.agree();
});

test("a message that its tab did not live to hand over is sent by another", async () => {
  const w = await world(2);
  w.leader.client.say("new:a", "first", {});
  await settle();
  w.server.crash();
  const writer = w.follower;
  writer.client.say("c1", "last words", {});
  await w.crash(writer);
  await w.crash(w.tabs[0]!);
  w.server.up = true;
  const heir = await w.open();
  await w.pass(1000);
  assert.deepEqual(texts(heir), ["first", "last words"]);
  w.agree();
});

test("a message that was stored and told to nobody is sent by whoever has the socket next", async () => {
  const w = await world(3);
  w.leader.client.say("new:a", "first", {});
  await settle();
  const [leader, writer] = [w.leader, w.follower];
  writer.tabs.kill();
  writer.client.say("c1", "told nobody", {});
  await w.crash(writer);
  await w.crash(leader);
  await w.pass(1000);
  assert.deepEqual(texts(w.leader), ["first", "told nobody"]);
  w.agree();
});

test("a tab that heard the end of a replay and not its beginning does not resume from there", async () => {
  const w = await world(1);
  w.leader.client.say("new:a", "first", {});
  await w.pass(1000);
  await w.close(w.leader);
  for (let i = 0; i < 6; i += 1) w.server.answer("c1");
  w.server.allow = 3; // the welcome and two events
  const one = await w.open();
  const two = await w.open();
  one.wires[0]!.flow(3);
  await settle();
  assert.deepEqual([one, two].map((t) => texts(t)?.length), [6, 1]);
  w.server.allow = Infinity;
  await w.crash(one);
  await w.pass(1000);
  assert.equal(texts(two)?.length, 7);
  w.agree();
});

test("what one tab waits to send, every tab shows as waiting, and none sends it twice", async () => {
  const w = await world(3);
  w.server.crash();
  await settle();
  w.follower.client.say("new:a", "later", {});
  await settle();
  assert.deepEqual(w.tabs.map((t) => t.client.outbox.items.map((i) => [i.text, i.state])), Array(3).fill([["later", "queued"]]));
  assert.equal(w.storage.keys().filter((key) => key.includes(":out:")).length, 1);
  w.server.up = true;
  await w.pass(3000);
  assert.deepEqual([w.server.said.length, w.server.repeated.size], [1, 0]);
  w.agree();
});

test("a discarded message is discarded in every tab", async () => {
  const w = await world(2);
  w.server.crash();
  const id = w.follower.client.say("new:a", "no", {});
  await settle();
  w.tabs[0]!.client.discard(id);
  await settle();
  w.server.up = true;
  await w.pass(3000);
  assert.equal(w.server.said.length, 0);
  w.agree();
});

test("an act from a tab without the socket is done, and done again after the leader fell silent in the middle", async () => {
  const w = await world(2);
  assert.deepEqual(await answered(w.follower.client.act("c1", "m1", "feedback", "up")), "done");
  const asking = w.follower.client.act("c1", "m1", "feedback", "down");
  w.leader.wires[0]!.deaf = true;
  await settle();
  await w.crash(w.leader);
  await w.pass(2000);
  assert.equal(await answered(asking), "done");
});

test("a tab that opens in mid-answer hears of it, and a draft is kept whoever has the storage", async () => {
  const w = await world(2);
  w.leader.client.say("new:a", "hello", {});
  await settle();
  for (const wire of w.server.lines) wire.tell({ v: 1, t: "delta", d: { conversation: "c1", message: "c1.2", i: 0, text: "half" } });
  w.follower.client.keepDraft("c1", "typed here");
  await settle();
  const late = await w.open();
  assert.equal(late.client.store.live["c1"]?.text, "half");
  for (const wire of w.server.lines) wire.tell({ v: 1, t: "delta", d: { conversation: "c1", message: "c1.2", i: 1, text: " whole" } });
  await settle();
  assert.deepEqual(w.tabs.map((t) => t.client.store.live["c1"]?.text), Array(3).fill("half whole"));
  await w.pass(1000);
  assert.equal((await w.open()).client.drafts["c1"], "typed here");
});

test("a frozen leader is succeeded when it does not answer, and is a follower when it thaws", async () => {
  const w = await world(2);
  const { leader, follower } = { leader: w.leader, follower: w.follower };
  leader.tabs.frozen = true;
  leader.wires[0]!.deaf = true;
  follower.client.say("new:a", "anyone?", {});
  await w.pass(12_000);
  assert.deepEqual(texts(follower), ["anyone?"]);
  leader.tabs.thaw();
  await settle();
  assert.equal(w.leader, follower);
  assert.deepEqual(texts(leader), ["anyone?"]);
  w.agree();
});

test("a page that is put away lets another have the socket, and follows it when it is taken out again", async () => {
  const w = await world(2);
  const [away, other] = [w.leader, w.follower];
  away.client.pause();
  await settle();
  assert.equal(w.leader, other);
  other.client.say("new:a", "meanwhile", {});
  await settle();
  away.client.resume();
  await settle();
  assert.deepEqual(texts(away), ["meanwhile"]);
  assert.equal(w.server.mostOpen, 1);
  w.agree();
});

test("who logs in in one tab is carried over on a line of their own, and the other tabs stay who they are", async () => {
  for (const which of ["follower", "leader"] as const) {
    const w = await world(2);
    w.leader.client.say("new:a", "as a visitor", {});
    await w.pass(1000);
    const one = w[which];
    const other = w.tabs.find((t) => t !== one)!;
    const done = one.client.identify(() => TOKEN);
    await w.pass(1000);
    await done;
    await w.pass(1000);
    const [hello] = w.server.hellos.slice(which === "follower" ? 1 : 0);
    assert.deepEqual([w.server.upgraded.length, hello!["token"]], [1, undefined]);
    assert.deepEqual([one, other].map((t) => [t.client.phase, follows(t), t.client.store.me?.kind]), [["open", false, "buyer"], ["open", false, "visitor"]]);
    assert.equal(w.server.hellos[w.server.hellos.length - 1]!["token"], TOKEN);
    assert.equal(w.server.lines.size, 2);
    assert.deepEqual(texts(one), ["as a visitor"]);
  }
});

test("where tabs cannot agree each has a socket of its own", async () => {
  const w = new World();
  w.browser.denied = true;
  const [a, b] = [await w.open(), await w.open()];
  a.client.say("new:a", "hi", {});
  await settle();
  assert.deepEqual([texts(a), texts(b)], [["hi"], ["hi"]]);
  assert.deepEqual([w.server.lines.size, w.server.repeated.size], [2, 0]);
});

test("logging out in one tab logs out all, and nothing is written after it", async () => {
  for (const connected of [true, false]) {
    const w = await world(2);
    w.leader.client.say("new:a", "secret", {});
    await w.pass(1000);
    (await w.open(connected)).client.shutdown();
    await w.pass(1000);
    assert.deepEqual(w.storage.keys(), []);
    assert.deepEqual(w.tabs.map((t) => [t.client.phase, t.client.store.list().length]), Array(3).fill(["idle", 0]));
    assert.equal(w.server.lines.size, 0);
  }
});

test("a restored server: a newer cursor of an older life is a reset in every tab", async () => {
  const w = await world(2);
  w.leader.client.say("new:a", "kept", {});
  await settle();
  for (let i = 0; i < 3; i += 1) w.server.happen("conversation", { conversation: "c1", rev: 2 + i, state: "human" });
  await settle();
  w.server.crash();
  Object.assign(w.server, { up: true, epoch: "restored", n: 1 });
  await w.pass(2000);
  assert.deepEqual(w.tabs.map((t) => [t.client.store.epoch, t.client.store.cursor, t.client.store.conversations["c1"]?.state]), Array(2).fill(["restored", 1, "bot"]));
  w.agree();
});

test("whatever happens to tabs and server, every tab ends with the record and each message was kept once", async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = dice(seed);
    const w = await world(1 + Math.floor(random() * 3));
    const written: string[] = [];
    for (let step = 0; step < 25; step += 1) await act(w, random, written, `${seed}.${step}`);
    w.server.up = true;
    for (const tab of w.tabs) tab.tabs.thaw();
    if (!w.tabs.length) await w.open();
    await w.pass(60_000);
    assert.deepEqual(w.server.said.map((s) => s.text).sort(), written.sort(), `seed ${seed}`);
    w.agree();
  }
});

async function act(w: World, random: () => number, written: string[], text: string): Promise<void> {
  const tab = w.tabs[Math.floor(random() * w.tabs.length)];
  const dice = random();
  if (!tab || dice < 0.12) return void (w.tabs.length < 4 && (await w.open()));
  if (dice < 0.5 && !tab.tabs.frozen) {
    written.push(text);
    const ids = w.server.ids();
    tab.client.say(ids[Math.floor(random() * ids.length)] ?? `new:${text}`, text, {});
  } else if (dice < 0.58) await w.crash(tab);
  else if (dice < 0.64 && !tab.tabs.frozen) await w.close(tab);
  else if (dice < 0.72) w.server.crash();
  else if (dice < 0.84) w.server.up = true;
  else if (dice < 0.88) tab.tabs.frozen = true;
  else if (dice < 0.92) tab.tabs.thaw();
  else if (w.server.up && w.server.ids().length) w.server.answer(w.server.ids()[0]!);
  if (random() < 0.5) await settle();
  if (random() < 0.3) await w.pass(Math.floor(random() * 4000));
}

/** A small generator of random numbers that starts from a seed (mulberry32's constants are not needed for a test). */
function dice(seed: number): () => number {
  let state = seed * 7919;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

async function answered(asked: Promise<void>): Promise<string> {
  await settle();
  return Promise.race([asked.then(() => "done"), settle().then(() => "silence")]);
}
