import { useEffect, useState } from "preact/hooks";
import { Empty, Skeleton } from "../../ui/kit.js";
import { desk } from "../app.js";
import { Connection } from "../connection.js";
import type { Reports } from "../model.js";
import { momentOf } from "../shop_time.js";
import { TopAsked } from "./asked.js";
import { saveTable, tableOf } from "./csv.js";
import { type By, BYS, type Group, Groups, useGroups } from "./groups.js";
import { label, MeasureCard } from "./measure.js";
import { type Asked, Behind } from "./rows.js";
import { t } from "./words.js";

const RANGES = [1, 7, 30] as const;
type Days = (typeof RANGES)[number] | "own";
const DAY = 86_400_000;

interface Span {
  since: string;
  until: string;
}

function span(days: number): Span {
  const since = days === 1 ? new Date(new Date().setHours(0, 0, 0, 0)) : new Date(Date.now() - days * DAY);
  return { since: since.toISOString(), until: new Date().toISOString() };
}

/** Whole days by the shop's clock, the last one included; null while they are no span of at most a year. */
function ownSpan(first: string, last: string): Span | null {
  const begins = midnight(first, 0);
  const ends = midnight(last, 1);
  if (!begins || !ends || begins >= ends || ends.getTime() - begins.getTime() > 366 * DAY) return null;
  return { since: begins.toISOString(), until: ends.toISOString() };
}

function midnight(day: string, on: number): Date | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day);
  return found && momentOf(Number(found[1]), Number(found[2]), Number(found[3]) + on, 0, 0, desk.zone.peek());
}

/** How the service does, each number a step from the conversations behind it. */
export function Page() {
  const [days, setDays] = useState<Days>(30);
  const [range, setRange] = useState(() => span(30));
  const [own, setOwn] = useState({ first: "", last: "" });
  const [by, setBy] = useState<By | null>(null);
  const [found, setFound] = useState<Reports | "failed" | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const groups = useGroups(by, range);
  useEffect(() => {
    let here = true;
    desk.api.reports(range.since, range.until).then((r) => here && setFound(r), () => here && setFound("failed"));
    return () => void (here = false);
  }, [range]);
  const choose = (next: Days) => (setDays(next), next !== "own" && setRange(span(next)), setAsked(null));
  const dates = (next: typeof own) => {
    setOwn(next);
    const wanted = ownSpan(next.first, next.last);
    if (wanted) setRange(wanted);
  };
  const again = () => setRange({ ...range });
  return (
    <div class="reports-page">
      <Connection />
      <main class="reports" data-testid="reports" tabIndex={-1}>
        <header class="reports-head">
          <h1>{desk.t("reports")}</h1>
          <div class="report-tools">
            <div class="seg" role="radiogroup" aria-label={desk.t("reports.range")}>
              {RANGES.map((one) => <button type="button" role="radio" key={one} aria-checked={days === one} data-testid={`range-${one}`} onClick={() => choose(one)}>{desk.t(`reports.${one}`)}</button>)}
              <button type="button" role="radio" aria-checked={days === "own"} data-testid="range-own" onClick={() => choose("own")}>{t("own")}</button>
            </div>
            <label class="report-by"><span>{t("by")}</span>
              <select value={by ?? ""} data-testid="report-by" onChange={(e) => setBy((e.currentTarget.value || null) as By | null)}>
                <option value="">{t("by.none")}</option>
                {BYS.map((one) => <option key={one} value={one}>{t(`by.${one}`)}</option>)}
              </select>
            </label>
            <button type="button" class="btn line" disabled={!found || found === "failed"} data-testid="report-csv" onClick={() => found && found !== "failed" && saveTable(tableOf(found, Array.isArray(groups) ? groups : []), range)}>{t("csv")}</button>
          </div>
        </header>
        {days === "own" && (
          <p class="report-dates">
            <label>{t("since")} <input type="date" value={own.first} data-testid="report-since" onInput={(e) => dates({ ...own, first: e.currentTarget.value })} /></label>
            <label>{t("until")} <input type="date" value={own.last} data-testid="report-until" onInput={(e) => dates({ ...own, last: e.currentTarget.value })} /></label>
          </p>
        )}
        {found === null && <Skeleton lines={9} />}
        {found === "failed" && <Empty icon="alert" title={desk.t("reports.failed")}><button type="button" class="btn line" onClick={again}>{desk.t("talk.retry")}</button></Empty>}
        {found && found !== "failed" && (
          <>
            {by && <Groups by={by} groups={groups} measures={found.measures} open={(group: Group, measure) => setAsked({ key: group.key, unit: group.unit, by, group: group.group, title: `${label(measure)} · ${group.label}` })} />}
            <div class="measures">
              {found.measures.map((measure) => (
                <MeasureCard key={measure.key} measure={measure} days={days === "own" ? 30 : days} open={(bucket, name) => setAsked({ key: measure.key, unit: measure.unit, bucket, title: name ? `${label(measure)} · ${name}` : label(measure) })} />
              ))}
              <TopAsked />
            </div>
          </>
        )}
      </main>
      {asked && <Behind key={[asked.key, asked.bucket, asked.group].join()} asked={asked} range={range} close={() => setAsked(null)} />}
    </div>
  );
}
