"""Queries about the evidence of tickets: a chain for each, only ever added to, and parts beside it that may go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from ticketing.errors import NotFound
from ticketing.evidence import PERSONAL, Entry, Item, Part, canonical, extended
from ticketing.storage.tables import conversations, events, order_events, risk_reports, tickets, uploads
from ticketing.storage.tables import evidence_entries as entries
from ticketing.storage.tables import evidence_parts as parts

_SAID: tuple[sa.ColumnElement[Any], ...] = (
    uploads.c.id, uploads.c.owner, uploads.c.name, uploads.c.media_type, uploads.c.size, uploads.c.sha256,
    uploads.c.said_at, uploads.c.gone_at,
)  # fmt: skip


def of_ticket(tx: sa.Connection, shop: str, ticket: str) -> tuple[Entry, ...]:
    """The chain of a ticket, in order, with the parts that were not erased."""
    kept: defaultdict[int, dict[str, Part]] = defaultdict(dict)
    mine = (parts.c.shop == shop) & (parts.c.ticket == ticket)
    for n, name, salt, value in tx.execute(sa.select(parts.c.n, parts.c.name, parts.c.salt, parts.c.value).where(mine)):
        kept[n][name] = Part(salt, msgspec.json.decode(value))
    query = sa.select(entries).where(entries.c.shop == shop, entries.c.ticket == ticket).order_by(entries.c.n)
    return tuple(
        Entry(
            row.n, row.kind, row.source, row.subject, row.at, row.recorded_at, msgspec.json.decode(row.open),
            msgspec.json.decode(row.commitments), row.salt, row.previous, row.hash, kept.get(row.n, {}),
        )
        for row in tx.execute(query)
    )  # fmt: skip


def add(tx: sa.Connection, shop: str, ticket: str, items: Iterable[Item], at: datetime) -> tuple[Entry, ...]:
    """Add what is new or changed; the whole chain as it stands now."""
    before = of_ticket(tx, shop, ticket)
    added = extended(shop, ticket, before, items, at)
    if added:
        tx.execute(sa.insert(entries), [_row(shop, ticket, entry) for entry in added])
    beside = [
        {"shop": shop, "ticket": ticket, "n": entry.n, "name": name, "salt": part.salt, "value": _text(part.value)}
        for entry in added
        for name, part in entry.parts.items()
    ]
    if beside:
        tx.execute(sa.insert(parts), beside)
    return (*before, *added)


def erase(tx: sa.Connection, shop: str, owner: str) -> int:
    """Erase what an owner's tickets keep of people's own words; how many parts. Their chains still verify."""
    theirs = sa.select(tickets.c.id).join(
        conversations, (conversations.c.shop == tickets.c.shop) & (conversations.c.id == tickets.c.conversation)
    )
    theirs = theirs.where(tickets.c.shop == shop, conversations.c.owner == owner)
    gone = sa.delete(parts).where(parts.c.shop == shop, parts.c.name.in_(sorted(PERSONAL)), parts.c.ticket.in_(theirs))
    return int(tx.execute(gone).rowcount)


def ticket_named(tx: sa.Connection, name: str, shop: str | None = None) -> tuple[tuple[str, str], ...]:
    """`(shop, id)` of the tickets of an id, or of a number such as T-1001, which each shop has of its own."""
    number = name.upper().removeprefix("T-")
    by_number = tickets.c.ticket_no == int(number) if number.isascii() and number.isdecimal() else sa.false()
    query = sa.select(tickets.c.shop, tickets.c.id).where((tickets.c.id == name) | by_number).order_by(tickets.c.shop)
    query = query if shop is None else query.where(tickets.c.shop == shop)
    found = tuple((row.shop, row.id) for row in tx.execute(query))
    if not found:
        raise NotFound("ticket", name)
    return found


def uploads_said(tx: sa.Connection, shop: str, conversation: str) -> tuple[sa.Row[Any], ...]:
    """What was sent in a conversation, in order: whose, what, its SHA-256, and when it was no longer kept."""
    query = sa.select(*_SAID).where(uploads.c.shop == shop, uploads.c.conversation == conversation)
    return tuple(tx.execute(query.order_by(uploads.c.said_at, uploads.c.id)))


def told_of(tx: sa.Connection, shop: str, conversation: str, kinds: Iterable[str]) -> tuple[sa.Row[Any], ...]:
    """`(n, type, body, at, audience)` of a conversation's events of some kinds, in order."""
    query = sa.select(events.c.n, events.c.type, events.c.body, events.c.at, events.c.audience).where(
        events.c.shop == shop, events.c.conversation == conversation, events.c.type.in_(list(kinds))
    )
    return tuple(tx.execute(query.order_by(events.c.n)))


def told_by_store(tx: sa.Connection, shop: str, order_no: str) -> tuple[sa.Row[Any], ...]:
    """What a store told of an order, by the time at which it happened."""
    query = sa.select(order_events).where(order_events.c.shop == shop, order_events.c.order_no == order_no)
    return tuple(tx.execute(query.order_by(order_events.c.occurred_at, order_events.c.id)))


def risk_of(tx: sa.Connection, shop: str, conversation: str) -> tuple[sa.Row[Any], ...]:
    """The reports of risk in a conversation, in order."""
    query = sa.select(risk_reports).where(
        risk_reports.c.shop == shop, risk_reports.c.conversation == conversation
    )  # fmt: skip
    return tuple(tx.execute(query.order_by(risk_reports.c.at, risk_reports.c.id)))


def _row(shop: str, ticket: str, entry: Entry) -> dict[str, Any]:
    return {
        "shop": shop, "ticket": ticket, "n": entry.n, "kind": entry.kind, "source": entry.source,
        "subject": entry.subject, "at": entry.at, "recorded_at": entry.recorded_at, "open": _text(entry.open),
        "commitments": _text(dict(entry.commitments)), "salt": entry.salt, "previous": entry.previous,
        "hash": entry.hash,
    }  # fmt: skip


def _text(value: Any) -> str:
    return canonical(value).decode()
