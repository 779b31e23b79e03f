import { dateTime, money } from "../core/format.js";
import type { IconName } from "../ui/icons.js";
import { desk } from "./app.js";
import { refusalWord } from "./labels.js";

export const LOOK: Record<string, readonly [IconName, "good" | "bad" | "accent" | "warn"]> = { grant: ["ok", "good"], refuse: ["no", "bad"], refer: ["refer", "accent"], need: ["help", "warn"] };

/** A fact's value as people read it. */
export function valueOf(name: string, value: unknown): string {
  if (typeof value === "boolean") return value ? "✓" : "✗";
  if (value === null) return "—";
  if (name === "claim.reason") return desk.term("reason", String(value));
  if (name === "delivery.state") return desk.term("state", String(value));
  if (name === "claim.request") return desk.term("request", String(value));
  if (name === "item.kind" || name === "delivery.kind") return desk.term("value", String(value));
  if ((name.endsWith("_at") || name === "now") && typeof value === "string") return dateTime(value, desk.locale.value);
  if (Array.isArray(value)) return value.join(", ") || "—";
  return String(value);
}

/** What was decided, as rows of a label and a value. */
export function outcomeRows(outcome: Record<string, unknown> | null, currency: string | null, goods: Record<string, string> = {}) {
  return Object.entries(outcome ?? {}).map(([name, value]) => {
    const refund = name === "refund" ? (value as { amount?: string; currency?: string } | null) : null;
    if (refund?.amount) return [desk.t("decision.refund"), <b class="num">{money(refund.amount, refund.currency ?? currency)}</b>] as const;
    const known = ["deliver", "reissue", "wait", "exchange", "reason", "priority"].includes(name);
    const label = known ? desk.t(`decision.${name as "deliver"}`) : name;
    const text = name === "reason" ? refusalWord(desk.locale.value, String(value)) : name === "priority" ? desk.term("priority", String(value)) : goods[String(value)] ?? String(value);
    return [label, text] as const;
  });
}
