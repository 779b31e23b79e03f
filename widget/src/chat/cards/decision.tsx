import { useState } from "preact/hooks";
import type { DecisionPart } from "../../core/frames.js";
import { day, money } from "../../core/format.js";
import { Button, Card, Chip, Facts } from "../../ui/kit.js";
import { Icon, type IconName } from "../../ui/icons.js";
import type { App } from "../app.js";
import type { CardProps } from "./index.js";
import { useAct } from "./use_act.js";

const LOOK: Record<DecisionPart["verdict"], readonly [IconName, "good" | "bad" | "accent" | "warn"]> = {
  grant: ["ok", "good"],
  refuse: ["no", "bad"],
  refer: ["refer", "accent"],
  need: ["help", "warn"],
};

/** What was decided, by which clause, on which facts. What the message says in words is not said twice. */
export function DecisionCard({ app, conversation, message, part }: CardProps<DecisionPart>) {
  const [icon, tone] = LOOK[part.verdict] ?? LOOK.refer;
  const refund = refundOf(part.outcome);
  return (
    <Card icon={icon} type="decision" tone={tone} title={part.request_label} side={<Chip tone={tone}>{part.verdict_label}</Chip>}>
      {!message.text.includes(part.summary) && <p class="card-text" dir="auto">{part.summary}</p>}
      {refund && (
        <p class="amount">
          <span>{app.t("decision.refund")}</span>
          <b class="num">{money(refund.amount, refund.currency)}</b>
        </p>
      )}
      {part.clause && <Clause app={app} clause={part.clause} />}
      {part.facts.length > 0 && <FactList app={app} part={part} />}
      {part.digest && <p class="proof"><Icon name="lock" size={14} />{app.t("decision.proof")} <code>{part.digest.slice(0, 23)}</code></p>}
      {(part.contest || part.used) && <Contest app={app} conversation={conversation} message={message} part={part} />}
    </Card>
  );
}

function refundOf(outcome: DecisionPart["outcome"]): { amount: string; currency: string | null } | null {
  const refund = outcome?.["refund"] as { amount?: unknown; currency?: unknown } | undefined;
  if (typeof refund?.amount !== "string") return null;
  return { amount: refund.amount, currency: typeof refund.currency === "string" ? refund.currency : null };
}

function Clause({ app, clause }: { app: App; clause: NonNullable<DecisionPart["clause"]> }) {
  const open = () => (app.sheet.value = { n: 0, kind: "clause", id: `${clause.policy}/${clause.id}`, title: clause.title, quote: "" });
  return (
    <button type="button" class="clause" onClick={open} data-testid="decision-clause">
      <Icon name="scale" size={18} />
      <span>
        <small>{app.t("decision.by")}</small>
        <b dir="auto">{clause.title}</b>
        <small class="num">{app.t("decision.effective", { day: day(clause.effective, app.locale.value) })}</small>
      </span>
      <Icon name="right" size={16} />
    </button>
  );
}

function FactList({ app, part }: { app: App; part: DecisionPart }) {
  return (
    <details class="checked">
      <summary>{app.t("decision.facts", { n: part.facts.length })}<Icon name="down" size={16} /></summary>
      <Facts rows={part.facts.map((f) => [f.label, <>{f.value}<small>{f.source_label}</small></>] as const)} />
    </details>
  );
}

function Contest({ app, conversation, message, part }: CardProps<DecisionPart>) {
  const act = useAct(app, conversation, message.id);
  const [sent, setSent] = useState(false);
  const review = async () => setSent(await act.run("review", part.id));
  if (part.used || sent) return <p class="used" data-testid="reviewed"><Chip tone="good" icon="check">{app.t("decision.contested")}</Chip></p>;
  return (
    <>
      <Button icon="headset" wide kind={part.verdict === "grant" ? "quiet" : "line"} disabled={act.busy !== null} onClick={() => void review()} testid="review-button">
        {app.t("decision.contest")}
      </Button>
      {act.error && <p class="meta bad" role="alert">{act.error}</p>}
    </>
  );
}
