"""`counterfactual`: two cases that differ in one fact, asked in the same words; the decision differs with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from evals.case import cases, place_of
from evals.expect import of_turn
from evals.fault import Fault, Found, Score, score_of
from evals.report import share
from evals.stage import NOW, Json, Stage

SUITE = "counterfactual"


def score(stage: Stage) -> Found:
    """Ask both sides of each pair as new visitors."""
    stage.progress("counterfactual pairs")
    every = cases(SUITE, "id", "lang", "what", "say", "sides")
    scores = tuple(_score(stage, case) for case in every)
    return Found((share(SUITE, sum(score.right for score in scores), len(every), bar=1.0),), scores)


def _score(stage: Stage, case: Mapping[str, Any]) -> Score:
    answers = [_asked(stage, case, side) for side in case["sides"]]
    faults = [
        Fault(SUITE, f"{case['id']} {'ab'[place]}", case["say"], side["expect"]["decision"], wrong)
        for place, (side, answer) in enumerate(zip(case["sides"], answers, strict=True))
        for wrong in of_turn(answer, side["expect"])
    ]
    if _decided(answers[0]) == _decided(answers[1]):
        faults.append(Fault(SUITE, case["id"], case["say"], f"{case['what']} changes it", _decided(answers[0])))
    talk = [bubble for answer in answers for bubble in stage.talk(answer["conversation"])] if faults else []
    return score_of(SUITE, case["id"], faults, talk, place_of(case))


def _asked(stage: Stage, case: Mapping[str, Any], side: Mapping[str, Any]) -> Json:
    now = datetime.fromisoformat(side["now"]) if "now" in side else NOW
    return stage.ask(case["say"], now=now, lang=case["lang"], slots=side["slots"], facts=side.get("facts", {}))


def _decided(answer: Json) -> tuple[str, str | None, str] | None:
    if not (decision := answer["decision"]):
        return None
    return decision["verdict"], (decision["clause"] or {}).get("id"), str(decision["outcome"])
