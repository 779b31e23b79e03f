import { useEffect, useState } from "preact/hooks";
import { Empty, Skeleton } from "../ui/kit.js";
import { desk } from "./app.js";
import { Connection } from "./connection.js";
import { MeasureCard, label } from "./measure.js";
import { Behind, type Asked } from "./report_rows.js";
import type { Reports } from "./model.js";

const RANGES = [1, 7, 30] as const;
const DAY = 86_400_000;

function span(days: number): { since: string; until: string } {
  const since = days === 1 ? new Date(new Date().setHours(0, 0, 0, 0)) : new Date(Date.now() - days * DAY);
  return { since: since.toISOString(), until: new Date().toISOString() };
}

/** How the service does, each number a step from the conversations behind it. */
export function ReportsPage() {
  const [days, setDays] = useState<(typeof RANGES)[number]>(30);
  const [range, setRange] = useState(() => span(30));
  const [found, setFound] = useState<Reports | "failed" | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  useEffect(() => {
    let here = true;
    desk.api.reports(range.since, range.until).then((r) => here && setFound(r), () => here && setFound("failed"));
    return () => void (here = false);
  }, [range]);
  const choose = (next: (typeof RANGES)[number]) => (setDays(next), setRange(span(next)), setAsked(null));
  return (
    <div class="reports-page">
      <Connection />
      <main class="reports" data-testid="reports" tabIndex={-1}>
        <header class="reports-head">
          <h1>{desk.t("reports")}</h1>
          <div class="seg" role="radiogroup" aria-label={desk.t("reports.range")}>
            {RANGES.map((one) => <button type="button" role="radio" key={one} aria-checked={days === one} data-testid={`range-${one}`} onClick={() => choose(one)}>{desk.t(`reports.${one}`)}</button>)}
          </div>
        </header>
        {found === null && <Skeleton lines={9} />}
        {found === "failed" && <Empty icon="alert" title={desk.t("reports.failed")}><button type="button" class="btn line" onClick={() => setRange(span(days))}>{desk.t("talk.retry")}</button></Empty>}
        {found && found !== "failed" && (
          <div class="measures">
            {found.measures.map((measure) => (
              <MeasureCard key={measure.key} measure={measure} days={days} open={(bucket, name) => setAsked({ key: measure.key, unit: measure.unit, bucket, title: name ? `${label(measure)} · ${name}` : label(measure) })} />
            ))}
          </div>
        )}
      </main>
      {asked && <Behind key={asked.key + (asked.bucket ?? "")} asked={asked} range={range} close={() => setAsked(null)} />}
    </div>
  );
}

