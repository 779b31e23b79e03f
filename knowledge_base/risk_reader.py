"""Reads `[risk]` of `shop.toml`: when a signal holds, and from which score on a person looks."""

from __future__ import annotations

from knowledge_base.settings_table import SettingsTable
from knowledge_base.shop import RiskSettings

HIGHEST = 100
LEAST_MANY = 2
"""One order is no burst, and one buyer's report says nothing of others'."""
_COUNTS = ("burst_orders", "product_orders", "key_reporters", "product_reporters")
_SPANS = ("burst_minutes", "late_days")


def read_risk(top: SettingsTable) -> RiskSettings:
    """The settings, with a default for each. Faults are noted."""
    table, default = top.table("risk"), RiskSettings()
    if table is None:
        return default
    table.warn_unknown(("review_score", "large_amount", "shared_contacts", *_COUNTS, *_SPANS))
    numbers = {name: table.positive(name, getattr(default, name)) for name in (*_COUNTS, *_SPANS)}
    for name in _COUNTS:
        if numbers[name] < LEAST_MANY:
            table.fault(name, f"risk.{name} must be {LEAST_MANY} or more: one alone is an ordinary order or report")
    amount = table.money("large_amount")
    if amount is not None and amount <= 0:
        table.fault("large_amount", 'risk.large_amount must be above zero, such as "500.00"; leave it out for none')
    shared = tuple(contact.casefold() for contact in table.texts("shared_contacts"))
    score = _score(table, default.review_score)
    return RiskSettings(review_score=score, large_amount=amount, shared_contacts=shared, **numbers)


def _score(table: SettingsTable, default: int) -> int:
    value = table.values.get("review_score", default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= HIGHEST:
        told = f"risk.review_score must be a whole number from 0 to {HIGHEST}; 0 asks nobody: review_score = {default}"
        table.fault("review_score", told)
        return default
    return value
