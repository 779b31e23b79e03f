"""Whether what came is what the transcript has, but for names, times and words that differ each time."""

from __future__ import annotations

import re
from typing import Any

Json = dict[str, Any]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
CURSORS = frozenset({"n", "cursor"})
WORDS = frozenset({"text", "title", "subject", "label_key"})
TICKET = re.compile(r"T-\d+")
"""A ticket's number, which counts all of the shop's."""
MEASURED = frozenset({"eta_s", "after_ms", "load", "position"})
ELSEWHERE = frozenset({"features", "limits", "queue", "agents", "counts", "citations", "parts", "args"})
"""What other documents and tests tell: here it has to be of the same kind. Its shape is the schema's matter."""


class Bindings:
    """What the transcript's names and cursors stand for, the same in the whole of it."""

    def __init__(self) -> None:
        self.real: dict[str, str] = {}
        self.cursors: dict[int, int] = {}

    def bind(self, name: str, value: Any) -> bool:
        """Whether `value` may be what a name stands for; different names stand for different things."""
        if name not in self.real and value not in self.real.values():
            self.real[name] = value
        return isinstance(value, str) and self.real.get(name) == value

    def bind_cursor(self, told: int, n: int) -> bool:
        """Whether `n` stands to the cursors before as `told` stands to theirs."""
        fits = all((a < told) == (b < n) and (a == told) == (b == n) for a, b in self.cursors.items())
        if fits:
            self.cursors[told] = n
        return fits

    def sent(self, value: Any) -> Any:
        """A client's frame with what the names stand for."""
        if isinstance(value, dict):
            return {key: self._cursor(one) if key in CURSORS else self.sent(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.sent(one) for one in value]
        return self.real.get(value, value) if isinstance(value, str) else value

    def _cursor(self, told: int) -> int:
        return self.cursors.get(told, told)


def difference(told: Any, came: Any, bound: Bindings, key: str = "", said_by: str = "") -> str | None:
    """Where two values differ, in words; None where they do not."""
    if isinstance(told, dict) and isinstance(came, dict) and key not in ELSEWHERE:
        return _of_objects(told, came, bound, said_by)
    if isinstance(told, list) and isinstance(came, list) and key not in ELSEWHERE:
        if len(told) != len(came):
            return f"{key}: {len(told)} expected, {len(came)} came"
        found = (difference(a, b, bound, key, said_by) for a, b in zip(told, came, strict=True))
        return next((one for one in found if one), None)
    fits = _fits(told, came, bound, key, said_by)
    return None if fits else f"{key}: {told!r} expected, {came!r} came"


def _of_objects(told: Json, came: Json, bound: Bindings, said_by: str) -> str | None:
    if told.keys() != came.keys():
        return f"fields {sorted(told)} expected, {sorted(came)} came"
    author = told.get("author")
    by = str(author["kind"]) if isinstance(author, dict) and "kind" in author else said_by
    found = (difference(told[key], came[key], bound, key, by) for key in told)
    return next((one for one in found if one), None)


def _fits(told: Any, came: Any, bound: Bindings, key: str, said_by: str) -> bool:
    if key == "parts":
        return [one["type"] for one in told] == [one["type"] for one in came]
    if key in ELSEWHERE:
        return type(told) is type(came) and bool(told) == bool(came)
    if key in CURSORS:
        return isinstance(came, int) and bound.bind_cursor(told, came)
    if isinstance(told, str) and told.startswith("$"):
        return bound.bind(told, came)
    if isinstance(told, str) and isinstance(came, str) and TIME.match(told):
        return TIME.match(came) is not None
    if key == "number" and isinstance(came, str) and TICKET.fullmatch(came):
        return TICKET.fullmatch(str(told)) is not None
    if key in WORDS and said_by not in {"buyer", "agent"}:
        return isinstance(came, str) and bool(told) == bool(came)
    return type(told) is type(came) and (key in MEASURED or bool(told == came))
