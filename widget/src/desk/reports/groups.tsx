import { useEffect, useState } from "preact/hooks";
import { Skeleton } from "../../ui/kit.js";
import { desk } from "../app.js";
import type { Measure } from "../model.js";
import { inUnit, label } from "./measure.js";
import { t } from "./words.js";

export const BYS = ["agent", "team", "product", "supplier", "clause"] as const;
export type By = (typeof BYS)[number];

/** One measure of one group. */
export interface Group {
  key: string;
  group: string;
  label: string;
  n: number;
  value: number | null;
  unit: string;
}

export function useGroups(by: By | null, range: { since: string; until: string }): Group[] | "failed" | null {
  const [found, setFound] = useState<Group[] | "failed" | null>(null);
  useEffect(() => {
    setFound(null);
    if (!by) return;
    let here = true;
    desk.api.reportsBy(by, range.since, range.until).then((r) => here && setFound(r), () => here && setFound("failed"));
    return () => void (here = false);
  }, [by, range]);
  return found;
}

/** A row for each group, a column for each measure that any of them has, each cell a step from what it counts. */
export function Groups({ by, groups, measures, open }: { by: By; groups: Group[] | "failed" | null; measures: Measure[]; open: (group: Group, measure: Measure) => void }) {
  if (groups === null) return <Skeleton lines={4} />;
  if (groups === "failed") return <p class="refund-why" role="alert">{t("by.failed")}</p>;
  if (groups.length === 0) return <p class="faint report-groups">{t("by.empty")}</p>;
  const columns = measures.filter((measure) => groups.some((one) => one.key === measure.key));
  const names = [...new Map(groups.map((one) => [one.group, one.label]))].sort(([, a], [, b]) => a.localeCompare(b, desk.locale.value));
  return (
    <div class="report-groups" tabIndex={0} role="region" aria-label={t(`by.${by}`)} data-testid="report-groups">
      <table>
        <thead><tr><th scope="col">{t(`by.${by}`)}</th>{columns.map((measure) => <th scope="col" key={measure.key}>{label(measure)}</th>)}</tr></thead>
        <tbody>
          {names.map(([group, name]) => (
            <tr key={group} data-testid="report-group" data-group={group}>
              <th scope="row" dir="auto">{name}</th>
              {columns.map((measure) => {
                const one = groups.find((other) => other.group === group && other.key === measure.key);
                return <td key={measure.key} class="num">{one ? <button type="button" data-testid={`group-${measure.key}`} title={desk.t("reports.open")} onClick={() => open(one, measure)}><b>{inUnit(one.value, one.unit)}</b> <small>{desk.t("reports.n", { n: one.n })}</small></button> : <span class="faint">—</span>}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
