"""Which product a buyer names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from knowledge_base.product import Product
from support.assistant.guard import visible

WORD = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]+")
SHORTEST = 2
SHARED = 3


def mentioned(text: str, products: Mapping[str, Product]) -> tuple[str, ...]:
    """Ids of the products that `text` names, the fullest name first.

    A name counts whole, or by a piece of it: `极光` for `极光会员 30 天`. The longest piece found decides; where
    several products share it, all of them are meant.
    """
    folded = _fold(text)
    owners = _owners(tuple((p.id, tuple(p.name.values())) for p in products.values()))
    found = [piece for piece in owners if piece in folded]
    longest = max((len(piece) for piece in found), default=0)
    return tuple(sorted({key for piece in found if len(piece) == longest for key in owners[piece]}))


def begins_named(text: str, product: Product) -> bool:
    """Whether `text` names a product by how one of its names begins, and not only by what kind of thing it is."""
    folded = _fold(text)
    firsts = [WORD.findall(visible(name).lower()) for name in product.name.values()]
    starts = [words[0] if words[0].isascii() else words[0][:SHORTEST] for words in firsts if words]
    return any(start in folded for start in (*starts, _fold(product.id)))


@lru_cache(maxsize=32)
def _owners(names: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, frozenset[str]]:
    """Pieces of names and whose they are; a short piece counts only where it is one product's."""
    owners: dict[str, set[str]] = {}
    for product_id, texts in names:
        for piece in {piece for text in (*texts, product_id) for piece in _candidates(text)}:
            owners.setdefault(piece, set()).add(product_id)
    return {piece: frozenset(ids) for piece, ids in owners.items() if len(ids) == 1 or len(piece) >= SHARED}


def _candidates(text: str) -> set[str]:
    """The whole name, its runs of words, and the first and last pieces of its Han runs."""
    folded = _fold(text)
    words = [word for word in WORD.findall(visible(text).lower()) if len(word) >= SHORTEST]
    runs = {"".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
    han = [word for word in words if not word.isascii()]
    ends = {piece for word in han for size in range(2, len(word) + 1) for piece in (word[:size], word[-size:])}
    return {piece for piece in {folded, *runs, *ends} if len(piece) >= (2 if not piece.isascii() else 4)}


def _fold(text: str) -> str:
    return "".join(WORD.findall(visible(text).lower()))
