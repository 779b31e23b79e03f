"""Reads `[retention]` and `[privacy]` of `shop.toml`: how long what is kept of buyers is kept, and what is not kept."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

from knowledge_base.settings_table import SettingsTable
from knowledge_base.shop import PrivacySettings, Retention, Unkept

NAMES = tuple(one.name for one in fields(Retention))
KINDS: tuple[Unkept, ...] = get_args(Unkept)
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


def read_privacy(top: SettingsTable) -> PrivacySettings:
    """What is taken out before a message is kept. Faults are noted."""
    table = top.table("privacy")
    if table is None:
        return PrivacySettings()
    table.warn_unknown(("without",))
    given = table.texts("without")
    for one in given:
        if one not in KINDS:
            table.fault("without", f"privacy.without: {one!r} is none of {', '.join(KINDS)}")
    return PrivacySettings(frozenset(kind for kind in KINDS if kind in given))
