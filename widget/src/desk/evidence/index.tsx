import { useEffect, useState } from "preact/hooks";
import { Chip, Empty, Skeleton } from "../../ui/kit.js";
import { DeskProblem } from "../api.js";
import { desk } from "../app.js";
import { Connection } from "../connection.js";
import { Exports } from "./exports.js";
import { Finding } from "./finding.js";
import { type Evidence, EvidenceItem, type Kind } from "./item.js";
import { t } from "./words.js";

/** Rows that are drawn before more are asked for. */
const STEP = 60;

/** A ticket's evidence: `#/evidence/T-1001`. */
export function Page() {
  const number = desk.place.value;
  const lang = desk.locale.value;
  const [found, setFound] = useState<Evidence | "failed" | "missing" | null>(null);
  const [tried, setTried] = useState(0);
  useEffect(() => setFound(null), [number]);
  useEffect(() => {
    let here = true;
    const failed = (error: unknown) => here && setFound(error instanceof DeskProblem && error.status === 404 ? "missing" : "failed");
    desk.api.evidence(number, lang).then((r) => here && setFound(r), failed);
    return () => void (here = false);
  }, [number, lang, tried]);
  return (
    <div class="reports-page">
      <Connection />
      <main class="reports" data-testid="evidence" tabIndex={-1}>
        {found === null && <Skeleton lines={9} />}
        {found === "failed" && <Empty icon="alert" title={t("failed")}><button type="button" class="btn line" onClick={() => setTried(tried + 1)}>{desk.t("talk.retry")}</button></Empty>}
        {found === "missing" && <Empty icon="search" title={t("missing")} />}
        {found && typeof found === "object" && <Whole evidence={found} again={() => setTried(tried + 1)} />}
      </main>
    </div>
  );
}

function Whole({ evidence, again }: { evidence: Evidence; again: () => void }) {
  const { number, order_no, conversation, reason, entries, broken_at, store_unavailable } = evidence;
  const [kind, setKind] = useState<Kind | null>(null);
  const [most, setMost] = useState(STEP);
  const wanted = kind ? entries.filter((one) => one.what === kind) : entries;
  const kinds = [...new Map(entries.map((one) => [one.what, entries.filter((other) => other.what === one.what).length]))];
  const holds = broken_at === null;
  return (
    <div class="evidence">
      <header class="reports-head">
        <div>
          <h1>{t("title", { number })}</h1>
          <p class="faint">{[desk.term("reason", reason), order_no, t("sub")].filter(Boolean).join(" · ")}</p>
        </div>
        <button type="button" class="btn line" data-testid="evidence-back" onClick={() => desk.open(conversation)}>{t("back")}</button>
      </header>
      <div class="evidence-bar">
        <span data-testid="evidence-chain" data-holds={holds}><Chip tone={holds ? "good" : "bad"} icon={holds ? "ok" : "alert"}>{holds ? t("whole", { n: entries.length }) : t("broken", { n: broken_at })}</Chip></span>
        <span class="row-gap" />
        <Exports number={number} />
      </div>
      {!holds && <p class="refund-why" role="alert">{t("broken.sub", { n: broken_at })}</p>}
      {store_unavailable && <p class="faint">{t("store")}</p>}
      <Finding number={number} added={again} />
      {entries.length === 0 ? <Empty icon="doc" title={t("empty")} /> : (
        <>
          <div class="kinds" role="radiogroup" aria-label={t("filter")}>
            <button type="button" role="radio" aria-checked={kind === null} data-testid="evidence-all" onClick={() => (setKind(null), setMost(STEP))}>{t("all", { n: entries.length })}</button>
            {kinds.map(([name, n]) => (
              <button type="button" role="radio" key={name} aria-checked={kind === name} data-testid="evidence-kind" onClick={() => (setKind(name), setMost(STEP))}>{name} <span class="num">{n}</span></button>
            ))}
          </div>
          <ol class="evidence-items">
            {wanted.slice(0, most).map((one) => <EvidenceItem key={one.n} item={one} broken={!holds && one.n >= (broken_at ?? 0)} />)}
          </ol>
          {wanted.length > most && <button type="button" class="btn line" onClick={() => setMost(most + STEP)}>{t("more", { n: Math.min(STEP, wanted.length - most) })}</button>}
        </>
      )}
    </div>
  );
}
