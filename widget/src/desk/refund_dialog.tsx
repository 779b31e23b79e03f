import { useState } from "preact/hooks";
import { DeskProblem } from "./api.js";
import { desk } from "./app.js";
import { close, DialogFoot, DialogFrame } from "./dialog_frame.js";
import type { Detail } from "./model.js";

const KINDS = ["refund", "reissue", "coupon"] as const;

/** Asks for a refund on the conversation's order: as a decision grants it, or for a reason of one's own. */
export function RefundDialog({ detail }: { detail: Detail }) {
  const order = detail.order;
  const granted = detail.decisions.find((one) => one.decision.verdict === "grant" && one.order_no === order?.number && (one.decision.outcome ?? {})["refund"]);
  const sum = granted ? ((granted.decision.outcome as { refund: { amount: string } }).refund.amount ?? "") : "";
  const [kind, setKind] = useState<(typeof KINDS)[number]>("refund");
  const [item, setItem] = useState(order?.items[0]?.product_id ?? "");
  const [amount, setAmount] = useState(sum);
  const [reason, setReason] = useState("");
  const [why, setWhy] = useState("");
  const byDecision = kind === "refund" && granted !== undefined && !reason.trim();
  const go = async () => {
    const body = {
      order: order?.number, product: item || null, kind, conversation: detail.conversation.id, reason: reason.trim(),
      ...(kind === "reissue" ? { quantity: Number(amount) || 0 } : { amount: amount.trim() || null }),
      ...(byDecision ? { decision: granted?.id } : {}),
    };
    try {
      const made = await desk.api.askRefund(body, desk.locale.peek());
      desk.toast(desk.t("refund.did", { number: made.number, state: desk.t(`refund.state.${made.state}`) }), "good");
      close();
      void desk.fetchDetail(detail.conversation.id);
    } catch (error) {
      setWhy((error instanceof DeskProblem && error.detail) || desk.t("error.other"));
    }
  };
  return (
    <DialogFrame title={desk.t("refund.ask")} sub={order?.number} testid="dialog-refund" submit={() => void go()}>
      <fieldset class="picks three">
        <legend>{desk.t("refund.what")}</legend>
        {KINDS.map((one) => (
          <label key={one} class="pick"><input type="radio" name="kind" checked={kind === one} autoFocus={one === "refund"} data-testid={`refund-kind-${one}`} onChange={() => (setKind(one), setAmount(one === "refund" ? sum : one === "reissue" ? "1" : ""))} /><span>{desk.t(`refund.kind.${one}`)}</span></label>
        ))}
      </fieldset>
      {(order?.items.length ?? 0) > 1 && (
        <label><span class="faint">{desk.t("refund.item")}</span>
          <select class="dialog-text" value={item} data-testid="refund-item" onChange={(e) => setItem(e.currentTarget.value)}>
            {order?.items.map((one) => <option key={one.product_id} value={one.product_id ?? ""}>{one.name ?? one.product_id}</option>)}
          </select>
        </label>
      )}
      <label><span class="faint">{desk.t(kind === "reissue" ? "refund.quantity" : "refund.amount")}</span>
        <input class="dialog-text num" inputMode="decimal" value={amount} data-testid="refund-amount" onInput={(e) => setAmount(e.currentTarget.value)} />
      </label>
      <label><span class="faint">{desk.t(granted && kind === "refund" ? "refund.reason.or" : "refund.reason")}</span>
        <textarea class="dialog-text" rows={2} maxLength={500} value={reason} data-testid="refund-reason" onInput={(e) => setReason(e.currentTarget.value)} />
      </label>
      {!byDecision && kind === "refund" && <p class="faint" data-testid="refund-needs">{desk.t("refund.needs")}</p>}
      {why && <p class="refund-why" role="alert" data-testid="refund-why">{why}</p>}
      <DialogFoot can={byDecision || reason.trim() !== ""} label={desk.t("refund.ask")} />
    </DialogFrame>
  );
}
