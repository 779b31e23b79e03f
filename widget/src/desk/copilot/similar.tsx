import { useEffect, useState } from "preact/hooks";
import { money } from "../../core/format.js";
import { desk } from "../app.js";
import type { Ticket } from "../model.js";
import { t } from "./words.js";

/** A solved ticket that is like the one before us, and how it ended. */
export interface Solved {
  ticket: Ticket;
  conversation: string;
  by: ("reason" | "product" | "supplier" | "words")[];
  outcome: {
    resolution: string | null;
    verdict: string | null;
    refund: { number: string; kind: string; state: string; amount: string; currency: string } | null;
  };
}

/** Solved tickets of this shop that are like the case; each opens to be read, and nothing of it can be changed. */
export function SimilarSolved({ conversation, rev }: { conversation: string; rev: number }) {
  const [found, setFound] = useState<Solved[] | null>(null);
  const lang = desk.locale.value;
  useEffect(() => {
    let here = true;
    desk.api.similar(conversation, lang).then((r) => here && setFound(r.similar), () => here && setFound([]));
    return () => void (here = false);
  }, [conversation, rev, lang]);
  if (!found?.length) return <p class="faint">{t(found ? "similar.none" : "similar.reading")}</p>;
  return (
    <ul class="related similar">
      {found.map((one) => (
        <li key={one.ticket.id}>
          <button type="button" data-testid="similar" data-number={one.ticket.number} onClick={() => desk.readPast(one)}>
            <span class="related-line">
              <span class="related-top"><b>{desk.term("reason", one.ticket.reason)}</b><code class="ticket-no">{one.ticket.number}</code></span>
              <span class="similar-end" dir="auto">{endOf(one)}</span>
              <small class="faint">{[...one.by.map((way) => t(`by.${way}`)), desk.time(one.ticket.resolved_at ?? one.ticket.created_at)].join(" · ")}</small>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** How it ended, in one line: the money first, then the agent's words. */
export function endOf({ outcome: { resolution, refund } }: Solved): string {
  const paid = refund ? t("refund", { amount: money(refund.amount, refund.currency), state: desk.t(`refund.state.${refund.state}` as "refund.state.done") }) : "";
  return [paid, resolution].filter(Boolean).join(" · ") || t("ended.none");
}
