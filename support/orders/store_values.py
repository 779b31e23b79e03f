"""Values as stores keep them, made canonical. What cannot be read is None: unknown, never zero or false."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation

MILLISECONDS = 100_000_000_000
"""A count from here on is milliseconds: as seconds it would be the year 5138."""
GO_TIME = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d{4})(?: [A-Z]+)?(?: m=.*)?")
FIRST_YEAR = 1971
"""Stores write zero, year 1 or the epoch for a time that was not."""
MARKS = {"1": True, "true": True, "t": True, "yes": True, "y": True, "0": False, "false": False, "f": False}
MARKS |= {"no": False, "n": False}


def text(value: object) -> str | None:
    """The value as text without surrounding space, None where there is none."""
    if value is None or isinstance(value, bool | Mapping | list):
        return None
    return _decoded(value).strip() or None


def currency(value: object) -> str | None:
    """A currency's code as the store names it, in capitals."""
    found = text(value)
    return found.upper() if found else None


def money(value: object, unit: Decimal = Decimal(1)) -> Decimal | None:
    """An amount, zero or more; `unit` is what one is worth: 0.01 for whole 分."""
    found = text(value)
    try:
        amount = Decimal(found or "") * unit
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None


def count(value: object) -> int | None:
    """A whole number, zero or more."""
    amount = money(value)
    return int(amount) if amount is not None and amount == amount.to_integral_value() and amount < 10**15 else None


def identity(value: object) -> str | None:
    """An id as text; zero and nothing are no id."""
    found = text(value)
    return None if found in (None, "0") else found


def flag(value: object) -> bool | None:
    """True or false, however the store writes it."""
    return value if isinstance(value, bool) else MARKS.get((text(value) or "").lower())


def moment(value: object, zone: tzinfo) -> datetime | None:
    """A time with its offset; wall clock without one is the store's `zone`, a number is seconds since 1970."""
    when = value if isinstance(value, datetime) else _read_time(text(value) or "")
    if when is None or when.year < FIRST_YEAR:
        return None
    return when if when.tzinfo else when.replace(tzinfo=zone)


def document(value: object) -> object:
    """JSON, decoded where the driver did not; None where it is none."""
    if not isinstance(value, str | bytes):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def _decoded(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _read_time(written: str) -> datetime | None:
    try:
        if written.isascii() and written.isdecimal() and len(written) < 17 and len(written) != 8:
            seconds = int(written) / 1000 if int(written) >= MILLISECONDS else int(written)
            return datetime.fromtimestamp(seconds, UTC)
        go = GO_TIME.fullmatch(written)
        return datetime.fromisoformat(f"{go[1]}{go[2]}" if go else written)
    except (ValueError, OverflowError, OSError):
        return None
