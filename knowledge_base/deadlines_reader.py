"""Reads `[deadlines]` of `shop.toml`: what is promised, and what differs by priority."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from knowledge_base.settings_table import SettingsTable
from knowledge_base.shop import Deadlines

LEGAL_DAYS = 15
MAX_RESOLVE_HOURS = LEGAL_DAYS * 24
PRIORITIES = ("low", "normal", "high", "urgent")
_NAMES = tuple(one.name for one in fields(Deadlines) if one.name != "by_priority")


def read_deadlines(top: SettingsTable) -> Deadlines:
    """The shop's deadlines; a table such as `[deadlines.urgent]` says what differs for tickets of that priority."""
    table, default = top.table("deadlines"), Deadlines()
    if table is None:
        return default
    table.warn_unknown((*_NAMES, *PRIORITIES))
    common = _read(table, default)
    found = {}
    for priority in PRIORITIES:
        own = table.table(priority)
        if own is not None:
            own.warn_unknown(_NAMES)
            found[priority] = _read(own, common)
    return replace(common, by_priority=found)


def _read(table: SettingsTable, default: Deadlines) -> Deadlines:
    values: dict[str, Any] = {name: _number(table, name, getattr(default, name)) for name in _NAMES}
    found = Deadlines(**values)
    late = "a request that waits longer counts as refused (消费者权益保护法 art. 24)"
    if found.resolve_hours > MAX_RESOLVE_HOURS:
        name = table.name("resolve_hours")
        table.warn("resolve_hours", f"{name} is more than 15 days ({MAX_RESOLVE_HOURS}); {late}")
    if found.legal_days > LEGAL_DAYS:
        table.warn("legal_days", f"{table.name('legal_days')} is more than {LEGAL_DAYS} days; {late}")
    return found


def _number(table: SettingsTable, name: str, default: int) -> int:
    """A whole number above zero; 0 too where that means never."""
    given = table.values.get(name, default)
    return 0 if name == "follow_up_days" and given == 0 and given is not False else table.positive(name, default)
