"""Queries about the evidence of tickets: a chain for each, only ever added to, and parts beside it that may go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from ticketing.errors import NotFound
from ticketing.evidence import PERSONAL, Entry, Item, Part, canonical, extended
from ticketing.storage.event_log import in_chats
from ticketing.storage.prepared import Prepared
from ticketing.storage.spool import flush
from ticketing.storage.tables import events, messages, order_events, risk_reports, tickets, uploads
from ticketing.storage.tables import evidence_cursors as cursors
from ticketing.storage.tables import evidence_entries as entries
from ticketing.storage.tables import evidence_parts as parts

_SAID: tuple[sa.ColumnElement[Any], ...] = (
    uploads.c.id, uploads.c.owner, uploads.c.name, uploads.c.media_type, uploads.c.size, uploads.c.sha256,
    uploads.c.said_at, uploads.c.gone_at,
)  # fmt: skip

_MESSAGE = tuple(messages.c[name] for name in (
    "id", "seq", "at", "author_kind", "author_name", "generated_by", "lang", "text", "citations",
))  # fmt: skip
_LINK = tuple(entries.c[name] for name in (
    "n", "kind", "source", "subject", "at", "recorded_at", "open", "commitments", "salt", "previous", "hash",
))  # fmt: skip
_ENTRY, _PART = Prepared.insert(entries), Prepared.insert(parts)
_LAST = Prepared(
    sa.select(entries.c.n, entries.c.hash)
    .where(entries.c.shop == sa.bindparam("_shop"), entries.c.ticket == sa.bindparam("_ticket"))
    .order_by(entries.c.n.desc())
    .limit(sa.literal_column("1"))
    .offset(sa.literal_column("0"))
)
FEW = 200
"""As many items are looked for by name; for more of them the whole chain is read."""


def of_ticket(
    tx: sa.Connection, shop: str, ticket: str, which: sa.ColumnElement[bool] | None = None
) -> tuple[Entry, ...]:
    """The chain of a ticket, or some of its links, in order, with the parts that were not erased."""
    mine = (entries.c.shop == shop) & (entries.c.ticket == ticket)
    mine = mine if which is None else mine & which
    rows = tx.execute(sa.select(*_LINK).where(mine).order_by(entries.c.n)).all()
    kept: defaultdict[int, dict[str, Part]] = defaultdict(dict)
    query = sa.select(parts.c.n, parts.c.name, parts.c.salt, parts.c.value)
    query = query.where(parts.c.shop == shop, parts.c.ticket == ticket)
    query = query if which is None else query.where(parts.c.n.in_([row[0] for row in rows]))
    for n, name, salt, value in tx.execute(query):
        kept[n][name] = Part(salt, msgspec.json.decode(value))
    decode = msgspec.json.decode
    return tuple(
        Entry(
            n, kind, source, subject, at, added, decode(open), decode(commitments), salt, previous, hash,
            kept.get(n, {}),
        )
        for n, kind, source, subject, at, added, open, commitments, salt, previous, hash in rows
    )  # fmt: skip


def add(tx: sa.Connection, shop: str, ticket: str, items: Iterable[Item], at: datetime) -> tuple[Entry, ...]:
    """Add what is new or changed; the whole chain as it stands now."""
    before = of_ticket(tx, shop, ticket)
    return (*before, *_write(tx, shop, ticket, extended(shop, ticket, before, items, at)))


def append_new(tx: sa.Connection, shop: str, ticket: str, item: Item, at: datetime) -> None:
    """Add an item whose subject stands nowhere in the chain yet; of the chain only its end is read."""
    row = _LAST.run(tx, {"_shop": shop, "_ticket": ticket}).fetchone()
    last = () if row is None else (Entry(row[0], "", "", "", "", "", {}, {}, "", "", row[1]),)
    _write(tx, shop, ticket, extended(shop, ticket, last, [item], at))


def append(tx: sa.Connection, shop: str, ticket: str, items: Sequence[Item], at: datetime) -> tuple[Entry, ...]:
    """Add what is new or changed; what was added. Reads of the chain only what a few items need."""
    if len(items) > FEW:
        before = of_ticket(tx, shop, ticket)
    else:
        last = sa.select(sa.func.max(entries.c.n)).where(entries.c.shop == shop, entries.c.ticket == ticket)
        same = entries.c.subject.in_([item.subject for item in items])
        before = of_ticket(tx, shop, ticket, sa.or_(same, entries.c.n == last.scalar_subquery()))
    return _write(tx, shop, ticket, extended(shop, ticket, before, items, at))


def _write(tx: sa.Connection, shop: str, ticket: str, added: tuple[Entry, ...]) -> tuple[Entry, ...]:
    flush(tx)
    _ENTRY.run_many(tx, [_row(shop, ticket, entry) for entry in added])
    beside = [
        {"shop": shop, "ticket": ticket, "n": entry.n, "name": name, "salt": part.salt, "value": _text(part.value)}
        for entry in added
        for name, part in entry.parts.items()
    ]
    _PART.run_many(tx, beside)
    return added


def tickets_with_personal(tx: sa.Connection, shop: str, chats: Collection[str]) -> tuple[tuple[str, int], ...]:
    """Tickets of these conversations whose evidence keeps people's own words, and in how many parts."""
    theirs = sa.select(tickets.c.id).where(tickets.c.shop == shop, tickets.c.conversation.in_(chats))
    mine = parts.c.shop == shop, parts.c.name.in_(sorted(PERSONAL)), parts.c.ticket.in_(theirs)
    query = sa.select(parts.c.ticket, sa.func.count()).where(*mine).group_by(parts.c.ticket)
    return tuple((row[0], int(row[1])) for row in tx.execute(query.order_by(parts.c.ticket)))


