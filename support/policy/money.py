"""Amounts of money: from a double to a currency's minor unit, once and half up."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal

NOISE_DECIMALS = 9
_WIDE = Context(prec=400)
"""Room for any double, so that no amount is too large to be rounded."""


def without_noise(amount: float) -> Decimal:
    """The double rounded to nine decimals, so that binary noise decides nothing."""
    return Decimal(repr(round(amount, NOISE_DECIMALS)))


def exact(amount: float) -> Decimal:
    """A known amount as it was written, before it became a double."""
    return Decimal(repr(amount))


def rounded(amount: Decimal, limit: Decimal, minor_unit: int) -> Decimal:
    """The lesser of both, half up to the minor unit; never above `limit`, even where the limit is finer than that."""
    unit = Decimal(1).scaleb(-minor_unit)
    nearest = min(amount, limit).quantize(unit, ROUND_HALF_UP, _WIDE)
    return nearest if nearest <= limit else limit.quantize(unit, ROUND_DOWN, _WIDE)
