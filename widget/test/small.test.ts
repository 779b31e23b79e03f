import assert from "node:assert/strict";
import { test } from "node:test";
import { backoff, LAST_MS } from "../src/core/backoff.js";
import { accentColours, contrast, GROUND, parseHex, type Rgb, textOn } from "../src/core/colour.js";
import { localised } from "../src/core/api.js";
import { ago, dateTime, money, shopTime, throughout } from "../src/core/format.js";
import { addWords, pickLocale, say, sayKey } from "../src/core/i18n.js";
import { readFrame } from "../src/core/frames.js";
import { findQuote } from "../src/core/quote.js";
import { uuid7 } from "../src/core/uuid.js";
import { cardsWords } from "../src/core/words.cards.js";
import { roomsWords } from "../src/core/words.rooms.js";
import { shellWords } from "../src/core/words.shell.js";

test("an id is a version 7 UUID and sorts by its time", () => {
  const ids = [1, 1000, 1_760_000_000_000, 1_760_000_000_001].map((at) => uuid7(at));
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual([...ids].sort(), ids);
  assert.equal(new Set(Array.from({ length: 1000 }, () => uuid7(5))).size, 1000);
});

test("waiting doubles from half a second to thirty, and half of it is certain", () => {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const step = Math.min(LAST_MS, 500 * 2 ** attempt);
    assert.equal(backoff(attempt, () => 0), Math.round(step / 2));
    assert.equal(backoff(attempt, () => 1), step);
  }
});

test("any accent gives text that can be read, in both schemes", () => {
  const accents = ["#ffff00", "#ffffff", "#000000", "#0f766e", "#ff6a00", "#7c3aed", "#888888", "#0ff", "not a colour", null];
  const hex = (text: string) => parseHex(text) as Rgb;
  for (const accent of accents) {
    for (const scheme of ["light", "dark"] as const) {
      const c = accentColours(accent, scheme);
      assert.ok(contrast(hex(c.ink), hex(c.accent)) >= 4.5, `${accent} ${scheme}: ink on accent`);
      assert.ok(contrast(hex(c.text), hex(c.soft)) >= 4.5, `${accent} ${scheme}: text on soft`);
      assert.ok(contrast(hex(c.text), GROUND[scheme]) >= 4.4, `${accent} ${scheme}: text on ground`);
      assert.ok(contrast(hex(c.accent), GROUND[scheme]) >= 3, `${accent} ${scheme}: fill on ground`);
    }
  }
});

test("contrast is the one of the standard", () => {
  assert.equal(contrast([0, 0, 0], [255, 255, 255]), 21);
  assert.equal(contrast([9, 9, 9], [9, 9, 9]), 1);
  assert.deepEqual(textOn([15, 118, 110]), [255, 255, 255]);
  assert.notDeepEqual(textOn([255, 255, 0]), [255, 255, 255]);
});

test("a quote is found exactly, then without its white space, then by code points", () => {
  assert.deepEqual(findQuote("前文。退款三日到账。后文", "退款三日到账。"), [3, 10]);
  const text = "before a refund is\npaid within days after";
  const loose = findQuote(text, "a refund is paid within") as [number, number];
  assert.equal(text.slice(...loose), "a refund is\npaid within");
  // One code point, two UTF-16 units.
  assert.deepEqual(findQuote("😀退款", "nowhere", 1, 3), [2, 4]);
  assert.equal(findQuote("text", "absent"), null);
  assert.equal(findQuote("text", "absent", 2, 99), null);
});

test("money stays the text that it was", () => {
  assert.equal(money("30.00", "CNY"), "¥30.00");
  assert.equal(money("0.10", "XYZ"), "0.10 XYZ");
  assert.equal(money(null, "CNY"), "—");
});

test("an order's times are those that the shop's words name, wherever its buyer is", () => {
  assert.match(dateTime("2024-11-18T08:10:00Z", "en", "Asia/Shanghai"), /Nov 18, 2024 16:10/);
  assert.match(dateTime("2024-11-18T20:10:00Z", "zh-CN", "Asia/Shanghai"), /2024年11月19日 04:10/);
  assert.equal(dateTime(null, "en", "Asia/Shanghai"), "—");
});

test("a locale is the first wish, Chinese or English", () => {
  assert.equal(pickLocale(undefined, "zh-TW", "en"), "zh-CN");
  assert.equal(pickLocale("fr"), "en");
  assert.equal(pickLocale(null, ""), "en");
});

test("every word is said in both languages, with the same blanks", () => {
  const blanks = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const { "zh-CN": zh, en } of [shellWords, roomsWords, cardsWords]) {
    assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
    for (const [key, text] of Object.entries(zh)) {
      assert.deepEqual(blanks(text), blanks((en as Record<string, string>)[key] ?? ""), key);
    }
  }
});

test("a key from a newer server falls back", () => {
  addWords(roomsWords);
  assert.equal(sayKey("en", "error.rate", "error.other"), say("en", "error.rate"));
  assert.equal(sayKey("en", "error.of_tomorrow", "error.other"), say("en", "error.other"));
  assert.equal(say("zh-CN", "handoff.ahead", { n: 2 }), "前面 2 人");
});

test("a text in many languages gives the nearest one", () => {
  assert.equal(localised({ "zh-CN": "你好", en: "hello" }, "en"), "hello");
  assert.equal(localised({ zh: "你好", en: "hello" }, "zh-CN"), "你好");
  assert.equal(localised({ fr: "salut" }, "en"), "salut");
  assert.equal(localised(undefined, "en"), "");
});

test("what is no frame is nothing", () => {
  for (const text of ["", "{", "null", "3", "[]", '{"d":{}}', '{"t":5}']) assert.equal(readFrame(text), null);
  assert.deepEqual(readFrame('{"t":"x"}')?.d, {});
});

test("a promise is told by the clock of the shop, with its day", () => {
  const now = new Date("2026-11-20T14:45:00Z");
  const told = (iso: string, locale: string, zone = "Asia/Shanghai") => shopTime(iso, locale, zone, now);
  assert.equal(told("2026-11-20T15:15:00Z", "zh-CN"), "今天 23:15");
  assert.equal(told("2026-11-21T01:15:00Z", "zh-CN"), "明天 09:15");
  assert.equal(told("2026-11-21T01:15:00Z", "en"), "tomorrow at 09:15");
  assert.equal(told("2026-11-23T01:15:00Z", "en", "Europe/Berlin"), "Nov 23 at 02:15");
  assert.equal(told("2026-11-20T23:30:00Z", "en", "America/New_York"), "today at 18:30");
  assert.equal(told("not a time", "en"), "");
});

test("a day that is open throughout is told from one with hours", () => {
  for (const span of ["00:00-00:00", "00:00-24:00"]) assert.equal(throughout(span), true, span);
  for (const span of ["", "09:00-23:00", "00:00-00:00, 09:00-10:00", "10:00-00:00"]) assert.equal(throughout(span), false, span);
});

test("what came just now is called so, and not with a formatter’s word for no seconds", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  assert.equal(ago("2026-11-21T11:59:40Z", "zh-CN", now), "刚刚");
  assert.equal(ago("2026-11-21T11:59:40Z", "en", now), "now");
  assert.equal(ago("2026-11-21T11:55:00Z", "zh-CN", now), "5分钟前");
});
