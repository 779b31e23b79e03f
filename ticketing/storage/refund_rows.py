"""Rows of refunds: written and read by statements that are built once, for one refund takes a dozen of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ticketing.refund import Change, Refund
from ticketing.storage.columns import Money, UtcTime, money_of, time_of, whole
from ticketing.storage.prepared import Prepared, micros
from ticketing.storage.tables import refund_changes, refund_lines, refunds

_NAMES = tuple(one.name for one in fields(Refund))
_COLUMNS = tuple(refunds.c[name] for name in _NAMES)
_SET = (
    "state", "rev", "changed_at", "message", "holds", "approved_by", "approved_at", "executed_by", "deadline", "ask_at",
    "asked", "reference",
)  # fmt: skip
"""What changes on a refund's way; all else stands as it was asked for."""


def _bound(name: str, column: sa.Column[Any]) -> sa.BindParameter[Any]:
    """A value as the database keeps it."""
    raw = sa.BigInteger() if isinstance(column.type, UtcTime | Money) else column.type
    return sa.bindparam(name, type_=raw)


def _where(*names: str, table: sa.Table = refunds) -> sa.ColumnElement[bool]:
    return sa.and_(*(table.c[name] == sa.bindparam(f"_{name}", type_=table.c[name].type) for name in names))


def _raw(column: sa.Column[Any]) -> sa.ColumnElement[int]:
    return sa.type_coerce(column, sa.BigInteger)


_AT = sa.bindparam("_at", type_=sa.BigInteger)
BY_ID = Prepared(sa.select(*_COLUMNS).where(_where("shop", "id")))
BY_NUMBER = Prepared(sa.select(*_COLUMNS).where(_where("shop", "refund_no")))
BY_KEY = Prepared(sa.select(*_COLUMNS).where(_where("shop", "key")))
OF_ORDER = Prepared(sa.select(*_COLUMNS).where(_where("shop", "order_no")).order_by(refunds.c.refund_no))


def _literal(state: str) -> sa.ColumnElement[bool]:
    return refunds.c.state == sa.literal_column(f"'{state}'")


OWED = Prepared(
    sa.select(*_COLUMNS)
    .where(_where("shop"))
    .where(sa.or_(
        sa.and_(
            _literal("approved"), refunds.c.executed_by.is_not(None),
            refunds.c.executor != sa.literal_column("'manual'"),
        ),
        sa.and_(_literal("executing"), _raw(refunds.c.deadline) <= _AT),
        sa.and_(_literal("in_doubt"), _raw(refunds.c.ask_at) <= _AT),
    ))
    .order_by(refunds.c.refund_no)
)  # fmt: skip
WAITING = Prepared(
    sa.select(*_COLUMNS)
    .where(_where("shop"), sa.or_(_literal("requested"), _literal("approved")))
    .order_by(refunds.c.refund_no)
)
INSERT = Prepared.insert(refunds)
UPDATE = Prepared(
    sa.update(refunds)
    .where(refunds.c.shop == sa.bindparam("_shop"), refunds.c.id == sa.bindparam("_id"))
    .where(refunds.c.rev == sa.bindparam("_rev"))
    .values({name: _bound(name, refunds.c[name]) for name in _SET})
)
_HIGHEST = sa.func.coalesce(sa.func.max(refunds.c.refund_no), sa.literal_column("0"))
NEXT_NUMBER = Prepared(sa.select(_HIGHEST + sa.literal_column("1")).where(_where("shop")))
TRAIL = Prepared.insert(refund_changes)
_STEPS = tuple(refund_changes.c[one.name] for one in fields(Change))
TRAIL_OF = Prepared(
    sa.select(*_STEPS).where(_where("shop", "refund", table=refund_changes)).order_by(refund_changes.c.n)
)
LINE = Prepared(
    sa.select(refund_lines.c.paid, refund_lines.c.held).where(_where("shop", "order_no", "line", table=refund_lines))
)
ADD_LINE = Prepared.insert(refund_lines)
SET_PAID = Prepared(
    sa.update(refund_lines)
    .where(_where("shop", "order_no", "line", table=refund_lines))
    .values(paid=sa.bindparam("paid", type_=sa.BigInteger))
)

Read = Callable[[Any], Any]


def _reader(column: sa.Column[Any]) -> Read | None:
    if isinstance(column.type, UtcTime):
        return time_of
    if isinstance(column.type, Money):
        return money_of
    return bool if isinstance(column.type, sa.Boolean) else None


_READ = tuple((i, read) for i, column in enumerate(_COLUMNS) if (read := _reader(column)) is not None)
_READ_STEP = tuple((i, read) for i, column in enumerate(_STEPS) if (read := _reader(column)) is not None)


def refund_of(row: Iterable[Any]) -> Refund:
    """A row as a value."""
    return Refund(*_decoded(row, _READ))


def change_of(row: Iterable[Any]) -> Change:
    """A row of the trail as a value."""
    return Change(*_decoded(row, _READ_STEP))


def _decoded(row: Iterable[Any], readers: tuple[tuple[int, Read], ...]) -> list[Any]:
    values = list(row)
    for place, read in readers:
        values[place] = read(values[place])
    return values


def kept(refund: Refund) -> dict[str, Any]:
    """A refund as its columns keep it."""
    return {name: raw(getattr(refund, name)) for name in _NAMES}


def raw(value: Any) -> Any:
    """A value as the database keeps it."""
    if isinstance(value, Decimal):
        return whole(value)
    return micros(value) if isinstance(value, datetime) else value
