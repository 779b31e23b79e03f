"""`types` and `types_held`: every question type in both languages over several turns, each wording once.

The first is what was looked at while answers were mended; the second was written apart and only measured with.
"""

from __future__ import annotations

from evals.case import cases, place_of
from evals.dialogue import play, variants
from evals.fault import Bubble, Fault, Found, Score
from evals.report import Row, share
from evals.scorers.conversations import wrongs
from evals.stage import Json, Stage

SUITES = ("types", "types_held")


def score(stage: Stage) -> Found:
    """Play every conversation of both sets."""
    rows: list[Row] = []
    scores: list[Score] = []
    for suite in SUITES:
        every = cases(suite, "id", "kind", "lang", "turns")
        found = [(case["lang"], _score(stage, suite, case)) for case in every]
        scores += [score for _, score in found]
        for lang in ("", "zh-CN", "en"):
            mine = [score.right for spoken, score in found if spoken.startswith(lang)]
            rows.append(share(f"{suite}_{lang[:2]}" if lang else suite, sum(mine), len(mine)))
    return Found(tuple(rows), tuple(scores))


def _score(stage: Stage, suite: str, case: Json) -> Score:
    """All wordings of one case; the talk is that of the first that went wrong."""
    stage.progress(f"{suite} {case['id']}")
    faults: list[Fault] = []
    shown: tuple[Bubble, ...] = ()
    right = 0
    for run in range(variants(case)):
        played = play(stage, case, run)
        wrong = list(wrongs(stage, case, played, suite))
        shown = shown or (stage.talk(played.conversation) if wrong else ())
        faults += wrong
        right += not wrong
    return Score(suite, case["id"], right / variants(case), tuple(faults), shown, place_of(case))