def due(tx: sa.Connection, shop: str, most: int) -> tuple[int, int, tuple[tuple[str, frozenset[str]], ...]]:
    """`(from, to, tickets)`: the next events from which nothing was collected yet, at most so many.

    Of each ticket whose conversation is in them, with the types of those events. A shop of which nothing was ever
    collected begins with what happens next, and its older tickets when something happens in them.
    """
    begun = tx.execute(sa.select(cursors.c.n).where(cursors.c.shop == shop)).scalar_one_or_none()
    if begun is None:
        newest = sa.select(sa.func.coalesce(sa.func.max(events.c.n), 0)).where(events.c.shop == shop)
        return -1, int(tx.execute(newest).scalar_one()), ()
    query = sa.select(events.c.n, events.c.conversation, events.c.type).where(events.c.shop == shop, events.c.n > begun)
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    to = begun
    for n, conversation, kind in tx.execute(query.order_by(events.c.n).limit(most)):
        kinds[conversation].add(kind)
        to = n
    found = sa.select(tickets.c.id, tickets.c.conversation).where(
        tickets.c.shop == shop, tickets.c.conversation.in_(kinds)
    )
    rows = tx.execute(found.order_by(tickets.c.id)) if kinds else ()
    return begun, to, tuple((row[0], frozenset(kinds[row[1]])) for row in rows)


def collected(tx: sa.Connection, shop: str, begun: int, to: int) -> None:
    """From all events up to `to` it was collected; whoever else did so first has done it."""
    if begun < 0:
        tx.execute(sa.insert(cursors).values(shop=shop, n=to))
    elif to > begun:
        tx.execute(sa.update(cursors).where(cursors.c.shop == shop, cursors.c.n == begun).values(n=to))


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


def said(tx: sa.Connection, shop: str, conversation: str, after: int = 0) -> tuple[sa.Row[Any], ...]:
    """What was said in a conversation after its message `after`, in order."""
    query = sa.select(*_MESSAGE).where(messages.c.shop == shop, messages.c.conversation == conversation)
    return tuple(tx.execute(query.where(messages.c.seq > after).order_by(messages.c.seq)))


def latest(tx: sa.Connection, shop: str, ticket: str, subject: str) -> Entry:
    """The last link of a subject. Raises NotFound."""
    found = of_ticket(tx, shop, ticket, entries.c.subject == subject)
    if not found:
        raise NotFound("evidence", subject)
    return found[-1]


def last_said(tx: sa.Connection, shop: str, ticket: str) -> int:
    """The `seq` of the message that was added last, 0 where none was."""
    query = sa.select(entries.c.open).where(
        entries.c.shop == shop, entries.c.ticket == ticket, entries.c.kind == "message"
    )
    found = tx.execute(query.order_by(entries.c.n.desc()).limit(1)).scalar_one_or_none()
    return 0 if found is None else int(msgspec.json.decode(found)["seq"])


def uploads_said(tx: sa.Connection, shop: str, conversation: str) -> tuple[sa.Row[Any], ...]:
    """What was sent in a conversation, in order: whose, what, its SHA-256, and when it was no longer kept."""
    query = sa.select(*_SAID).where(uploads.c.shop == shop, uploads.c.conversation == conversation)
    return tuple(tx.execute(query.order_by(uploads.c.said_at, uploads.c.id)))


def told_of(tx: sa.Connection, shop: str, conversation: str, kinds: Iterable[str]) -> tuple[sa.Row[Any], ...]:
    """`(n, type, body, at, audience)` of a conversation's events of some kinds, in order."""
    query = sa.select(events.c.n, events.c.type, events.c.body, events.c.at, events.c.audience).where(
        in_chats(shop, [conversation]), events.c.type.in_(list(kinds))
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
