"""`pass_hat_8`: whole conversations, eight runs each in other words; a case passes where all eight do (pass^8).

`buyer_pass_hat_8`: the same, as simulated buyers type it: eight other buyers each, with moods and slips.

Judged by the state that a conversation leaves: verdicts, amounts, clauses, tickets, what was asked for, and citations
that are word for word in their source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import comb
from statistics import fmean
from typing import Any

from evals.buyer import Buyer
from evals.case import cases, place_of
from evals.dialogue import Played, buyers, play
from evals.expect import of_end, of_turn
from evals.fault import Fault, Found, Score
from evals.report import Row, share
from evals.sources import unfounded
from evals.stage import SHOP, Json, Stage

SUITE = "pass_hat_8"
SIMULATED = "buyer_pass_hat_8"
RUNS = 8


def score(stage: Stage, runs: int = RUNS) -> Found:
    """Play every conversation `runs` times, in the words of the script."""
    return _score(stage, SUITE, runs, lambda case: (None,) * runs)


def score_simulated(stage: Stage, runs: int = RUNS) -> Found:
    """The same with simulated buyers, one for each run."""
    return _score(stage, SIMULATED, runs, lambda case: buyers(case, runs))


def _score(stage: Stage, suite: str, runs: int, typing: Callable[[Json], Sequence[Buyer | None]]) -> Found:
    every, scores = cases("conversations", "id", "lang", "turns"), []
    passed: dict[str, int] = {}
    for place, case in enumerate(every, 1):
        stage.progress(f"conversation {place} of {len(every)}: {case['id']}")
        found = [_one(stage, suite, case, run, buyer) for run, buyer in enumerate(typing(case))]
        passed[case["id"]] = sum(not faults for _, faults in found)
        first = next((played for played, faults in found if faults), None)
        talk = stage.talk(first.conversation) if first else ()
        wrong = tuple(fault for _, faults in found for fault in faults)
        scores.append(Score(suite, case["id"], passed[case["id"]] / runs, wrong, talk, place_of(case)))
    return Found(_rows(suite, every, passed, runs), tuple(scores))


def _one(stage: Stage, suite: str, case: Json, run: int, buyer: Buyer | None) -> tuple[Played, list[Fault]]:
    """A run, judged before the next one settles the record."""
    played = play(stage, case, run, buyer=buyer)
    return played, list(wrongs(stage, case, played, suite))


def _rows(suite: str, every: tuple[Json, ...], passed: Mapping[str, int], runs: int) -> tuple[Row, ...]:
    right, once = sum(count == runs for count in passed.values()), sum(passed.values())
    bar = {"bar": 0.95} if suite == SUITE else {}
    return (
        share(suite, right, len(every), samples=_hats(passed, runs), **bar),
        share(suite.removesuffix("8") + "1", once, len(every) * runs),
        *(_by_language(suite, every, passed, runs, lang) for lang in ("zh-CN", "en")),
    )


def _hats(passed: Mapping[str, int], runs: int) -> tuple[float, ...]:
    """pass^1 … pass^runs: how likely k runs drawn from a case's are all right, on average over the cases."""
    counts = passed.values()
    return tuple(round(fmean(comb(count, k) / comb(runs, k) for count in counts), 4) for k in range(1, runs + 1))


def _by_language(suite: str, every: tuple[Json, ...], passed: Mapping[str, int], runs: int, lang: str) -> Row:
    mine = [passed[case["id"]] == runs for case in every if case["lang"] == lang]
    return share(f"{suite}_{lang[:2]}", sum(mine), len(mine))


def wrongs(stage: Stage, case: Mapping[str, Any], played: Played, suite: str = SUITE) -> Iterator[Fault]:
    """What is wrong in one conversation as it was played."""
    shop = stage.application.shop(SHOP).folder
    for place, turn in enumerate(played.turns, 1):
        found = of_turn(turn.answer, turn.expect)
        found += filter(None, (unfounded(citation, shop) for citation in turn.answer["citations"]))
        for wrong in found:
            want, _, said = wrong.partition(" for ")
            yield Fault(suite, f"{case['id']} turn {place}", turn.said, said or "otherwise", want)
    proofs, tickets = stage.decided(played.conversation), stage.tickets(played.conversation)
    for wrong in of_end(proofs, tickets, case.get("end", {})):
        yield Fault(suite, f"{case['id']} at the end", played.turns[-1].said, case["end"], wrong)
