import { useEffect, useState } from "preact/hooks";
import { Chip } from "../ui/kit.js";
import { desk } from "./app.js";
import type { Ticket } from "./model.js";
import { isDone, type Related } from "./ticket.js";

const FIRST = 4;

/** Other tickets of the same order, buyer, key or batch. */
export function RelatedTickets({ ticket }: { ticket: Ticket }) {
  const [found, setFound] = useState<Related[] | null>(null);
  const [all, setAll] = useState(false);
  const { number, rev } = ticket;
  const lang = desk.locale.value;
  useEffect(() => {
    if (!number) return;
    let here = true;
    desk.api.related(number, lang).then((r) => here && setFound(r.related), () => here && setFound([]));
    return () => void (here = false);
  }, [number, rev, lang]);
  if (!found?.length) return <p class="faint">{desk.t(found ? "related.none" : "related.reading")}</p>;
  const shown = all ? found : found.slice(0, FIRST);
  return (
    <ul class="related">
      {shown.map((one) => (
        <li key={one.ticket.id}>
          <button type="button" data-testid="related" data-number={one.ticket.number} onClick={() => void desk.openTicket(one.ticket.number ?? "")}><RelatedLine related={one} /></button>
        </li>
      ))}
      {found.length > shown.length && <li><button type="button" class="link quiet" onClick={() => setAll(true)}>{desk.t("related.more", { n: found.length - shown.length })}</button></li>}
    </ul>
  );
}

export function RelatedLine({ related: { ticket, by } }: { related: Related }) {
  return (
    <span class="related-line">
      <span class="related-top"><b>{desk.term("reason", ticket.reason)}</b><code class="ticket-no">{ticket.number}</code><Chip tone={isDone(ticket) ? "good" : "accent"}>{desk.term("ticket", ticket.state)}</Chip></span>
      <small class="faint">{[by.map((way) => desk.t(`related.${way}`)).join(desk.locale.value === "en" ? ", " : "、"), ticket.assignee?.name, desk.time(ticket.created_at)].filter(Boolean).join(" · ")}</small>
    </span>
  );
}
