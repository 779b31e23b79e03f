"""Queries about API keys: what other systems show to be let in, kept as hashes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ticketing.errors import NotFound
from ticketing.storage.tables import api_keys


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of one shop. `old_sha256` opens too, until `old_until`; without `expires_at` it does not end by itself."""

    shop: str
    id: str
    name: str
    scopes: tuple[str, ...]
    sha256: str
    old_sha256: str | None
    old_until: datetime | None
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


def add(tx: sa.Connection, one: ApiKey) -> None:
    """Keep a new key."""
    values = {name: getattr(one, name) for name in ApiKey.__slots__}
    tx.execute(sa.insert(api_keys).values(values | {"scopes": list(one.scopes)}))


def get(tx: sa.Connection, shop: str, id: str) -> ApiKey:
    """A key of the shop, revoked or not. Raises NotFound."""
    row = tx.execute(sa.select(api_keys).where(_is(shop, id))).one_or_none()
    if row is None:
        raise NotFound("API key", id)
    return _key(row)


def of_shop(tx: sa.Connection, shop: str | None) -> tuple[ApiKey, ...]:
    """A shop's keys (None: every shop's), the newest first."""
    query = sa.select(api_keys).order_by(api_keys.c.shop, api_keys.c.created_at.desc(), api_keys.c.id)
    if shop is not None:
        query = query.where(api_keys.c.shop == shop)
    return tuple(_key(row) for row in tx.execute(query))


def change(tx: sa.Connection, one: ApiKey, **values: Any) -> ApiKey:
    """Change some columns; as it is then."""
    tx.execute(sa.update(api_keys).where(_is(one.shop, one.id)).values(**values))
    return get(tx, one.shop, one.id)


def _is(shop: str, id: str) -> sa.ColumnElement[bool]:
    return (api_keys.c.shop == shop) & (api_keys.c.id == id)


def _key(row: Any) -> ApiKey:
    values = {name: getattr(row, name) for name in ApiKey.__slots__}
    return ApiKey(**values | {"scopes": tuple(row.scopes)})
