"""Is the right document found? Questions over the demo shop, beside keywords alone and each model alone.

The questions are phrased apart from the articles' own `questions:` and from the background that refusal is calibrated
against. Across languages only articles are searched, and the questions' documents are there in the other language only.
Made by the makers of the shop, the questions flatter: what holds here is a floor for changes, not a promise.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean

import numpy as np

from evals import case
from evals.baseline import mcnemar
from evals.beside.ensemble import ensemble
from evals.fault import Bubble, Fault, Found, Score, score_of
from evals.report import Row, share
from knowledge_base.reader import read_directory, read_shop
from retrieval.chunking import passages_of
from retrieval.ingest import build_index
from retrieval.keyword_index import KeywordIndex
from retrieval.models import embedders_for
from retrieval.opening import open_index
from retrieval.passage import Kind, Passage, SearchResult
from retrieval.rows import rows_of
from retrieval.search import Search

SHOP = Path(__file__).parent.parent / "knowledge_base" / "shops" / "star"
DAY = date(2026, 6, 1)
"""A day on which the newest versions are in force."""
ANSWERS_FROM = 0.5
FINDING, FALSE, REFUSING = "retrieval_recall5", "false_answer_rate", "over_refusal_rate"
PAIRS = ("zh", "en", "en_zh", "zh_en")
_LEFT_OUT = {"en_zh": "en", "zh_en": "zh-CN"}
_BARS = {"zh": 0.92, "en": 0.92, "en_zh": 0.90, "zh_en": 0.80}

Ranker = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Case:
    """A question, and the documents any of which answers it; none for what the shop cannot answer."""

    id: str
    pair: str
    text: str
    relevant: frozenset[str]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """How one question was ranked: the place of each relevant document, from 0."""

    places: tuple[int, ...]
    wanted: int

    @property
    def recall5(self) -> bool:
        return any(place < 5 for place in self.places)

    @property
    def reciprocal(self) -> float:
        return 1 / (min(self.places) + 1) if self.places else 0.0

    @property
    def gain(self) -> float:
        """nDCG over ten places, each relevant document worth one."""
        ideal = sum(1 / math.log2(place + 2) for place in range(min(self.wanted, 10)))
        return sum(1 / math.log2(place + 2) for place in self.places) / ideal


def read_cases() -> tuple[Case, ...]:
    """The committed questions."""
    rows = case.cases("retrieval")
    return tuple(
        Case(row["id"], row["pair"], row["text"], frozenset(row["relevant"]), case.place_of(row)) for row in rows
    )


def measure() -> Found:
    """Every figure of retrieval, and what it says of each question. About half a minute."""
    cases, passages = read_cases(), passages_of(read_shop(read_directory(SHOP)))
    with tempfile.TemporaryDirectory() as folder:
        shops = {pair: _Indexed(Path(folder), pair, _with(passages, cases, pair)) for pair in PAIRS}
        ranked = {pair: _rankings(cases, pair, shops[pair].hybrid) for pair in PAIRS}
        rows, search = _ranked(cases, shops, ranked), shops["zh"].search
        refused, told = _refused(cases, search)
        rows += [*refused, _stale(cases, search), *_beside(shops, ranked)]
    found = (_of_finding(one, *got) for pair in PAIRS for one, got in ranked[pair].items())
    return Found(tuple(rows), (*found, *told))


class _Indexed:
    """One variant of the shop, and the ways of ranking it."""

    def __init__(self, folder: Path, name: str, passages: tuple[Passage, ...]) -> None:
        models = embedders_for()
        build_index(folder, name, passages, models)
        self.search: Search = open_index(folder, name, passages, models)
        self._kinds: tuple[Kind, ...] | None = ("article",) if name in _LEFT_OUT else None
        self._passages, self._rows, self._model = passages, rows_of(passages), models[0]
        self._keywords = KeywordIndex([row.text for row in self._rows])
        self._vectors = self._model.embed_passages([row.text for row in self._rows])

    def hybrid(self, text: str) -> list[str]:
        """What the product does."""
        return [hit.passage.document for hit in self.search.search(text, k=10, on=DAY, kinds=self._kinds).hits]

    def keywords(self, text: str) -> list[str]:
        """BM25 alone."""
        places, _ = self._keywords.nearest(self._keywords.ask(text), len(self._rows))
        return self._folded(places)

    def vectors(self, text: str) -> list[str]:
        """The model's cosines alone."""
        return self._folded(np.argsort(-(self._vectors @ self._model.embed_queries([text])[0])))

    def ensemble(self, folder: str) -> Ranker:
        """LangChain's stock ensemble over the same rows and model, its documents folded alike. Raises ImportError."""
        find = ensemble(self._model, [row.text for row in self._rows], folder, k=15)
        return lambda text: self._folded(found.metadata["row"] for found in find(text))

    def _folded(self, places: Iterable[int]) -> list[str]:
        shown = (self._passages[self._rows[place].passage] for place in places)
        allowed = (
            one.document for one in shown
            if one.audience == "public" and (self._kinds is None or one.kind in self._kinds) and _in_force(one)
        )  # fmt: skip
        return list(dict.fromkeys(allowed))[:10]


