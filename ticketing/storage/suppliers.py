"""Queries about suppliers: what was asked of them, complaints about their goods, and alerts that were raised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ticketing.errors import IllegalTransition, NotFound
from ticketing.ids import new_id
from ticketing.storage.tables import supplied_lines as lines
from ticketing.storage.tables import supplier_requests as requests
from ticketing.storage.tables import supply_alerts as alerts
from ticketing.storage.tables import tickets
from ticketing.supplier import PARTIES, Party, Rate, RequestState, SuppliedLine, SupplierRequest

_NAMES = tuple(one.name for one in fields(SupplierRequest))
_COLUMNS = tuple(requests.c[name] for name in _NAMES)


def ask(tx: sa.Connection, shop: str, **given: Any) -> SupplierRequest:
    """Keep a request under the shop's next number."""
    highest = sa.select(sa.func.coalesce(sa.func.max(requests.c.request_no), 0)).where(requests.c.shop == shop)
    made = SupplierRequest(shop, new_id(), int(tx.execute(highest).scalar_one()) + 1, state="asked", **given)
    tx.execute(sa.insert(requests).values({name: getattr(made, name) for name in _NAMES}))
    return made


def get(tx: sa.Connection, shop: str, request: str) -> SupplierRequest:
    """One request, or NotFound."""
    row = tx.execute(sa.select(*_COLUMNS).where(requests.c.shop == shop, requests.c.id == request)).one_or_none()
    if row is None:
        raise NotFound("supplier request", request)
    return SupplierRequest(*row)


def of_ticket(tx: sa.Connection, shop: str, ticket: str) -> tuple[SupplierRequest, ...]:
    """What was asked about a ticket, oldest first."""
    query = sa.select(*_COLUMNS).where(requests.c.shop == shop, requests.c.ticket == ticket)
    return tuple(SupplierRequest(*row) for row in tx.execute(query.order_by(requests.c.request_no)))


def listed(tx: sa.Connection, shop: str, since: datetime, most: int) -> tuple[tuple[SupplierRequest, int], ...]:
    """What still waits for an answer, soonest due first, then what has ended since, latest first; each with its
    ticket's number."""
    query = (
        sa.select(*_COLUMNS, tickets.c.ticket_no)
        .join(tickets, (tickets.c.shop == requests.c.shop) & (tickets.c.id == requests.c.ticket))
        .where(requests.c.shop == shop)
    )
    waiting = query.where(requests.c.state == "asked").order_by(requests.c.due_at)
    ended = query.where(requests.c.state != "asked", requests.c.asked_at >= since)
    ended = ended.order_by(requests.c.request_no.desc())
    rows = [*tx.execute(waiting.limit(most)), *tx.execute(ended.limit(most))][:most]
    return tuple((SupplierRequest(*row[:-1]), int(row[-1])) for row in rows)


def overdue(tx: sa.Connection, shop: str, at: datetime) -> tuple[SupplierRequest, ...]:
    """Requests that were not answered in their time."""
    query = sa.select(*_COLUMNS).where(requests.c.shop == shop, requests.c.state == "asked", requests.c.due_at <= at)
    return tuple(SupplierRequest(*row) for row in tx.execute(query.order_by(requests.c.due_at)))


def end(tx: sa.Connection, request: SupplierRequest, state: RequestState, **values: Any) -> SupplierRequest:
    """Answer a request or let it expire, once. Raises IllegalTransition where it has ended."""
    mine = (requests.c.shop == request.shop) & (requests.c.id == request.id) & (requests.c.state == "asked")
    if tx.execute(sa.update(requests).where(mine).values(state=state, **values)).rowcount != 1:
        raise IllegalTransition("supplier request", get(tx, request.shop, request.id).state, state, ())
    return get(tx, request.shop, request.id)


def opened(tx: sa.Connection, request: SupplierRequest, at: datetime) -> None:
    """Keep when its page was first opened."""
    mine = (requests.c.shop == request.shop) & (requests.c.id == request.id) & requests.c.opened_at.is_(None)
    tx.execute(sa.update(requests).where(mine).values(opened_at=at))


def seen(tx: sa.Connection, shop: str, line: SuppliedLine, at: datetime, reason: str | None) -> bool:
    """Keep that a buyer asked about an order line and, with a reason, complained of it; whether that is new."""
    mine = (lines.c.shop == shop) & (lines.c.order_no == line.order_no) & (lines.c.line == line.line)
    before = tx.execute(sa.select(lines.c.complained_at).where(mine)).one_or_none()
    parties = {name: getattr(line, name) for name in ("product", "supplier", "distributor", "batch")}
    complained = {"complained_at": at, "reason": reason} if reason else {}
    if before is None:
        given = {"complained_at": None, "reason": None} | parties | complained
        tx.execute(sa.insert(lines).values(shop=shop, order_no=line.order_no, line=line.line, seen_at=at, **given))
        return reason is not None
    new = reason is not None and before.complained_at is None
    tx.execute(sa.update(lines).where(mine).values(seen_at=at, **parties, **(complained if new else {})))
    return new


def rates(tx: sa.Connection, shop: str, since: datetime, only: Iterable[Party] = PARTIES) -> tuple[Rate, ...]:
    """By supplier, distributor and batch, most complaints first."""
    found: list[Rate] = []
    for party in only:
        name = lines.c[party]
        complained = sa.func.count(sa.case((lines.c.complained_at >= since, 1)))
        query = (
            sa.select(name, sa.func.count(), complained)
            .where(lines.c.shop == shop, lines.c.seen_at >= since, name.is_not(None))
            .group_by(name)
            .order_by(complained.desc(), name)
        )
        found += [Rate(party, row[0], int(row[1]), int(row[2])) for row in tx.execute(query)]
    return tuple(found)


def alert(tx: sa.Connection, shop: str, rate: Rate, at: datetime, since: datetime) -> bool:
    """Keep an alert, unless one of the same party stands since; whether it is new."""
    mine = (alerts.c.shop == shop) & (alerts.c.party == rate.party) & (alerts.c.name == rate.name)
    if tx.execute(sa.select(alerts.c.at).where(mine, alerts.c.at >= since)).first() is not None:
        return False
    tx.execute(sa.insert(alerts).values(
        shop=shop, party=rate.party, name=rate.name, at=at, complaints=rate.complaints, asked_about=rate.asked_about
    ))  # fmt: skip
    return True


def alerts_since(tx: sa.Connection, shop: str, since: datetime) -> tuple[tuple[Rate, datetime], ...]:
    """The alerts that were raised, latest first, each as things stood then."""
    columns = (alerts.c.party, alerts.c.name, alerts.c.asked_about, alerts.c.complaints, alerts.c.at)
    query = sa.select(*columns).where(alerts.c.shop == shop, alerts.c.at >= since)
    return tuple((Rate(*row[:4]), row[4]) for row in tx.execute(query.order_by(alerts.c.at.desc(), alerts.c.name)))
