"""A shop's own evaluation: its folder, its cases and its own ways to ask, played as buyers would and judged.

Nothing of the demo shop is in it and nothing is kept: the folder is imported into a record that is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evals.case import BadCase, Json, place_of, read_cases
from evals.dialogue import Played, play
from evals.expect import of_end, of_turn
from evals.fault import Fault, Found, Score, score_of
from evals.page.page import Page
from evals.report import Report, Row, share
from evals.shapes import OWN
from evals.stage import Stage, open_stage
from knowledge_base.article import Article
from knowledge_base.shop import ShopFolder
from retrieval.chunking import source_text

CASES, QUESTIONS, UNFOUNDED = "shop_cases", "shop_questions", "shop_unfounded_quotes"
TURN = ("say", "slots", "facts", "expect")
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What came out: rows and scores."""

    found: Found

    @property
    def good(self) -> bool:
        """Whether every case is right and every quote stands in its source."""
        return all(score.right for score in self.found.scores if score.suite != QUESTIONS)

    def as_json(self) -> dict[str, Any]:
        """The report's JSON, and each case with its value and reason."""
        cases = [
            {"suite": one.suite, "case": one.case, "value": one.value, "reason": one.reason, "place": one.place}
            for one in self.found.scores
        ]
        return Report(self.found.rows).as_json() | {"cases": cases}

    def table(self) -> str:
        """The rows for people, and the cases that failed."""
        wrong = [f"  {one.place or one.suite} · {one.case}: {one.reason}" for one in self.found.scores if not one.right]
        return "\n".join((Report(self.found.rows).table(), *(["", *wrong] if wrong else [])))

    def write_page(self, path: Path) -> None:
        """The HTML report."""
        Page(Report(self.found.rows), self.found.scores).write(path)


def evaluate(folder: Path, files: Sequence[Path] = (), told: Told = lambda done, total: None) -> Evaluated:
    """Play the cases of `files` and every `questions:` of the articles. Raises BadCase, ShopFaults, OSError."""
    cases = [case for path in files for case in _read(path)]
    with open_stage(shop=folder, now=datetime.now(UTC)) as stage:
        shop = stage.application.shop(stage.shop).folder
        today = stage.now.date()
        asked = [
            (article, question) for article in shop.articles for question in article.questions
            if article.audience == "public" and article.valid_on(today)
        ]  # fmt: skip
        total, scores = len(cases) + len(asked), list[Score]()
        for place, case in enumerate(cases, 1):
            scores += _played(stage, shop, case, place)
            told(place, total)
        for place, (article, question) in enumerate(asked, len(cases) + 1):
            scores += _asked(stage, shop, article, question, place)
            told(place, total)
    return Evaluated(Found(tuple(_rows(scores)), tuple(scores)))


def _read(path: Path) -> Iterator[Json]:
    for case in read_cases(path, OWN, "id", "lang"):
        if ("turns" in case) == ("say" in case) or case.get("turns") == []:
            _, _, line = place_of(case).rpartition(":")
            raise BadCase(path, int(line), "write either `turns`, or `say` for a case of one message")
        yield case


def _played(stage: Stage, shop: ShopFolder, case: Json, place: int) -> Iterator[Score]:
    """A conversation, or a case of one message; `place` makes its name in the record its own."""
    turns = case.get("turns") or [{key: case[key] for key in TURN if key in case}]
    played = play(stage, {**case, "id": f"case {place}", "turns": turns}, 0)
    faults = [
        Fault(CASES, case["id"], turn.said, dict(turn.expect), wrong)
        for turn in played.turns
        for wrong in of_turn(turn.answer, turn.expect)
    ]
    proofs, tickets = stage.decided(played.conversation), stage.tickets(played.conversation)
    faults += [
        Fault(CASES, case["id"], played.turns[-1].said, case["end"], wrong)
        for wrong in of_end(proofs, tickets, case.get("end", {}))
    ]
    yield _score(stage, CASES, case["id"], faults, played.conversation, place_of(case))
    yield from _unfounded(stage, shop, case["id"], played, place_of(case))


def _asked(stage: Stage, shop: ShopFolder, article: Article, question: str, place: int) -> Iterator[Score]:
    """One of an article's own ways to ask: answered from that article, or taken for a case of the buyer's own.

    Who writes "I was charged twice" is rightly asked for the order, or sent to a person.
    """
    case = {"id": f"question {place}", "lang": article.lang, "turns": [{"say": question}]}
    played = play(stage, case, 0)
    answer = played.turns[0].answer
    cited = [citation["id"] for citation in answer["citations"]]
    held = article.id in cited or answer["asks"] or answer["ticket"]
    faults = [] if held else [Fault(QUESTIONS, question, question, [article.id], cited or "no source")]
    yield _score(stage, QUESTIONS, f"{article.lang}: {question}", faults, played.conversation, article.source)
    yield from _unfounded(stage, shop, question, played, article.source)


def _score(stage: Stage, suite: str, case: str, faults: list[Fault], conversation: str, place: str) -> Score:
    return score_of(suite, case, faults, stage.talk(conversation) if faults else (), place)


def _unfounded(stage: Stage, shop: ShopFolder, case: str, played: Played, place: str) -> Iterator[Score]:
    """A score only of what is wrong: quotes that stand in no version of their source."""
    wrong = [
        Fault(UNFOUNDED, case, turn.said, f"a quote of {cited['id']}", cited["quote"])
        for turn in played.turns
        for cited in turn.answer["citations"]
        if not _stands(shop, cited)
    ]
    if wrong:
        yield _score(stage, UNFOUNDED, case, wrong, played.conversation, place)


def _stands(shop: ShopFolder, cited: Mapping[str, Any]) -> bool:
    if cited["kind"] == "order":
        return cited["id"] in cited["quote"]
    sources = (source_text(shop, cited["kind"], cited["id"], lang) for lang in shop.shop.languages)
    return any(source and cited["quote"] in source.text for source in sources)


def _rows(scores: Sequence[Score]) -> Iterator[Row]:
    for suite in (CASES, QUESTIONS):
        mine = [score.right for score in scores if score.suite == suite]
        yield share(suite, sum(mine), len(mine), **({"bar": 1.0} if suite == CASES and mine else {}))
    count = sum(len(score.faults) for score in scores if score.suite == UNFOUNDED)
    yield Row(UNFOUNDED, count, "count", len(scores), bar=0, low_is_good=True, fatal=True)
