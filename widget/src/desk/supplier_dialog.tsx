import { useState } from "preact/hooks";
import type { OrderPart } from "../core/frames.js";
import { DeskProblem } from "./api.js";
import { desk } from "./app.js";
import { close, DialogFoot, DialogFrame } from "./dialog_frame.js";
import type { Ticket } from "./model.js";
import { CopyLink } from "./suppliers_here.js";
import { type SupplierRequest, whyNot } from "./ticket.js";

const LANGS = { "zh-CN": "中文", en: "English" } as const;

/** Asks the supplier of the goods; the answer to it is a link, which the agent sends. */
export function SupplierDialog({ ticket, order, lang }: { ticket: Ticket; order: OrderPart | null; lang: string | null | undefined }) {
  const items = order?.items.filter((one) => one.product_id) ?? [];
  const [question, setQuestion] = useState("");
  const [product, setProduct] = useState(items.length > 1 ? (items[0]?.product_id ?? "") : "");
  const [tongue, setTongue] = useState<keyof typeof LANGS>(lang === "en" ? "en" : "zh-CN");
  const [made, setMade] = useState<SupplierRequest | null>(null);
  const [why, setWhy] = useState("");
  const go = async () => {
    if (made) return close();
    try {
      const body = { question: question.trim(), product: product || null, lang: tongue, if_rev: ticket.rev };
      setMade(await desk.api.askSupplier(ticket.number ?? "", body));
      desk.reread();
    } catch (error) {
      setWhy(refused(error));
    }
  };
  if (made) {
    return (
      <DialogFrame key="made" title={desk.t("supplier.made", { name: made.supplier })} sub={desk.t("supplier.made.sub", { time: desk.time(made.due_at) })} testid="dialog-supplier" submit={close}>
        {made.link && <CopyLink link={made.link} focus />}
        <footer class="dialog-foot"><button type="submit" class="btn primary" data-testid="dialog-submit">{desk.t("supplier.finish")}</button></footer>
      </DialogFrame>
    );
  }
  return (
    <DialogFrame key="ask" title={desk.t("supplier.title")} sub={desk.t("supplier.sub")} testid="dialog-supplier" submit={() => void go()}>
      {items.length > 1 && (
        <label><span class="faint">{desk.t("refund.item")}</span>
          <select class="dialog-text" value={product} data-testid="supplier-product" onChange={(e) => setProduct(e.currentTarget.value)}>
            {items.map((one) => <option key={one.product_id} value={one.product_id ?? ""}>{one.name ?? one.product_id}</option>)}
          </select>
        </label>
      )}
      <label><span class="faint">{desk.t("supplier.question")}</span>
        <textarea class="dialog-text" rows={3} maxLength={2000} autoFocus value={question} placeholder={desk.t("supplier.question.hint")} data-testid="supplier-question" onInput={(e) => setQuestion(e.currentTarget.value)} />
      </label>
      <fieldset class="picks">
        <legend>{desk.t("supplier.lang")}</legend>
        {(Object.keys(LANGS) as (keyof typeof LANGS)[]).map((one) => (
          <label key={one} class="pick"><input type="radio" name="tongue" checked={tongue === one} onChange={() => setTongue(one)} /><span>{LANGS[one]}</span></label>
        ))}
      </fieldset>
      {why && <p class="refund-why" role="alert" data-testid="supplier-why">{why}</p>}
      <DialogFoot can label={desk.t("supplier.go")} />
    </DialogFrame>
  );
}

function refused(error: unknown): string {
  if (!(error instanceof DeskProblem) || error.code === "conflict") return whyNot(error);
  if (error.status === 409) return desk.t("supplier.take_first");
  return error.status === 422 ? desk.t("supplier.unknown") : whyNot(error);
}