def _in_force(passage: Passage) -> bool:
    first, last = passage.effective or passage.valid_from, passage.valid_to
    return not ((first and first > DAY) or (last and last < DAY) or (passage.superseded and passage.superseded <= DAY))


def _with(passages: Sequence[Passage], cases: Sequence[Case], pair: str) -> tuple[Passage, ...]:
    """The shop with the pair's documents in the other language only."""
    wanted = {document for case in cases if case.pair == pair for document in case.relevant}
    out = _LEFT_OUT.get(pair)
    return tuple(one for one in passages if not (one.lang == out and one.document in wanted))


def _beside(
    shops: Mapping[str, _Indexed], ranked: Mapping[str, Mapping[Case, tuple[Ranked, list[str]]]]
) -> Iterator[Row]:
    """The same questions asked of LangChain's stock ensemble, and by whom more of them were found."""
    for pair, ours in ranked.items():
        key = f"ensemble_recall5_{pair}"
        try:
            with tempfile.TemporaryDirectory() as folder:
                find = shops[pair].ensemble(folder)
                theirs = [_found(one, find, pair in _LEFT_OUT).recall5 for one in ours]
        except ImportError as error:
            yield Row(key, None, "share", 0, note=f"{error.name} is not installed: pip install 'anxin[bench]'")
            continue
        mine = [found.recall5 for found, _ in ours.values()]
        more, less = (sum(a and not b for a, b in zip(*both, strict=True)) for both in ((mine, theirs), (theirs, mine)))
        note = f"ours found {more} that it did not, it {less} that ours did not, p {mcnemar(more, less):.3f}"
        yield share(key, sum(theirs), len(theirs), baseline=round(fmean(mine), 4), note=note)


def _rankings(cases: Sequence[Case], pair: str, ranker: Ranker) -> dict[Case, tuple[Ranked, list[str]]]:
    found = {one: ranker(one.text) for one in cases if one.pair == pair}
    return {one: (_placed(one, got, pair in _LEFT_OUT), got) for one, got in found.items()}


def _of_finding(one: Case, ranked: Ranked, got: list[str]) -> Score:
    wrong = [] if ranked.recall5 else [Fault(FINDING, one.id, one.text, sorted(one.relevant), got[:5])]
    talk = [Bubble("buyer", one.text, f"found {', '.join(got[:5])}")] if wrong else []
    return score_of(FINDING, one.id, wrong, talk, one.place)


