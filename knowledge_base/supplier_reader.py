"""Reads `[suppliers]` of `shop.toml`: how long a supplier may take to answer, and when complaints raise an alert."""

from __future__ import annotations

from decimal import Decimal

from knowledge_base.settings_table import SettingsTable
from knowledge_base.shop import SupplierSettings

_COUNTS = ("answer_hours", "alert_days", "alert_complaints")


def read_suppliers(top: SettingsTable) -> SupplierSettings:
    """The settings, with a default for each. Faults are noted."""
    table, default = top.table("suppliers"), SupplierSettings()
    if table is None:
        return default
    table.warn_unknown((*_COUNTS, "alert_share"))
    numbers = {name: table.positive(name, getattr(default, name)) for name in _COUNTS}
    share = table.money("alert_share")
    if share is not None and share > Decimal(1):
        table.fault("alert_share", 'suppliers.alert_share is a share from "0" to "1", such as "0.30"')
        share = None
    return SupplierSettings(**numbers, alert_share=default.alert_share if share is None else share)
