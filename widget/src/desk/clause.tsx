import { useEffect, useState } from "preact/hooks";
import type { Source } from "../core/api.js";
import { day } from "../core/format.js";
import { Icon } from "../ui/icons.js";
import { Markdown } from "../ui/markdown.js";
import { desk } from "./app.js";

/** A clause's title and words; null until they are read. */
function useClause(policy: string, id: string): Source | null {
  const [source, setSource] = useState<Source | null>(null);
  useEffect(() => {
    let here = true;
    desk.clause(policy, id).then((found) => here && setSource(found), () => {});
    return () => void (here = false);
  }, [policy, id]);
  return source;
}

/** A clause by its title, and by its id where it has none or is not read yet. */
export function ClauseName({ policy, id }: { policy: string; id: string }) {
  return <span dir="auto">{useClause(policy, id)?.title || `${policy}/${id}`}</span>;
}

/** The clause that decided, by its title; its words are a click away. */
export function ClauseLine({ clause }: { clause: { policy: string; id: string; effective: string } }) {
  const source = useClause(clause.policy, clause.id);
  return (
    <details class="clause-line" data-testid="clause">
      <summary>
        <Icon name="scale" size={16} />
        <span>
          <small>{desk.t("decision.by")}</small>
          <b dir="auto">{source?.title || `${clause.policy} · ${clause.id}`}</b>
          <small class="num">{desk.t("decision.effective", { day: day(clause.effective, desk.locale.value) })}</small>
        </span>
        <Icon name="down" size={16} />
      </summary>
      {source && <div class="clause-text" dir="auto"><Markdown text={source.text} /></div>}
    </details>
  );
}