def _ranked(
    cases: Sequence[Case], shops: dict[str, _Indexed], ranked: Mapping[str, Mapping[Case, tuple[Ranked, list[str]]]]
) -> list[Row]:
    rows: list[Row] = []
    every: list[Ranked] = []
    for pair in PAIRS:
        own, shop = [case for case in cases if case.pair == pair], shops[pair]
        articles_only = pair in _LEFT_OUT
        found = [got for got, _ in ranked[pair].values()]
        bm25, model = (
            fmean(_found(case, ranker, articles_only).recall5 for case in own)
            for ranker in (shop.keywords, shop.vectors)
        )
        note = f"bm25 {bm25:.2f}, model {model:.2f}, mrr {fmean(one.reciprocal for one in found):.2f}"
        hits = sum(one.recall5 for one in found)
        best = round(max(bm25, model), 4)
        rows.append(share(f"retrieval_recall5_{pair}", hits, len(own), baseline=best, bar=_BARS[pair], note=note))
        every.extend(found)
    means = {"retrieval_mrr": 0.80, "retrieval_ndcg10": None}
    values = (fmean(one.reciprocal for one in every), fmean(one.gain for one in every))
    for (key, bar), value in zip(means.items(), values, strict=True):
        rows.append(Row(key, round(value, 4), "mean", len(every), bar=bar))
    return rows


def _found(case: Case, ranker: Ranker, articles_only: bool) -> Ranked:
    return _placed(case, ranker(case.text), articles_only)


def _placed(case: Case, found: Sequence[str], articles_only: bool) -> Ranked:
    wanted = {one for one in case.relevant if not (articles_only and "/" in one)}
    places = tuple(place for place, document in enumerate(found) if document in wanted)
    return Ranked(places, len(wanted))


def _refused(cases: Sequence[Case], search: Search) -> tuple[list[Row], list[Score]]:
    sure = {case: _asked(search, case).answerable for case in cases}

    def answers(pairs: tuple[str, ...]) -> list[bool]:
        return [value >= ANSWERS_FROM for case, value in sure.items() if case.pair in pairs]

    off, plausible, good = answers(("off_topic",)), answers(("plausible",)), answers(PAIRS)
    false = [*off, *plausible]
    rows = [
        share("false_answer_rate", sum(false), len(false), bar=0.15, low_is_good=True),
        share("false_answer_rate_off_topic", sum(off), len(off), bar=0.05, low_is_good=True),
        share("false_answer_rate_plausible", sum(plausible), len(plausible), low_is_good=True),
        share("over_refusal_rate", len(good) - sum(good), len(good), bar=0.25, low_is_good=True),
    ]
    return rows, [_of_refusing(case, value) for case, value in sure.items()]


def _of_refusing(case: Case, value: float) -> Score:
    suite, should = (REFUSING, True) if case.pair in PAIRS else (FALSE, False)
    words = {True: "an answer", False: "no answer"}
    wrong = (
        [Fault(suite, case.id, case.text, words[should], words[not should])]
        if (value >= ANSWERS_FROM) != should
        else []
    )
    talk = [Bubble("buyer", case.text, f"answerable {value:.2f}, answered from {ANSWERS_FROM}")] if wrong else []
    return score_of(suite, case.id, wrong, talk, case.place)


def _stale(cases: Sequence[Case], search: Search) -> Row:
    """Passages returned that were not in force that day: never one."""
    days = [date(2025, 6, 1), DAY]
    shown = [
        (day, hit.passage) for case in cases for day in days for hit in search.search(case.text, k=10, on=day).hits
    ]
    stale = sum(
        (one.effective or one.valid_from or day) > day
        or (one.valid_to or day) < day
        or (one.superseded is not None and one.superseded <= day)
        for day, one in shown
    )
    return Row("retrieval_stale_shown", float(stale), "count", len(shown), bar=0, low_is_good=True, fatal=True)


def _asked(search: Search, case: Case) -> SearchResult:
    return search.search(case.text, on=DAY)


def main() -> int:
    """Print the figures."""
    for row in measure().rows:
        bounds = f"[{row.bounds[0]:.2f}, {row.bounds[1]:.2f}]" if row.bounds else ""
        mark = {True: "ok", False: "BELOW", None: ""}[row.met]
        sys.stdout.write(f"{row.key:<30} {row.value:>7} {bounds:<14} n={row.n:<5} {mark:<6} {row.note}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
