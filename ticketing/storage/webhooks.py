"""Queries about webhooks: the addresses, what each is to be told, and how each try went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ticketing.errors import NotFound
from ticketing.storage import sealed
from ticketing.storage.tables import webhook_attempts as attempts
from ticketing.storage.tables import webhook_deliveries as deliveries
from ticketing.storage.tables import webhooks

SECRETS = (sealed.WEBHOOK_SECRET, sealed.WEBHOOK_OLD_SECRET)
PENDING, DONE, FAILED = "pending", "done", "failed"
KEPT = timedelta(days=30)
"""How long what was delivered is kept."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address. `old_secret` signs too, until `old_until`."""

    shop: str
    id: str
    url: str
    kinds: tuple[str, ...]
    secret: str
    old_secret: str | None
    old_until: datetime | None
    paused: bool
    cursor: int
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one address; `id` is the same at each try."""

    shop: str
    id: str
    webhook: str
    kind: str
    body: str
    state: str
    tries: int
    next_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: the answer's status, or what kept it from having one."""

    delivery: str
    n: int
    at: datetime
    status: int | None
    ms: int
    trouble: str | None


def add(tx: sa.Connection, one: Webhook) -> None:
    """Keep a new address."""
    values = {name: getattr(one, name) for name in Webhook.__slots__} | {"kinds": list(one.kinds)}
    tx.execute(sa.insert(webhooks).values(_sealed(tx, one.shop, one.id, values)))


def get(tx: sa.Connection, shop: str, id: str) -> Webhook:
    """An address of the shop. Raises NotFound."""
    row = tx.execute(sa.select(webhooks).where(webhooks.c.shop == shop, webhooks.c.id == id)).one_or_none()
    if row is None:
        raise NotFound("webhook", id)
    return _webhook(tx, row)


def shops(tx: sa.Connection) -> tuple[str, ...]:
    """The shops that have any."""
    return tuple(tx.execute(sa.select(webhooks.c.shop).distinct().order_by(webhooks.c.shop)).scalars())


def of_shop(tx: sa.Connection, shop: str) -> tuple[Webhook, ...]:
    """The shop's addresses, the oldest first."""
    query = sa.select(webhooks).where(webhooks.c.shop == shop).order_by(webhooks.c.created_at, webhooks.c.id)
    return tuple(_webhook(tx, row) for row in tx.execute(query))


def change(tx: sa.Connection, one: Webhook, **values: Any) -> Webhook:
    """Change some columns; as it is then."""
    tx.execute(sa.update(webhooks).where(webhooks.c.shop == one.shop, webhooks.c.id == one.id).values(
        _sealed(tx, one.shop, one.id, values)
    ))  # fmt: skip
    return get(tx, one.shop, one.id)


def drop(tx: sa.Connection, one: Webhook) -> None:
    """Forget an address with all that it was told."""
    own = sa.select(deliveries.c.id).where(deliveries.c.shop == one.shop, deliveries.c.webhook == one.id)
    tx.execute(sa.delete(attempts).where(attempts.c.shop == one.shop, attempts.c.delivery.in_(own)))
    tx.execute(sa.delete(deliveries).where(deliveries.c.shop == one.shop, deliveries.c.webhook == one.id))
    tx.execute(sa.delete(webhooks).where(webhooks.c.shop == one.shop, webhooks.c.id == one.id))


def owe(tx: sa.Connection, one: Webhook, id: str, kind: str, body: str, at: datetime) -> Delivery:
    """Something that an address is to be told, from now on."""
    made = Delivery(one.shop, id, one.id, kind, body, PENDING, 0, at, at)
    tx.execute(sa.insert(deliveries).values({name: getattr(made, name) for name in Delivery.__slots__}))
    return made


def owed(tx: sa.Connection, shop: str, at: datetime, limit: int) -> tuple[Delivery, ...]:
    """What is due by now to addresses that are not paused, the longest due first."""
    query = (
        sa.select(deliveries)
        .join(webhooks, (webhooks.c.shop == deliveries.c.shop) & (webhooks.c.id == deliveries.c.webhook))
        .where(deliveries.c.shop == shop, deliveries.c.next_at <= at, webhooks.c.paused.is_(False))
        .order_by(deliveries.c.next_at, deliveries.c.id)
        .limit(limit)
    )
    return tuple(_delivery(row) for row in tx.execute(query))


