"""Every ticket of a shop as a list, the newest first: filtered, found by words, page by page.

The order is the ticket's number, which never changes, so that pages neither skip nor repeat what was there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from ticketing.storage.desk import BadCursor, DeskRow, rows_with
from ticketing.storage.tables import claims, conversations, messages, supplied_lines, tickets
from ticketing.storage.ticket_words import Wanted, matching
from ticketing.ticket import Priority, TicketState

NOBODY = "nobody"
SAID = 40
"""So many of a conversation's last messages are looked through for the words that were found."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a ticket has to be; what is left out may be anything. `owner` is an agent's id or NOBODY.

    `since`, inclusive, and `until`, exclusive, are when it was opened. Words are all to be found in it, or only `some`.
    """

    states: Sequence[TicketState] = ()
    queue: str | None = None
    owner: str | None = None
    team: str | None = None
    priorities: Sequence[Priority] = ()
    reason: str | None = None
    product: str | None = None
    supplier: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: Sequence[Wanted] = field(default=())
    some: bool = False


@dataclass(frozen=True, slots=True)
class TicketPage:
    """Rows, each with its own ticket, and the cursor of what follows."""

    rows: tuple[DeskRow, ...]
    next: str | None


def page(tx: sa.Connection, shop: str, wanted: Filters, limit: int, after: str | None = None) -> TicketPage:
    """A page of the list. Raises BadCursor."""
    below = None if after is None else _opened(after)
    numbers: list[int] = [row.ticket_no for row in tx.execute(_numbers(tx, shop, wanted, below).limit(limit + 1))]
    shown = numbers[:limit]
    more = f"{shown[-1]}" if len(numbers) > limit else None
    return TicketPage(rows_with(tx, shop, shown), more)


def last_said(tx: sa.Connection, shop: str, chats: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
    """`(seq, text)` of the last messages of conversations, the latest first."""
    its = (conversations.c.shop == messages.c.shop) & (conversations.c.id == messages.c.conversation)
    query = (
        sa.select(messages.c.conversation, messages.c.seq, messages.c.text)
        .select_from(conversations.join(messages, its))
        .where(conversations.c.shop == shop, conversations.c.id.in_(chats))
        .where(messages.c.seq > conversations.c.seq - SAID)
    )
    found: dict[str, list[tuple[int, str]]] = {chat: [] for chat in chats}
    for chat, seq, text in tx.execute(query.order_by(messages.c.seq.desc())):
        found[chat].append((seq, text))
    return found


def _numbers(tx: sa.Connection, shop: str, wanted: Filters, below: int | None) -> sa.Select[tuple[int]]:
    table = tickets.c
    query = sa.select(table.ticket_no).where(table.shop == shop, *_filtered(shop, wanted))
    if below is not None:
        query = query.where(table.ticket_no < below)
    if not wanted.words:
        return query.order_by(table.ticket_no.desc())
    found = matching(tx, shop, wanted.words, below, wanted.some)
    joined = found.join(tickets, table.ticket_no == found.c.ticket_no)
    return query.select_from(joined).order_by(found.c.place.desc())


def _filtered(shop: str, wanted: Filters) -> list[sa.ColumnElement[bool]]:
    table, found = tickets.c, list[sa.ColumnElement[bool]]()
    if wanted.states:
        found.append(table.state.in_(wanted.states))
    if wanted.priorities:
        found.append(table.priority.in_(wanted.priorities))
    if wanted.owner == NOBODY:
        found.append(table.state == "new")
    elif wanted.owner is not None:
        found += [table.assignee == wanted.owner, table.state != "new"]
    for column, value in ((table.queue, wanted.queue), (table.team, wanted.team), (table.reason, wanted.reason)):
        if value is not None:
            found.append(column == value)
    if wanted.since is not None:
        found.append(table.created_at >= wanted.since)
    if wanted.until is not None:
        found.append(table.created_at < wanted.until)
    lines = sa.select(supplied_lines.c.order_no).where(supplied_lines.c.shop == shop)
    if wanted.product is not None:
        claimed = sa.select(claims.c.conversation).where(claims.c.shop == shop, claims.c.product == wanted.product)
        ordered = lines.where(supplied_lines.c.product == wanted.product)
        found.append(sa.or_(table.order_no.in_(ordered), table.conversation.in_(claimed)))
    if wanted.supplier is not None:
        found.append(table.order_no.in_(lines.where(supplied_lines.c.supplier == wanted.supplier)))
    return found


def _opened(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 15):
        raise BadCursor(cursor)
    return int(cursor)
