"""Passages: the pieces that are found and quoted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["article", "clause", "product"]


@dataclass(frozen=True, slots=True)
class Passage:
    """An exact slice of a document: `text == source_text[start:end]`, offsets in code points.

    Attributes:
        id: content hash, equal for equal content in the same document.
        document: article id, `policy/clause` or `product/id`.
        index_text: what is embedded and searched: title, heading, text.
        questions: ways of asking that lead here, each indexed by itself beside `index_text`.
        effective, superseded: for a clause, the days between which its version is in force (`superseded` exclusive).
    """

    id: str
    kind: Kind
    document: str
    title: str
    text: str
    lang: str
    start: int
    end: int
    index_text: str
    audience: str = "public"
    products: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    effective: date | None = None
    superseded: date | None = None
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceText:
    """A whole document in one language, as people read it; passages are slices of `text`."""

    title: str
    lang: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, best first; `score` is comparable within one search only."""

    passage: Passage
    score: float


FINDABLE = 0.1
"""From this calibrated probability on, what is nearest is shown to whoever searches and looks for himself: of the cases
of `evals retrieval` all but two of 215 questions with an answer reach it."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits with documents folded, and the calibrated probability (0 to 1) that one of them answers the question."""

    hits: tuple[Hit, ...]
    answerable: float

    @property
    def shown(self) -> tuple[Hit, ...]:
        """What to show whoever looks for something: none where hardly anything of the shop's can be meant."""
        return self.hits if self.answerable >= FINDABLE else ()
