import type { ComponentChildren } from "preact";
import { Icon } from "../ui/icons.js";
import { Card, Chip, Facts } from "../ui/kit.js";
import { desk } from "./app.js";
import { WhatChanges } from "./changes.js";
import { ClauseLine } from "./clause.js";
import { LOOK, outcomeRows, valueOf } from "./decision_words.js";
import type { StoredDecision } from "./model.js";
import { ProofCheck } from "./proof.js";
import { Passed, WhyView } from "./why.js";


interface ProofFact {
  value: unknown;
  source: string;
}

/** What was decided, by which clause, on which facts, and whether that follows. */
export function DecisionView({ stored, currency, children }: { stored: StoredDecision; currency: string | null; children?: ComponentChildren }) {
  const { decision, proof } = stored;
  const [icon, tone] = LOOK[decision.verdict] ?? (["refer", "accent"] as const);
  const facts = Object.entries((proof["facts"] ?? {}) as Record<string, ProofFact>);
  const clauses = (proof["clauses"] ?? []) as unknown[];
  return (
    <Card icon={icon} type="decision-record" tone={tone} title={desk.term("request", proof["request"] as string)} side={<Chip tone={tone}>{desk.term("verdict", decision.verdict)}</Chip>}>
      <Facts rows={outcomeRows(decision.outcome, currency, stored.goods)} />
      {decision.clause && <ClauseLine key={desk.locale.value} clause={decision.clause} />}
      <WhyView why={stored.why} />
      {children}
      {facts.length > 0 && (
        <details class="checked">
          <summary>{desk.t("decision.facts", { n: facts.length })}<Icon name="down" size={16} /></summary>
          <Facts rows={facts.map(factRow)} />
        </details>
      )}
      <Passed why={stored.why} />
      <WhatChanges key={`${stored.id} ${desk.locale.value}`} decision={stored.id} />
      <ProofCheck proof={proof} facts={facts.length} clauses={clauses.length} />
      <small class="num">{desk.t("decision.at", { time: desk.time(stored.at) })}</small>
    </Card>
  );
}

const SOURCES: Record<string, string> = { "assumed by the shop": "assumed", "our record": "record", "a person": "person", "token or proof": "record", "risk signals": "record", "our own refunds": "refunds" };

/** Who says a fact; of several, each: `store, our own refunds`. */
const said = (source: string) => source.split(", ").map((part) => desk.term("source", SOURCES[part] ?? part)).join(desk.locale.value.startsWith("zh") ? "、" : ", ");

function factRow([name, fact]: [string, ProofFact]) {
  return [desk.term("fact", name), <>{valueOf(name, fact.value)}<small>{said(fact.source)}</small></>] as const;
}
