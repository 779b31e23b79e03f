"""What more text would bring: accuracy on unseen families after learning from growing shares of the others.

`python -m support.assistant.train --curve` draws it for the three classifiers. It has stopped rising where the last
share adds less than ENOUGH, or no more than chance: families are drawn, not messages, so the interval is over families.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from support.assistant.head import NAMES
from support.assistant.utterance import LANGUAGES

if TYPE_CHECKING:
    from support.assistant.train import Lesson

SHARES = (0.25, 0.5, 0.75, 1.0)
ENOUGH = 0.01
"""A share of the families that adds less accuracy than this is not worth its writing."""
SPREAD = 1.96
MOST = 8
"""Labels told by name."""


@dataclass(frozen=True)
class Point:
    """How one classifier did after learning from `families` of them, which hold `rows` messages.

    `right` is (rows of the lesson,): whether each was read rightly by a network that had not seen its family.
    """

    families: int
    rows: int
    right: NDArray[np.bool_]


@dataclass(frozen=True)
class Gain:
    """What a share of the families added in accuracy, with its 95 % interval."""

    mean: float
    low: float
    high: float

    @property
    def stopped(self) -> bool:
        return self.mean < ENOUGH or self.low <= 0

    def __str__(self) -> str:
        return f"{100 * self.mean:+.1f} points ({100 * self.low:+.1f} to {100 * self.high:+.1f})"


def gain(before: Point, after: Point, families: NDArray[np.str_], among: NDArray[np.bool_] | None = None) -> Gain:
    """From one point to the next, among some rows; rows of one family are one draw."""
    chosen = np.ones(len(families), bool) if among is None else among
    added = after.right[chosen].astype(float) - before.right[chosen]
    mean = float(added.mean())
    _, at = np.unique(families[chosen], return_inverse=True)
    off = np.bincount(at, added - mean)  # how far each family's sum is from its expectation
    error = float(np.sqrt((off**2).sum())) / len(added)
    return Gain(mean, mean - SPREAD * error, mean + SPREAD * error)


def curve(lesson: Lesson, shares: Sequence[float] = SHARES) -> Iterator[dict[str, Point]]:
    """Learning curves by classifier, each point scored on the same unseen families, those of all five folds."""
    from support.assistant.train import SEED, folds, taught

    split, truth = folds(lesson), {name: lesson.labels(name) for name in NAMES}
    for share in shares:
        right = {name: np.zeros(len(lesson.rows), bool) for name in NAMES}
        families, learned = list[int](), list[int]()
        for seen, unseen in split:
            every = np.random.default_rng(SEED).permutation(np.unique(lesson.families[seen]))
            chosen = every[: max(1, int(share * len(every)))]  # larger shares hold the smaller ones
            rows = seen[np.isin(lesson.families[seen], chosen)]
            for name, scores in taught(lesson, rows).scores(lesson.features[unseen]).items():
                right[name][unseen] = np.unique(truth[name])[scores.argmax(1)] == truth[name][unseen]
            families.append(len(chosen))
            learned.append(len(rows))
        yield {name: Point(int(np.mean(families)), int(np.mean(learned)), right[name]) for name in NAMES}


def told(
    lesson: Lesson, names: Sequence[str] = NAMES, shares: Sequence[float] = SHARES, tell: Callable[[str], None] = print
) -> dict[str, Gain]:
    """Draw the curves, a line as soon as it is known, and say what the last share added and where it stopped."""
    langs = np.array([row.lang for row in lesson.rows])
    points = list[dict[str, Point]]()
    for drawn in curve(lesson, shares):
        for name in names:
            point = drawn[name]
            by_lang = ", ".join(f"{lang} {point.right[langs == lang].mean():.3f}" for lang in LANGUAGES)
            right = f"{point.right.mean():.3f} ({by_lang})"
            tell(f"{name:8} {point.families:6d} families, {point.rows:6d} utterances: {right}")
        points.append(drawn)
    before, after = points[-2:]
    return {name: _last(lesson, name, before[name], after[name], langs, tell) for name in names}


def _last(
    lesson: Lesson, name: str, before: Point, after: Point, langs: NDArray[np.str_], tell: Callable[[str], None]
) -> Gain:
    """What the last share added to one classifier, by language and by label, in words."""
    last = gain(before, after, lesson.families)
    for lang in LANGUAGES:
        tell(f"{name:8} the last share added in {lang} {gain(before, after, lesson.families, langs == lang)}")
    truth = lesson.labels(name)
    by_label = {one: gain(before, after, lesson.families, truth == one) for one in np.unique(truth)}
    rising = sorted((one for one in by_label if by_label[one].low > 0), key=lambda one: -by_label[one].mean)
    tell(f"{name:8} rises still in: " + (", ".join(f"{one} {by_label[one]}" for one in rising[:MOST]) or "no label"))
    tell(f"{name:8} the last share added {last}: {'stopped rising' if last.stopped else 'still rises'}")
    return last
