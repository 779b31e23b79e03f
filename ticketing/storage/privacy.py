"""Queries about requests of buyers about their data, and about what is held."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ticketing.errors import NotFound
from ticketing.privacy import Hold, Request
from ticketing.storage.tables import access_log, conversations, tickets
from ticketing.storage.tables import legal_holds as holds
from ticketing.storage.tables import privacy_requests as requests
from ticketing.ticket import SERVER

MOST_LISTED = 200
_HOLD = tuple(holds.c[one.name] for one in fields(Hold))
_REQUEST = tuple(requests.c[one.name] for one in fields(Request))


def hold(tx: sa.Connection, one: Hold) -> None:
    """Keep a hold."""
    tx.execute(sa.insert(holds).values({name: getattr(one, name) for name in Hold.__slots__}))


def lift(tx: sa.Connection, shop: str, id: str, by: str, at: datetime) -> None:
    """End a hold. Raises NotFound for one that is not there, or was lifted before."""
    mine = holds.c.shop == shop, holds.c.id == id, holds.c.lifted_at.is_(None)
    if tx.execute(sa.update(holds).where(*mine).values(lifted_at=at, lifted_by=by)).rowcount != 1:
        raise NotFound("hold", id)


def holds_of(tx: sa.Connection, shop: str) -> tuple[Hold, ...]:
    """Every hold, the latest first."""
    query = sa.select(*_HOLD).where(holds.c.shop == shop).order_by(holds.c.at.desc(), holds.c.id.desc())
    return tuple(Hold(*row) for row in tx.execute(query))


def holding(tx: sa.Connection, shop: str, owner: str, at: datetime) -> tuple[Hold, ...]:
    """What holds anything of an owner now: the owner, or a ticket of theirs."""
    theirs = sa.select(tickets.c.id).join(
        conversations, (conversations.c.shop == tickets.c.shop) & (conversations.c.id == tickets.c.conversation)
    )
    theirs = theirs.where(tickets.c.shop == shop, conversations.c.owner == owner)
    named = (holds.c.kind == "buyer") & (holds.c.subject == owner)
    query = sa.select(*_HOLD).where(_stands(shop, at), named | (holds.c.kind == "ticket") & holds.c.subject.in_(theirs))
    return tuple(Hold(*row) for row in tx.execute(query.order_by(holds.c.at, holds.c.id)))


def held_chats(shop: str | sa.ColumnElement[str], at: datetime) -> sa.Select[tuple[str]]:
    """The conversations that are held now: those of held buyers, and those of held tickets."""
    buyers = sa.select(conversations.c.id).where(
        conversations.c.shop == shop,
        conversations.c.owner.in_(sa.select(holds.c.subject).where(_stands(shop, at), holds.c.kind == "buyer")),
    )
    of_tickets = sa.select(tickets.c.conversation).where(
        tickets.c.shop == shop,
        tickets.c.id.in_(sa.select(holds.c.subject).where(_stands(shop, at), holds.c.kind == "ticket")),
    )
    return sa.select(buyers.union(of_tickets).subquery().c.id)


def held_owners(shop: str | sa.ColumnElement[str], at: datetime) -> sa.Select[tuple[str]]:
    """The buyers who are held now, and those of whom a ticket is."""
    chats = sa.select(conversations.c.owner).where(
        conversations.c.shop == shop, conversations.c.id.in_(held_chats(shop, at))
    )
    buyers = sa.select(holds.c.subject.label("owner")).where(_stands(shop, at), holds.c.kind == "buyer")
    return sa.select(chats.union(buyers).subquery().c.owner)


def _stands(shop: str | sa.ColumnElement[str], at: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        holds.c.shop == shop, holds.c.lifted_at.is_(None), sa.or_(holds.c.until.is_(None), holds.c.until > at)
    )


def next_number(tx: sa.Connection, shop: str) -> int:
    """The number of the shop's next request, from 1."""
    query = sa.select(sa.func.coalesce(sa.func.max(requests.c.request_no), 0) + 1).where(requests.c.shop == shop)
    return int(tx.execute(query).scalar_one())


def add(tx: sa.Connection, one: Request) -> None:
    """Keep a request."""
    tx.execute(sa.insert(requests).values({name: getattr(one, name) for name in Request.__slots__}))


def get(tx: sa.Connection, shop: str, number: int) -> Request:
    """A request by its number. Raises NotFound."""
    row = tx.execute(sa.select(*_REQUEST).where(requests.c.shop == shop, requests.c.request_no == number)).one_or_none()
    if row is None:
        raise NotFound("privacy request", f"P-{number}")
    return Request(*row)


def of_shop(tx: sa.Connection, shop: str) -> tuple[Request, ...]:
    """The shop's requests: open ones by their deadline, then the others, the latest first."""
    is_open = sa.case((requests.c.state == "open", 0), else_=1)
    by_due = sa.case((requests.c.state == "open", requests.c.due_at), else_=sa.null())
    query = sa.select(*_REQUEST).where(requests.c.shop == shop)
    query = query.order_by(is_open, by_due, requests.c.request_no.desc()).limit(MOST_LISTED)
    return tuple(Request(*row) for row in tx.execute(query))


def change(tx: sa.Connection, one: Request, **values: Any) -> Request:
    """Change some columns; as it is then."""
    tx.execute(sa.update(requests).where(requests.c.shop == one.shop, requests.c.id == one.id).values(**values))
    return get(tx, one.shop, one.request_no)


def end_open(tx: sa.Connection, shop: str, person: str, at: datetime) -> None:
    """Whatever somebody still asked is done with: nothing of theirs is left."""
    theirs = requests.c.shop == shop, requests.c.person == person, requests.c.state == "open"
    tx.execute(sa.update(requests).where(*theirs).values(state="done", ended_at=at, ended_by=SERVER))


def move(tx: sa.Connection, shop: str, old_owner: str, new_owner: str) -> None:
    """A visitor turned out to be a buyer: what was asked, held and looked at is the buyer's."""
    for table, column in ((holds, holds.c.subject), (requests, requests.c.person), (access_log, access_log.c.owner)):
        tx.execute(sa.update(table).where(table.c.shop == shop, column == old_owner).values({column.name: new_owner}))
