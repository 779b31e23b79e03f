"""The functions and methods that a clause may call: those that the CEL package has, with their types."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

LIST = "list"
"""Any list, in a rule's `of`."""


@dataclass(frozen=True, slots=True)
class CallRule:
    """One function or method: the types it is called on, what it takes beside, and what it gives.

    Attributes:
        of: types of a function's argument, or of the value before a method.
        constant: reads a text literal before it is ever evaluated, and says what is wrong with it.
        written_out: whether the argument must be such a literal.
    """

    of: tuple[str, ...]
    result: str
    arguments: tuple[str, ...] = ()
    constant: Callable[[str], str | None] | None = None
    written_out: bool = False

    def takes(self, type_: str) -> bool:
        """Whether it may be called on a value of this type."""
        return type_ in self.of or (LIST in self.of and type_.startswith("list("))


_DURATION = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?(?:h|ms|us|ns|m|s))+", re.ASCII)


def _duration_problem(text: str) -> str | None:
    if _DURATION.fullmatch(text):
        return None
    if days := re.fullmatch(r"([0-9]+)d", text):
        return f'there are no days in a duration; write duration("{int(days.group(1)[:9]) * 24}h")'
    return f'{text!r} is no duration; write hours, minutes, seconds: duration("1h30m")'


def _timestamp_problem(text: str) -> str | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or "T" not in text:
        return f'{text!r} is no time with an offset; write timestamp("2026-01-01T00:00:00+08:00")'
    return None


def _pattern_problem(text: str) -> str | None:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as problem:
        return f"{text!r} is no regular expression: {problem}"
    return None


FUNCTIONS: Mapping[str, CallRule] = {
    "size": CallRule(("string", LIST), "int"),
    "double": CallRule(("int", "double", "string"), "double"),
    "int": CallRule(("int", "double", "string"), "int"),
    # not of a duration: the package writes one below zero as 2**64 nanoseconds more
    "string": CallRule(("string", "int", "double", "timestamp"), "string"),
    "duration": CallRule(("string",), "duration", constant=_duration_problem),
    "timestamp": CallRule(("string",), "timestamp", constant=_timestamp_problem),
}
"""By name, each of one argument. `known(fact)` is ours and not among them."""

_TIME_ONLY = ("getFullYear", "getMonth", "getDayOfYear", "getDayOfMonth", "getDate", "getDayOfWeek")
_TIME_OR_DURATION = ("getHours", "getMinutes", "getSeconds", "getMilliseconds")

METHODS: Mapping[str, CallRule] = {
    "size": CallRule(("string", LIST), "int"),
    "contains": CallRule(("string",), "bool", ("string",)),
    "startsWith": CallRule(("string",), "bool", ("string",)),
    "endsWith": CallRule(("string",), "bool", ("string",)),
    "matches": CallRule(("string",), "bool", ("string",), _pattern_problem, written_out=True),
    **{name: CallRule(("timestamp",), "int") for name in _TIME_ONLY},
    **{name: CallRule(("timestamp", "duration"), "int") for name in _TIME_OR_DURATION},
}
"""By name, written after their value."""
