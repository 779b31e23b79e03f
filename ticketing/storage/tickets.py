"""Queries about tickets on their way: whose they are, where they stand in their queue, and what is late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ticketing.clocks import after_pause, with_next
from ticketing.errors import NotFound
from ticketing.storage.columns import time_of
from ticketing.storage.tables import tickets
from ticketing.ticket import REOPENED_FOR, WORK_QUEUES, Ticket, TicketState, check_move, on_move

_DONE = ("resolved", "closed")
_NAMES = tuple(one.name for one in fields(Ticket))


def ticket_of(row: sa.Row[Any]) -> Ticket:
    """A row of the table as a value."""
    return ticket_from([getattr(row, name) for name in _NAMES])


def ticket_from(values: Sequence[Any]) -> Ticket:
    """The columns of a ticket's fields, in their order, as a value; lists do not change under whoever holds it."""
    frozen: list[Any] = [tuple(value) if type(value) is list else value for value in values]
    return Ticket(*frozen)


def get(tx: sa.Connection, shop: str, ticket: str) -> Ticket:
    """One ticket, or NotFound."""
    row = tx.execute(sa.select(tickets).where(tickets.c.shop == shop, tickets.c.id == ticket)).one_or_none()
    if row is None:
        raise NotFound("ticket", ticket)
    return ticket_of(row)


def change(tx: sa.Connection, ticket: Ticket, **values: Any) -> Ticket:
    """Set columns of a ticket, step its `rev` and return it as it stands."""
    mine = (tickets.c.shop == ticket.shop) & (tickets.c.id == ticket.id)
    tx.execute(sa.update(tickets).where(mine).values(rev=tickets.c.rev + 1, **with_next(ticket, values)))
    return get(tx, ticket.shop, ticket.id)


def mark_fired(tx: sa.Connection, ticket: Ticket, fired: Iterable[str]) -> Ticket:
    """Write down what has fired without anything to tell; its `rev` stays, for nothing that is shown has changed."""
    return _set_fired(tx, ticket, [*ticket.fired, *fired])


def forget_fired(tx: sa.Connection, ticket: Ticket, prefix: str) -> None:
    """Take out what begins with `prefix`."""
    if any(one.startswith(prefix) for one in ticket.fired):
        _set_fired(tx, ticket, [one for one in ticket.fired if not one.startswith(prefix)])


def _set_fired(tx: sa.Connection, ticket: Ticket, fired: list[str]) -> Ticket:
    mine = (tickets.c.shop == ticket.shop) & (tickets.c.id == ticket.id)
    values = with_next(ticket, {"fired": fired})
    tx.execute(sa.update(tickets).where(mine).values(**values))
    return get(tx, ticket.shop, ticket.id)


def move(tx: sa.Connection, ticket: Ticket, to: TicketState, at: datetime, **values: Any) -> Ticket:
    """Take a ticket to another state, with other columns on the way, or raise IllegalTransition."""
    check_move(ticket.state, to)
    paused = after_pause(ticket, at) if ticket.state == "waiting_buyer" and to not in _DONE else {}
    return change(tx, ticket, state=to, **(on_move(ticket, to, at) | paused | values))


def dispute_of(tx: sa.Connection, shop: str, conversation: str) -> Ticket | None:
    """The conversation's dispute, the newest one: done or not."""
    query = (
        sa.select(tickets)
        .where(tickets.c.shop == shop, tickets.c.conversation == conversation)
        .where(tickets.c.queue.not_in(WORK_QUEUES))
        .order_by(tickets.c.created_at.desc(), tickets.c.id.desc())
    )
    row = tx.execute(query).first()
    return None if row is None else ticket_of(row)


def open_dispute_of(tx: sa.Connection, shop: str, conversation: str) -> Ticket | None:
    """The dispute that is not done."""
    ticket = dispute_of(tx, shop, conversation)
    return None if ticket is None or ticket.state in _DONE else ticket


def resting_dispute_of(tx: sa.Connection, shop: str, conversation: str, at: datetime) -> Ticket | None:
    """The dispute that was resolved so lately that it is taken up again rather than followed by a second."""
    ticket = dispute_of(tx, shop, conversation)
    if ticket is None or ticket.state not in _DONE or ticket.resolved_at is None:
        return None
    return ticket if at - ticket.resolved_at < REOPENED_FOR else None


