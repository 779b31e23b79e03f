"""Reads `[assume]` of `shop.toml`: what to take facts for that the shop's source cannot hold."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime

from knowledge_base.facts import FACTS, Fact
from knowledge_base.findings import suggestion
from knowledge_base.settings_table import SettingsTable

_NEVER = ("now", "claim.", "buyer.verified", "order.number")
_WRITE = {
    "bool": "true or false",
    "int": "a whole number, such as 0",
    "double": "a number, such as 0.0",
    "string": 'a text in quotes, such as "CNY"',
    "timestamp": "a time with its offset, such as 2026-03-01T12:00:00+08:00",
    "list(string)": 'a list of texts, such as ["a"]',
}


def read_assumptions(top: SettingsTable) -> dict[str, object]:
    """The assumed values by fact, of the types that the table of facts gives them."""
    table = top.table("assume")
    found: dict[str, object] = {}
    for keys, value in _flat(table.values, ()) if table is not None else ():
        name = ".".join(keys)
        assert table is not None
        problem, typed = _assumption(name, value)
        if problem is None:
            found[name] = typed
        else:
            table.findings.fault(table.file, table.line(*keys), problem)
    return found


def _flat(values: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    if not isinstance(values, dict):
        yield path, values
        return
    for key, value in values.items():
        yield from _flat(value, (*path, key))


def _assumption(name: str, value: object) -> tuple[str | None, object]:
    fact = FACTS.get(name)
    if fact is None:
        return f"assume: {name!r} is not a fact{suggestion(name, FACTS)}", None
    if name.startswith(_NEVER):
        return f"assume: {name} comes with each request and cannot be assumed; leave it out", None
    typed = _typed(fact, value)
    if typed is None:
        return f"assume: {name} must be {_WRITE[fact.type]}", None
    if fact.values and typed not in fact.values:
        near = suggestion(str(typed), fact.values)
        return f"assume: {name} is never {typed!r}{near or '; it is one of ' + ', '.join(fact.values)}", None
    return None, typed


def _typed(fact: Fact, value: object) -> object:
    if isinstance(value, bool):
        return value if fact.type == "bool" else None
    if fact.type == "double" and isinstance(value, int | float):
        return float(value) if math.isfinite(value) and abs(value) < 1e15 else None
    if fact.type == "int" and isinstance(value, int):
        return value if abs(value) < 2**53 else None
    if fact.type == "string" and isinstance(value, str):
        return value
    if fact.type == "timestamp" and isinstance(value, datetime):
        return value if value.tzinfo is not None else None
    if fact.type == "list(string)" and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return None
