"""Reads `[retention]` of `shop.toml`: how long what is kept of buyers is kept."""

from __future__ import annotations

from dataclasses import fields

from knowledge_base.settings_table import SettingsTable
from knowledge_base.shop import Retention

NAMES = tuple(one.name for one in fields(Retention))
LEAST_ACCESS = 184
"""Six months (网络安全法 art. 21)."""


def read_retention(top: SettingsTable) -> Retention:
    """The settings, with a default for each. Faults are noted."""
    table, default = top.table("retention"), Retention()
    if table is None:
        return default
    table.warn_unknown(NAMES)
    found = Retention(**{name: table.positive(name, getattr(default, name)) for name in NAMES})
    if found.dispute_days < found.chat_days:
        table.fault("dispute_days", "retention.dispute_days is below chat_days: a dispute is kept at least as long")
    if found.access_days < LEAST_ACCESS:
        table.warn(
            "access_days", "retention.access_days is below 184: logs are kept for six months (网络安全法 art. 21)"
        )
    return found
