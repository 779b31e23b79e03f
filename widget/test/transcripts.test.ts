import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "../src/core/client.js";
import type { Frame } from "../src/core/frames.js";
import { memoryStorage } from "../src/core/storage.js";
import { DeskClient } from "../src/desk/client.js";
import type { AgentMe } from "../src/desk/model.js";
import { FakeClock, FakeWire, settle } from "./fakes.js";
import { type Actor, type Line, linesOf, names, Player, socketsOf } from "./transcript.js";

const AGENTS = new Set(["lin", "chen"]);
// A transcript's bodies, of which each step looks at its own fields.
type Body = Record<string, any>;

/** A browser without a screen, whose hand is the transcript. */
class Browser {
  readonly clock = new FakeClock();
  readonly wires: FakeWire[] = [];
  readonly refused: string[] = [];
  readonly env = {
    base: "https://s.example", storage: memoryStorage(), clock: this.clock, random: () => 1, online: () => true,
    tabs: null, self: "t", open: () => this.connect(),
  };

  private connect(): FakeWire {
    this.wires.push(new FakeWire());
    return this.wires[this.wires.length - 1]!;
  }

  watch(done: Promise<unknown>): void {
    done.catch((error: { messageKey?: string; code?: string }) => this.refused.push(error.messageKey ?? error.code ?? "?"));
  }
}

class BuyerActor extends Browser implements Actor {
  client!: Client;
  player!: Player;
  private tokens: string[] = [];

  constructor(private readonly lines: readonly Line[]) {
    super();
  }

  start(hello: Frame): void {
    const { shop = "star", locale = "zh-CN", page = { url: "", title: "" } } = hello.d as Body;
    this.tokens = this.lines.filter((line) => line.frame?.t === "hello").map((line) => this.signed((line.frame!.d as Body).token)).filter(Boolean);
    const getToken = this.tokens.length ? () => (this.tokens.length > 1 ? this.tokens.shift()! : this.tokens[0]!) : null;
    const quiet = { change() {}, arrived() {}, named() {}, told() {}, error() {} };
    this.client = new Client({ base: this.env.base, shop, locale, getToken, page: () => page }, this.env, quiet);
    if (hello.d["visitor"]) this.client["memory"].visitor = String(hello.d["visitor"]);
    this.client.connect();
  }

  misremember(epoch: string): void {
    this.client.store.epoch = epoch;
  }

  /** A token by the transcript's name for it. */
  private signed(name: string | undefined): string {
    if (!name) return "";
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    return (this.player.real[name] ??= `${part({ alg: "HS256" })}.${part({ sub: name.split(":")[1], name })}.sig`);
  }

  act(frame: Frame): void {
    const d = this.player.named(frame.d) as Body;
    switch (frame.t) {
      case "say": {
        const { url: _url, ...about } = d.context;
        this.client.say(d.conversation === "new" ? `new:${frame.id}` : d.conversation, d.text, about);
        return;
      }
      case "identify":
        return this.watch(this.client.identify(() => this.signed((frame.d as Body).token)));
      case "handoff":
        return this.watch(this.client.handoff(d.conversation));
      case "act":
        return this.watch(this.client.act(d.conversation, d.message, d.action, d.value));
      case "rate":
        return this.watch(this.client.rate(d.conversation, d.message, { score: d.score, tags: d.tags, comment: d.comment }));
      case "typing":
        return this.client.typing(d.conversation, d.on);
      case "read":
        return this.client.read(this.client.store.conversations[d.conversation]!);
      case "stop":
        return this.client.stop(d.conversation);
      case "history":
        return this.client.history(d.conversation, d.before_seq);
      default:
        assert.fail(`nobody knows how to ${frame.t}`);
    }
  }
}

class AgentActor extends Browser implements Actor {
  readonly client = new DeskClient(this.env, { change() {}, heard() {}, synced() {}, expired() {} });
  player!: Player;

  start(hello: Frame): void {
    const { shop, token, locale } = hello.d as Body;
    const me = { id: "me", name: "lin", display_name: "林晓 Lin", role: "senior", shop, languages: [locale] } as AgentMe;
    this.client.login(token, me, locale);
  }

  act(frame: Frame): void {
    const d = this.player.named(frame.d) as Body;
    if (frame.t === "viewing") return this.client.view(d.conversation);
    if (frame.t === "typing") return this.client.typing(d.conversation, d.on);
    if (frame.t === "read") return this.client.read(d.conversation, d.seq);
    if (frame.t === "presence") return this.client.presence(d.state === "away");
    if (frame.t === "history") return this.client.history(d.conversation, d.before_seq);
    this.watch(this.client.issue(frame.t, d));
  }
}

/** What a reader of the frames knows at their end: nothing of the client's own ways is in it. */
class Reader {
  cursor: number | null = null;
  readonly said = new Map<string, Map<number, string>>();
  readonly states = new Map<string, string>();

  constructor(frames: readonly Frame[]) {
    for (const frame of frames) this.hear(frame.t, frame.d as Body, frame.n);
  }

  private hear(t: string, d: Body, n: number | undefined): void {
    if (t === "snapshot") this.said.clear();
    for (const c of t === "snapshot" ? (d.conversations ?? []) : []) this.opened(c);
    for (const row of t === "snapshot" ? (d.queue ?? []) : []) this.states.set(row.conversation.id, row.conversation.state);
    if (t === "conversation") this.states.set(d.id, d.state);
    if (t === "message" || t === "done") this.write(d.conversation, d.message);
    for (const one of t === "page" ? d.messages : []) this.write(d.conversation, one);
    if (n !== undefined || t === "synced") this.cursor = n ?? d.n;
  }

