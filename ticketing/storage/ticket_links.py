"""Queries about what a ticket is linked with besides its first order and conversation, and which others are like it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from ticketing.storage.tables import claim_keys, claims, conversation_orders, conversations, ticket_links, tickets
from ticketing.storage.tickets import ticket_of
from ticketing.ticket import Ticket

LinkKind = Literal["order", "conversation"]
MOST = 100


def linked(tx: sa.Connection, ticket: Ticket, kind: LinkKind) -> tuple[str, ...]:
    """The orders or conversations of a ticket, its first one first."""
    query = (
        sa.select(ticket_links.c.value)
        .where(ticket_links.c.shop == ticket.shop, ticket_links.c.ticket == ticket.id, ticket_links.c.kind == kind)
        .order_by(ticket_links.c.at, ticket_links.c.value)
    )
    first = ticket.order_no if kind == "order" else ticket.conversation
    found = (first, *tx.execute(query).scalars()) if first else tuple(tx.execute(query).scalars())
    return tuple(dict.fromkeys(found))


def link(tx: sa.Connection, ticket: Ticket, kind: LinkKind, value: str, by: str, at: datetime) -> bool:
    """Link a ticket with an order or a conversation; whether it was not before."""
    if value in linked(tx, ticket, kind):
        return False
    tx.execute(sa.insert(ticket_links).values(
        shop=ticket.shop, ticket=ticket.id, kind=kind, value=value, by=by, at=at,
    ))  # fmt: skip
    return True


def unlink(tx: sa.Connection, ticket: Ticket, kind: LinkKind, value: str) -> bool:
    """Take a link away; whether there was one."""
    mine = (ticket_links.c.shop == ticket.shop, ticket_links.c.ticket == ticket.id)
    gone = sa.delete(ticket_links).where(*mine, ticket_links.c.kind == kind, ticket_links.c.value == value)
    return bool(tx.execute(gone).rowcount)


def by_number(tx: sa.Connection, shop: str, ticket_no: int) -> Ticket | None:
    """A ticket by what people call it."""
    query = sa.select(tickets).where(tickets.c.shop == shop, tickets.c.ticket_no == ticket_no)
    row = tx.execute(query).one_or_none()
    return None if row is None else ticket_of(row)


def about_orders(tx: sa.Connection, shop: str, orders: Iterable[str]) -> tuple[Ticket, ...]:
    """Tickets about any of these orders, newest first."""
    wanted = sorted(orders)
    named = sa.select(ticket_links.c.ticket).where(
        ticket_links.c.shop == shop, ticket_links.c.kind == "order", ticket_links.c.value.in_(wanted)
    )
    chats = sa.select(conversation_orders.c.conversation).where(
        conversation_orders.c.shop == shop, conversation_orders.c.order_no.in_(wanted), conversation_orders.c.proved
    )
    ways = (tickets.c.order_no.in_(wanted), tickets.c.id.in_(named), tickets.c.conversation.in_(chats))
    return _tickets(tx, shop, sa.or_(*ways)) if wanted else ()


def of_owner(tx: sa.Connection, shop: str, owner: str) -> tuple[Ticket, ...]:
    """Tickets of a buyer's conversations, newest first."""
    chats = sa.select(conversations.c.id).where(conversations.c.shop == shop, conversations.c.owner == owner)
    return _tickets(tx, shop, tickets.c.conversation.in_(chats))


def in_conversations(tx: sa.Connection, shop: str, keys: Iterable[str]) -> tuple[Ticket, ...]:
    """Tickets of any of these conversations, newest first."""
    return _tickets(tx, shop, tickets.c.conversation.in_(sorted(keys)[:MOST]))


def claiming_same_keys(tx: sa.Connection, shop: str, chats: Iterable[str]) -> frozenset[str]:
    """Conversations with a claim about a key that is claimed in one of `chats`: marks are compared, never keys."""
    mine = sa.select(claims.c.id).where(claims.c.shop == shop, claims.c.conversation.in_(sorted(chats)))
    marks = sa.select(claim_keys.c.mark).where(claim_keys.c.shop == shop, claim_keys.c.claim.in_(mine))
    same = sa.select(claim_keys.c.claim).where(claim_keys.c.shop == shop, claim_keys.c.mark.in_(marks))
    found = sa.select(claims.c.conversation).where(claims.c.shop == shop, claims.c.id.in_(same))
    return frozenset(tx.execute(found).scalars())


def products_claimed(
    tx: sa.Connection, shop: str, since: datetime, chats: Iterable[str] | None = None
) -> tuple[tuple[str, str, datetime], ...]:
    """`(conversation, product, at)` of claims since then, newest first; of some conversations, or of all."""
    query = sa.select(claims.c.conversation, claims.c.product, claims.c.at).where(claims.c.shop == shop)
    query = query.where(claims.c.at > since)
    if chats is not None:
        query = query.where(claims.c.conversation.in_(sorted(chats)))
    rows = tx.execute(query.order_by(claims.c.at.desc(), claims.c.id).limit(MOST * 10))
    return tuple((row.conversation, row.product, row.at) for row in rows)


def _tickets(tx: sa.Connection, shop: str, where: Any) -> tuple[Ticket, ...]:
    query = sa.select(tickets).where(tickets.c.shop == shop, where)
    query = query.order_by(tickets.c.created_at.desc(), tickets.c.id.desc()).limit(MOST)
    return tuple(ticket_of(row) for row in tx.execute(query))
