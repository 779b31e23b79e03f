"""By which words tickets are found: one row a ticket, FTS5 in SQLite and a tsvector in PostgreSQL.

The words are given, so that both find the same; a word has letters and digits alone. The index follows the event log
behind everybody's back: a cursor says up to where, and what stands in it can be made anew at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ticketing.storage.tables import (
    claims,
    conversation_orders,
    conversations,
    events,
    messages,
    ticket_links,
    tickets,
)
from ticketing.storage.tables import ticket_word_cursors as cursors

SHIFT = 40
"""In SQLite a row's number is its shop's place and the ticket's number, so that a shop's tickets are a range."""
CHUNK = 400


@dataclass(frozen=True, slots=True)
class Wanted:
    """A word to be found, or any word that begins with it."""

    word: str
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """What a ticket's words are made of, as the record has it."""

    ticket_no: int
    texts: tuple[str, ...]
    reason: str
    owner: str


def cursor(tx: sa.Connection, shop: str) -> int:
    """Up to which event of the shop the words stand; -1 where nothing was written yet."""
    found = tx.execute(sa.select(cursors.c.n).where(cursors.c.shop == shop)).scalar_one_or_none()
    return -1 if found is None else int(found)


def behind(tx: sa.Connection, shop: str, most: int | None = None) -> int:
    """How many events are not in the index yet, counted up to `most`."""
    some = sa.select(events.c.n).where(events.c.shop == shop, events.c.n > cursor(tx, shop)).limit(most)
    return int(tx.execute(sa.select(sa.func.count()).select_from(some.subquery())).scalar_one())


def due(tx: sa.Connection, shop: str, most: int) -> tuple[int, int, tuple[Source, ...]]:
    """`(cursor, n, sources)`: the tickets of whatever happened after the cursor, up to n, read anew."""
    begun, mine = cursor(tx, shop), events.c.shop == shop
    some = sa.select(events.c.n).where(mine, events.c.n > begun).order_by(events.c.n).limit(most).subquery()
    to = tx.execute(sa.select(sa.func.max(some.c.n))).scalar_one_or_none()
    if to is None:
        return begun, max(begun, 0), ()
    its = sa.exists().where(tickets.c.shop == shop, tickets.c.conversation == events.c.conversation)
    happened = sa.select(events.c.conversation).distinct().where(mine, events.c.n > begun, events.c.n <= to)
    return begun, int(to), sources(tx, shop, tx.execute(happened.where(its)).scalars())


def sources(tx: sa.Connection, shop: str, chats: Iterable[str]) -> tuple[Source, ...]:
    """What the tickets of these conversations are found by."""
    names, found = sorted(chats), list[Source]()
    for first in range(0, len(names), CHUNK):
        found += _sources(tx, shop, names[first : first + CHUNK])
    return tuple(found)


def _sources(tx: sa.Connection, shop: str, chats: list[str]) -> list[Source]:
    joined = tickets.join(
        conversations, (conversations.c.shop == tickets.c.shop) & (conversations.c.id == tickets.c.conversation)
    )
    query = sa.select(
        tickets.c.id, tickets.c.ticket_no, tickets.c.conversation, tickets.c.reason, tickets.c.tags,
        tickets.c.order_no, conversations.c.subject, conversations.c.owner,
    )  # fmt: skip
    rows = tx.execute(query.select_from(joined).where(tickets.c.shop == shop, tickets.c.conversation.in_(chats))).all()
    theirs = [row.conversation for row in rows]
    linked = sa.select(ticket_links.c.ticket, ticket_links.c.value).where(
        ticket_links.c.shop == shop, ticket_links.c.kind == "order", ticket_links.c.ticket.in_([row.id for row in rows])
    )
    links = _lists(tx.execute(linked))
    orders = _lists(tx.execute(_of(shop, conversation_orders, "order_no", theirs)))
    goods = _lists(tx.execute(_of(shop, claims, "product", theirs)))
    said = _lists(tx.execute(_of(shop, messages, "text", theirs)))
    return [
        Source(
            row.ticket_no,
            (
                row.subject, *row.tags, row.order_no or "", *links.get(row.id, ()),
                *(one for table in (orders, goods, said) for one in table.get(row.conversation, ())),
            ),
            row.reason,
            row.owner,
        )
        for row in rows
    ]  # fmt: skip


