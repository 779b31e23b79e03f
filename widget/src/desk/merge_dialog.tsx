import { useEffect, useState } from "preact/hooks";
import { desk } from "./app.js";
import { close, DialogFoot, DialogFrame } from "./dialog_frame.js";
import type { Ticket } from "./model.js";
import { ticketNumber } from "./queue_order.js";
import { RelatedLine } from "./related.js";
import { isDone, type Related, tellRegrouped, whyNot } from "./ticket.js";

const FIND_MS = 250;

/** Puts a ticket into another one of the same buyer, chosen from the related ones or by its number. */
export function MergeDialog({ ticket }: { ticket: Ticket }) {
  const [offered, setOffered] = useState<Related[]>([]);
  const [named, setNamed] = useState("");
  const found = useNamed(named, ticket);
  const [into, setInto] = useState<string | null>(null);
  const [why, setWhy] = useState("");
  useEffect(() => {
    desk.api.related(ticket.number ?? "", desk.locale.peek()).then((r) => setOffered(r.related.filter((one) => one.by.includes("buyer") && !isDone(one.ticket))), () => {});
  }, []);
  const others = found && !offered.some((one) => one.ticket.id === found.id) ? [{ ticket: found, by: [] }, ...offered] : offered;
  useEffect(() => void (found && setInto(found.number ?? null)), [found]);
  const go = async () => {
    const other = others.find((one) => one.ticket.number === into)?.ticket;
    if (!other) return;
    try {
      const body = { into: other.number, if_rev: ticket.rev, into_rev: other.rev };
      const { merge } = await desk.api.regroup(ticket.number ?? "", "merge", body, desk.locale.peek());
      close();
      tellRegrouped(merge);
    } catch (error) {
      setWhy(whyNot(error));
      desk.reread();
    }
  };
  return (
    <DialogFrame title={desk.t("merge.title", { number: ticket.number })} sub={desk.t("merge.sub")} testid="dialog-merge" submit={() => void go()}>
      <label><span class="faint">{desk.t("merge.number")}</span>
        <input class="dialog-text num" value={named} autoFocus placeholder="T-1042" data-testid="merge-number" onInput={(e) => setNamed(e.currentTarget.value)} />
      </label>
      {named.trim() !== "" && found === null && <p class="faint" role="status">{desk.t("merge.none", { number: named.trim() })}</p>}
      {others.length > 0 && (
        <div class="people" role="radiogroup" aria-label={desk.t("merge.into")}>
          {others.map((one) => (
            <label class="person" key={one.ticket.id}>
              <input type="radio" name="into" checked={into === one.ticket.number} data-testid={`merge-into-${one.ticket.number}`} onChange={() => setInto(one.ticket.number ?? null)} />
              <RelatedLine related={one} />
            </label>
          ))}
        </div>
      )}
      {others.length === 0 && !named.trim() && <p class="faint">{desk.t("merge.alone")}</p>}
      {why && <p class="refund-why" role="alert" data-testid="merge-why">{why}</p>}
      <DialogFoot can={into !== null && others.some((one) => one.ticket.number === into)} label={desk.t("merge")} />
    </DialogFrame>
  );
}

/** The ticket of a number that is being typed; undefined while nobody knows. */
function useNamed(named: string, but: Ticket): Ticket | null | undefined {
  const [found, setFound] = useState<Ticket | null | undefined>(undefined);
  const number = ticketNumber(named);
  useEffect(() => {
    setFound(undefined);
    if (!number) return;
    let here = true;
    const look = () => desk.api.ticket(number, desk.locale.peek()).then((row) => here && setFound(row.ticket && row.ticket.id !== but.id ? row.ticket : null), () => here && setFound(null));
    const timer = setTimeout(() => void look(), FIND_MS);
    return () => ((here = false), clearTimeout(timer));
  }, [number]);
  return found;
}
