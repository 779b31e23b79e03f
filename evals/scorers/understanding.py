"""`understanding`: topic, request and stance on messages phrased apart from those that the head learned."""

from __future__ import annotations

from evals.case import cases
from evals.fault import Fault, Found
from evals.report import share
from evals.stage import Stage
from retrieval.packaged import universal_sentence_encoder
from support.assistant.head import NAMES, Head

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
    faults = [
        Fault(SUITE, f"topic {prediction.topic_probability:.2f}", case["text"], case["topic"], prediction.topic)
        for case, prediction in said
        if prediction.topic != case["topic"]
    ]
    return Found(tuple(rows), tuple(faults))
