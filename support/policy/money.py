"""Amounts of money: from a double to a currency's minor unit, once and half up."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal

NOISE_DECIMALS = 9
_WIDE = Context(prec=400)
"""Room for any double, so that no amount is too large to be rounded."""
MINOR_UNITS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
    "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "CLF": 4, "UYW": 4,
}  # fmt: skip
"""Digits after the point by ISO 4217, where they are not two."""


def minor_unit_of(currency: str) -> int:
    """Digits after the point of a currency: 2 for CNY, 0 for JPY, 3 for KWD."""
    return MINOR_UNITS.get(currency.upper(), 2)


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
