import { useEffect, useRef, useState } from "preact/hooks";
import { dateTime, money } from "../core/format.js";
import { Icon } from "../ui/icons.js";
import { Chip, Empty, Skeleton } from "../ui/kit.js";
import { desk } from "./app.js";
import { ClauseName } from "./clause.js";
import { DeskProblem } from "./api.js";
import { Connection } from "./connection.js";
import { type Filter, FILTERS, type Refund, type OpenStep, type RefundAudit, type Step } from "./refund.js";

const TONE = { requested: "warn", approved: "accent", executing: "accent", done: "good", failed: "bad", in_doubt: "bad", cancelled: "neutral" } as const;

/** Refunds by what they wait for: an approval, somebody who carries them out, or the truth. */
export function RefundsPage() {
  const [filter, setFilter] = useState<Filter>("open");
  const [found, setFound] = useState<Refund[] | "failed" | null>(null);
  const [tried, setTried] = useState(0);
  const news = desk.refundNews.value;
  const lang = desk.locale.value;
  useEffect(() => setFound(null), [filter]);
  useEffect(() => {
    let here = true;
    desk.api.refunds(FILTERS[filter], lang).then((r) => here && setFound(r.refunds), () => here && setFound("failed"));
    return () => void (here = false);
  }, [filter, tried, news, lang]);
  return (
    <div class="reports-page">
      <Connection />
      <main class="reports narrow" data-testid="refunds" tabIndex={-1}>
        <header class="reports-head">
          <div>
            <h1>{desk.t("refunds")}</h1>
            <p class="faint">{desk.t("refunds.sub")}</p>
          </div>
          <div class="seg" role="radiogroup" aria-label={desk.t("refunds")}>
            {(Object.keys(FILTERS) as Filter[]).map((one) => <button type="button" role="radio" key={one} aria-checked={filter === one} data-testid={`refunds-${one}`} onClick={() => setFilter(one)}>{desk.t(`refunds.${one}`)}</button>)}
          </div>
        </header>
        {found === null && <Skeleton lines={7} />}
        {found === "failed" && <Empty icon="alert" title={desk.t("refunds.failed")}><button type="button" class="btn line" onClick={() => setTried(tried + 1)}>{desk.t("talk.retry")}</button></Empty>}
        {found && found !== "failed" && (found.length === 0
          ? <Empty icon="ok" title={desk.t("refunds.none")} sub={desk.t("refunds.none.sub")} />
          : <ol class="asked-list">{found.map((one) => <Entry key={one.number} refund={one} again={() => setTried(tried + 1)} />)}</ol>)}
      </main>
    </div>
  );
}

function Entry({ refund, again }: { refund: Refund; again: () => void }) {
  const [step, setStep] = useState<Step | null>(null);
  const [why, setWhy] = useState("");
  const [busy, setBusy] = useState(false);
  const take = async (what: Step, body: Record<string, unknown>) => {
    setBusy(true);
    setWhy("");
    try {
      const { number, state } = await desk.api.refundStep(refund.number, what, { if_rev: refund.rev, ...body }, desk.locale.peek());
      desk.toast(desk.t("refund.did", { number, state: desk.t(`refund.state.${state}`) }), "good");
      setStep(null);
    } catch (error) {
      setWhy((error instanceof DeskProblem && error.detail) || desk.t("error.other"));
    }
    setBusy(false);
    again();
  };
  const asks = (what: Step) => what !== "approval" && !(what === "execution" && refund.executor !== "manual");
  return (
    <li class="asked" data-testid="refund" data-number={refund.number} data-state={refund.state}>
      <div class="asked-in">
        <header>
          <h2><span class="num">{money(refund.amount, refund.currency)}</span> · {desk.t(`refund.kind.${refund.kind}`)} · <span class="num">{refund.order}</span></h2>
          <p class="faint">
            <Chip tone={TONE[refund.state]}>{desk.t(`refund.state.${refund.state}`)}</Chip>
            <code class="ticket-no">{refund.number}</code>
            {refund.holds.map((mark) => <Chip key={mark} tone="warn" icon="alert">{held(mark)}</Chip>)}
            <span class="num">{desk.time(refund.changed_at)}</span>
          </p>
        </header>
        <p class="faint" dir="auto">{[refund.decision ? desk.t("refund.granted") : refund.reason, ...people(refund)].filter(Boolean).join(" · ")}</p>
        {Number(refund.excess) > 0 && <p class="refund-why">{desk.t("refund.excess", { amount: money(refund.excess, refund.currency) })}</p>}
        {why && <p class="refund-why" role="alert" data-testid="refund-why">{why}</p>}
        {step && <StepForm step={step} keys={step === "execution" && refund.kind === "reissue"} byHand={step === "execution" && refund.kind === "refund"} busy={busy} close={() => setStep(null)} take={(body) => void take(step, body)} />}
        <footer>
          {refund.conversation && <button type="button" class="link quiet" data-testid="refund-open" onClick={() => desk.open(refund.conversation)}>{desk.t("asked.open")}</button>}
          <Trail refund={refund} />
          <span class="row-gap" />
          {!step && refund.open_steps.map(({ step: one, barred }, place) => (
            <button type="button" key={one} class={place ? "btn line" : "btn soft"} disabled={busy} aria-disabled={barred !== null} aria-describedby={barred ? barId(refund, one) : undefined} data-testid={`refund-${one}`} onClick={() => !barred && (asks(one) ? setStep(one) : void take(one, {}))}>{desk.t(`refund.do.${one}`)}</button>
          ))}
        </footer>
        {!step && refund.open_steps.map((one) => one.barred && <Bar key={one.step} id={barId(refund, one.step)} {...one} barred={one.barred} />)}
      </div>
    </li>
  );
}

