"""`pass_hat_8`: whole conversations, eight runs each in other words; a case passes where all eight do (pass^8).

Judged by the state that a conversation leaves: verdicts, amounts, clauses, tickets, what was asked for, and citations
that are word for word in their source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import comb
from statistics import fmean
from typing import Any

from evals.case import cases, place_of
from evals.dialogue import Played, play
from evals.expect import of_end, of_turn
from evals.fault import Fault, Found, Score
from evals.report import Row, share
from evals.sources import unfounded
from evals.stage import SHOP, Json, Stage

SUITE = "pass_hat_8"
RUNS = 8


def score(stage: Stage, runs: int = RUNS) -> Found:
    """Play every conversation `runs` times."""
    every, scores = cases("conversations", "id", "lang", "turns"), []
    passed: dict[str, int] = {}
    for place, case in enumerate(every, 1):
        stage.progress(f"conversation {place} of {len(every)}: {case['id']}")
        found = [_one(stage, case, run) for run in range(runs)]
        passed[case["id"]] = sum(not faults for _, faults in found)
        first = next((played for played, faults in found if faults), None)
        talk = stage.talk(first.conversation) if first else ()
        wrong = tuple(fault for _, faults in found for fault in faults)
        scores.append(Score(SUITE, case["id"], passed[case["id"]] / runs, wrong, talk, place_of(case)))
    return Found(_rows(every, passed, runs), tuple(scores))


def _one(stage: Stage, case: Json, run: int) -> tuple[Played, list[Fault]]:
    """A run, judged before the next one settles the record."""
    played = play(stage, case, run)
    return played, list(wrongs(stage, case, played))


def _rows(every: tuple[Json, ...], passed: Mapping[str, int], runs: int) -> tuple[Row, ...]:
    once = sum(passed.values())
    return (
        share(
            SUITE, sum(count == runs for count in passed.values()), len(every), bar=0.95, samples=_hats(passed, runs)
        ),
        share("pass_hat_1", once, len(every) * runs),
        *(_by_language(every, passed, runs, lang) for lang in ("zh-CN", "en")),
    )


def _hats(passed: Mapping[str, int], runs: int) -> tuple[float, ...]:
    """pass^1 … pass^runs: how likely k runs drawn from a case's are all right, on average over the cases."""
    counts = passed.values()
    return tuple(round(fmean(comb(count, k) / comb(runs, k) for count in counts), 4) for k in range(1, runs + 1))


def _by_language(every: tuple[Json, ...], passed: Mapping[str, int], runs: int, lang: str) -> Row:
    mine = [passed[case["id"]] == runs for case in every if case["lang"] == lang]
    return share(f"{SUITE}_{lang[:2]}", sum(mine), len(mine))


def wrongs(stage: Stage, case: Mapping[str, Any], played: Played) -> Iterator[Fault]:
    """What is wrong in one conversation as it was played."""
    shop = stage.application.shop(SHOP).folder
    for place, turn in enumerate(played.turns, 1):
        found = of_turn(turn.answer, turn.expect)
        found += filter(None, (unfounded(citation, shop) for citation in turn.answer["citations"]))
        for wrong in found:
            want, _, said = wrong.partition(" for ")
            yield Fault(SUITE, f"{case['id']} turn {place}", turn.said, said or "otherwise", want)
    proofs, tickets = stage.decided(played.conversation), stage.tickets(played.conversation)
    for wrong in of_end(proofs, tickets, case.get("end", {})):
        yield Fault(SUITE, f"{case['id']} at the end", played.turns[-1].said, case["end"], wrong)
