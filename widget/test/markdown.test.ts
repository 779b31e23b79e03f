import assert from "node:assert/strict";
import { test } from "node:test";
import { inline, type Inline, LIMIT, parse, plain } from "../src/core/markdown.js";

const links = (nodes: Inline[]) => nodes.flatMap((n) => (n.t === "link" ? [n.href] : []));

test("paragraphs, lists, headings, quotes and code become blocks", () => {
  const blocks = parse("# Title\n\nfirst\nline\n\n- a\n- b\n\n3. c\n4. d\n\n> said\n\n```\n<b>raw</b>\n```");
  assert.deepEqual(blocks.map((b) => b.t), ["h", "p", "ul", "ol", "quote", "pre"]);
  assert.equal(blocks[3]?.t === "ol" && blocks[3].start, 3);
  assert.equal(blocks[5]?.t === "pre" && blocks[5].text, "<b>raw</b>");
});

test("markup is text: nothing of it is ever HTML", () => {
  const hostile = "<img src=x onerror=alert(1)> <script>alert(1)</script>";
  assert.deepEqual(inline(hostile), [{ t: "text", text: hostile }]);
});

test("only http, https and mailto make links", () => {
  assert.deepEqual(links(inline("[x](javascript:alert(1)) [y](data:text/html,1)")), []);
  assert.deepEqual(links(inline("[x](https://a.example/b) [m](mailto:a@b.example)")), ["https://a.example/b", "mailto:a@b.example"]);
});

test("a bare address ends at Chinese punctuation", () => {
  for (const stop of "，。；！？、）】") {
    const nodes = inline(`见 https://a.example/p?q=1${stop}谢谢`);
    assert.deepEqual(links(nodes), ["https://a.example/p?q=1"]);
    assert.deepEqual(nodes[nodes.length - 1], { t: "text", text: stop + "谢谢" });
  }
});

test("a bare address gives back the full stop that follows it", () => {
  const nodes = inline("See https://a.example/x. Then go");
  assert.deepEqual(links(nodes), ["https://a.example/x"]);
  assert.deepEqual(nodes[2], { t: "text", text: ". Then go" });
});

test("a citation mark is a mark, a bracketed word is not", () => {
  assert.deepEqual(inline("到账[1]。"), [
    { t: "text", text: "到账" },
    { t: "cite", n: 1 },
    { t: "text", text: "。" },
  ]);
  assert.deepEqual(inline("[note]"), [{ t: "text", text: "[note]" }]);
});

test("strong may hold code, links and marks", () => {
  const [node] = inline("**pay `30` [1]**");
  assert.deepEqual(node?.t === "strong" && node.children.map((n) => n.t), ["text", "code", "text", "cite"]);
});

test("more than 8 KB is cut, and hostile input stays quick", () => {
  const began = Date.now();
  for (const text of ["*".repeat(100_000), "[".repeat(100_000), "`".repeat(99_999), "**a".repeat(30_000), "- ".repeat(50_000)]) {
    assert.ok(plain(text).length <= LIMIT + 1);
  }
  assert.ok(Date.now() - began < 2000);
});

test("plain text for a preview has no marks", () => {
  assert.equal(plain("**退款** [1]\n\n- 一\n- 二"), "退款  一 · 二");
});
