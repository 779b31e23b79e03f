import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Icon, type IconName } from "../ui/icons.js";
import { desk } from "./app.js";
import { Glyph } from "./glyphs.js";
import type { Brief, Claim, Detail } from "./model.js";

const LOOK: Record<string, readonly [IconName, string]> = { grant: ["ok", "good"], refuse: ["no", "bad"], refer: ["refer", "accent"], need: ["help", "warn"] };

/** What an agent must know before the first word, each claim a step from the message that it rests on. */
export function BriefPanel({ detail, brief }: { detail: Detail; brief: Brief }) {
  const busy = desk.holds(detail.conversation) && detail.conversation.messages.some((m) => m.author.kind === "agent");
  const [chosen, choose] = useState<boolean | null>(null);
  const open = chosen ?? !(busy || detail.conversation.state === "resolved");
  return (
    <section class={open ? "brief" : "brief folded"} data-testid="brief" aria-label={desk.t("brief")}>
      <button type="button" class="brief-bar" aria-expanded={open} data-testid="brief-fold" onClick={() => choose(!open)}>
        <Glyph name="bolt" size={16} />
        <b>{desk.t("brief")}</b>
        {!open && <span class="brief-gist" dir="auto">{brief.wants?.text ?? brief.why?.text}</span>}
        <span class="brief-gap" />
        <Icon name={open ? "down" : "right"} size={16} />
      </button>
      {open && <Body brief={brief} verdictOf={verdictOf(detail, brief)} />}
    </section>
  );
}

function verdictOf(detail: Detail, brief: Brief): string {
  return detail.decisions.find((stored) => stored.id === brief.verdict?.decision)?.decision.verdict ?? "";
}

function Body({ brief, verdictOf }: { brief: Brief; verdictOf: string }) {
  const { verdict, facts, missing, tried, next } = brief;
  const [icon, tone] = LOOK[verdictOf] ?? (["scale", "accent"] as const);
  return (
    <dl class="brief-body">
      {brief.why && <Line name={desk.t("brief.why")}><ClaimLink claim={brief.why} /></Line>}
      {brief.wants && <Line name={desk.t("brief.wants")}><ClaimLink claim={brief.wants} strong /></Line>}
      {facts.length > 0 && (
        <Line name={desk.t("brief.facts")}>
          <ul class="brief-facts">
            {facts.map((fact) => (
              <li key={fact.label}><ClaimLink claim={{ text: `${fact.label}${desk.locale.value === "en" ? ": " : "："}${fact.value}`, message: fact.message }} hint={fact.source} /></li>
            ))}
          </ul>
        </Line>
      )}
      {verdict && (
        <Line name={desk.t("brief.verdict")}>
          <span class={`verdict ${tone}`}>
            <Icon name={icon} size={16} />
            <ClaimLink claim={verdict} />
          </span>
        </Line>
      )}
      {brief.risk && brief.risk.signals.length > 0 && (
        <Line name={desk.t("ctx.risk")}>
          <ul class="brief-risk">
            {brief.risk.signals.map((signal) => (
              <li key={signal.name} class={signal.direction}><b>{desk.t(`risk.${signal.direction}`)}</b> <span dir="auto">{signal.text}</span></li>
            ))}
          </ul>
        </Line>
      )}
      {missing.length > 0 && <Line name={desk.t("brief.missing")}><span class="brief-missing">{missing.join(desk.locale.value === "en" ? ", " : "、")}</span></Line>}
      {tried.length > 0 && (
        <Line name={desk.t("brief.tried")}>
          <ul>{tried.map((claim, i) => <li key={i}><ClaimLink claim={claim} /></li>)}</ul>
        </Line>
      )}
      {next && <Line name={desk.t("brief.next")} strong><span dir="auto">{next.text}</span></Line>}
      <Times brief={brief} />
    </dl>
  );
}

function Line({ name, children, strong }: { name: string; children: ComponentChildren; strong?: boolean }) {
  return <div class={strong ? "brief-line next" : "brief-line"}><dt>{name}</dt><dd>{children}</dd></div>;
}

function Times({ brief: { deadline } }: { brief: Brief }) {
  if (!deadline?.due_at && !deadline?.resolve_by) return null;
  const parts = [deadline.due_at && `${desk.t("brief.take")} ${desk.time(deadline.due_at)}`, deadline.resolve_by && `${desk.t("brief.solve")} ${desk.time(deadline.resolve_by)}`];
  return <Line name={desk.t("brief.deadline")}><span class="num">{parts.filter(Boolean).join(" · ")}</span></Line>;
}

/** A claim and the way to where it was said. Without a message it stands as plain words. */
function ClaimLink({ claim, strong, hint }: { claim: Claim; strong?: boolean; hint?: string }) {
  const text = strong ? <b dir="auto">{claim.text}</b> : <span dir="auto">{claim.text}</span>;
  if (!claim.message) return <span data-testid="brief-claim" title={hint}>{text}</span>;
  const to = claim.message;
  return (
    <button type="button" class="claim" title={hint ? `${hint} · ${desk.t("brief.jump")}` : desk.t("brief.jump")} data-testid="brief-claim" data-message={to} onClick={() => desk.light(to)}>
      {text}
      <Glyph name="jump" size={13} />
    </button>
  );
}
