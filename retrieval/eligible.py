"""Which rows may be found at all: in force that day, for that audience, of that kind and product."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knowledge_base.article import Audience
from retrieval.passage import Kind, Passage
from retrieval.rows import Row

Mask = NDArray[np.bool_]

_NEVER = date.max.toordinal()
_KEPT = 64


class Eligible:
    """Validity, audience, kind and product of every row, as arrays."""

    def __init__(self, passages: Sequence[Passage], rows: Sequence[Row]) -> None:
        of_row = [passages[row.passage] for row in rows]
        self._first = np.array([_first_day(passage) for passage in of_row], np.int32)
        self._last = np.array([_last_day(passage) for passage in of_row], np.int32)
        self._kinds = np.array([passage.kind for passage in of_row], dtype="U8")
        self._public = np.array([passage.audience == "public" for passage in of_row], bool)
        self._products = [passage.products for passage in of_row]
        self._masks: dict[tuple[object, ...], Mask] = {}

    def mask(self, on: date, kinds: Iterable[Kind] | None, audience: Audience, product: str | None) -> Mask:
        """(rows,) true where the row may be found. Rows that name other products only are left out for a product."""
        wanted = None if kinds is None else tuple(sorted(set(kinds)))
        asked = (on, wanted, audience, product)
        if asked not in self._masks:
            if len(self._masks) >= _KEPT:
                self._masks.clear()
            self._masks[asked] = self._made(on, wanted, audience, product)
        return self._masks[asked]

    def _made(self, on: date, kinds: tuple[Kind, ...] | None, audience: Audience, product: str | None) -> Mask:
        day = on.toordinal()
        mask: Mask = (self._first <= day) & (day <= self._last)
        if kinds is not None:
            mask &= np.isin(self._kinds, kinds)
        if audience == "public":
            mask &= self._public
        if product is not None:
            mask &= np.array([not products or product in products for products in self._products], bool)
        return mask


def _first_day(passage: Passage) -> int:
    day = passage.effective or passage.valid_from
    return day.toordinal() if day else 0


def _last_day(passage: Passage) -> int:
    if passage.superseded:
        return passage.superseded.toordinal() - 1
    return passage.valid_to.toordinal() if passage.valid_to else _NEVER
