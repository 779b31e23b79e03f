import { Icon } from "../ui/icons.js";
import { desk } from "./app.js";

/** The assistant's own account of one turn, for whoever audits it: its terms in our words where we have them. */
export function StepsFold({ trace }: { trace: Record<string, unknown> }) {
  const rows = Object.entries(trace).filter(([, value]) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0));
  if (!rows.length) return null;
  return (
    <li class="steps" data-testid="steps">
      <details>
        <summary>{desk.t("steps.n", { n: rows.length })}<Icon name="down" size={14} /></summary>
        <dl>{rows.map(([name, value]) => <div key={name} class={typeof value === "object" ? "wide" : undefined}><dt>{desk.term("step", name)}</dt><dd>{said(name, value)}</dd></div>)}</dl>
      </details>
    </li>
  );
}

const WORDS = { request: "request", plan: "plan", topic: "topic", verdict: "verdict", engine: "part", stance: "part", access: "part" } as const;

function said(name: string, value: unknown): string {
  if (typeof value === "string" && name in WORDS) return desk.term(WORDS[name as keyof typeof WORDS], value);
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) return value.map((one) => (name === "flags" ? desk.term("part", String(one)) : one)).join(desk.locale.value === "en" ? ", " : "、");
  return typeof value === "object" && value !== null ? parts(value as Record<string, unknown>) : String(value);
}

/** `understand 3.1 · search 2.4`: the parts of a step, the empty ones left out. */
function parts(value: Record<string, unknown>): string {
  return Object.entries(value).filter(([, one]) => one !== null && one !== "" && one !== "none")
    .map(([key, one]) => `${desk.term("part", key)} ${inner(key, one)}`).join(" · ");
}

function inner(key: string, one: unknown): string {
  if (typeof one === "object" && one !== null) return `(${parts(one as Record<string, unknown>)})`;
  if (typeof one === "number") return String(one);
  return key === "topic" || key === "request" ? desk.term(key === "topic" ? "topic" : "request", String(one)) : desk.term("part", String(one));
}
