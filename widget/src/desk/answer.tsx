import { useEffect, useState } from "preact/hooks";
import { Chip } from "../ui/kit.js";
import { DeskProblem } from "./api.js";
import { desk } from "./app.js";
import { takesTheHand } from "./focus.js";
import type { StoredDecision, Ticket } from "./model.js";
import { isDone } from "./ticket.js";

export const INSTEAD = ["refund", "reissue", "coupon", "nothing"] as const;
type Instead = (typeof INSTEAD)[number];
type Gives = Instead | "deliver" | "wait";

/** A decision as it can be answered, and how it was. */
export interface Answerable {
  id: string;
  /** What accepting it gives; null where the policy left it to people. */
  accepts: Gives | null;
  /** No newer decision stands in its place. */
  current: boolean;
  review: { said: "accepted" | "overridden" | "decided"; gave: Gives; refund: string | null; reason: string; by: string; agent: string; at: string } | null;
}

/** What may be said to the decisions of a ticket's conversations; read again with the decisions themselves. */
export function useAnswers(ticket: Ticket | null, decisions: readonly StoredDecision[]): Record<string, Answerable> {
  const [found, setFound] = useState<Record<string, Answerable>>({});
  const number = ticket?.number;
  const known = decisions.length > 0;
  useEffect(() => {
    if (!number || !known) return;
    let here = true;
    desk.api.decisions(number).then((told) => here && setFound(Object.fromEntries(told.decisions.map((one) => [one.id, one]))), () => {});
    return () => void (here = false);
  }, [number, decisions]);
  return found;
}

/** Accept a decision or give something else for a reason, once; what was said stands there from then on. */
export function DecisionAnswer({ ticket, answer, currency }: { ticket: Ticket; answer: Answerable | undefined; currency: string | null }) {
  const [other, setOther] = useState(false);
  const [why, setWhy] = useState("");
  const [busy, setBusy] = useState(false);
  if (!answer) return null;
  if (answer.review) return <Said review={answer.review} />;
  if (!answer.current || isDone(ticket)) return null;
  const say = async (body: Record<string, unknown>) => {
    setBusy(true);
    setWhy("");
    try {
      await desk.api.answerDecision(ticket.number ?? "", { decision: answer.id, if_rev: ticket.rev, ...body }, desk.locale.peek());
      desk.toast(desk.t("answer.done"), "good");
      setOther(false);
    } catch (error) {
      setWhy((error instanceof DeskProblem && error.detail) || desk.t("error.other"));
    }
    setBusy(false);
    desk.refundNews.value += 1;
    desk.reread();
  };
  return (
    <div class="answer" data-testid="answer">
      {why && <p class="refund-why" role="alert" data-testid="answer-why">{why}</p>}
      {other ? <Instead currency={currency} busy={busy} close={() => setOther(false)} say={(body) => void say(body)} /> : (
        <p class="refund-go">
          <button type="button" class="btn line" disabled={busy} data-testid="answer-other" onClick={() => setOther(true)}>{desk.t(answer.accepts ? "answer.other" : "answer.decide")}</button>
          {answer.accepts && <button type="button" class="btn soft" disabled={busy} data-testid="answer-accept" onClick={() => void say({ action: "accept" })}>{desk.t("answer.accept", { gives: desk.t(`answer.gives.${answer.accepts}`) })}</button>}
        </p>
      )}
    </div>
  );
}

function Said({ review }: { review: NonNullable<Answerable["review"]> }) {
  const name = desk.store.agents[review.agent]?.name ?? review.by;
  return (
    <p class="answered" data-testid="answered" data-said={review.said}>
      <Chip tone={review.said === "accepted" ? "good" : "warn"}>{desk.t(`answer.${review.said}`)}</Chip>
      <span dir="auto">{[name, desk.t(`answer.gives.${review.gave}`), review.refund, review.reason].filter(Boolean).join(" · ")}</span>
    </p>
  );
}

function Instead({ currency, busy, say, close }: { currency: string | null; busy: boolean; say: (body: Record<string, unknown>) => void; close: () => void }) {
  const [what, setWhat] = useState<Instead>("refund");
  const [amount, setAmount] = useState("");
  const [reason, setReason] = useState("");
  const counts = what === "reissue";
  const valued = what !== "nothing";
  const can = reason.trim() !== "" && (!valued || Number(amount) > 0);
  const go = (event: Event) => {
    event.preventDefault();
    const value = counts ? { quantity: Number(amount) } : valued ? { amount: amount.trim() } : {};
    say({ action: "override", instead: what, reason: reason.trim(), ...value });
  };
  return (
    <form class="refund-form" onSubmit={go} onKeyDown={(e) => e.key === "Escape" && (e.stopPropagation(), close())}>
      <fieldset class="picks">
        <legend>{desk.t("answer.instead")}</legend>
        {INSTEAD.map((one, i) => (
          <label key={one} class="pick"><input type="radio" name="instead" ref={i === 0 ? takesTheHand : undefined} checked={what === one} data-testid={`answer-${one}`} onChange={() => (setWhat(one), setAmount(one === "reissue" ? "1" : ""))} /><span>{desk.t(`answer.gives.${one}`)}</span></label>
        ))}
      </fieldset>
      {valued && (
        <label><span class="faint">{counts ? desk.t("refund.quantity") : `${desk.t("refund.amount")}${currency ? ` (${currency})` : ""}`}</span>
          <input class="dialog-text num" inputMode="decimal" value={amount} data-testid="answer-amount" onInput={(e) => setAmount(e.currentTarget.value)} />
        </label>
      )}
      <label><span class="faint">{desk.t("answer.reason")}</span>
        <textarea class="dialog-text" rows={2} maxLength={500} value={reason} data-testid="answer-reason" onInput={(e) => setReason(e.currentTarget.value)} />
      </label>
      <p class="refund-go">
        <button type="button" class="btn line" onClick={close}>{desk.t("cancel.back")}</button>
        <button type="submit" class="btn primary" disabled={busy || !can} data-testid="answer-go">{desk.t("answer.go")}</button>
      </p>
    </form>
  );
}
