"""How many digits a currency's amounts have after the point."""

from __future__ import annotations

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
