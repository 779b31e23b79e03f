"""Queries about merges and splits of tickets: what stood before, so that each can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from ticketing.errors import NotFound
from ticketing.ids import new_id
from ticketing.storage.tables import ticket_merges

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Merge:
    """`ticket` went into `other`, or was split off from it; `before` is what undoing it needs."""

    shop: str
    id: str
    kind: Literal["merge", "split"]
    ticket: str
    other: str
    at: datetime
    by: str
    before: Json
    undone_at: datetime | None = None
    undone_by: str | None = None


def add(
    tx: sa.Connection, shop: str, kind: Literal["merge", "split"], ticket: str, other: str, by: str, before: Json,
    at: datetime,
) -> Merge:  # fmt: skip
    """Keep a merge or a split, which stands until it is undone; `before` is kept as JSON."""
    merge = Merge(shop, new_id(), kind, ticket, other, at, by, before)
    tx.execute(sa.insert(ticket_merges).values(
        shop=shop, id=merge.id, kind=kind, ticket=ticket, other=other, at=at, by=by, before=before,
    ))  # fmt: skip
    return merge


def get(tx: sa.Connection, shop: str, merge: str) -> Merge:
    """One by its id, undone or not. Raises NotFound."""
    row = tx.execute(
        sa.select(ticket_merges).where(ticket_merges.c.shop == shop, ticket_merges.c.id == merge)
    ).one_or_none()
    if row is None:
        raise NotFound("merge", merge)
    return _merge(row)


def of_ticket(tx: sa.Connection, shop: str, ticket: str) -> tuple[Merge, ...]:
    """Those of a ticket, from either side, in order."""
    sides = sa.or_(ticket_merges.c.ticket == ticket, ticket_merges.c.other == ticket)
    query = sa.select(ticket_merges).where(ticket_merges.c.shop == shop, sides)
    return tuple(_merge(row) for row in tx.execute(query.order_by(ticket_merges.c.at, ticket_merges.c.id)))


def undo(tx: sa.Connection, merge: Merge, by: str, at: datetime) -> None:
    """Say that it was undone."""
    mine = (ticket_merges.c.shop == merge.shop, ticket_merges.c.id == merge.id)
    tx.execute(sa.update(ticket_merges).where(*mine).values(undone_at=at, undone_by=by))


def _merge(row: sa.Row[Any]) -> Merge:
    return Merge(
        row.shop, row.id, row.kind, row.ticket, row.other, row.at, row.by, dict(row.before), row.undone_at,
        row.undone_by,
    )  # fmt: skip
