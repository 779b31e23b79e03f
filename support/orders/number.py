"""Order numbers as people type them."""

from __future__ import annotations

import unicodedata

LONGEST = 200


def normalise_number(number: str) -> str:
    """An order number as it is compared: trimmed, full-width folded, upper-cased.

    `"　ｓｐ2026－01 "` and `"SP2026-01"` are one number.
    """
    return unicodedata.normalize("NFKC", number).strip().upper()


def written_forms(number: str) -> tuple[str, ...]:
    """The forms in which a store may hold a number, to look it up by; none for what can be no number."""
    folded = unicodedata.normalize("NFKC", number).strip()
    if not folded or len(folded) > LONGEST or not folded.isprintable():
        return ()
    return tuple(dict.fromkeys((folded, folded.upper(), folded.lower())))
