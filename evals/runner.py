"""The suites, and how they are run: each by itself over one stage, none stopping another."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec

from evals.fault import Found, Score
from evals.report import Row
from evals.stage import Progress, Stage, open_stage

Suite = Callable[[Stage], Found]
SCORERS: Mapping[str, str] = {
    "decisions_oracle": "decisions", "decisions_zh_en_same": "languages", "pass_hat_8": "conversations",
    "buyer_pass_hat_8": "conversations:score_simulated",
    "types": "types", "counterfactual": "pairs", "must_escalate_recall": "escalation", "presale": "presale",
    "answering": "answering", "safety": "safety", "understanding": "understanding", "retrieval": "retrieval",
    "redaction": "redaction", "model": "model", "chain": "chain",
}  # fmt: skip
"""A suite's name and the module that scores it, with its function where it has several.

`safety` is `unsupported_promises`, `leaks` and `pressure_flips`.

`model` is `model_on_off_same` and the same safety with a lying model; `chain` a plain chain, where
a model is at hand."""


class UnknownSuite(Exception):
    """There is no suite of that name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"there is no suite {name!r}; there are {', '.join(SCORERS)}")


def suites(names: Sequence[str]) -> tuple[str, ...]:
    """The suites named, or all. Raises UnknownSuite."""
    for name in names:
        if name not in SCORERS:
            raise UnknownSuite(name)
    return tuple(names) or tuple(SCORERS)


def run(names: Sequence[str], progress: Progress) -> tuple[Found, dict[str, float]]:
    """Everything that the suites found, and the seconds that each took."""
    rows: list[Row] = []
    scores: list[Score] = []
    took: dict[str, float] = {}
    with open_stage(progress) as stage:
        for name in names:
            started = time.perf_counter()
            stage.settle()
            found = _scorer(name)(stage)
            took[name] = round(time.perf_counter() - started, 1)
            rows += found.rows
            scores += found.scores
    return Found(tuple(rows), tuple(scores)), took


def _scorer(name: str) -> Suite:
    if name == "retrieval":
        return _retrieval
    module, _, function = SCORERS[name].partition(":")
    score: Suite = getattr(import_module(f"evals.scorers.{module}"), function or "score")
    return score


def _retrieval(stage: Stage) -> Found:
    """Finding has cases and measures of its own, without a turn around it."""
    if find_spec("evals.retrieval") is None:
        return Found(())
    stage.progress("retrieval")
    found: Found = import_module("evals.retrieval").measure()
    return found
