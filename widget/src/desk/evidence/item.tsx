import { dateTime } from "../../core/format.js";
import { Chip, Facts } from "../../ui/kit.js";
import { Markdown } from "../../ui/markdown.js";
import { desk } from "../app.js";
import { t } from "./words.js";

/** A kind of evidence as the page names it. */
export type Kind = string;

export interface Item {
  n: number;
  kind: string;
  what: Kind;
  from: string;
  who: string;
  at: string;
  recorded_at: string;
  rows: { name: string; value: string }[];
  hash: string;
  erased: boolean;
  ai_generated: boolean;
}

export interface Evidence {
  number: string;
  order_no: string | null;
  conversation: string;
  reason: string;
  head: string;
  /** The place of the first item that does not hold. */
  broken_at: number | null;
  store_unavailable: boolean;
  entries: Item[];
}

export function EvidenceItem({ item, broken }: { item: Item; broken: boolean }) {
  const lang = desk.locale.value;
  const words = item.rows.filter((row) => !row.name);
  const facts = item.rows.filter((row) => row.name);
  const later = Date.parse(item.recorded_at) - Date.parse(item.at) > 60_000;
  return (
    <li class={broken ? "proof-item broken" : "proof-item"} data-testid="evidence-item" data-kind={item.kind} data-n={item.n}>
      <p class="proof-top">
        <b class="num">#{item.n}</b>
        <Chip tone={broken ? "bad" : "neutral"}>{item.what}</Chip>
        {item.kind === "message" && item.who && <b dir="auto">{item.who}</b>}
        {item.ai_generated && <Chip tone="accent" icon="spark">{t("ai")}</Chip>}
        {item.erased && <Chip tone="warn">{t("erased")}</Chip>}
        <span class="row-gap" />
        <small class="faint num">{dateTime(item.at, lang)}</small>
      </p>
      {words.map((row, i) => <div key={i} class="proof-words" dir="auto"><Markdown text={row.value} /></div>)}
      {facts.length > 0 && <Facts rows={facts.map((row) => [row.name, row.value] as const)} />}
      <small class="faint proof-foot">
        <span>{item.from}{later && ` · ${t("added", { time: dateTime(item.recorded_at, lang) })}`}</span>
        <code title={item.hash} aria-label={`${t("hash")} ${item.hash}`}>{item.hash.slice(0, 12)}…</code>
      </small>
    </li>
  );
}
