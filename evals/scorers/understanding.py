"""`understanding`: topic, request and stance on messages phrased apart from those that the head learned.

Accuracy by language and type, and how far the probabilities may be believed: the expected calibration error is the
mean distance between how sure the head was and how often it was right, over ten equal bins of sureness.
"""

from __future__ import annotations

from collections.abc import Sequence

from evals.case import cases, place_of
from evals.fault import Bubble, Fault, Found, Score, score_of
from evals.report import Row, share
from evals.stage import Json, Stage
from retrieval.packaged import universal_sentence_encoder
from support.assistant.head import NAMES, Head, Prediction
from support.assistant.topics import TOPICS

SUITE = "understanding"
BINS = 10
LANGUAGES = ("zh-CN", "en")
Read = tuple[Json, Prediction]


def score(stage: Stage) -> Found:
    """Ask the head itself; a turn adds the grammar and the memory to it."""
    stage.progress("understanding")
    head, encoder = Head.load(), universal_sentence_encoder()
    every = cases("understanding", "text", "lang", *NAMES)
    read = [(case, head.predict(case["text"], encoder.embed_queries([case["text"]])[0])) for case in every]
    rows = [row for name in NAMES for row in _rows(name, read)]
    rows += [_calibration(name, read) for name in NAMES]
    rows += [_of_kind(kind, read) for kind in sorted({_kind(case) for case in every}, key=_place)]
    return Found(tuple(rows), tuple(_score(case, prediction) for case, prediction in read))


def _score(case: Json, got: Prediction) -> Score:
    sure = f"topic {got.topic_probability:.2f}"
    faults = [] if got.topic == case["topic"] else [Fault(SUITE, sure, case["text"], case["topic"], got.topic)]
    talk = [Bubble("buyer", case["text"], f"topic {got.topic} {got.topic_probability:.2f} · request {got.request}")]
    return score_of(SUITE, case["text"], faults, talk if faults else (), place_of(case))


def _rows(name: str, read: Sequence[Read]) -> list[Row]:
    """One classifier, in all and by language."""
    rows = []
    for lang in ("", *LANGUAGES):
        right = [_right(name, one) for one in read if one[0]["lang"].startswith(lang)]
        rows.append(share(f"{SUITE}_{name}_{lang[:2]}" if lang else f"{SUITE}_{name}", sum(right), len(right)))
    return rows


def _of_kind(kind: str, read: Sequence[Read]) -> Row:
    """One question type; beside it each language, for which there are too few messages for a row of its own."""
    mine = [one for one in read if _kind(one[0]) == kind]
    told = (
        f"{lang[:2]} {sum(_right('topic', one) for one in said)} of {len(said)}"
        for lang in LANGUAGES
        if (said := [one for one in mine if one[0]["lang"] == lang])
    )
    return share(f"{SUITE}_{kind}", sum(_right("topic", one) for one in mine), len(mine), note=", ".join(told))


def _calibration(name: str, read: Sequence[Read]) -> Row:
    sure = [float(getattr(prediction, f"{name}_probability")) for _, prediction in read]
    right = [_right(name, one) for one in read]
    by_lang = []
    for lang in LANGUAGES:
        mine = [place for place, (case, _) in enumerate(read) if case["lang"] == lang]
        error = calibration_error([sure[place] for place in mine], [right[place] for place in mine])
        by_lang.append(f"{lang[:2]} {error:.3f}")
    value = round(calibration_error(sure, right), 4)
    return Row(
        f"{SUITE}_{name}_calibration_error", value, "share", len(read), low_is_good=True, note=", ".join(by_lang)
    )


def calibration_error(sure: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error: 0 where what is said to be right in 8 of 10 is right in 8 of 10."""
    bins: dict[int, list[int]] = {}
    for place, value in enumerate(sure):
        bins.setdefault(min(int(value * BINS), BINS - 1), []).append(place)
    gaps = (abs(sum(right[place] for place in one) - sum(sure[place] for place in one)) for one in bins.values())
    return sum(gaps) / max(1, len(sure))


def _right(name: str, one: Read) -> bool:
    case, prediction = one
    return bool(getattr(prediction, name) == case[name])


def _kind(case: Json) -> str:
    """The question type of a case; small talk is one."""
    return TOPICS[case["topic"]].kind or "talk"


def _place(kind: str) -> tuple[str, int]:
    return kind[:1], int(kind[1:]) if kind[1:].isdigit() else 0
