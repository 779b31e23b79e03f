"""`counterfactual`: two cases that differ in one fact, asked in the same words; the decision differs with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from evals.case import cases
from evals.expect import of_turn
from evals.fault import Fault, Found
from evals.report import share
from evals.stage import NOW, Json, Stage

SUITE = "counterfactual"


def score(stage: Stage) -> Found:
    """Ask both sides of each pair as new visitors."""
    stage.progress("counterfactual pairs")
    every = cases(SUITE, "id", "lang", "what", "say", "sides")
    found = {case["id"]: _wrong(stage, case) for case in every}
    faults = tuple(fault for wrong in found.values() for fault in wrong)
    right = sum(not wrong for wrong in found.values())
    return Found((share(SUITE, right, len(every), bar=1.0),), faults)


def _wrong(stage: Stage, case: Mapping[str, Any]) -> list[Fault]:
    answers = [_asked(stage, case, side) for side in case["sides"]]
    faults = [
        Fault(SUITE, f"{case['id']} {'ab'[place]}", case["say"], side["expect"]["decision"], wrong)
        for place, (side, answer) in enumerate(zip(case["sides"], answers, strict=True))
        for wrong in of_turn(answer, side["expect"])
    ]
    if _decided(answers[0]) == _decided(answers[1]):
        faults.append(Fault(SUITE, case["id"], case["say"], f"{case['what']} changes it", _decided(answers[0])))
    return faults


def _asked(stage: Stage, case: Mapping[str, Any], side: Mapping[str, Any]) -> Json:
    now = datetime.fromisoformat(side["now"]) if "now" in side else NOW
    return stage.ask(case["say"], now=now, lang=case["lang"], slots=side["slots"], facts=side.get("facts", {}))


def _decided(answer: Json) -> tuple[str, str | None, str] | None:
    if not (decision := answer["decision"]):
        return None
    return decision["verdict"], (decision["clause"] or {}).get("id"), str(decision["outcome"])