  private opened(c: Body): void {
    this.states.set(c.id, c.state);
    for (const one of c.messages) this.write(c.id, one);
  }

  private write(conversation: string, message: Body): void {
    const known = this.said.get(conversation) ?? new Map<number, string>();
    this.said.set(conversation, known.set(message.seq, message.text));
  }
}

async function played(name: string, socket = "buyer"): Promise<{ actor: BuyerActor; player: Player; reader: Reader }> {
  const lines = linesOf(name, socket);
  const actor = new BuyerActor(lines);
  const player = (actor.player = new Player(actor));
  await player.play(lines);
  return { actor, player, reader: new Reader(player.heard) };
}

for (const name of names())
  for (const socket of socketsOf(name).filter((one) => !AGENTS.has(one)))
    test(`a buyer's client plays ${name} as ${socket}, and shows what was said`, async () => {
      const { actor, reader, player } = await played(name, socket);
      const { store, outbox } = actor.client;
      for (const [id, said] of reader.said) {
        const shown = store.conversations[id]!.messages.map((m) => [m.seq, m.text]);
        assert.deepEqual(shown, [...said].sort((a, b) => a[0] - b[0]));
        assert.equal(store.conversations[id]!.state, reader.states.get(id));
      }
      assert.equal(store.cursor, reader.cursor);
      assert.deepEqual(Object.keys(store.conversations).sort(), [...reader.said.keys()].sort());
      const acked = new Set(player.heard.filter((frame) => frame.t === "ack").map((frame) => frame.re));
      const own = linesOf(name, socket).filter((line) => line.from === "client" && line.frame?.t === "say" && !line.raw);
      const left = new Set(own.map((line) => player.real[line.frame!.id!]).filter((id) => !acked.has(id)));
      assert.deepEqual(new Set(outbox.items.map((item) => item.id)), left);
    });

for (const name of names())
  for (const socket of socketsOf(name).filter((one) => AGENTS.has(one)))
    test(`a desk plays ${name} as ${socket}, and its queue stands as it was told`, async () => {
      const lines = linesOf(name, socket);
      const actor = new AgentActor();
      const player = (actor.player = new Player(actor));
      await player.play(lines);
      const reader = new Reader(player.heard);
      assert.equal(actor.client.store.cursor, reader.cursor);
      for (const [id, row] of Object.entries(actor.client.store.rows)) assert.equal(row.conversation.state, reader.states.get(id));
      assert.ok(Object.keys(actor.client.store.rows).length > 0);
      const errors = player.heard.filter((frame) => frame.t === "error").map((frame) => frame.d["code"]);
      assert.deepEqual(actor.refused, errors);
    });

test("a restart is waited out at least as long as it says, and bad frames for ten seconds", async () => {
  const [waited] = (await played("bye")).player.waited;
  assert.ok(waited! >= 500 && waited! <= 1500, `${waited}`);
  const { actor } = await played("bad-frames");
  actor.clock.pass(9_900);
  assert.equal(actor.wires.length, 1);
  actor.clock.pass(200);
  assert.equal(actor.wires.length, 2);
});

test("what is refused for good is not asked again", async () => {
  for (const name of ["unknown-shop", "version"]) {
    const { actor } = await played(name);
    actor.clock.pass(120_000);
    assert.deepEqual([actor.client.phase, actor.wires.length], ["stopped", 1], name);
  }
});

test("a page that comes in mid-answer shows it, and the whole in its place at the end", async () => {
  const lines = linesOf("live", "phone");
  const until = lines.findIndex((line) => line.frame?.t === "live") + 1;
  const actor = new BuyerActor(lines);
  const player = (actor.player = new Player(actor));
  await player.play(lines.slice(0, until));
  const live = lines[until - 1]!.frame!.d as Body;
  assert.equal(actor.client.store.live[live.conversation]?.text, live.text);
  const rest = lines.slice(until);
  for (const { frame } of rest) actor.wires[0]!.tell(frame!.t, frame!.d, { n: frame!.n! });
  assert.deepEqual(actor.client.store.live, {});
});

test("too fast: the same words go again once the server has said so", async () => {
  const { actor, player } = await played("rate");
  const refusal = player.heard.find((frame) => frame.t === "error")!;
  assert.equal(refusal.d["code"], "rate");
  const sent = () => actor.wires[0]!.of("say").filter((frame) => frame.id === refusal.re).length;
  assert.equal(sent(), 1);
  const wait = Number(refusal.d["after_ms"]);
  for (let passed = 0; passed <= wait; passed += 20_000) {
    actor.wires[0]!.tell("ping", { id: "1" });
    actor.clock.pass(20_000);
  }
  assert.ok(sent() > 1);
});

test("a text that is too long stays with its words, and a card that was used says so", async () => {
  const long = await played("too-large");
  assert.deepEqual(long.actor.client.outbox.items.map((item) => [item.state, item.error]), [["failed", "error.too_large"]]);
  await settle();
  const card = await played("card");
  assert.deepEqual(card.actor.refused, ["error.conflict"]);
});
