"""
Undefined   an expression has no value; whoever derives a verdict treats it as the engine's failure

Times, durations and the conversions of texts, as an expression's tree is walked. Nothing here is used by the engine.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache

NANO = 1_000_000_000
INT_MIN, INT_MAX = -(2**63), 2**63 - 1
_UNITS = {"h": 3600 * NANO, "m": 60 * NANO, "s": NANO, "ms": 1_000_000, "us": 1_000, "ns": 1}
_PARTS = re.compile(r"(?:[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?(?:ms|us|ns|h|m|s))+", re.ASCII)
_PART = re.compile(r"(.*?)(ms|us|ns|h|m|s)", re.ASCII)
_TIME = re.compile(r"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_INT = re.compile(r"[+-]?[0-9]+", re.ASCII)
_DOUBLE = re.compile(
    r"[+-]?(?:inf|infinity|nan|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?)", re.ASCII | re.IGNORECASE
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = (datetime(1, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(seconds=1) * NANO
_LAST = (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - _EPOCH) // timedelta(seconds=1) * NANO + NANO - 1


class Undefined(Exception):
    """No value: a division by zero, an overflow, unlike types, a text that is no number."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A duration in nanoseconds."""

    nanos: int

    def parts(self, nanos: int) -> int:
        """Whole parts of so many nanoseconds, towards zero."""
        return quotient(self.nanos, nanos)


@dataclass(frozen=True, slots=True)
class Instant:
    """A time in nanoseconds since 1970 in UTC, read at an offset of so many minutes."""

    nanos: int
    offset: int = 0

    def local(self) -> datetime:
        """The wall clock at the offset, to the microsecond."""
        try:
            return (_EPOCH + timedelta(microseconds=self.nanos // 1000)).astimezone(
                timezone(timedelta(minutes=self.offset))
            )
        except (OverflowError, ValueError) as error:
            raise Undefined("a time beyond the calendar") from error


def moved(moment: Instant, nanos: int) -> Instant:
    """So many nanoseconds later, within the years 1 to 9999."""
    if not _FIRST <= moment.nanos + nanos <= _LAST:
        raise Undefined("a time beyond the years 1 to 9999")
    return Instant(moment.nanos + nanos, moment.offset)


Value = bool | int | float | str | Instant | Span | list["Value"]


@lru_cache(maxsize=1024)
def instant(text: str) -> Instant:
    """An ISO 8601 time with its offset. Most facts of a proof were read at one time."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise Undefined(f"{text!r} is no time with an offset")
    try:
        wall = datetime.fromisoformat(match.group(1).upper() + match.group(3).upper())
    except ValueError as error:
        raise Undefined(str(error)) from error
    offset = wall.utcoffset() or timedelta()
    seconds = (wall - _EPOCH) // timedelta(seconds=1)
    fraction = int((match.group(2) or "").ljust(9, "0"))
    return Instant(seconds * NANO + fraction, offset // timedelta(minutes=1))


def span(text: str) -> Span:
    """`1h30m`, `-90s`, `1.5h`: hours to nanoseconds, no days. What 64 bits of nanoseconds cannot hold is their end.

    As the engine's library has it, `0` needs no unit, and what follows the last one counts nothing.
    """
    sign, body = (-1, text[1:]) if text.startswith("-") else (1, text)
    if body in ("0", "+0"):
        return Span(0)
    found = _PARTS.match(body)
    if found is None:
        raise Undefined(f"{text!r} is no duration")
    parts = _PART.findall(found.group())
    nanos = sign * sum(int(Decimal(number) * _UNITS[unit]) for number, unit in parts)
    return Span(min(max(nanos, INT_MIN), INT_MAX))


def whole(number: int) -> int:
    """An int of 64 bits."""
    if not INT_MIN <= number <= INT_MAX:
        raise Undefined("an int beyond 64 bits")
    return number


def quotient(left: int, right: int) -> int:
    """Division towards zero."""
    if right == 0:
        raise Undefined("division by zero")
    size = abs(left) // abs(right)
    return whole(size if (left < 0) == (right < 0) else -size)


def remainder(left: int, right: int) -> int:
    """What division towards zero leaves, with the sign of the dividend."""
    return left - right * quotient(left, right)


def divided(left: float, right: float) -> float:
    """IEEE division: by zero it gives an infinity or no number, and no error."""
    if right != 0:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def to_int(value: Value) -> int:
    """`int(…)`: a double towards zero, a text of digits."""
    if type(value) is int:
        return value
    if type(value) is float and INT_MIN < value < INT_MAX:
        return int(value)
    if isinstance(value, str) and _INT.fullmatch(value):
        return whole(int(value))
    raise Undefined(f"{value!r} is no int")


def to_double(value: Value) -> float:
    """`double(…)` of a number, or of a text that is one. Raises Undefined for anything else."""
    if type(value) is float or type(value) is int:
        return float(value)
    if isinstance(value, str) and _DOUBLE.fullmatch(value):
        return float(value)
    raise Undefined(f"{value!r} is no double")


def to_string(value: Value) -> str:
    """`string(…)` of a text, a number or a time."""
    if isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    if type(value) is float:
        return _plain(value)
    if isinstance(value, Instant):
        return _written(value)
    raise Undefined(f"{value!r} has no text")


def _plain(number: float) -> str:
    """Without an exponent, and without a point for a whole number."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _written(moment: Instant) -> str:
    wall = moment.local().replace(microsecond=0).isoformat()
    fraction = f"{moment.nanos % NANO:09d}"
    for zeros in ("000000000", "000000", "000"):
        if fraction.endswith(zeros):
            fraction = fraction[: 9 - len(zeros)]
            break
    return f"{wall[:19]}{'.' + fraction if fraction else ''}{wall[19:]}"
