import { useEffect, useState } from "preact/hooks";
import { Chip, Facts } from "../ui/kit.js";
import { desk } from "./app.js";
import type { Ticket } from "./model.js";
import { TagChip } from "./risk.js";
import { SuppliersHere } from "./suppliers_here.js";
import { isDone, type Merge, type SupplierRequest, type TicketRecord, undo, waits, whyNot } from "./ticket.js";

/** A ticket with what belongs to it, and what can be done with it. */
export function TicketView({ ticket }: { ticket: Ticket }) {
  const done = isDone(ticket);
  const urgent = ticket.priority === "urgent" || ticket.priority === "high";
  const [record, asked] = useRecord(ticket);
  return (
    <div class="card ticket" data-testid="card-ticket" data-number={ticket.number} data-state={ticket.state}>
      <p class="ticket-top">
        <b>{desk.term("reason", ticket.reason)}</b>
        <code class="ticket-no">{ticket.number}</code>
        {urgent && <Chip tone={ticket.priority === "urgent" ? "bad" : "warn"}>{desk.term("priority", ticket.priority)}</Chip>}
        <Chip tone={done ? "good" : "accent"}>{desk.term("ticket", ticket.state)}</Chip>
        {ticket.tags?.map((tag) => <TagChip key={tag} tag={tag} />)}
      </p>
      <Facts
        rows={[
          [desk.t("ticket.assignee"), ticket.assignee?.name ?? <span class="faint">{desk.t("ticket.nobody")}</span>],
          record && record.orders.length > 1 ? [desk.t("ticket.orders"), <span class="num">{record.orders.join(", ")}</span>] : null,
          !done && !ticket.taken_at && ticket.due_at ? [desk.t("ticket.due"), <span class="num">{desk.time(ticket.due_at)}</span>] : null,
          !done && ticket.resolve_by ? [desk.t("ticket.resolve"), <span class="num">{desk.time(ticket.resolve_by)}</span>] : null,
          done && ticket.resolved_at ? [desk.t("ticket.done"), <span class="num">{desk.time(ticket.resolved_at)}</span>] : null,
        ]}
      />
      {ticket.resolution && <p class="card-text" dir="auto">{ticket.resolution}</p>}
      <SuppliersHere asked={asked} />
      <Merges ticket={ticket} merges={record?.merges ?? []} />
      {ticket.number && <Actions ticket={ticket} asked={asked} />}
    </div>
  );
}

/** What the ticket is linked with and what its supplier was asked; read again whenever the ticket has changed. */
function useRecord(ticket: Ticket): [TicketRecord | null, SupplierRequest[]] {
  const [record, setRecord] = useState<TicketRecord | null>(null);
  const [asked, setAsked] = useState<SupplierRequest[]>([]);
  const { number, rev } = ticket;
  useEffect(() => {
    if (!number) return;
    let here = true;
    desk.api.record(number, desk.locale.peek()).then((r) => here && setRecord(r), () => {});
    desk.api.asked(number).then((r) => here && setAsked(r), () => {});
    return () => void (here = false);
  }, [number, rev]);
  return [record, asked];
}

function Merges({ ticket, merges }: { ticket: Ticket; merges: Merge[] }) {
  const standing = merges.filter((one) => !one.undone_at);
  if (!standing.length) return null;
  return (
    <ul class="merges">
      {standing.map((one) => (
        <li key={one.id} data-testid="merge" data-kind={one.kind}>
          <span>{desk.t(sentence(one, ticket), { number: one.ticket, other: one.other })} <small class="num faint">{desk.time(one.at)}</small></span>
          <button type="button" class="link quiet" data-testid="merge-undo" onClick={() => void undo(one)}>{desk.t("merge.undo")}</button>
        </li>
      ))}
    </ul>
  );
}

function sentence(merge: Merge, ticket: Ticket) {
  const gone = merge.ticket === ticket.number;
  if (merge.kind === "merge") return gone ? "merge.gone" : "merge.here";
  return gone ? "split.gone" : "split.here";
}

function Actions({ ticket, asked }: { ticket: Ticket; asked: SupplierRequest[] }) {
  const dispute = ticket.queue !== "refunds" && ticket.queue !== "fulfilment";
  const goOn = async () => {
    try {
      // Whatever else changed meanwhile, it is not waited for any more: the server refuses where nothing is.
      await desk.api.ticketStep(ticket.number as string, "continuation", {}, desk.locale.peek());
      desk.toast(desk.t("ticket.went_on"), "good");
    } catch (error) {
      desk.toast(whyNot(error), "bad");
    }
    desk.reread();
  };
  const done = isDone(ticket);
  const open = asked.some((one) => one.state === "asked");
  return (
    <div class="ticket-acts">
      <button type="button" class="btn soft" data-testid="ticket-evidence" onClick={() => desk.go("evidence", ticket.number)}>{desk.t("ticket.evidence")}</button>
      {waits(ticket) && <button type="button" class="btn soft" data-testid="ticket-go-on" onClick={() => void goOn()}>{desk.t("ticket.go_on")}</button>}
      {dispute && !done && !waits(ticket) && <button type="button" class="btn soft" data-testid="ticket-buyer" onClick={() => desk.ask("buyer", ticket)}>{desk.t("buyer.ask")}</button>}
      {!done && !open && <button type="button" class="btn soft" data-testid="ticket-supplier" onClick={() => desk.ask("supplier", ticket)}>{desk.t("supplier.ask")}</button>}
      {!done && <button type="button" class="btn soft" data-testid="ticket-merge" onClick={() => desk.ask("merge", ticket)}>{desk.t("merge")}</button>}
      {dispute && !done && <button type="button" class="btn soft" data-testid="ticket-split" onClick={() => desk.ask("split", ticket)}>{desk.t("split")}</button>}
    </div>
  );
}
