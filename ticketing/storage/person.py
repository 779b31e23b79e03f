"""All that the record keeps of one person, found by the data map."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ticketing.storage.data_map import PEOPLE, Reach
from ticketing.storage.event_log import in_chats
from ticketing.storage.tables import (
    claims,
    conversations,
    events,
    messages,
    metadata,
    refunds,
    tickets,
    webhook_deliveries,
)

BUYER, VISITOR = "buyer:", "visitor:"
NAMED_BY: Mapping[Reach, str] = {
    "owner": "owner", "sender": "sender", "account": "buyer", "visitor": "id", "files": "owner", "person": "person",
}  # fmt: skip
"""In which column a table names people themselves, by how it is reached."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a shop under the name of rows, `buyer:ID` or `visitor:ID`, and the conversations of theirs.

    Without a name it is these conversations alone, whosever they are.
    """

    shop: str
    owner: str
    chats: tuple[str, ...]


def owner_of(name: str) -> str:
    """`buyer:ID` for a buyer's id in the shop; `visitor:ID` and `buyer:ID` stay."""
    return name if name.startswith((BUYER, VISITOR)) else f"{BUYER}{name}"


def shops_of(tx: sa.Connection, owner: str) -> tuple[str, ...]:
    """The shops that keep anything of an owner."""
    found: set[str] = set()
    for name, personal in PEOPLE.items():
        if personal.reach in {"owner", "sender", "account", "files"}:
            table = metadata.tables[name]
            found |= set(tx.execute(sa.select(table.c.shop).where(_direct(table, personal.reach, owner))).scalars())
    return tuple(sorted(found))


def person(tx: sa.Connection, shop: str, owner: str) -> Person:
    """Somebody with their conversations, the oldest first."""
    mine = conversations.c.shop == shop, conversations.c.owner == owner
    query = sa.select(conversations.c.id).where(*mine).order_by(conversations.c.created_at, conversations.c.id)
    return Person(shop, owner, tuple(tx.execute(query).scalars()))


def owners(tx: sa.Connection, shop: str) -> set[str]:
    """Everybody of whom a shop keeps anything, erased ones aside."""
    found: set[str] = set()
    for name, personal in PEOPLE.items():
        table, column = metadata.tables[name], NAMED_BY.get(personal.reach)
        if column is not None and column in table.c:
            some = tx.execute(sa.select(table.c[column]).where(table.c.shop == shop).distinct()).scalars()
            begins = {"account": BUYER, "visitor": VISITOR}.get(personal.reach, "")
            found |= {f"{begins}{one}" for one in some if one and ":erased-" not in one}
    return found


def owner_of_chat(tx: sa.Connection, shop: str, chat: str) -> str | None:
    """Whose a conversation is; None where there is none, or it is nobody's by now."""
    query = sa.select(conversations.c.owner).where(conversations.c.shop == shop, conversations.c.id == chat)
    owner = tx.execute(query).scalar_one_or_none()
    return None if owner is None or ":erased-" in owner else str(owner)


def rows(tx: sa.Connection, name: str, one: Person) -> Iterator[dict[str, Any]]:
    """The rows of a table that are about somebody, in the order of their keys."""
    table = metadata.tables[name]
    for row in tx.execute(sa.select(table).where(theirs(name, one)).order_by(*table.primary_key.columns)):
        yield dict(row._mapping)


def count(tx: sa.Connection, name: str, one: Person) -> int:
    """How many they are."""
    query = sa.select(sa.func.count()).select_from(metadata.tables[name]).where(theirs(name, one))
    return int(tx.execute(query).scalar_one())


def known(tx: sa.Connection, shop: str, owner: str) -> bool:
    """Whether anything is kept of somebody."""
    one = person(tx, shop, owner)
    return any(count(tx, name, one) for name in PEOPLE)


def theirs(name: str, one: Person) -> sa.ColumnElement[bool]:
    """Which rows of a table are about somebody."""
    table, reach = metadata.tables[name], PEOPLE[name].reach
    return sa.and_(table.c.shop == one.shop, _reached(table, reach, one))


def _reached(table: sa.Table, reach: Reach, one: Person) -> sa.ColumnElement[bool]:
    if table is webhook_deliveries:
        if not one.owner:  # what is told is forgotten long before what was said
            return sa.false()
        ended = table.c.next_at.is_(None)
        return sa.and_(ended, sa.or_(sa.false(), *(table.c.body.contains(chat, autoescape=True) for chat in one.chats)))
    if table is conversations:
        return table.c.id.in_(one.chats)
    if table is events:
        return in_chats(one.shop, one.chats)
    match reach:
        case "conversation":
            return table.c.conversation.in_(one.chats)
        case "message":  # by what each of these tables is found
            said = sa.select(messages.c.id).where(messages.c.shop == one.shop, messages.c.conversation.in_(one.chats))
            return table.c.message.in_(said)
        case "files":
            return sa.or_(table.c.conversation.in_(one.chats), _direct(table, reach, one.owner))
        case "ticket":
            return table.c.ticket.in_(_ids(tickets, one.shop, one.chats))
        case "refund":
            return table.c.refund.in_(_ids(refunds, one.shop, one.chats))
        case "claim":
            return table.c.claim.in_(
                sa.select(claims.c.id).where(claims.c.shop == one.shop, claims.c.owner == one.owner)
            )
        case _:
            return _direct(table, reach, one.owner)


def _direct(table: sa.Table, reach: Reach, owner: str) -> sa.ColumnElement[bool]:
    """Rows that name somebody themselves."""
    match reach:
        case "sender":
            return table.c.sender == owner
        case "visitor":
            return table.c.id == owner.removeprefix(VISITOR) if owner.startswith(VISITOR) else sa.false()
        case "person":
            return table.c.person == owner
        case "held":
            return table.c.subject == owner
        case "account":
            return table.c.buyer == owner.removeprefix(BUYER) if owner.startswith(BUYER) else sa.false()
        case _:
            return table.c.owner == owner


def _ids(table: sa.Table, shop: str, chats: Collection[str]) -> sa.Select[tuple[str]]:
    return sa.select(table.c.id).where(table.c.shop == shop, table.c.conversation.in_(chats))
