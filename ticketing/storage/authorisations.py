"""Queries about the chain of authorisations, which is only ever added to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from knowledge_base.authorisation import Authorisation
from knowledge_base.authorisation_record import Entry, extended
from ticketing.storage.tables import authorisation_entries as table


def of_shop(tx: sa.Connection, shop: str) -> tuple[Entry, ...]:
    """The chain that counts, in order: the last one that was begun."""
    begun = sa.select(sa.func.max(table.c.begun)).where(table.c.shop == shop).scalar_subquery()
    query = (
        sa.select(table.c.n, table.c.at, table.c.kind, table.c.cells, table.c.previous, table.c.hash)
        .where(table.c.shop == shop, table.c.begun == begun)
        .order_by(table.c.n)
    )
    return tuple(Entry(*row) for row in tx.execute(query))


def register(tx: sa.Connection, shop: str, rows: Iterable[Authorisation], at: datetime, anew: bool = False) -> int:
    """Add what makes the chain come to `rows`; `anew` begins another one. How many entries were added."""
    before = () if anew else of_shop(tx, shop)
    last = tx.execute(sa.select(sa.func.max(table.c.n)).where(table.c.shop == shop)).scalar_one() or 0
    added = extended(before, rows, at, first=last + 1)
    begun = _begun(tx, shop) if before else last + 1
    values = [
        {
            "shop": shop, "n": one.n, "begun": begun, "at": one.at, "kind": one.kind, "cells": one.cells,
            "previous": one.previous, "hash": one.hash,
        }
        for one in added
    ]  # fmt: skip
    if values:
        tx.execute(sa.insert(table), values)
    return len(values)


def _begun(tx: sa.Connection, shop: str) -> int:
    return int(tx.execute(sa.select(sa.func.max(table.c.begun)).where(table.c.shop == shop)).scalar_one())
