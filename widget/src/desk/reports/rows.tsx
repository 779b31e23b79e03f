import { useEffect, useRef, useState } from "preact/hooks";
import { Empty, IconButton, Skeleton } from "../../ui/kit.js";
import { desk } from "../app.js";
import { inUnit } from "./measure.js";
import type { Behind as Found } from "../model.js";

export interface Asked {
  key: string;
  bucket?: string | undefined;
  /** Of which group alone. */
  by?: string;
  group?: string;
  title: string;
  unit: string;
}

/** The conversations that a number was counted from. */
export function Behind({ asked, range, close }: { asked: Asked; range: { since: string; until: string }; close: () => void }) {
  const [rows, setRows] = useState<Found | "failed" | null>(null);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    box.current?.focus();
    desk.api.behind(asked.key, { ...range, bucket: asked.bucket, by: asked.by, group: asked.group, lang: desk.locale.peek() }).then(setRows, () => setRows("failed"));
  }, []);
  return (
    <aside class="behind" ref={box} tabIndex={-1} data-testid="report-rows" aria-label={desk.t("reports.behind", { label: asked.title })} onKeyDown={(e) => e.key === "Escape" && close()}>
      <header>
        <div>
          <h2>{asked.title}</h2>
          {rows && rows !== "failed" && <small class="num">{desk.t("reports.behind.n", { n: rows.n })}</small>}
        </div>
        <IconButton icon="close" label={desk.t("close")} onClick={close} />
      </header>
      <div class="behind-rows">
        {rows === null && <Skeleton lines={6} />}
        {rows === "failed" && <Empty icon="alert" title={desk.t("reports.failed")} />}
        {rows && rows !== "failed" && rows.rows.map((point, i) => <Line key={point.conversation + i} point={point} unit={asked.unit} />)}
      </div>
    </aside>
  );
}

function Line({ point, unit }: { point: Found["rows"][number]; unit: string }) {
  const { row } = point;
  return (
    <button type="button" class="behind-row" data-testid="report-row" data-conversation={point.conversation} onClick={() => desk.open(point.conversation)}>
      <span class="row-top"><b dir="auto">{row?.buyer.name ?? point.conversation.slice(-6)}</b><span class="row-gap" /><small class="num">{desk.time(point.at)}</small></span>
      {row && <span class="row-line" dir="auto">{row.conversation.subject || row.last?.text}</span>}
      <span class="row-meta">
        <span class="reason">{desk.term("reason", row?.ticket?.reason)}</span>
        {row && <span>{desk.t(`state.${row.conversation.state}`)}</span>}
        <span class="row-gap" />
        {(unit === "s" || unit === "min" || unit === "stars" || unit === "money") && <b class="num">{inUnit(point.value, unit)}</b>}
      </span>
    </button>
  );
}
