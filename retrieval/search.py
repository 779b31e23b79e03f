"""Finding: a question in, documents out, each represented by its best passage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from knowledge_base.article import Audience
from retrieval.analysis import language_of, speech
from retrieval.background import Background, Vector, background_questions
from retrieval.calibration import UNKNOWING, Calibration, Evidence
from retrieval.eligible import Eligible, Mask
from retrieval.embedder import Embedder, Matrix
from retrieval.keyword_index import KeywordIndex
from retrieval.passage import Hit, Kind, Passage, SearchResult
from retrieval.ranking import Places, Question, Ranks, Scored
from retrieval.rows import Row

_SHORTLIST = 32
# A document that says it twice is likelier right: how much its second and third row count beside the best.
_ECHOES = (0.3, 0.2)
# A question longer than this is read no further: what it asks was said, and embedding time grows with its length.
_READ = 500
# What shares no word with the shop and lies this near to keys struck at random asks nothing: of real questions without
# a shared word none came nearer than .31, of single words none than .46.
_NOISE = 0.48


@dataclass(frozen=True, slots=True)
class Leader:
    """A document found: its best row, and what all its rows found are worth together."""

    row: int
    worth: float


class Search:
    """One shop's passages, searchable. Safe to use from several threads; nothing in it changes but a cache.

    Dates decide what may be found: without one, `today` is asked, which should answer in the shop's time zone.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        rows: Sequence[Row],
        ranking: Ranks,
        keywords: KeywordIndex,
        embedders: Sequence[Embedder],
        backgrounds: Sequence[Background],
        calibration: Calibration = UNKNOWING,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.passages = tuple(passages)
        self.rows = tuple(rows)
        self._ranking, self._keywords, self._embedders = ranking, keywords, tuple(embedders)
        self._backgrounds = tuple(backgrounds)
        self._eligible = Eligible(self.passages, self.rows)
        self._today = today
        self._calibration = calibration
        self._documents = [self._passage(place).document for place in range(len(self.rows))]
        self._own_rows = self._own_rows_by_document()

    def search(
        self,
        query: str,
        k: int = 5,
        lang: str | None = None,
        on: date | None = None,
        kinds: Iterable[Kind] | None = None,
        audience: Audience = "public",
        product: str | None = None,
    ) -> SearchResult:
        """The `k` best documents for `query`, best first, and how likely one of them answers it.

        Args:
            lang: the language preferred where a document exists in several; the query's own by default.
            on: the day whose versions count; versions not in force that day are never returned.
            product: leaves out what names other products only.
        Raises:
            ModelUnavailable: the embedding model cannot be loaded.
        """
        if not query.strip() or k < 1 or not self.rows:
            return SearchResult((), 0.0)
        mask = self._eligible.mask(on or self._today(), kinds, audience, product)
        question = self.question(query)
        scored = self._ranking.score(question, mask)
        leaders = self._leading_rows(scored, max(k, 2))
        if not leaders:
            return SearchResult((), 0.0)
        asks = question.asked.known or question.noise < _NOISE
        answerable = self._calibration.probability(self.evidence(question, scored, leaders)) if asks else 0.0
        wanted = lang or question.lang
        hits = tuple(self._hit(scored, mask, leader, wanted) for leader in leaders[:k])
        return SearchResult(hits, answerable)

    def question(self, query: str) -> Question:
        """`query` ready to be ranked. Raises ModelUnavailable."""
        return next(self.questions([query]))

    def questions(self, queries: Sequence[str]) -> Iterator[Question]:
        """As `question`, embedded together. Raises ModelUnavailable."""
        read = [query[:_READ] for query in queries]
        embedded = [embedder.embed_queries(read) for embedder in self._embedders]
        for place, query in enumerate(read):
            yield self._question(query, [vectors[place] for vectors in embedded])

    def background_questions(self) -> Iterator[Question]:
        """The background's own, each measured against the others; nothing is embedded."""
        for place, query in enumerate(background_questions()):
            yield self._question(query, [one.vectors[place] for one in self._backgrounds], place)

    def _question(self, query: str, vectors: Sequence[Vector], without: int | None = None) -> Question:
        lang = language_of(query)
        return Question(
            lang,
            self._keywords.ask(query),
            tuple(one.centred(vector, lang) for one, vector in zip(self._backgrounds, vectors, strict=True)),
            self._backgrounds[0].nearness(vectors[0], without),
            self._backgrounds[0].noise(vectors[0]),
        )

    def placed(self, texts: Sequence[str]) -> Matrix:
        """(texts, dimension): unit rows where the first model puts them. Raises ModelUnavailable."""
        return self._embedders[0].embed_queries(texts)

    def evidence(self, question: Question, scored: Scored, leaders: Sequence[Leader]) -> Evidence:
        """What tells an answerable question from another, seen in its best document."""
        return Evidence(float(scored.cosines[leaders[0].row]), question.rival, question.lang == "zh")

    def leading_rows(self, question: Question, mask: Mask, count: int) -> tuple[Scored, list[Leader]]:
        """The best row of each of the `count` best documents: what calibration asks, rows left out in turn."""
        scored = self._ranking.score(question, mask)
        return scored, self._leading_rows(scored, count)

    def _leading_rows(self, scored: Scored, count: int) -> list[Leader]:
        shortlist = max(_SHORTLIST, 4 * count)
        while True:
            leaders = self._folded(scored, scored.best(shortlist), count)
            if len(leaders) == count or shortlist >= len(self.rows):
                return leaders
            shortlist *= 8

    def _folded(self, scored: Scored, places: Places, count: int) -> list[Leader]:
        """Each document's best row and worth, the best documents first."""
        best: dict[str, int] = {}
        worth: dict[str, float] = {}
        rows: dict[str, int] = {}
        for place, score in zip(places.tolist(), scored.fused[places].tolist(), strict=True):
            document = self._documents[place]
            before = rows.get(document, 0)
            rows[document] = before + 1
            if before == 0:
                best[document], worth[document] = place, score
            elif before <= len(_ECHOES) and score > 0:
                worth[document] += _ECHOES[before - 1] * score
        leading = sorted(worth, key=worth.__getitem__, reverse=True)[:count]
        return [Leader(best[document], worth[document]) for document in leading]

    def _hit(self, scored: Scored, mask: Mask, leader: Leader, wanted: str) -> Hit:
        """The document's best own text, in the language wanted where it exists in that."""
        own = self._own_rows[self._documents[leader.row]]
        best = own[0] if len(own) == 1 else self._shown(scored, mask, own, leader, wanted)
        return Hit(self._passage(best), round(leader.worth, 4))

    def _shown(self, scored: Scored, mask: Mask, own: tuple[int, ...], leader: Leader, wanted: str) -> int:
        allowed = [row for row in own if mask[row]]
        preferred = [row for row in allowed if self.rows[row].lang == wanted]
        preferred = preferred or [row for row in allowed if speech(self.rows[row].lang) == speech(wanted)] or allowed
        return max(preferred, key=lambda row: scored.fused[row], default=leader.row)

    def _passage(self, row: int) -> Passage:
        return self.passages[self.rows[row].passage]

    def _own_rows_by_document(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, list[int]] = {}
        for place, row in enumerate(self.rows):
            found.setdefault(self.passages[row.passage].document, []).append(place)
        return {
            document: tuple(place for place in places if not self.rows[place].question) or tuple(places)
            for document, places in found.items()
        }


def all_rows(search: Search) -> Mask:
    """A mask that rules nothing out."""
    return np.ones(len(search.rows), bool)
