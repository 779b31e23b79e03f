import { useEffect, useState } from "preact/hooks";
import { desk } from "./app.js";
import { close, DialogFoot, DialogFrame } from "./dialog_frame.js";
import type { Ticket } from "./model.js";
import { tellRegrouped, type TicketRecord, whyNot } from "./ticket.js";

/** Makes a ticket of its own of some of the further orders, which can be linked here first. */
export function SplitDialog({ ticket }: { ticket: Ticket }) {
  const number = ticket.number ?? "";
  const [record, setRecord] = useState<TicketRecord | null>(null);
  const [chosen, setChosen] = useState<string[]>([]);
  const [order, setOrder] = useState("");
  const [why, setWhy] = useState("");
  const read = () => desk.api.record(number, desk.locale.peek()).then(setRecord, (error: unknown) => setWhy(whyNot(error)));
  useEffect(() => void read(), []);
  const further = (record?.orders ?? []).filter((one) => one !== ticket.order_no);
  const attempt = async (work: () => Promise<void>) => {
    setWhy("");
    await work().catch((error: unknown) => setWhy(whyNot(error)));
  };
  const link = () => attempt(async () => {
    await desk.api.ticketStep(number, "orders", { order: order.trim() }, desk.locale.peek());
    setOrder("");
    await read();
  });
  const go = () => attempt(async () => {
    const { merge } = await desk.api.regroup(number, "split", { orders: chosen, if_rev: record?.ticket.rev ?? null }, desk.locale.peek());
    close();
    tellRegrouped(merge);
  });
  const toggle = (one: string) => setChosen(chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one]);
  return (
    <DialogFrame title={desk.t("split.title", { number })} sub={desk.t("split.sub")} testid="dialog-split" submit={() => void go()}>
      {further.length > 0 && (
        <fieldset class="picks">
          <legend>{desk.t("split.orders")}</legend>
          {further.map((one) => (
            <label key={one} class="pick"><input type="checkbox" checked={chosen.includes(one)} data-testid={`split-${one}`} onChange={() => toggle(one)} /><span class="num">{one}</span></label>
          ))}
        </fieldset>
      )}
      {record && further.length === 0 && <p class="faint">{desk.t("split.none")}</p>}
      <div class="own-time">
        <label><span>{desk.t("split.link")}</span><input class="num" value={order} autoFocus data-testid="split-link" onInput={(e) => setOrder(e.currentTarget.value)} onKeyDown={(e) => e.key === "Enter" && !e.isComposing && (e.preventDefault(), order.trim() && void link())} /></label>
        <button type="button" class="btn line" disabled={!order.trim()} data-testid="split-link-go" onClick={() => void link()}>{desk.t("split.link.go")}</button>
      </div>
      {why && <p class="refund-why" role="alert" data-testid="split-why">{why}</p>}
      <DialogFoot can={chosen.length > 0} label={desk.t("split")} />
    </DialogFrame>
  );
}
