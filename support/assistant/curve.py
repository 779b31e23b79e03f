"""What more text would bring: accuracy on unseen families after learning from growing shares of the others.

`python -m support.assistant.train --curve` draws it: five fifths are asked, each of networks with an order of the
families and a seed of their own. It has stopped rising where the last quarter adds less than ENOUGH, or no more than
chance. Chance is in the families that are asked, each one draw whatever it holds, and in what was learned from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from support.assistant.head import NAMES
from support.assistant.unseen import DONE, done
from support.assistant.utterance import LANGUAGES

if TYPE_CHECKING:
    from support.assistant.train import Lesson

SHARES = (0.5, 0.75, 0.875, 1.0)
LAST = 0.75
"""The last quarter is what comes after this share …"""
EIGHTH = 0.875
"""… and the last eighth after this one."""
DRAWS = 1
"""How often every fifth is asked, each time of other seeds and orders; `--draws` says otherwise."""
ENOUGH = 0.01
"""A share of the families that adds less accuracy than this is not worth its writing."""
SPREAD = 1.96
MOST = 12
"""Labels told by name."""


@dataclass(frozen=True)
class Point:
    """How one classifier did after learning from `families` of them, which hold `rows` messages.

    `right` is (draws, rows of the lesson): whether each was read rightly by a network that had not seen its family.
    `fifth` is (rows of the lesson,): in which fifth each is. Each draw of a fifth was read by a network of its own.
    """

    families: int
    rows: int
    right: NDArray[np.bool_]
    fifth: NDArray[np.intp]


@dataclass(frozen=True)
class Gain:
    """What a share of the families added in accuracy, with its standard error."""

    mean: float
    error: float

    @property
    def low(self) -> float:
        return self.mean - SPREAD * self.error

    @property
    def high(self) -> float:
        return self.mean + SPREAD * self.error

    @property
    def stopped(self) -> bool:
        return self.mean < ENOUGH or self.low <= 0

    def __str__(self) -> str:
        return f"{100 * self.mean:+.1f} points ({100 * self.low:+.1f} to {100 * self.high:+.1f})"


def gain(before: Point, after: Point, families: NDArray[np.str_], among: NDArray[np.bool_] | None = None) -> Gain:
    """From one point to the next, among some rows; rows of one family are one draw."""
    chosen = np.ones(len(families), bool) if among is None else among
    added = after.right[:, chosen].astype(float) - before.right[:, chosen]
    mean = float(added.mean())
    _, at = np.unique(families[chosen], return_inverse=True)
    off = np.bincount(at, added.mean(axis=0) - mean)  # how far each family's sum is from its expectation
    asked = float(np.sqrt((off**2).sum())) / added.shape[1]
    return Gain(mean, float(np.hypot(asked, error_of_networks(added, after.fifth[chosen]))))


def error_of_networks(measured: NDArray[np.float64], fifth: NDArray[np.intp]) -> float:
    """The standard error of the mean of (draws, rows) over the networks; 0 of a single one, which tells nothing."""
    means = np.concatenate([measured[:, fifth == one].mean(axis=1) for one in np.unique(fifth)])
    return float(means.std(ddof=1) / np.sqrt(len(means))) if len(means) > 1 else 0.0


def curve(lesson: Lesson, shares: Sequence[float] = SHARES, draws: int = DRAWS) -> Iterator[dict[str, Point]]:
    """Learning curves by classifier, each point scored on the same unseen families, those of all five folds."""
    from support.assistant.train import SEED, folds

    split, fifth = folds(lesson), np.zeros(len(lesson.rows), np.intp)
    for share in shares:
        right = {name: np.zeros((draws, len(lesson.rows)), bool) for name in (*NAMES, DONE)}
        families, learned = list[int](), list[int]()
        for draw in range(draws):
            for number, (seen, unseen) in enumerate(split):
                seed, fifth[unseen] = SEED + draw * len(split) + number, number
                every = np.random.default_rng(seed).permutation(np.unique(lesson.families[seen]))
                chosen = every[: max(1, int(share * len(every)))]  # larger shares hold the smaller ones
                rows = seen[np.isin(lesson.families[seen], chosen)]
                for name, found in _right(lesson, rows, unseen, seed).items():
                    right[name][draw, unseen] = found
                families.append(len(chosen))
                learned.append(len(rows))
        held, rows_held = int(np.mean(families)), int(np.mean(learned))
        yield {name: Point(held, rows_held, found, fifth) for name, found in right.items()}


def _right(lesson: Lesson, seen: NDArray[np.intp], unseen: NDArray[np.intp], seed: int) -> dict[str, NDArray[np.bool_]]:
    """By classifier, and of what is done, which of the unseen rows one network reads rightly."""
    from support.assistant.train import taught

    truth = {name: lesson.labels(name) for name in NAMES}
    scores = taught(lesson, seen, (seed,)).scores(lesson.features[unseen])
    read = {name: np.unique(truth[name])[found.argmax(1)] for name, found in scores.items()}
    right = {name: read[name] == truth[name][unseen] for name in NAMES}
    return {**right, DONE: done(read) == done({name: labels[unseen] for name, labels in truth.items()})}


def told(
    lesson: Lesson, names: Sequence[str] = NAMES, shares: Sequence[float] = SHARES, draws: int = DRAWS,
    tell: Callable[[str], None] = print,
) -> dict[str, Gain]:  # fmt: skip
    """Draw the curves, a line as soon as it is known, and say what the last quarter added and where it stopped."""
    langs = np.array([row.lang for row in lesson.rows])
    points = dict[float, dict[str, Point]]()
    for share, drawn in zip(shares, curve(lesson, shares, draws), strict=True):
        for name in (*names, DONE):
            point = drawn[name]
            by_lang = ", ".join(f"{lang} {point.right[:, langs == lang].mean():.3f}" for lang in LANGUAGES)
            error = error_of_networks(point.right.astype(float), point.fifth)
            right = f"{point.right.mean():.3f} ± {error:.4f} ({by_lang})"
            tell(f"{name:8} {point.families:6d} families, {point.rows:6d} utterances: {right}")
        points[share] = drawn
    if EIGHTH in points:
        for name in (*names, DONE):
            added = gain(points[EIGHTH][name], points[shares[-1]][name], lesson.families)
            tell(f"{name:8} the last eighth added {added}")
    before = points[LAST if LAST in points else shares[-2]]
    return {name: _last(lesson, name, before[name], points[shares[-1]][name], langs, tell) for name in (*names, DONE)}


def _last(
    lesson: Lesson, name: str, before: Point, after: Point, langs: NDArray[np.str_], tell: Callable[[str], None]
) -> Gain:
    """What the last quarter added to one classifier, by language and by label, in words."""
    last = gain(before, after, lesson.families)
    for lang in LANGUAGES:
        tell(f"{name:8} the last quarter added in {lang} {gain(before, after, lesson.families, langs == lang)}")
    if name in NAMES:
        truth = lesson.labels(name)
        by_label = {one: gain(before, after, lesson.families, truth == one) for one in np.unique(truth)}
        rising = sorted((one for one in by_label if by_label[one].low > 0), key=lambda one: -by_label[one].mean)
        named = ", ".join(f"{one} {by_label[one]}" for one in rising[:MOST])
        tell(f"{name:8} rises still in {len(rising)} of {len(by_label)} labels: {named or 'none'}")
    tell(f"{name:8} the last quarter added {last}: {'stopped rising' if last.stopped else 'still rises'}")
    return last
