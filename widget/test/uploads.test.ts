import assert from "node:assert/strict";
import { test } from "node:test";
import type { AttachmentPart } from "../src/core/frames.js";
import { fileNames, inShort } from "../src/core/file_names.js";
import { fileSize } from "../src/core/files.js";
import type { Outcome, SendFile } from "../src/core/upload.js";
import { type Shelf, Uploads } from "../src/core/uploads.js";
import { fileWords } from "../src/core/words.files.js";
import { FakeClock, message, settle } from "./fakes.js";

interface Sent {
  key: string;
  name: string;
  aborted: boolean;
  progress(share: number): void;
  end(outcome: Outcome): Promise<void>;
}

const LIMITS = { size: 1000, count: 3, types: ["image/png", "application/pdf"] };

function shelfOf(text: string | null = null): Shelf & { text: string | null } {
  const shelf = { text, read: () => shelf.text, write: (next: string | null) => void (shelf.text = next) };
  return shelf;
}

function rig(shelf = shelfOf()) {
  const clock = new FakeClock();
  const sent: Sent[] = [];
  const send: SendFile = (file, key, progress) => {
    let settleOutcome: (outcome: Outcome) => void = () => {};
    const outcome = new Promise<Outcome>((resolve) => (settleOutcome = resolve));
    const one: Sent = { key, name: file.name, aborted: false, progress, end: async (o) => (settleOutcome(o), settle()) };
    sent.push(one);
    return { outcome, abort: () => ((one.aborted = true), settleOutcome({ again: true })) };
  };
  const uploads = new Uploads(send, clock, shelf, () => LIMITS, () => {});
  return { clock, sent, uploads, shelf };
}

// Node 18 has no global File; of one the queue reads only these.
const file = (name: string, size = 10, type = "image/png") => ({ name, size, type }) as File;
const part = (id: string): AttachmentPart => ({ type: "attachment", id, name: `${id}.png`, media_type: "image/png", size: 10 });
const states = (r: { uploads: Uploads }) => r.uploads.items.map((item) => item.error ?? item.state);

test("two go at once, the next when one has arrived, and all are taken in their order", async () => {
  const r = rig();
  r.uploads.add([file("a"), file("b"), file("c")]);
  assert.deepEqual(states(r), ["sending", "sending", "waiting"]);
  r.sent[1]!.progress(0.5);
  assert.equal(r.uploads.items[1]!.share, 0.5);
  assert.equal(r.uploads.busy, true);
  await r.sent[1]!.end({ part: part("B") });
  assert.deepEqual(states(r), ["sending", "done", "sending"]);
  await r.sent[0]!.end({ part: part("A") });
  await r.sent[2]!.end({ part: part("C") });
  assert.equal(r.uploads.ready, true);
  assert.deepEqual(r.uploads.take().map((p) => p.id), ["A", "B", "C"]);
  assert.equal(r.uploads.ready, false);
  assert.equal(r.shelf.text, null);
});

test("what the line drops goes again by itself under the same key, and in the end by hand", async () => {
  const r = rig();
  r.uploads.add([file("a")]);
  for (const wait of [1000, 2000, 4000, 8000]) {
    await r.sent.at(-1)!.end({ again: true });
    assert.deepEqual(states(r), ["waiting"]);
    const before = r.sent.length;
    r.clock.pass(wait - 1);
    assert.equal(r.sent.length, before);
    r.clock.pass(1);
    assert.equal(r.sent.length, before + 1);
  }
  await r.sent.at(-1)!.end({ again: true });
  assert.deepEqual(states(r), ["network"]);
  const [failed] = r.uploads.items;
  assert.equal(r.uploads.mendable(failed!), true);
  r.uploads.retry(failed!.key);
  await r.sent.at(-1)!.end({ part: part("A") });
  assert.equal(r.uploads.ready, true);
  assert.equal(new Set(r.sent.map((s) => s.key)).size, 1);
  assert.equal(r.sent.length, 6);
});

test("what the server refuses stays refused, and what is hopeless is not sent at all", async () => {
  const r = rig();
  r.uploads.add([file("a"), file("big", 1001), file("film", 10, "video/mp4")]);
  assert.equal(r.sent.length, 1);
  await r.sent[0]!.end({ refused: "damaged" });
  assert.deepEqual(states(r), ["damaged", "too_large", "type"]);
  assert.equal(r.uploads.items.some((item) => r.uploads.mendable(item)), false);
  assert.equal(r.uploads.stuck, true);
  assert.equal(r.uploads.ready, false);
  r.uploads.add([file("one too many")]);
  assert.deepEqual(states(r).at(-1), "many");
  for (const item of r.uploads.items) r.uploads.remove(item.key);
  assert.equal(r.uploads.busy, false);
});

test("a file that is removed on its way is stopped, and what comes of it is nobody's any more", async () => {
  const r = rig();
  r.uploads.add([file("a")]);
  r.uploads.remove(r.uploads.items[0]!.key);
  assert.equal(r.sent[0]!.aborted, true);
  await settle();
  r.clock.pass(60_000);
  assert.equal(r.sent.length, 1);
  assert.deepEqual(r.uploads.items, []);
});

test("after a reload what had arrived is there, and what had not must be picked again", async () => {
  const before = rig();
  before.uploads.add([file("a"), file("b")]);
  await before.sent[0]!.end({ part: part("A") });
  const after = rig(shelfOf(before.shelf.text));
  assert.deepEqual(states(after), ["done", "lost"]);
  assert.equal(after.uploads.mendable(after.uploads.items[1]!), false);
  after.uploads.remove(after.uploads.items[1]!.key);
  assert.deepEqual(after.uploads.take().map((p) => p.id), ["A"]);
  assert.deepEqual(rig(shelfOf("nonsense")).uploads.items, []);
});

test("a composer that gets its conversation's name takes its files along", async () => {
  const r = rig();
  const other = shelfOf();
  r.uploads.add([file("a")]);
  await r.sent[0]!.end({ part: part("A") });
  r.uploads.moveTo(other);
  assert.equal(r.shelf.text, null);
  assert.match(other.text ?? "", /"A"/);
});

test("what was taken comes back into the composer, before what came meanwhile", async () => {
  const r = rig();
  r.uploads.add([file("a")]);
  await r.sent[0]!.end({ part: part("A") });
  const taken = r.uploads.take();
  r.uploads.add([file("b")]);
  r.uploads.giveBack(taken);
  assert.deepEqual(states(r), ["done", "sending"]);
  assert.match(r.shelf.text ?? "", /"A"/);
});

test("a message of files alone is told by their names", () => {
  const bare = { ...message(1), text: "", parts: [part("A"), part("B")] };
  assert.equal(fileNames(bare.parts), "A.png, B.png");
  assert.equal(inShort(bare), "A.png, B.png");
  assert.equal(inShort({ ...bare, text: "**hi**" }), "hi");
  assert.deepEqual([999, 1000, 3_440_000].map(fileSize), ["999 B", "1 KB", "3.4 MB"]);
});

test("both languages have every word of files", () => {
  assert.deepEqual(Object.keys(fileWords.en), Object.keys(fileWords["zh-CN"]));
});