const barId = (refund: Refund, step: Step) => `bar-${refund.number}-${step}`;

/** Why this agent may not take a step, and who could. */
function Bar({ id, step, barred }: { id: string; step: Step; barred: NonNullable<OpenStep["barred"]> }) {
  const names = barred.who.join(desk.locale.value === "en" ? ", " : "、");
  return (
    <p id={id} class="refund-bar" data-testid={`refund-bar-${step}`}>
      <Icon name="alert" size={14} />
      <span>{desk.t("refund.bar", { step: desk.t(`refund.do.${step}`), reason: barred.reason })} <b>{names ? desk.t("refund.bar.who", { names }) : desk.t("refund.bar.nobody")}</b></span>
    </p>
  );
}

/** What a step needs to be told: the transfer's number, a reason, or what became of it. */
function StepForm({ step, keys, byHand, busy, take, close }: { step: Step; keys: boolean; byHand: boolean; busy: boolean; take: (body: Record<string, unknown>) => void; close: () => void }) {
  const [text, setText] = useState("");
  const [outcome, setOutcome] = useState<"done" | "failed">("done");
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const label = desk.t(step === "cancellation" ? "refund.reason" : keys ? "refund.keys" : "refund.proof");
  const go = (event: Event) => {
    event.preventDefault();
    if (keys) return take({ keys: text.split("\n") });
    take({ ...(text.trim() ? { reference: text.trim() } : {}), ...(step === "settlement" ? { outcome } : {}) });
  };
  return (
    <form class="refund-form" onSubmit={go} onKeyDown={(e) => e.key === "Escape" && close()}>
      {step === "settlement" && (
        <fieldset class="picks">
          <legend>{desk.t("refund.outcome")}</legend>
          {(["done", "failed"] as const).map((one) => (
            <label key={one} class="pick"><input type="radio" name="outcome" checked={outcome === one} data-testid={`refund-outcome-${one}`} onChange={() => setOutcome(one)} /><span>{desk.t(`refund.outcome.${one}`)}</span></label>
          ))}
        </fieldset>
      )}
      {byHand && <p class="faint" data-testid="refund-by-hand">{desk.t("refund.by_hand")}</p>}
      <label>
        <span class="faint">{label}</span>
        {keys
          ? <textarea ref={field} class="dialog-text" rows={2} autocomplete="off" spellcheck={false} value={text} data-testid="refund-keys" onInput={(e) => setText(e.currentTarget.value)} />
          : <input ref={field} class="dialog-text" maxLength={500} value={text} data-testid="refund-text" onInput={(e) => setText(e.currentTarget.value)} />}
      </label>
      <p class="refund-go">
        <button type="button" class="btn line" onClick={close}>{desk.t("cancel.back")}</button>
        <button type="submit" class="btn primary" disabled={busy} data-testid="refund-go">{desk.t(!byHand ? `refund.do.${step}` : text.trim() ? "refund.do.record" : "refund.do.begin")}</button>
      </p>
    </form>
  );
}

/** Who or what allowed it, read when it is asked for. */
function Trail({ refund }: { refund: Refund }) {
  const [open, setOpen] = useState(false);
  const [told, setTold] = useState<RefundAudit | "failed" | null>(null);
  const lang = desk.locale.value;
  useEffect(() => {
    let here = true;
    if (open) desk.api.refund(refund.number, lang).then((r) => here && setTold(r), () => here && setTold("failed"));
    return () => void (here = false);
  }, [open, refund.rev, lang]);
  return (
    <details class="refund-trail" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="link quiet" data-testid="refund-trail">{desk.t("refund.trail")}</summary>
      {open && told === null && <Skeleton lines={2} />}
      {told === "failed" && <p class="faint">{desk.t("refunds.failed")}</p>}
      {open && told && told !== "failed" && (
        <ol data-testid="refund-steps">
          <li class="faint">{desk.t("refund.totals", { paid: money(told.line_totals.paid, told.currency), left: money(told.line_totals.left, told.currency) })}</li>
          {told.verdict?.clause && <li class="faint">{desk.t("refund.clause")} <ClauseName {...told.verdict.clause} /></li>}
          {told.steps.map((one) => (
            <li key={one.n}><small class="num">{dateTime(one.at, desk.locale.value)}</small> <b>{desk.t(`refund.state.${one.to}`)}</b> · {nameOf(one.actor, one.by)} · <span dir="auto">{one.cause}</span>{one.reference && !one.cause.includes(one.reference) && <code> {one.reference}</code>}</li>
          ))}
        </ol>
      )}
    </details>
  );
}

function held(mark: string): string {
  const [what, number] = mark.split(/[@:]/);
  const key = `refund.held.${what}` as "refund.held.risk";
  return desk.t(key, { number: what === "chargeback" ? `${number}` : "" }).trim();
}

function people({ requested_by, approved_by, executed_by }: Refund): string[] {
  const told = { asked: requested_by, approved: approved_by, executed: executed_by };
  return Object.entries(told).flatMap(([what, who]) => (who ? [desk.t(`refund.by.${what}` as "refund.by.asked", { name: nameOf(who) })] : []));
}

/** A colleague by name, one who is gone as `otherwise` says; what is no person by its word. */
function nameOf(actor: string, otherwise = actor): string {
  if (actor.startsWith("agent:")) return desk.store.agents[actor.slice(6)]?.name ?? otherwise;
  return ["assistant", "policy", "server", "store"].includes(actor) ? desk.t(`refund.who.${actor}` as "refund.who.assistant") : actor;
}
