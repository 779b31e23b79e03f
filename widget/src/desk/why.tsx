import { Icon, type IconName } from "../ui/icons.js";
import { desk } from "./app.js";
import type { Why } from "./model.js";

/** Why it came out so, in words: the clause's lines, the amount step by step, what is missing. */
export function WhyView({ why }: { why: Why }) {
  return (
    <div class="why" data-testid="why">
      {why.because.length > 0 && <ul>{why.because.map((one) => <Line key={one.line} holds={one.holds} text={one.text} />)}</ul>}
      {why.amount.map((step) => <p key={step} class="num" dir="auto">{step}</p>)}
      {why.missing.map((one) => <p key={one} class="warn" dir="auto">{desk.t("decision.missing")} · {one}</p>)}
    </div>
  );
}

/** Why the clauses before it did not apply, for whoever asks. */
export function Passed({ why }: { why: Why }) {
  if (why.passed.length === 0) return null;
  return (
    <details class="checked" data-testid="passed">
      <summary>{desk.t("decision.passed")}<Icon name="down" size={16} /></summary>
      <ul class="passed">{why.passed.map((one) => <li key={one} dir="auto">{one}</li>)}</ul>
    </details>
  );
}

function Line({ holds, text }: { holds: boolean | null; text: string }) {
  const [icon, tone]: readonly [IconName, string] = holds === null ? ["help", "warn"] : holds ? ["check", "good"] : ["close", "bad"];
  return <li class={tone}><Icon name={icon} size={16} /><span dir="auto">{text}</span></li>;
}
