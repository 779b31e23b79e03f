"""Order numbers as people type them."""

from __future__ import annotations

import unicodedata


def normalise_number(number: str) -> str:
    """An order number as it is compared: trimmed, full-width folded, upper-cased.

    `"　ｓｐ2026－01 "` and `"SP2026-01"` are one number.
    """
    return unicodedata.normalize("NFKC", number).strip().upper()
