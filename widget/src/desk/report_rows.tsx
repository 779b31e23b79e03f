import { useEffect, useRef, useState } from "preact/hooks";
import { Empty, IconButton, Skeleton } from "../ui/kit.js";
import { desk } from "./app.js";
import type { Row } from "./model.js";

export interface Asked {
  key: string;
  bucket?: string;
  title: string;
}

/** The conversations that a number was counted from. */
export function Behind({ asked, range, close }: { asked: Asked; range: { since: string; until: string }; close: () => void }) {
  const [rows, setRows] = useState<Row[] | "failed" | null>(null);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    box.current?.focus();
    desk.api.behind(asked.key, range.since, range.until, asked.bucket).then(setRows, () => setRows("failed"));
  }, []);
  return (
    <aside class="behind" ref={box} tabIndex={-1} data-testid="report-rows" aria-label={desk.t("reports.behind", { label: asked.title })} onKeyDown={(e) => e.key === "Escape" && close()}>
      <header>
        <div>
          <h2>{asked.title}</h2>
          {Array.isArray(rows) && <small class="num">{desk.t("reports.behind.n", { n: rows.length })}</small>}
        </div>
        <IconButton icon="close" label={desk.t("close")} onClick={close} />
      </header>
      <div class="behind-rows">
        {rows === null && <Skeleton lines={6} />}
        {rows === "failed" && <Empty icon="alert" title={desk.t("reports.failed")} />}
        {Array.isArray(rows) && rows.map((row, i) => <Line key={row.conversation.id + i} row={row} />)}
      </div>
    </aside>
  );
}

function Line({ row }: { row: Row }) {
  return (
    <button type="button" class="behind-row" data-testid="report-row" data-conversation={row.conversation.id} onClick={() => desk.open(row.conversation.id)}>
      <span class="row-top"><b dir="auto">{row.buyer.name}</b><span class="row-gap" /><small class="num">{desk.time(row.conversation.created_at)}</small></span>
      <span class="row-line" dir="auto">{row.conversation.subject || row.last?.text}</span>
      <span class="row-meta"><span class="reason">{desk.term("reason", row.ticket?.reason)}</span><span>{desk.t(`state.${row.conversation.state}`)}</span></span>
    </button>
  );
}