def _of(shop: str, table: sa.Table, column: str, chats: list[str]) -> sa.Select[tuple[str, str]]:
    return sa.select(table.c.conversation, table.c[column]).where(table.c.shop == shop, table.c.conversation.in_(chats))


def _lists(rows: Iterable[Any]) -> Mapping[str, list[str]]:
    """The values of each key, in their order."""
    found: dict[str, list[str]] = {}
    for key, value in rows:
        found.setdefault(key, []).append(value)
    return found


def keep(tx: sa.Connection, shop: str, begun: int, to: int, words: Mapping[int, str]) -> bool:
    """Write tickets' words, separated by spaces, and move the cursor; False, and nothing, where another was before."""
    if cursor(tx, shop) != begun:
        return False
    if begun < 0:
        place = sa.select(sa.func.coalesce(sa.func.max(cursors.c.place), 0) + 1).scalar_subquery()
        tx.execute(sa.insert(cursors).values(shop=shop, n=to, place=place))
    else:
        tx.execute(sa.update(cursors).where(cursors.c.shop == shop).values(n=to))
    if words:
        _write(tx, shop, words)
    return True


def rewrite(tx: sa.Connection, shop: str, words: Mapping[int, str]) -> None:
    """Write tickets' words anew, where the shop has an index; its cursor stays."""
    if words and cursor(tx, shop) >= 0:
        _write(tx, shop, words)


def _write(tx: sa.Connection, shop: str, words: Mapping[int, str]) -> None:
    if tx.dialect.name == "sqlite":
        base = _base(tx, shop)
        gone = sa.text("DELETE FROM ticket_words WHERE rowid = :row")
        tx.execute(gone, [{"row": base + number} for number in words])
        rows = [{"row": base + number, "words": text} for number, text in words.items()]
        tx.execute(sa.text("INSERT INTO ticket_words (rowid, words) VALUES (:row, :words)"), rows)
    else:
        written = sa.text(
            "INSERT INTO ticket_words (shop, ticket_no, words)"
            " VALUES (:shop, :number, array_to_tsvector(string_to_array(:words, ' ')))"
            " ON CONFLICT (shop, ticket_no) DO UPDATE SET words = excluded.words"
        )
        tx.execute(written, [{"shop": shop, "number": number, "words": text} for number, text in words.items()])


def matching(
    tx: sa.Connection, shop: str, wanted: Iterable[Wanted], below: int | None, some: bool = False
) -> sa.Subquery:
    """A table of the shop's tickets that have all of these words, or `some`; those under `below` if given.

    It has their `ticket_no`, and `place`, by which it is read in order without being sorted.
    """
    asked = tuple(wanted)
    if tx.dialect.name == "sqlite":
        base = _base(tx, shop)
        top = base + (below if below is not None else 1 << SHIFT)
        text = (" OR " if some else " AND ").join(f'"{one.word}"' + (" *" if one.begins else "") for one in asked)
        found = sa.text(
            "SELECT rowid AS place, rowid - :base AS ticket_no FROM ticket_words WHERE ticket_words MATCH :words"
            " AND rowid > :base AND rowid < :top"
        ).bindparams(base=base, top=top, words=text)
    else:
        text = (" | " if some else " & ").join(f"'{one.word}'" + (":*" if one.begins else "") for one in asked)
        found = sa.text(
            "SELECT ticket_no AS place, ticket_no FROM ticket_words WHERE shop = :shop"
            " AND words @@ CAST(:words AS tsquery) AND ticket_no < :top"
        ).bindparams(shop=shop, words=text, top=below if below is not None else 1 << SHIFT)
    columns = sa.column("place", sa.BigInteger), sa.column("ticket_no", sa.BigInteger)
    return found.columns(*columns).subquery("found")


def _base(tx: sa.Connection, shop: str) -> int:
    place = tx.execute(sa.select(cursors.c.place).where(cursors.c.shop == shop)).scalar_one_or_none()
    return (place or 0) << SHIFT
