"""Which product a buyer names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from knowledge_base.product import Product
from support.assistant.guard import visible

WORD = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]+")
SHORTEST = 2


def mentioned(text: str, products: Mapping[str, Product]) -> tuple[str, ...]:
    """Ids of the products that `text` names, the fullest name first.

    A name counts whole, or by a piece of it that no other product has: `极光` for `极光会员 30 天`.
    """
    folded = _fold(text)
    found: dict[str, int] = {}
    for product_id, pieces in _pieces(tuple((p.id, tuple(p.name.values())) for p in products.values())).items():
        longest = max((len(piece) for piece in pieces if piece in folded), default=0)
        if longest:
            found[product_id] = longest
    best = max(found.values(), default=0)
    return tuple(sorted((key for key, length in found.items() if length == best), key=lambda key: key))


@lru_cache(maxsize=32)
def _pieces(names: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, frozenset[str]]:
    owners: dict[str, set[str]] = {}
    for product_id, texts in names:
        for piece in {piece for text in (*texts, product_id) for piece in _candidates(text)}:
            owners.setdefault(piece, set()).add(product_id)
    result: dict[str, set[str]] = {product_id: set() for product_id, _ in names}
    for piece, ids in owners.items():
        if len(ids) == 1:
            result[next(iter(ids))].add(piece)
    return {key: frozenset(value) for key, value in result.items()}


def _candidates(text: str) -> set[str]:
    """The whole name, its runs of words, and the leading pieces of its Han runs."""
    folded = _fold(text)
    words = [word for word in WORD.findall(visible(text).lower()) if len(word) >= SHORTEST]
    runs = {"".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
    heads = {word[:size] for word in words if not word.isascii() for size in range(2, len(word) + 1)}
    return {piece for piece in {folded, *runs, *heads} if len(piece) >= (2 if not piece.isascii() else 4)}


def _fold(text: str) -> str:
    return "".join(WORD.findall(visible(text).lower()))
