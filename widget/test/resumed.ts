// Reads plays that a server's record was put through, and says where a page that resumes shows something else than a fresh one.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Conversation, Frame } from "../src/core/frames.js";
import { emptySlot, readSlot, writeSlot } from "../src/core/slot.js";
import { memoryStorage } from "../src/core/storage.js";
import { Store } from "../src/core/store.js";

interface Play {
  epoch: string;
  /** What a page without a cursor is told. */
  fresh: Frame[];
  /** What a page with the cursor `n` is told, by `n`. */
  resumed: Frame[][];
}

/** A page that saw everything up to `n`, was closed, and is opened again. */
function returned(play: Play, n: number): Store {
  const before = new Store();
  before.epoch = play.epoch;
  for (const frame of play.resumed[0]!) if (frame.n !== undefined && frame.n <= n) before.apply(frame);
  before.apply({ v: 1, t: "synced", d: { n } });
  const storage = memoryStorage();
  const { me, epoch, cursor, handoffs, tickets } = before;
  writeSlot(storage, "slot", { ...emptySlot(), me, epoch, cursor, handoffs, tickets, conversations: before.list() });
  const after = new Store();
  after.load(readSlot(storage, "slot"));
  for (const frame of play.resumed[n]!) assert.ok(!after.apply(frame).stray, `stray at ${n}`);
  return after;
}

function opened(play: Play): Store {
  const store = new Store();
  store.beginReset();
  for (const frame of play.fresh) store.apply(frame);
  return store;
}

/** What both show: a page that stayed may hold older messages than the last few that a fresh one is told of. */
function shown(store: Store, like: Store) {
  const drawn = (c: Conversation) => {
    const kept = like.conversations[c.id]?.messages.length ?? 0;
    const { has_more, messages, ...head } = c;
    return { ...head, more: has_more || messages.length > kept, messages: messages.slice(-kept).map(({ re: _whose, ...said }) => said) };
  };
  return { cursor: store.cursor, handoffs: store.handoffs, tickets: store.tickets, conversations: store.list().map(drawn) };
}

/** Every place where two values are not the same. */
function differences(a: unknown, b: unknown, at = ""): string[] {
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return a === b ? [] : [`${at}: ${JSON.stringify(a)} and fresh ${JSON.stringify(b)}`];
  const [one, two] = [a, b] as Record<string, unknown>[];
  return [...new Set([...Object.keys(one!), ...Object.keys(two!)])].flatMap((key) => differences(one![key], two![key], `${at}.${key}`));
}

const plays = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as Play[];
const found: string[] = [];
let compared = 0;
for (const [number, play] of plays.entries()) {
  const fresh = opened(play);
  for (const n of play.resumed.keys()) {
    found.push(...differences(shown(returned(play, n), fresh), shown(fresh, fresh)).map((one) => `play ${number} away since ${n}${one}`));
    compared += 1;
  }
}
console.log(JSON.stringify({ compared, differences: found.length, first: found.slice(0, 12) }));
