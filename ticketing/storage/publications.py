"""Queries about publications: the shop's policies, change by change; nothing here is ever written over."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from ticketing.publication import Publication, PublishedVersion
from ticketing.storage import event_log
from ticketing.storage.tables import publications


def last(tx: sa.Connection, shop: str) -> int:
    """The number of the shop's last publication; 0 before the first."""
    query = sa.select(sa.func.max(publications.c.n)).where(publications.c.shop == shop)
    return int(tx.execute(query).scalar_one() or 0)


def append(tx: sa.Connection, new: Publication) -> None:
    """Keep a publication, whose number must be free, and tell the shop's agents of all but the first."""
    values = asdict(new)
    values["changes"] = [{**one, "files": dict(one["files"])} for one in values["changes"]]
    tx.execute(sa.insert(publications).values(**values))
    if new.n > 1:
        event_log.append(tx, new.shop, "policy", "", "", _told(new), new.at, audience="agents")


def of_shop(tx: sa.Connection, shop: str) -> tuple[Publication, ...]:
    """Every publication of a shop, the first one first."""
    query = sa.select(publications).where(publications.c.shop == shop).order_by(publications.c.n)
    return tuple(_publication(row) for row in tx.execute(query))


def _publication(row: sa.Row[tuple[object, ...]]) -> Publication:
    values: dict[str, Any] = dict(row._mapping)
    return Publication(**{**values, "changes": tuple(PublishedVersion(**one) for one in values["changes"])})


def _told(new: Publication) -> dict[str, object]:
    versions = [{"kind": one.kind, "policy": one.policy, "effective": one.effective} for one in new.changes]
    return {"publication": new.n, "by": new.by, "via": new.via, "note": new.note, "versions": versions}
