"""Rows: what is indexed. A passage has one for its text and one for each way of asking that leads to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from retrieval.passage import Passage


@dataclass(frozen=True, slots=True)
class Row:
    """One text to embed and search. `key` names the text alone, so equal texts share one vector.

    Attributes:
        passage: its place among the passages.
        question: whether this is a way of asking and not the passage's own text.
    """

    key: str
    text: str
    passage: int
    lang: str
    question: bool


def rows_of(passages: Sequence[Passage]) -> tuple[Row, ...]:
    """Every row, those of one language together, in the order of the passages."""
    rows = [row for place, passage in enumerate(passages) for row in _rows_of_one(place, passage)]
    return tuple(sorted(rows, key=lambda row: row.lang))


def _rows_of_one(place: int, passage: Passage) -> list[Row]:
    texts = [(passage.index_text, False), *((question, True) for question in passage.questions)]
    return [Row(_key(passage.lang, text), text, place, passage.lang, asks) for text, asks in texts]


def _key(lang: str, text: str) -> str:
    return sha256(f"{lang}\0{text}".encode()).hexdigest()[:32]
