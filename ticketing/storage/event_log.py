"""Queries about the event log: what happened, in the order of the shop's cursor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ticketing.conversation import Message
from ticketing.events import Audience, Event
from ticketing.storage.columns import moment
from ticketing.storage.database import encode
from ticketing.storage.prepared import Prepared, micros
from ticketing.storage.shops import next_cursor
from ticketing.storage.spool import insert, spool_of
from ticketing.storage.tables import OF_NO_MESSAGE, conversations, events, messages

_INSERT = Prepared.insert(events)
_TEXT = sa.cast(events.c.body, sa.Text).label("text")
_OF_OWNER = Prepared(
    sa.select(conversations.c.id).where(
        conversations.c.shop == sa.bindparam("which"), conversations.c.owner == sa.bindparam("whose")
    )
)
Shop = str | sa.BindParameter[str]
Chats = Collection[str] | Sequence[sa.BindParameter[str]] | sa.Select[Any]


def in_chats(shop: Shop, chats: Chats, after: sa.BindParameter[int] | int = 0) -> sa.ColumnElement[bool]:
    """Which of a shop's events are of some conversations, after a cursor: a message's is found by the message."""
    own = sa.select(events.c.n).where(
        events.c.shop == shop, events.c.conversation.in_(chats), OF_NO_MESSAGE, events.c.n > after
    )
    told = sa.select(messages.c.n).where(
        messages.c.shop == shop, messages.c.conversation.in_(chats), messages.c.n > after
    )
    return sa.and_(events.c.shop == shop, events.c.n.in_(own.union_all(told)))


_AFTER = Prepared(
    sa.select(events.c.n, events.c.type, events.c.conversation, _TEXT, events.c.at)
    .where(
        in_chats(sa.bindparam("which"), [sa.bindparam("of")], sa.bindparam("cursor")),
        events.c.audience == sa.literal_column("'all'"),
    )
    .order_by(events.c.n)
    .limit(sa.bindparam("most"))
    .offset(sa.literal_column("0"))
)


def append(
    tx: sa.Connection, shop: str, kind: str, conversation: str, owner: str, body: dict[str, Any], at: datetime,
    audience: Audience = "all",
) -> Event:  # fmt: skip
    """Write an event in the transaction of the change that it reports; of a message, `append_message`."""
    assert kind != "message", "its event is found by the message"
    return _append(tx, Event(shop, next_cursor(tx, shop), kind, conversation, owner, encode(body), at, audience))


def append_message(tx: sa.Connection, shop: str, message: Message, owner: str, text: str) -> Event:
    """The event that tells of a message, `text` its body, under the cursor that the message was written with."""
    assert message.n is not None, "a message that is told"
    return _append(tx, Event(shop, message.n, "message", message.conversation, owner, text, message.at))


def _append(tx: sa.Connection, event: Event) -> Event:
    insert(tx, _INSERT, (
        event.shop, event.n, event.type, event.conversation, event.audience, event.text, micros(event.at),
    ))  # fmt: skip
    if (spool := spool_of(tx)) is not None:
        spool.events.append(event)
    return event


def after(tx: sa.Connection, shop: str, owner: str, cursor: int, limit: int = 1000) -> tuple[Event, ...]:
    """An owner's events after `cursor`, in order; what it costs depends on them, not on how busy the shop was."""
    given = {"which": shop, "cursor": cursor, "most": limit}
    rows = [
        row
        for (conversation,) in _OF_OWNER.run(tx, {"which": shop, "whose": owner}).fetchall()
        for row in _AFTER.run(tx, given | {"of": conversation})
    ]
    rows.sort()
    return tuple(
        Event(shop, n, kind, conversation, owner, text, moment(at)) for n, kind, conversation, text, at in rows[:limit]
    )


def after_in_shop(tx: sa.Connection, shop: str, cursor: int, limit: int = 1000) -> tuple[Event, ...]:
    """Every event of a shop after `cursor`, in order, for its agents alone."""
    query = (
        sa.select(
            events.c.n, events.c.type, events.c.conversation, conversations.c.owner, _TEXT, events.c.at,
            events.c.audience,
        )
        .outerjoin(
            conversations, (conversations.c.shop == events.c.shop) & (conversations.c.id == events.c.conversation)
        )
        .where(events.c.shop == shop, events.c.n > cursor)
        .order_by(events.c.n)
        .limit(limit)
    )  # fmt: skip
    return tuple(
        Event(shop, row.n, row.type, row.conversation, row.owner or "", row.text, row.at, row.audience)
        for row in tx.execute(query)
    )


def seen_by_buyers(
    tx: sa.Connection, shop: str, cursor: int, conversation: str | None, limit: int
) -> tuple[Event, ...]:
    """A shop's events after `cursor`, in order, that are not for agents alone; of one conversation or of all."""
    query = (
        sa.select(events.c.n, events.c.type, events.c.conversation, conversations.c.owner, _TEXT, events.c.at)
        .outerjoin(
            conversations, (conversations.c.shop == events.c.shop) & (conversations.c.id == events.c.conversation)
        )
        .where(events.c.shop == shop, events.c.n > cursor, events.c.audience == "all")
        .order_by(events.c.n)
        .limit(limit)
    )
    if conversation is not None:
        query = query.where(in_chats(shop, [conversation], cursor))
    return tuple(
        Event(shop, row.n, row.type, row.conversation, row.owner or "", row.text, row.at) for row in tx.execute(query)
    )


def of_kinds(
    tx: sa.Connection, shop: str, among: Collection[str], kinds: Collection[str]
) -> tuple[tuple[str, dict[str, Any]], ...]:
    """`(type, body)` of the events of some kinds but messages, for all to hear, in some conversations, in order."""
    query = (
        sa.select(events.c.type, events.c.body)
        .where(events.c.shop == shop, events.c.conversation.in_(among), events.c.type.in_(kinds), OF_NO_MESSAGE)
        .where(events.c.audience == "all")
        .order_by(events.c.n)
    )
    return tuple((row.type, row.body) for row in tx.execute(query))


def of_conversation(tx: sa.Connection, shop: str, conversation: str) -> tuple[tuple[int, str], ...]:
    """`(n, type)` of every event of a conversation, in order."""
    query = sa.select(events.c.n, events.c.type).where(in_chats(shop, [conversation])).order_by(events.c.n)
    return tuple((row.n, row.type) for row in tx.execute(query))
