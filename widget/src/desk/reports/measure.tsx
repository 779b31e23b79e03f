import { money } from "../../core/format.js";
import { localised } from "../../core/api.js";
import { Icon } from "../../ui/icons.js";
import { Chip } from "../../ui/kit.js";
import { desk } from "../app.js";
import { BucketBars, DayChart } from "./chart.js";
import type { Measure } from "../model.js";

export function label(measure: Measure): string {
  return localised(measure.label, desk.locale.value);
}

/** 4.2 s, 3 min, 92%, 4.6 / 5: a value in its unit; what is unknown is a dash, never zero. */
export function inUnit(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return "—";
  if (unit === "share") return `${Math.round(value * 100)}%`;
  if (unit === "s") return value >= 3600 ? desk.t("unit.hours", { v: short(value / 3600) }) : value >= 120 ? desk.t("unit.min", { v: short(value / 60) }) : desk.t("unit.s", { v: short(value) });
  if (unit === "min") return value >= 180 ? desk.t("unit.hours", { v: short(value / 60) }) : desk.t("unit.min", { v: short(value) });
  if (unit === "money") return money(value.toFixed(2), desk.currency.value);
  if (unit === "stars") return desk.t("unit.stars", { v: value.toFixed(1) });
  return short(value);
}

function short(value: number): string {
  return String(value >= 100 ? Math.round(value) : value >= 10 ? Math.round(value * 10) / 10 : Math.round(value * 100) / 100);
}

interface Props {
  measure: Measure;
  days: number;
  open(bucket?: string, name?: string): void;
}

export function MeasureCard({ measure, days, open }: Props) {
  const { key, unit, value, n, buckets, series } = measure;
  const daily = days > 1 && series && series.length > 1;
  return (
    <section class="measure" data-testid={`report-${key}`} aria-label={label(measure)}>
      <header>
        <h2>{label(measure)}</h2>
        <Verdict measure={measure} />
      </header>
      <button type="button" class="measure-value" disabled={n === 0} onClick={() => open()} title={desk.t("reports.open")} data-testid={`report-${key}-value`}>
        <b class="num">{inUnit(value, unit)}</b>
        <span class="num">{desk.t("reports.n", { n })}{n > 0 && <Icon name="right" size={14} />}</span>
      </button>
      <Against measure={measure} />
      {n === 0 ? <p class="faint">{desk.t("reports.none")}</p> : (
        <>
          {daily && <DayChart measure={measure} />}
          {buckets && buckets.length > 0 && <BucketBars measure={measure} open={open} />}
        </>
      )}
    </section>
  );
}

function Verdict({ measure: { value, target } }: { measure: Measure }) {
  if (target === null || target === undefined || value === null) return null;
  const hit = value <= target;
  return <Chip tone={hit ? "good" : "warn"} icon={hit ? "check" : "alert"}>{desk.t(hit ? "reports.hit" : "reports.miss")}</Chip>;
}

function Against({ measure }: { measure: Measure }) {
  const { unit, target, baseline, p95, share_5, share_30 } = measure;
  const told = [
    p95 !== null && p95 !== undefined && desk.t("reports.p95", { v: inUnit(p95, unit) }),
    target !== null && target !== undefined && desk.t("reports.target", { v: inUnit(target, unit) }),
    baseline !== null && baseline !== undefined && desk.t("reports.baseline", { v: inUnit(baseline, unit) }),
    share_5 !== null && share_5 !== undefined && desk.t("reports.within", { n: 5, v: inUnit(share_5, "share") }),
    share_30 !== null && share_30 !== undefined && desk.t("reports.within", { n: 30, v: inUnit(share_30, "share") }),
  ].filter(Boolean);
  return told.length ? <p class="against num">{told.join(" · ")}</p> : null;
}
