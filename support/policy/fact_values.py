"""
NotAFact   a name that the table of facts lacks, or a value that is not of its type

Values of facts, as the table types them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from knowledge_base.facts import FACTS
from support.policy.canonical import EXACT

FactValue = bool | int | float | str | datetime | tuple[str, ...]
_SURROGATE = re.compile("[\ud800-\udfff]")


class NotAFact(ValueError):
    """`name` is no fact, or `value` is not what it holds; the message says what would be."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def typed(name: str, value: object) -> FactValue:
    """`value` as the type that the table gives `name`; from Python, TOML, YAML, JSON or a text. Times are in UTC.

    Raises:
        NotAFact: what is wrong and what would be right.
    """
    fact = FACTS.get(name)
    if fact is None:
        raise NotAFact(name, f"no fact is called {name!r}; the facts are: {', '.join(sorted(FACTS))}")
    found = _CONVERT[fact.type](value)
    if found is None:
        raise NotAFact(name, f"{name} is {_SAYS[fact.type]}, not {value!r}")
    if fact.values and found not in fact.values:
        raise NotAFact(name, f"{name} is one of {', '.join(fact.values)}, not {value!r}")
    return found


_SAYS: Mapping[str, str] = {
    "string": "a text",
    "bool": "true or false",
    "timestamp": "a time in ISO 8601 with its offset, such as 2026-03-01T12:00:00+08:00",
    "double": "a finite number, such as 30.00",
    "int": "a whole number",
    "list(string)": "a list of texts",
}


def _string(value: object) -> str | None:
    """A text that UTF-8 can hold."""
    return value if isinstance(value, str) and (value.isascii() or not _SURROGATE.search(value)) else None


def _bool(value: object) -> bool | None:
    return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).strip().lower())


def _timestamp(value: object) -> datetime | None:
    try:
        when = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
        return when.astimezone(UTC) if when.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _double(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _int(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = int(value) if not isinstance(value, float) or value.is_integer() else None
    except ValueError:
        return None
    return number if number is not None and -EXACT < number < EXACT else None


def _strings(value: object) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list | tuple) and all(_string(part) is not None for part in value):
        return tuple(value)
    return None


_CONVERT: Mapping[str, Callable[[object], FactValue | None]] = {
    "string": _string,
    "bool": _bool,
    "timestamp": _timestamp,
    "double": _double,
    "int": _int,
    "list(string)": _strings,
}
