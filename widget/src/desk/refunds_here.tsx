import { useEffect, useState } from "preact/hooks";
import { money } from "../core/format.js";
import { Chip } from "../ui/kit.js";
import { desk } from "./app.js";
import type { Refund } from "./refund.js";

/** The refunds of the open conversation, and the way to ask for one. */
export function RefundsHere({ conversation }: { conversation: string }) {
  const [found, setFound] = useState<Refund[]>([]);
  const news = desk.refundNews.value;
  useEffect(() => {
    let here = true;
    desk.api.refunds([], desk.locale.peek(), conversation).then((r) => here && setFound(r.refunds), () => {});
    return () => void (here = false);
  }, [conversation, news]);
  return (
    <div class="refunds-here">
      {found.map((one) => (
        <p key={one.number} data-testid="ctx-refund" data-state={one.state}>
          <code class="ticket-no">{one.number}</code>
          <span class="num">{money(one.amount, one.currency)}</span>
          <Chip tone={one.state === "done" ? "good" : one.state === "failed" || one.state === "in_doubt" ? "bad" : "accent"}>{desk.t(`refund.state.${one.state}`)}</Chip>
        </p>
      ))}
      {found.length === 0 && <p class="faint">{desk.t("refunds.here.none")}</p>}
      <p class="refund-go">
        {found.length > 0 && <button type="button" class="link quiet" onClick={() => desk.go("refunds")}>{desk.t("refunds.here.all")}</button>}
        <button type="button" class="btn soft" data-testid="refund-ask" onClick={() => (desk.dialog.value = "refund")}>{desk.t("refund.ask")}</button>
      </p>
    </div>
  );
}
