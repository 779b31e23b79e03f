import type { Proof } from "./model.js";

export interface Altered {
  proof: Proof;
  field: string;
  before: string;
  after: string;
}

type Fact = { value: unknown };

/** The proof with one byte of one fact changed, as a forger would: a digit, a truth, a letter. The digest stays. */
export function alter(proof: Proof): Altered | null {
  const facts = (proof["facts"] ?? {}) as Record<string, Fact>;
  const name = pick(facts);
  const fact = name ? facts[name] : undefined;
  if (!name || !fact) return digest(proof);
  const value = other(fact.value);
  const changed = { ...proof, facts: { ...facts, [name]: { ...fact, value } } };
  return { proof: changed, field: name, before: String(fact.value), after: String(value) };
}

/** Money first: that is where a byte is worth most. */
function pick(facts: Record<string, Fact>): string | undefined {
  const names = Object.keys(facts);
  const number = (name: string) => typeof facts[name]?.value === "number" || /^\d/.test(String(facts[name]?.value));
  return names.find((name) => name.endsWith("amount") && number(name)) ?? names.find((name) => number(name) && name !== "now") ?? names[0];
}

function other(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  return swap(String(value));
}

function swap(text: string): string {
  const at = text.search(/\d/);
  if (at < 0) return text.slice(0, -1) + (text.endsWith("x") ? "y" : "x");
  return text.slice(0, at) + String((Number(text[at]) + 1) % 10) + text.slice(at + 1);
}

function digest(proof: Proof): Altered | null {
  if (!proof.digest) return null;
  const after = swap(proof.digest);
  return { proof: { ...proof, digest: after }, field: "digest", before: proof.digest.slice(0, 12), after: after.slice(0, 12) };
}