def main_ticket_of(tx: sa.Connection, shop: str, conversation: str) -> Ticket | None:
    """What an agent who takes the conversation takes with it: the open dispute, else the oldest open work."""
    dispute = open_dispute_of(tx, shop, conversation)
    if dispute is not None:
        return dispute
    query = (
        sa.select(tickets)
        .where(tickets.c.shop == shop, tickets.c.conversation == conversation, tickets.c.state.not_in(_DONE))
        .order_by(tickets.c.created_at, tickets.c.id)
    )
    row = tx.execute(query).first()
    return None if row is None else ticket_of(row)


def queue(tx: sa.Connection, shop: str, name: str) -> tuple[Ticket, ...]:
    """Tickets of a queue that nobody has taken, in the order in which they are due, then those without a deadline."""
    query = (
        sa.select(tickets)
        .where(tickets.c.shop == shop, tickets.c.queue == name, tickets.c.state == "new")
        .order_by(tickets.c.due_at.nulls_last(), tickets.c.created_at, tickets.c.id)
    )
    return tuple(ticket_of(row) for row in tx.execute(query))


def waiting_before(tx: sa.Connection, ticket: Ticket) -> int:
    """How many tickets of the same queue nobody has taken and that are due earlier: the order of the desk."""
    query = (
        sa.select(sa.func.count())
        .select_from(tickets)
        .where(tickets.c.shop == ticket.shop, tickets.c.queue == ticket.queue, tickets.c.state == "new")
        .where(_earlier(ticket))
    )
    return int(tx.execute(query).scalar_one())


def _earlier(ticket: Ticket) -> sa.ColumnElement[bool]:
    later = sa.and_(tickets.c.created_at == ticket.created_at, tickets.c.id < ticket.id)
    same = sa.or_(tickets.c.created_at < ticket.created_at, later)
    if ticket.due_at is None:
        return sa.or_(tickets.c.due_at.is_not(None), same)
    return sa.or_(tickets.c.due_at < ticket.due_at, sa.and_(tickets.c.due_at == ticket.due_at, same))


def due(tx: sa.Connection, shop: str, at: datetime, limit: int = 500) -> tuple[Ticket, ...]:
    """Tickets of which something is due, the longest overdue first."""
    query = (
        sa.select(tickets)
        .where(tickets.c.shop == shop, tickets.c.next_at <= at)
        .order_by(tickets.c.next_at, tickets.c.id)
        .limit(limit)
    )
    return tuple(ticket_of(row) for row in tx.execute(query))


def last_taken(tx: sa.Connection, shop: str) -> dict[str, datetime]:
    """When each agent last got a ticket that is not done."""
    query = (
        sa.select(tickets.c.assignee, sa.func.max(sa.type_coerce(tickets.c.taken_at, sa.BigInteger)))
        .where(tickets.c.shop == shop, tickets.c.state.not_in(_DONE), tickets.c.taken_at.is_not(None))
        .group_by(tickets.c.assignee)
    )
    found = {agent: time_of(at) for agent, at in tx.execute(query)}
    return {agent: at for agent, at in found.items() if agent is not None and at is not None}


def untaken(tx: sa.Connection, shop: str, limit: int = 200) -> tuple[Ticket, ...]:
    """Disputes that wait for a person, in the order in which they are due."""
    query = (
        sa.select(tickets)
        .where(tickets.c.shop == shop, tickets.c.state == "new", tickets.c.queue.not_in(WORK_QUEUES))
        .order_by(tickets.c.due_at.nulls_last(), tickets.c.created_at, tickets.c.id)
        .limit(limit)
    )
    return tuple(ticket_of(row) for row in tx.execute(query))


def recent_waits(tx: sa.Connection, shop: str, queue: str, since: datetime, most: int) -> tuple[timedelta, ...]:
    """How long disputes of a queue waited that were taken since then for the first time, the latest first."""
    query = (
        sa.select(tickets.c.created_at, tickets.c.taken_at)
        .where(tickets.c.shop == shop, tickets.c.queue == queue, tickets.c.taken_at > since, tickets.c.reopened == 0)
        .order_by(tickets.c.taken_at.desc(), tickets.c.id)
        .limit(most)
    )
    return tuple(row.taken_at - row.created_at for row in tx.execute(query))


def rested(tx: sa.Connection, shop: str, at: datetime) -> tuple[Ticket, ...]:
    """Resolved tickets that nobody came back for."""
    query = sa.select(tickets).where(
        tickets.c.shop == shop, tickets.c.state == "resolved", tickets.c.resolved_at <= at - REOPENED_FOR
    )
    return tuple(ticket_of(row) for row in tx.execute(query))
