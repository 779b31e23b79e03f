"""Types of columns, which read and sort alike in every database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

MILLION, CENT = 1_000_000, Decimal("0.01")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UtcTime(sa.types.TypeDecorator[datetime]):
    """An aware time as whole microseconds since 1970 UTC: the same order and the same value in every database."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else (value - EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        return time_of(value)


class Money(sa.types.TypeDecorator[Decimal]):
    """An amount as whole millionths of its currency: sums are exact, and the same in every database."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else whole(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        return money_of(value)


def whole(amount: Decimal) -> int:
    """An amount as it is kept."""
    return int(amount * MILLION)


def money_of(value: Any) -> Decimal | None:
    """A kept amount: with two decimals where that is all of it."""
    if value is None:
        return None
    amount = Decimal(value) / MILLION
    cents = amount.quantize(CENT)
    return cents if cents == amount else amount.normalize()


def moment(value: int) -> datetime:
    """A kept time in UTC, of a column that is never empty."""
    return EPOCH + timedelta(microseconds=value)


def time_of(value: int | None) -> datetime | None:
    """A kept time in UTC, None for a column that may be empty and is."""
    return None if value is None else moment(value)


def plain(text: str) -> str:
    """Text without NUL characters, which PostgreSQL cannot keep: the same text then stands in every database."""
    return text.replace("\x00", "") if "\x00" in text else text


class PlainText(sa.types.TypeDecorator[str]):
    """Text, compared and sorted by its code points in every database; `length` is what a reader may expect.

    PostgreSQL would otherwise sort by the rules of a language, which a new version of its libraries may change under
    an index, and refuse what is longer than expected, as SQLite does not.
    """

    impl = sa.String
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.Text(collation="C"))
        length = self.impl_instance.length  # type: ignore[attr-defined]  # `impl` has one
        return dialect.type_descriptor(sa.String(length) if length else sa.Text())

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else plain(value)
