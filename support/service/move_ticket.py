"""The one way in which a ticket changes: checked, stepped, told to whoever may see it, and kept with who and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from support.chat.frames import utc
from support.service.tell import tell_ticket
from ticketing.errors import Conflict, IllegalTransition
from ticketing.storage import event_log, talk, tickets
from ticketing.ticket import WAITS, Ticket, TicketState

Json = dict[str, Any]
TOLD = ("reason", "priority", "queue", "team", "assignee", "order_no", "decision", "merged_into", "snoozed_until")
"""Columns whose change the record tells with the value before and after; tags are told too."""


def move_ticket(
    tx: sa.Connection, ticket: Ticket, to: TicketState, *, actor: str, cause: str, at: datetime,
    if_rev: int | None = None, alarm: bool = False, **values: Any,
) -> Ticket:  # fmt: skip
    """Take a ticket to another state, with other columns on the way; the ticket as it stands then.

    Args:
        actor: `agent:ID`, `assistant`, `buyer`, `supplier` or `server`.
        cause: why, in a word of ours (`taken`) or an agent's own; agents alone see it.
        if_rev: the `rev` that the caller has read.

    Raises Conflict, with the present `rev`, if it changed since, and IllegalTransition: also for a dispute that
    still waits in its queue for a person, which nothing but a person or its end takes out of it.
    """
    check_ticket_rev(ticket, if_rev)
    if to in WAITS and ticket.state == "new" and not ticket.is_work:
        raise IllegalTransition("ticket", ticket.state, to, ("open",))
    return _told(tx, ticket, tickets.move(tx, ticket, to, at, **values), actor, cause, at, alarm)


def change_ticket(
    tx: sa.Connection, ticket: Ticket, *, actor: str, cause: str, at: datetime, if_rev: int | None = None,
    alarm: bool = False, **values: Any,
) -> Ticket:  # fmt: skip
    """The same without another state."""
    check_ticket_rev(ticket, if_rev)
    return _told(tx, ticket, tickets.change(tx, ticket, **values), actor, cause, at, alarm)


def tell_opened(tx: sa.Connection, ticket: Ticket, actor: str, cause: str, at: datetime) -> None:
    """Report a ticket that is new."""
    _told(tx, None, ticket, actor, cause, at, alarm=False)


def check_ticket_rev(ticket: Ticket, if_rev: int | None) -> None:
    """Raise Conflict if the ticket changed since; None asks for no check."""
    if if_rev is not None and if_rev != ticket.rev:
        raise Conflict({"id": ticket.id, "number": ticket.number, "rev": ticket.rev, "state": ticket.state})


def _told(
    tx: sa.Connection, before: Ticket | None, ticket: Ticket, actor: str, cause: str, at: datetime, alarm: bool
) -> Ticket:
    owner = talk.get(tx, ticket.shop, ticket.conversation).owner
    tell_ticket(tx, ticket, owner, at, **({"alarm": "overdue"} if alarm else {}))
    body: Json = {
        "conversation": ticket.conversation, "ticket": ticket.id, "number": ticket.number, "rev": ticket.rev,
        "was": before.state if before else None, "state": ticket.state, "actor": actor_view(actor), "cause": cause,
        "changed": _changed(before, ticket) if before else {},
    }  # fmt: skip
    event_log.append(tx, ticket.shop, "ticket.changed", ticket.conversation, owner, body, at, "agents")
    return ticket


def actor_view(actor: str) -> Json:
    """An actor as the wire tells it."""
    kind, _, key = actor.partition(":")
    return {"kind": kind, "id": key} if key else {"kind": kind}


def _changed(before: Ticket, ticket: Ticket) -> Json:
    """`{column: [before, after]}`."""
    pairs = {name: (getattr(before, name), getattr(ticket, name)) for name in TOLD}
    pairs["tags"] = (list(before.tags), list(ticket.tags))
    return {name: [_plain(was), _plain(now)] for name, (was, now) in pairs.items() if was != now}


def _plain(value: Any) -> Any:
    return utc(value) if isinstance(value, datetime) else value
