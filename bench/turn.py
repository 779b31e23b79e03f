"""`turn_cpu_ratio`: a whole turn without a model, over the embedding and a bare search of the same question."""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import numpy as np

from evals.case import cases
from evals.report import Row
from retrieval.chunking import passages_of
from retrieval.packaged import UniversalSentenceEncoder
from support.assistant.state import Memory, TurnInput
from support.bootstrap import DEMO_SHOPS, Application, open_application
from support.settings import Settings

EACH_ROUND, WARM = 24, 4
NOW = datetime(2026, 11, 20, 13, 30, tzinfo=UTC)
Step = Callable[[str], object]


class _Open:
    """A gate that lets everybody try: the record is not measured here."""

    def begin(self, order_no: str) -> str | None:
        return order_no

    def forgive(self, attempt: str) -> None:
        return


def measure() -> list[Row]:
    """The row, over the demo shop; each question is asked once, for the encoder remembers the last ones."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.alone(data_dir=Path(folder))
        with open_application(settings) as application:
            application.shops.import_folder(DEMO_SHOPS / "star")
            application.warm()
            return [_row(_turn(application), _bare(application))]


def _row(ours: Step, theirs: Step) -> Row:
    asked = [case["text"] for case in cases("retrieval", "text")]
    rounds = [asked[start : start + EACH_ROUND] for start in range(WARM, len(asked) - EACH_ROUND, EACH_ROUND)]
    for step in (ours, theirs):
        _cpu(step, asked[:WARM])
    mine, other = [], []
    for questions in rounds:
        mine.append(_cpu(ours, questions))
        other.append(_cpu(theirs, questions))
    samples = tuple(round(one / two, 3) for one, two in zip(mine, other, strict=True))
    note = f"{median(mine):.2f} ms a turn, {median(other):.2f} ms the embedding and a bare search"
    return Row(
        "turn_cpu_ratio", round(median(mine) / median(other), 3), "ratio", len(rounds) * EACH_ROUND,
        baseline=round(median(other), 3), samples=samples, note=note,
    )  # fmt: skip


def _turn(application: Application) -> Step:
    assistant, view = application.runtime().assistant, application.shop("star").view
    return lambda text: assistant.answer(TurnInput(view, text, NOW, Memory(), _Open()))


def _bare(application: Application) -> Step:
    """Embed the question, one product with all passages, the five best.

    By an encoder of its own: the shared one remembers what the turn just embedded.
    """
    encoder = UniversalSentenceEncoder()
    passages = passages_of(application.shop("star").folder)
    vectors = np.ascontiguousarray(encoder.embed_passages([passage.text for passage in passages]))

    def search(text: str) -> object:
        scores = vectors @ encoder.embed_queries([text])[0]
        best = np.argpartition(scores, -5)[-5:]
        return best[np.argsort(-scores[best])]

    return search


def _cpu(step: Step, questions: Sequence[str]) -> float:
    """Milliseconds of CPU a question, of all threads."""
    gc.collect()
    started = time.process_time()
    for question in questions:
        step(question)
    return (time.process_time() - started) / len(questions) * 1e3
