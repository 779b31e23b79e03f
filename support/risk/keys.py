"""The key itself: what points at whoever sold or supplied it, and what its supplier shows."""

from __future__ import annotations

from support.risk.case import RiskCase, in_favour
from support.risk.signal import Finding, Unknown

SHARED, TWICE, PRODUCT, UNUSED = 30, 30, 20, 15


def shared_key(case: RiskCase) -> Finding:
    """At least `key_reporters` different buyers report one and the same key: it went out twice, or never worked."""
    if not case.about_key:
        return None
    if case.record.key_buyers is None:
        return Unknown("shared_key", "item.keys")
    if case.record.key_buyers < case.settings.key_reporters:
        return None
    facts = case.recorded(case.record.latest, buyers=case.record.key_buyers)
    return in_favour("shared_key", SHARED, facts, case.limit(limit=case.settings.key_reporters), points_at="shop")


def sold_twice(case: RiskCase) -> Finding:
    """The store shows the same key in another order."""
    if not case.about_key or case.item is None:
        return None
    if case.item.duplicate_sale is None:
        return Unknown("sold_twice", "delivery.duplicate_sale")
    return in_favour("sold_twice", TWICE, case.stored(sold=2), points_at="shop") if case.item.duplicate_sale else None


def product_reports(case: RiskCase) -> Finding:
    """At least `product_reporters` different buyers report keys of one product within a week."""
    count, limit = case.record.product_buyers, case.settings.product_reporters
    if not case.about_key or count < limit:
        return None
    facts = case.recorded(case.record.latest, buyers=count)
    return in_favour("product_reports", PRODUCT, facts, case.limit(limit=limit), points_at="supplier")


def unredeemed(case: RiskCase) -> Finding:
    """The store or its supplier shows that the key was never redeemed."""
    if case.item is None or not (case.about_key or case.reason == "changed_mind"):
        return None
    if case.item.redeemed is None:
        return Unknown("unredeemed", "delivery.redeemed")
    return None if case.item.redeemed else in_favour("unredeemed", UNUSED, case.stored(redeemed=0))
