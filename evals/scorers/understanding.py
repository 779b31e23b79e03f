"""`understanding`: topic, request and stance on messages phrased apart from those that the head learned."""

from __future__ import annotations

from collections.abc import Mapping

from evals.case import cases, place_of
from evals.fault import Bubble, Fault, Found, Score, score_of
from evals.report import share
from evals.stage import Stage
from retrieval.packaged import universal_sentence_encoder
from support.assistant.head import NAMES, Head, Prediction

SUITE = "understanding"


def score(stage: Stage) -> Found:
    """Ask the head itself; a turn adds the grammar and the memory to it."""
    stage.progress("understanding")
    head, encoder = Head.load(), universal_sentence_encoder()
    every = cases("understanding", "text", "lang", *NAMES)
    said = [(case, head.predict(case["text"], encoder.embed_queries([case["text"]])[0])) for case in every]
    rows = []
    for name in NAMES:
        right = [getattr(prediction, name) == case[name] for case, prediction in said]
        rows.append(share(f"{SUITE}_{name}", sum(right), len(right)))
        for lang in ("zh-CN", "en"):
            mine = [hit for hit, (case, _) in zip(right, said, strict=True) if case["lang"] == lang]
            rows.append(share(f"{SUITE}_{name}_{lang[:2]}", sum(mine), len(mine)))
    return Found(tuple(rows), tuple(_score(case, prediction) for case, prediction in said))


def _score(case: Mapping[str, str], got: Prediction) -> Score:
    sure = f"topic {got.topic_probability:.2f}"
    faults = [] if got.topic == case["topic"] else [Fault(SUITE, sure, case["text"], case["topic"], got.topic)]
    talk = [Bubble("buyer", case["text"], f"topic {got.topic} {got.topic_probability:.2f} · request {got.request}")]
    return score_of(SUITE, case["text"], faults, talk if faults else (), place_of(case))
