import { Icon } from "../ui/icons.js";
import { Chip, Facts } from "../ui/kit.js";
import { desk } from "./app.js";
import type { RiskReport, RiskSignal } from "./model.js";

/** What was found of risk, against the buyer and for them, each with the facts that it rests on. */
export function RiskView({ report }: { report: RiskReport }) {
  const side = (direction: string) => report.signals.filter((signal) => signal.direction === direction);
  const sides = [["against", side("against")], ["for", side("for")]] as const;
  return (
    <div class="risk" data-testid="risk">
      <p class="risk-score">
        <span>{desk.t("risk.score")}</span>
        {report.score === null ? (
          <Chip tone="neutral">{desk.t("risk.unknown", { known: report.known_score })}</Chip>
        ) : (
          <b class="num">{report.score}</b>
        )}
        <small class="faint">{desk.t("risk.hint")}</small>
      </p>
      {sides.map(([direction, signals]) => signals.length > 0 && (
        <section key={direction}>
          <h4>{desk.t(`risk.${direction}`)}</h4>
          <ul>{signals.map((signal) => <SignalView key={signal.name} signal={signal} />)}</ul>
        </section>
      ))}
      {report.signals.length === 0 && <p class="faint">{desk.t("risk.none")}</p>}
      {report.unknown.length > 0 && (
        <details class="checked">
          <summary>{desk.t("risk.unseen", { n: report.unknown.length })}<Icon name="down" size={16} /></summary>
          <ul class="faint">{report.unknown.map((one) => <li key={one.name}>{one.label}{desk.locale.value === "en" ? ": " : "："}{one.text}</li>)}</ul>
        </details>
      )}
    </div>
  );
}

function SignalView({ signal }: { signal: RiskSignal }) {
  const sign = signal.direction === "against" ? "+" : "−";
  return (
    <li class={`risk-signal ${signal.direction}`} data-testid="risk-signal" data-signal={signal.name}>
      <details>
        <summary>
          <span dir="auto">{signal.text}</span>
          {signal.points_at !== "buyer" && <TagChip tag={signal.points_at} />}
          <span class="num risk-weight">{sign}{signal.weight}</span>
        </summary>
        <Facts rows={signal.facts.map((fact) => [fact.label, <span class="num" title={desk.time(fact.at)}>{fact.value} <small class="faint">{fact.source}</small></span>] as const)} />
      </details>
    </li>
  );
}

const TAGS: Record<string, "tag.risk" | "tag.shop" | "tag.supplier"> = { risk: "tag.risk", shop: "tag.shop", supplier: "tag.supplier" };

/** Whom a signal points at, or that a person must look before anything is carried out. */
export function TagChip({ tag }: { tag: string }) {
  const known = TAGS[tag];
  return <Chip tone={tag === "risk" ? "warn" : "accent"} icon={tag === "risk" ? "alert" : "box"}>{known ? desk.t(known) : tag}</Chip>;
}