def delivery(tx: sa.Connection, one: Webhook, id: str) -> Delivery:
    """Something that an address is told. Raises NotFound."""
    row = tx.execute(sa.select(deliveries).where(_is(one.shop, id), deliveries.c.webhook == one.id)).one_or_none()
    if row is None:
        raise NotFound("delivery", id)
    return _delivery(row)


def claim(tx: sa.Connection, seen: Delivery, until: datetime) -> bool:
    """Take it, as it was seen, until then; of all who try, one has it."""
    mine = _is(seen.shop, seen.id) & (deliveries.c.next_at == seen.next_at) & (deliveries.c.tries == seen.tries)
    return tx.execute(sa.update(deliveries).where(mine).values(tries=seen.tries + 1, next_at=until)).rowcount == 1


def tried(tx: sa.Connection, of: Delivery, made: Attempt, state: str, next_at: datetime | None) -> None:
    """Write down how a try went, and when the next one is."""
    tx.execute(sa.insert(attempts).values(shop=of.shop, **{name: getattr(made, name) for name in Attempt.__slots__}))
    tx.execute(sa.update(deliveries).where(_is(of.shop, of.id)).values(state=state, next_at=next_at))


def again(tx: sa.Connection, of: Delivery, at: datetime) -> None:
    """Tell it once more, from now on, under its own id."""
    tx.execute(sa.update(deliveries).where(_is(of.shop, of.id)).values(state=PENDING, next_at=at))


def log(tx: sa.Connection, one: Webhook, limit: int, before: datetime | None = None) -> tuple[Delivery, ...]:
    """What an address was told, the newest first."""
    query = sa.select(deliveries).where(deliveries.c.shop == one.shop, deliveries.c.webhook == one.id)
    if before is not None:
        query = query.where(deliveries.c.created_at < before)
    ordered = query.order_by(deliveries.c.created_at.desc(), deliveries.c.id.desc()).limit(limit)
    return tuple(_delivery(row) for row in tx.execute(ordered))


def attempts_of(tx: sa.Connection, shop: str, among: list[str]) -> dict[str, list[Attempt]]:
    """The tries of some deliveries, in order."""
    query = sa.select(attempts).where(attempts.c.shop == shop, attempts.c.delivery.in_(among)).order_by(attempts.c.n)
    found: dict[str, list[Attempt]] = {id: [] for id in among}
    for row in tx.execute(query):
        found[row.delivery].append(Attempt(row.delivery, row.n, row.at, row.status, row.ms, row.trouble))
    return found


def forget(tx: sa.Connection, before: datetime) -> None:
    """Drop what ended before then."""
    old = deliveries.c.created_at < before, deliveries.c.next_at.is_(None)
    gone = sa.select(deliveries.c.id).where(deliveries.c.shop == attempts.c.shop, *old)
    tx.execute(sa.delete(attempts).where(attempts.c.delivery.in_(gone)))
    tx.execute(sa.delete(deliveries).where(*old))


def _is(shop: str, id: str) -> sa.ColumnElement[bool]:
    return (deliveries.c.shop == shop) & (deliveries.c.id == id)


def _webhook(tx: sa.Connection, row: Any) -> Webhook:
    values = {name: getattr(row, name) for name in Webhook.__slots__}
    secrets = {
        field.column.name: sealed.opened(tx, field.place(row.shop, row.id), kept)
        for field in SECRETS
        if (kept := values[field.column.name]) is not None
    }
    return Webhook(**values | secrets | {"kinds": tuple(row.kinds)})


def _sealed(tx: sa.Connection, shop: str, id: str, values: dict[str, Any]) -> dict[str, Any]:
    secrets = {
        field.column.name: sealed.seal(tx, field.place(shop, id), given)
        for field in SECRETS
        if (given := values.get(field.column.name)) is not None
    }
    return values | secrets


def _delivery(row: Any) -> Delivery:
    return Delivery(*(getattr(row, name) for name in Delivery.__slots__))
