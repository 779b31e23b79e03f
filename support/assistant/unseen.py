"""How the head does on paraphrase families that it has not seen, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from support.assistant.topics import done_of
from support.assistant.utterance import LANGUAGES, Utterance

BINS = 10
CONFUSIONS = 15
DONE = "done"
"""What is done of a message: the three labels together, where others would have led to the same."""


@dataclass(frozen=True)
class Scored:
    """One classifier on unseen families: `probabilities` is (rows, labels), `truth` (rows,)."""

    name: str
    labels: NDArray[np.str_]
    truth: NDArray[np.str_]
    probabilities: NDArray[np.float64]

    @property
    def predicted(self) -> NDArray[np.str_]:
        return np.asarray(self.labels[self.probabilities.argmax(axis=1)])

    @property
    def right(self) -> NDArray[np.bool_]:
        return np.asarray(self.predicted == self.truth)


def top(scored: Scored, count: int) -> NDArray[np.bool_]:
    """Whether the truth was among the `count` likeliest, by row."""
    best = scored.labels[np.argsort(-scored.probabilities, axis=1)[:, :count]]
    return np.asarray((best == scored.truth[:, None]).any(axis=1))


def done(labels: Mapping[str, NDArray[np.str_]]) -> NDArray[np.str_]:
    """By row, what is done of messages with these topics, requests and stances."""
    rows = zip(labels["topic"], labels["request"], labels["stance"], strict=True)
    return np.array([done_of(str(topic), str(request), str(stance)) for topic, request, stance in rows])


def calibration_error(scored: Scored) -> float:
    """Expected calibration error over ten equal bins of confidence: 0 means a 0.8 is right in 8 of 10."""
    sure = scored.probabilities.max(axis=1)
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [
        abs(float(scored.right[bins == b].mean()) - float(sure[bins == b].mean())) * float((bins == b).mean())
        for b in range(BINS)
        if (bins == b).any()
    ]
    return sum(gaps)


def confusions(scored: Scored) -> list[tuple[str, str, int]]:
    """What was taken for what, most often first."""
    wrong = ~scored.right
    pairs = Counter(zip(scored.truth[wrong].tolist(), scored.predicted[wrong].tolist(), strict=True))
    return [(truth, taken, count) for (truth, taken), count in pairs.most_common(CONFUSIONS)]


def report(rows: Sequence[Utterance], scored: Sequence[Scored]) -> str:
    """The figures as text, a line each."""
    return "\n".join(_lines(rows, scored))


def _lines(rows: Sequence[Utterance], scored: Sequence[Scored]) -> Iterator[str]:
    families = len({row.family for row in rows})
    yield f"{len(rows)} utterances, {families} families; accuracy on unseen families, five folds"
    langs = np.array([row.lang for row in rows])
    for one in scored:
        by_lang = ", ".join(f"{lang} {one.right[langs == lang].mean():.3f}" for lang in LANGUAGES)
        yield (
            f"{one.name:8} {one.right.mean():.3f} ({by_lang}), among the first three {top(one, 3).mean():.3f}, "
            f"calibration error {calibration_error(one):.3f}"
        )
    right = done({one.name: one.predicted for one in scored}) == done({one.name: one.truth for one in scored})
    by_lang = ", ".join(f"{lang} {right[langs == lang].mean():.3f}" for lang in LANGUAGES)
    yield f"{DONE:8} {right.mean():.3f} ({by_lang})"
    yield from _by_confidence(scored[0])
    yield "taken for: " + ", ".join(f"{truth}→{taken} {count}" for truth, taken, count in confusions(scored[0]))


def _by_confidence(scored: Scored) -> Iterator[str]:
    sure = scored.probabilities.max(axis=1)
    for least in (0.3, 0.45, 0.6, 0.8):
        kept = sure >= least
        yield f"{scored.name} at {least:.2f} or surer: {kept.mean():.2f} of rows, {scored.right[kept].mean():.3f} right"
