import { useEffect, useState } from "preact/hooks";
import { money } from "../core/format.js";
import { Chip } from "../ui/kit.js";
import { Icon } from "../ui/icons.js";
import { desk } from "./app.js";
import type { Refund } from "./refund.js";

/** States of a refund or a replacement of which the buyer has nothing yet. */
const OWED = ["requested", "approved", "executing", "in_doubt"] as const;

/** What a conversation still owes its buyer; where that cannot be read, nothing is said of it. */
export function owedIn(conversation: string): Promise<Refund[]> {
  return desk.api.refunds(OWED, desk.locale.peek(), conversation).then((r) => r.refunds, () => []);
}

/** The same while it is looked at; null until it is known. */
export function useOwed(conversation: string): Refund[] | null {
  const [found, setFound] = useState<Refund[] | null>(null);
  const news = desk.refundNews.value;
  useEffect(() => {
    let here = true;
    void owedIn(conversation).then((owed) => here && setFound(owed));
    return () => void (here = false);
  }, [conversation, news]);
  return found;
}

/** Before it is resolved: what the buyer was promised and does not have. It goes on only where that is said to be known. */
export function Owed({ owed, known, know }: { owed: Refund[]; known: boolean; know: (known: boolean) => void }) {
  return (
    <div class="owed" role="alert" data-testid="resolve-owed">
      <p><Icon name="alert" size={16} /><b>{desk.t("owed")}</b></p>
      <ul>
        {owed.map((one) => (
          <li key={one.number}>
            <code class="ticket-no">{one.number}</code> {desk.t(`refund.kind.${one.kind}`)} <span class="num">{money(one.amount, one.currency)}</span> <Chip tone="warn">{desk.t(one.state === "approved" && one.kind === "reissue" ? "owed.approved" : `refund.state.${one.state}`)}</Chip>
          </li>
        ))}
      </ul>
      <label class="pick"><input type="checkbox" checked={known} data-testid="owed-known" onChange={(e) => know(e.currentTarget.checked)} /><span>{desk.t("owed.known")}</span></label>
    </div>
  );
}
