"""Queries about decisions and tickets."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ticketing.clocks import next_moment
from ticketing.errors import NotFound
from ticketing.ids import new_id
from ticketing.storage.shops import next_ticket_no
from ticketing.storage.tables import conversations, decisions, tickets
from ticketing.storage.tickets import ticket_of
from ticketing.ticket import Priority, Ticket

_CLAIMED = (
    sa.select(decisions.c.order_no)
    .distinct()
    .join(conversations, (conversations.c.shop == decisions.c.shop) & (conversations.c.id == decisions.c.conversation))
    .where(decisions.c.shop == sa.bindparam("which"), conversations.c.owner == sa.bindparam("whose"))
    .where(decisions.c.at > sa.bindparam("since"))
)
"""What every turn asks is built once: building it costs more than asking."""


def save_decision(
    tx: sa.Connection, shop: str, conversation: str, order_no: str | None, proof: dict[str, Any], at: datetime
) -> str:
    """Keep a decision's proof for ever; its id."""
    key = new_id()
    tx.execute(sa.insert(decisions).values(
        shop=shop, id=key, conversation=conversation, order_no=order_no, request=proof["request"],
        verdict=proof["verdict"], digest=proof["digest"], proof=proof, at=at,
    ))  # fmt: skip
    return key


def get_decision(tx: sa.Connection, shop: str, decision: str) -> dict[str, Any]:
    """The stored proof, or NotFound."""
    query = sa.select(decisions.c.proof).where(decisions.c.shop == shop, decisions.c.id == decision)
    proof = tx.execute(query).scalar_one_or_none()
    if proof is None:
        raise NotFound("decision", decision)
    return dict(proof)


def order_of_decision(tx: sa.Connection, shop: str, decision: str) -> str | None:
    """The number of the order that a decision is about."""
    query = sa.select(decisions.c.order_no).where(decisions.c.shop == shop, decisions.c.id == decision)
    found: str | None = tx.execute(query).scalar_one_or_none()
    return found


def count_decisions(tx: sa.Connection, shop: str, since: datetime) -> int:
    """How many decisions were recorded since then."""
    query = sa.select(sa.func.count()).select_from(decisions).where(decisions.c.shop == shop, decisions.c.at >= since)
    return int(tx.execute(query).scalar_one())


def proofs_since(
    tx: sa.Connection, shop: str, since: datetime, after: tuple[datetime, str] | None, limit: int
) -> tuple[tuple[datetime, str, str | None, str], ...]:
    """`(at, id, order number, the proof's JSON)` of decisions since then and after the place `(at, id)`, in order."""
    query = (
        sa.select(decisions.c.at, decisions.c.id, decisions.c.order_no, sa.cast(decisions.c.proof, sa.Text))
        .where(decisions.c.shop == shop, decisions.c.at >= since)
        .order_by(decisions.c.at, decisions.c.id)
        .limit(limit)
    )
    if after is not None:
        at, key = after
        query = query.where((decisions.c.at > at) | ((decisions.c.at == at) & (decisions.c.id > key)))
    return tuple((row[0], row[1], row[2], row[3]) for row in tx.execute(query))


def open_ticket(
    tx: sa.Connection, shop: str, conversation: str, *, reason: str, priority: Priority, queue: str, at: datetime,
    due_at: datetime | None, order_no: str | None = None, decision: str | None = None, missing: tuple[str, ...] = (),
    target_at: datetime | None = None, resolve_by: datetime | None = None, tags: tuple[str, ...] = (),
    evidence_by: datetime | None = None, remind_at: datetime | None = None, legal_by: datetime | None = None,
    team: str | None = None,
) -> Ticket:  # fmt: skip
    """A new ticket in its queue, with the shop's next number."""
    ticket = Ticket(
        shop, new_id(), conversation, reason, priority, queue, "new", 0, at, due_at, order_no, decision, missing,
        target_at=target_at, resolve_by=resolve_by, ticket_no=next_ticket_no(tx, shop), tags=tags, team=team,
        evidence_by=evidence_by, remind_at=remind_at, legal_by=legal_by,
    )  # fmt: skip
    ticket = replace(ticket, next_at=next_moment(ticket))
    lists = {"missing": list(missing), "tags": list(tags), "fired": []}
    tx.execute(sa.insert(tickets).values(**(asdict(ticket) | lists)))
    return ticket


def open_work_on(tx: sa.Connection, shop: str, order_no: str, queue: str) -> Ticket | None:
    """The work on an order that waits in a queue already, whoever asked for it."""
    query = (
        sa.select(tickets)
        .where(tickets.c.shop == shop, tickets.c.order_no == order_no, tickets.c.queue == queue)
        .where(tickets.c.state.not_in(("resolved", "closed")))
        .order_by(tickets.c.created_at)
    )
    row = tx.execute(query).first()
    return None if row is None else ticket_of(row)


def tickets_of(tx: sa.Connection, shop: str, conversation: str) -> tuple[Ticket, ...]:
    """Every ticket of a conversation, oldest first."""
    query = (
        sa.select(tickets)
        .where(tickets.c.shop == shop, tickets.c.conversation == conversation)
        .order_by(tickets.c.created_at)
    )
    return tuple(ticket_of(row) for row in tx.execute(query))


def claims_of(tx: sa.Connection, shop: str, owner: str, since: datetime) -> frozenset[str]:
    """The orders on which an owner had something decided since then."""
    given = {"which": shop, "whose": owner, "since": since}
    return frozenset(order for order in tx.execute(_CLAIMED, given).scalars() if order is not None)
