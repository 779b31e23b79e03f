import assert from "node:assert/strict";
import { test } from "node:test";
import type { Frame } from "../src/core/frames.js";
import { Socket } from "../src/core/socket.js";
import { FakeClock, FakeWire, settle } from "./fakes.js";

function rig() {
  const clock = new FakeClock();
  const wires: FakeWire[] = [];
  const frames: Frame[] = [];
  const phases: string[] = [];
  const net = { online: true, token: true };
  const open = (): FakeWire => {
    wires.push(new FakeWire());
    return wires[wires.length - 1]!;
  };
  const hello = async () => {
    if (!net.token) throw new Error("no token");
    return { role: "buyer" as const, shop: "star" };
  };
  const socket = new Socket(
    { url: "ws://x/ws", open, clock, random: () => 1, online: () => net.online },
    { hello, frame: (f) => frames.push(f), phase: (p, code) => phases.push(code ? `${p} ${code}` : p) },
  );
  const last = () => wires[wires.length - 1]!;
  const greet = async () => {
    last().opened();
    await settle();
    last().tell("welcome", { heartbeat_ms: 1000 });
  };
  return { clock, wires, frames, phases, net, socket, last, greet };
}

test("hello is the first frame, and open means welcomed", async () => {
  const r = rig();
  r.socket.start();
  assert.equal(r.socket.send({ t: "say", d: {} }), false);
  await r.greet();
  assert.deepEqual(r.last().sent[0], { v: 1, t: "hello", d: { role: "buyer", shop: "star" } });
  assert.deepEqual(r.phases, ["connecting", "open"]);
  assert.equal(r.socket.send({ t: "say", d: {} }), true);
});

test("a lost connection comes back, waiting longer each time, and a welcome starts over", async () => {
  const r = rig();
  r.socket.start();
  for (const ms of [500, 1000, 2000]) {
    r.last().die();
    assert.equal(r.socket.phase, "waiting");
    r.clock.pass(ms - 1);
    assert.equal(r.socket.phase, "waiting");
    r.clock.pass(1);
    assert.equal(r.socket.phase, "connecting");
  }
  await r.greet();
  r.last().die();
  r.clock.pass(500);
  assert.equal(r.socket.phase, "connecting");
});

test("2.2 heartbeats of silence end a connection, and any traffic keeps it", async () => {
  const r = rig();
  r.socket.start();
  await r.greet();
  r.clock.pass(2100);
  r.last().tell("ping", {}, { id: "p1" });
  assert.deepEqual(r.last().of("pong")[0]?.re, "p1");
  r.clock.pass(2199);
  assert.equal(r.socket.phase, "open");
  r.clock.pass(1);
  assert.equal(r.socket.phase, "waiting");
  assert.equal(r.last().closed, 4000);
});

test("a refused origin and another protocol stop for good", () => {
  for (const code of [4403, 4426]) {
    const r = rig();
    r.socket.start();
    r.last().die(code);
    r.clock.pass(120_000);
    assert.equal(r.wires.length, 1);
    assert.equal(r.phases[r.phases.length - 1], `stopped ${code}`);
  }
});

test("a restart says when to come back", async () => {
  const r = rig();
  r.socket.start();
  await r.greet();
  r.last().tell("bye", { after_ms: 7000 });
  r.last().die(1012);
  r.clock.pass(7000 + 3499);
  assert.equal(r.wires.length, 1);
  r.clock.pass(1);
  assert.equal(r.wires.length, 2);
});

test("too many connections wait ten seconds at least", () => {
  const r = rig();
  r.socket.start();
  r.last().die(4429);
  r.clock.pass(9999);
  assert.equal(r.wires.length, 1);
  r.clock.pass(1);
  assert.equal(r.wires.length, 2);
});

test("no network waits for it, and tries at once when it is back", () => {
  const r = rig();
  r.net.online = false;
  r.socket.start();
  assert.equal(r.socket.phase, "offline");
  r.clock.pass(100_000);
  assert.equal(r.wires.length, 0);
  r.net.online = true;
  r.socket.kick();
  assert.equal(r.wires.length, 1);
});

test("no token to be had is a failed try, not an end", async () => {
  const r = rig();
  r.net.token = false;
  r.socket.start();
  r.last().opened();
  await settle();
  assert.equal(r.phases[r.phases.length - 1], "waiting 4401");
  r.net.token = true;
  r.clock.pass(500);
  await r.greet();
  assert.equal(r.socket.phase, "open");
});

test("an old connection's words and end mean nothing to the new one", async () => {
  const r = rig();
  r.socket.start();
  await r.greet();
  const old = r.last();
  const { onmessage, onclose } = old;
  r.socket.renew();
  onmessage?.({ data: '{"t":"message","d":{}}' });
  onclose?.({ code: 1006 });
  assert.equal(r.socket.phase, "connecting");
  assert.equal(r.frames.filter((f) => f.t === "message").length, 0);
});

test("a server that never welcomes is left after ten seconds", () => {
  const r = rig();
  r.socket.start();
  r.last().opened();
  r.clock.pass(10_000);
  assert.equal(r.socket.phase, "waiting");
});
