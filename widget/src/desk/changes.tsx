import { useState } from "preact/hooks";
import { Icon } from "../ui/icons.js";
import { Chip } from "../ui/kit.js";
import { desk } from "./app.js";
import { LOOK, outcomeRows, valueOf } from "./decision_words.js";
import type { Change, Changes } from "./model.js";

type Found = Changes | "busy" | "failed" | null;

/** Which facts would turn a decision: asked for once somebody wants to know. */
export function WhatChanges({ decision, currency }: { decision: string; currency: string | null }) {
  const [found, setFound] = useState<Found>(null);
  const load = async (open: boolean) => {
    if (!open || (found !== null && found !== "failed")) return;
    setFound("busy");
    setFound(await desk.api.changes(decision).catch(() => "failed" as const));
  };
  return (
    <details class="checked" data-testid="would-change" onToggle={(event) => void load((event.currentTarget as HTMLDetailsElement).open)}>
      <summary>{desk.t("change.title")}<Icon name="down" size={16} /></summary>
      <Told found={found} currency={currency} />
    </details>
  );
}

function Told({ found, currency }: { found: Found; currency: string | null }) {
  if (found === null || found === "busy") return <p class="quiet" role="status">{desk.t("change.busy")}</p>;
  if (found === "failed") return <p class="quiet bad" role="alert">{desk.t("change.failed")}</p>;
  if (!found.same_policy) return <p class="quiet">{desk.t("change.policy")}</p>;
  if (found.changes.length === 0) return <p class="quiet">{desk.t("change.none")}</p>;
  return <ul class="changes">{found.changes.map((one) => <Row key={one.facts.map((fact) => fact.name).join()} change={one} currency={currency} />)}</ul>;
}

function Row({ change, currency }: { change: Change; currency: string | null }) {
  const [, tone] = LOOK[change.verdict] ?? (["refer", "accent"] as const);
  return (
    <li>
      {change.facts.map((fact) => (
        <p key={fact.name}>
          <span>{desk.term("fact", fact.name)}</span> <del>{said(fact.name, fact.before)}</del> <Icon name="right" size={12} /> <ins>{said(fact.name, fact.after)}</ins>
        </p>
      ))}
      <p class="then"><Chip tone={tone}>{desk.term("verdict", change.verdict)}</Chip>{outcomeRows(change.outcome, currency).map(([label, text]) => <span key={String(label)}>{label} {text}</span>)}</p>
    </li>
  );
}

/** A value in words: a tick that is struck through could be read either way. */
function said(name: string, value: unknown): string {
  if (value === null) return desk.t("change.unknown");
  if (typeof value === "boolean") return desk.t(value ? "change.yes" : "change.no");
  return valueOf(name, value);
}
