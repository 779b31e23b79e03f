import { useState } from "preact/hooks";
import { Icon } from "../ui/icons.js";
import { Chip } from "../ui/kit.js";
import { desk } from "./app.js";
import { LOOK } from "./decision_words.js";
import type { Change, Changes } from "./model.js";

type Found = Changes | "busy" | "failed" | null;

/** Which facts would turn a decision: asked for once somebody wants to know. */
export function WhatChanges({ decision }: { decision: string }) {
  const [found, setFound] = useState<Found>(null);
  const load = async (open: boolean) => {
    if (!open || (found !== null && found !== "failed")) return;
    setFound("busy");
    setFound(await desk.api.changes(decision, desk.locale.value).catch(() => "failed" as const));
  };
  return (
    <details class="checked" data-testid="would-change" onToggle={(event) => void load((event.currentTarget as HTMLDetailsElement).open)}>
      <summary>{desk.t("change.title")}<Icon name="down" size={16} /></summary>
      <Told found={found} />
    </details>
  );
}

function Told({ found }: { found: Found }) {
  if (found === null || found === "busy") return <p class="quiet" role="status">{desk.t("change.busy")}</p>;
  if (found === "failed") return <p class="quiet bad" role="alert">{desk.t("change.failed")}</p>;
  if (!found.same_policy) return <p class="quiet">{desk.t("change.policy")}</p>;
  if (found.changes.length === 0) return <p class="quiet">{desk.t("change.none")}</p>;
  return <ul class="changes">{found.changes.map((one) => <Row key={one.facts.map((fact) => fact.name).join()} change={one} />)}</ul>;
}

function Row({ change }: { change: Change }) {
  const [, tone] = LOOK[change.verdict] ?? (["refer", "accent"] as const);
  return (
    <li>
      <Chip tone={tone}>{desk.term("verdict", change.verdict)}</Chip>
      <p dir="auto">{change.text}</p>
    </li>
  );
}
