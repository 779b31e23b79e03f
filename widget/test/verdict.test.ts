import assert from "node:assert/strict";
import { test } from "node:test";
import { amountOf, breakOneByte } from "../src/demo/verdict.js";

const changes = (a: string, b: string) => [...a].filter((c, i) => c !== b[i]).length;

test("one byte of a proof is changed, in its money where it moves some, and it is still JSON", () => {
  const proof = JSON.stringify({ outcome: { refund: { amount: "99.00", currency: "CNY" } }, digest: "ab12" });
  const broken = breakOneByte(proof);
  assert.equal(changes(proof, broken.text), 1);
  assert.deepEqual([broken.was, broken.text[broken.at]], ["9", "7"]);
  assert.equal(JSON.parse(broken.text).outcome.refund.amount, "79.00");
});

test("where no money is moved a fact is broken, and where there is none the digest", () => {
  const fact = JSON.stringify({ facts: { "order.paid": { value: true }, "item.quantity": { value: 3, source: "store" } }, digest: "ab12" });
  assert.equal(JSON.parse(breakOneByte(fact).text).facts["item.quantity"].value, 1);
  const bare = JSON.stringify({ facts: {}, digest: "ab12" });
  assert.equal(JSON.parse(breakOneByte(bare).text).digest, "0b12");
});

test("only a refund moves money", () => {
  const decision = { verdict: "grant" as const, clause: null, missing: [] };
  assert.deepEqual(amountOf({ ...decision, outcome: { refund: { amount: "15.00", currency: "CNY" } } }), { amount: "15.00", currency: "CNY" });
  assert.equal(amountOf({ ...decision, outcome: { deliver: 1 } }), null);
  assert.equal(amountOf({ ...decision, outcome: null }), null);
});
