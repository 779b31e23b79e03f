"""A ticket waits for the buyer, the supplier or an approval, and goes on when that has come."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.service.move_ticket import move_ticket
from support.service.resolve import wake
from support.service.take import back_to_queue
from ticketing.storage import talk, tickets
from ticketing.ticket import WAITS, Ticket, TicketState

WaitFor = Literal["buyer", "supplier", "approval"]
STATE_OF: dict[WaitFor, TicketState] = {
    "buyer": "waiting_buyer", "supplier": "waiting_supplier", "approval": "waiting_approval",
}  # fmt: skip


def wait_for(
    tx: sa.Connection, ticket: Ticket, whom: WaitFor, *, actor: str, cause: str, at: datetime, if_rev: int | None = None
) -> Ticket:
    """Put a ticket aside until somebody else has done something; it keeps its owner and its deadlines.

    Raises Conflict, and IllegalTransition: also for a dispute that no person has taken yet.
    """
    return move_ticket(tx, ticket, STATE_OF[whom], actor=actor, cause=cause, at=at, if_rev=if_rev)


def carry_on(
    tx: sa.Connection, shop: Shop, ticket: Ticket, *, actor: str, cause: str, at: datetime, if_rev: int | None = None
) -> Ticket:
    """What the ticket waited for has come: back to whoever has it, else to its queue, where the buyer is told.

    A ticket that waits for nothing stays as it is. Raises Conflict.
    """
    if ticket.state not in WAITS:
        return ticket
    row = talk.get(tx, shop.id, ticket.conversation)
    if ticket.is_work:
        held: TicketState = "open" if ticket.assignee else "new"
        return move_ticket(tx, ticket, held, actor=actor, cause=cause, at=at, if_rev=if_rev)
    if row.state in {"human", "snoozed"}:
        ticket = move_ticket(tx, ticket, "open", actor=actor, cause=cause, at=at, if_rev=if_rev)
        if row.state == "snoozed":
            wake(tx, shop, row, at)
    elif row.state != "waiting":
        back_to_queue(tx, shop, row, at, actor=actor, cause=cause)
    return tickets.get(tx, shop.id, ticket.id)
