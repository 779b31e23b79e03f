import { localised } from "../../core/api.js";
import { desk } from "../app.js";
import { inUnit, label } from "./measure.js";
import type { Measure } from "../model.js";

const W = 320;
const H = 84;
const TOP = 8;

/** One mark a day, with the target and the baseline as lines where there are any. */
export function DayChart({ measure }: { measure: Measure }) {
  const points = (measure.series ?? []).filter((p): p is { at: string; value: number; n?: number } => p.value !== null);
  const lines = [measure.target, measure.baseline].filter((v): v is number => typeof v === "number");
  const top = Math.max(...points.map((p) => p.value), ...lines.slice(0, 1), measure.unit === "stars" ? 5 : measure.unit === "share" ? 1 : 0) || 1;
  const y = (value: number) => TOP + (H - TOP) * (1 - Math.min(1, value / top));
  const step = W / Math.max(points.length, 7);
  const width = Math.min(18, step * 0.62);
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${W} ${H + 16}`} role="img" aria-label={desk.t("reports.chart", { label: label(measure) })}>
        <line class="axis" x1="0" x2={W} y1={H} y2={H} />
        {points.map((p, i) => (
          <rect key={p.at} class="bar" x={i * step + (step - width) / 2} y={Math.min(H - 2, y(p.value))} width={width} height={Math.max(2, H - y(p.value))} rx="2">
            <title>{`${p.at.slice(5, 10)} · ${inUnit(p.value, measure.unit)}${p.n ? " · " + desk.t("reports.n", { n: p.n }) : ""}`}</title>
          </rect>
        ))}
        {typeof measure.target === "number" && measure.target <= top && <line class="target" x1="0" x2={W} y1={y(measure.target)} y2={y(measure.target)} />}
        {typeof measure.baseline === "number" && measure.baseline <= top && <line class="baseline" x1="0" x2={W} y1={y(measure.baseline)} y2={y(measure.baseline)} />}
        <text x="0" y={H + 13}>{points[0]?.at.slice(5, 10)}</text>
        <text x={Math.min(W, points.length * step)} y={H + 13} text-anchor="end">{points.at(-1)?.at.slice(5, 10)}</text>
      </svg>
    </figure>
  );
}

const FIRST = 6;

/** Shares of the whole, each a way to its conversations; of a long tail the first few. */
export function BucketBars({ measure, open }: { measure: Measure; open(bucket: string, name: string): void }) {
  const buckets = measure.buckets ?? [];
  const most = Math.max(1, ...buckets.map((bucket) => bucket.n));
  const draw = (bucket: (typeof buckets)[number]) => <Bucket key={bucket.key} bucket={bucket} unit={measure.unit} most={most} open={open} />;
  const rest = buckets.length > FIRST + 1 ? buckets.slice(FIRST) : [];
  return (
    <>
      <ul class="buckets">{buckets.slice(0, buckets.length - rest.length).map(draw)}</ul>
      {rest.length > 0 && (
        <details class="more-buckets">
          <summary>{desk.t("reports.rest", { n: rest.length })}</summary>
          <ul class="buckets">{rest.map(draw)}</ul>
        </details>
      )}
    </>
  );
}

function Bucket({ bucket, unit, most, open }: { bucket: { key: string; label: Record<string, string>; n: number }; unit: string; most: number; open(bucket: string, name: string): void }) {
  const name = localised(bucket.label, desk.locale.value) || bucket.key;
  const shown = unit === "stars" ? `${name} ★` : name.charAt(0).toUpperCase() + name.slice(1);
  return (
    <li>
      <button type="button" disabled={bucket.n === 0} data-testid="report-bucket" data-bucket={bucket.key} onClick={() => open(bucket.key, shown)}>
        <span class="bucket-name">{shown}</span>
        <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="8" rx="2" /><rect class="bar" width={(bucket.n / most) * 100} height="8" rx="2" /></svg>
        <b class="num">{bucket.n}</b>
      </button>
    </li>
  );
}
