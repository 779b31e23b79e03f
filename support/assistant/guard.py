"""The first node: what a message looks like before anybody reads meaning into it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from knowledge_base.product import Product
from support.assistant.pinyin import as_han
from support.assistant.spelling import mended
from support.assistant.state import TurnState

INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")
SPACES = re.compile(r"\s+")
MOST_OF_A_PROOF = 2
"""Words of a message that is a password and perhaps a number."""


def visible(text: str) -> str:
    """The text as a person sees it: compatibility forms folded, invisible marks gone, spaces single."""
    folded = unicodedata.normalize("NFKC", text)
    return SPACES.sub(" ", INVISIBLE.sub("", folded)).strip()


def guard(state: TurnState) -> TurnState:
    """Fold the text, write pinyin as Han, undo slips, and note where there is nothing to read in it."""
    text = visible(state["given"].text)
    han = as_han(text)
    if han is None and not _bare_proof(text, state["given"].memory.asks):
        text = mended(text, _names(state["given"].shop.folder.products.values()))
    wordless = not any(char.isalnum() for char in text)
    flags = {name for name, holds in (("wordless", wordless), ("pinyin", han is not None)) if holds}
    return {"text": text if han is None else han, "flags": frozenset(flags)}


def _bare_proof(text: str, asks: Iterable[str]) -> bool:
    """Whether the message may be nothing but the password that was asked for."""
    return "order.proof" in asks and len(text.split()) <= MOST_OF_A_PROOF


def _names(products: Iterable[Product]) -> Iterator[str]:
    return (name for product in products for name in product.name.values())
