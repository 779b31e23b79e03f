"""
BaselineError   the file of the baseline cannot be used; carries its path and what to do

What each case came to before, in `baseline.json`, and which cases turned since: a paired comparison.

Cases are paired by suite and name. Of those that differ, McNemar's exact test tells whether as many would turn by
chance; cases that are new or gone count for neither side.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from typing import Any

from evals.fault import Score

BASELINE = Path(__file__).with_name("baseline.json")
ALPHA = 0.05
"""A loss is one that chance would bring more rarely than this."""

NOT_OURS = "chain_"
"""What others do is shown beside ours and is no gain or loss of ours."""

Outcomes = Mapping[str, Mapping[str, bool]]


class BaselineError(Exception):
    """The file of the baseline cannot be used."""

    def __init__(self, path: Path, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"{path}: {why}; write it anew with --keep")


@dataclass(frozen=True, slots=True)
class Turned:
    """How one suite differs from the baseline: the cases that became right and wrong, of `paired` in both."""

    suite: str
    paired: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    new: int = 0
    gone: int = 0

    @property
    def p(self) -> float:
        """How often chance alone would turn the cases at least as one-sidedly."""
        return mcnemar(len(self.gained), len(self.lost))

    @property
    def worse(self) -> bool:
        """Whether more was lost than gained, and more than chance would."""
        return len(self.lost) > len(self.gained) and self.p < ALPHA

    @property
    def better(self) -> bool:
        """Whether more was gained than lost, and more than chance would."""
        return len(self.gained) > len(self.lost) and self.p < ALPHA

    def as_json(self) -> dict[str, Any]:
        """The comparison as the report's file has it."""
        return {
            "suite": self.suite, "paired": self.paired, "gained": list(self.gained), "lost": list(self.lost),
            "new": self.new, "gone": self.gone, "p": round(self.p, 4), "worse": self.worse,
        }  # fmt: skip


def mcnemar(gained: int, lost: int) -> float:
    """McNemar's exact test of paired outcomes, two-sided: 1 where nothing turned.

    Source: Q. McNemar, Note on the sampling error of the difference between correlated proportions, 1947; exact by
    the binomial distribution of the pairs that differ.
    """
    total, fewer = gained + lost, min(gained, lost)
    return min(1.0, sum(comb(total, one) for one in range(fewer + 1)) / (1 << (total - 1))) if total else 1.0


def outcomes_of(scores: Iterable[Score]) -> dict[str, dict[str, bool]]:
    """Suite → case → whether it was right; a case that stands twice was right where it was each time."""
    found: dict[str, dict[str, bool]] = {}
    for score in scores:
        if score.suite.startswith(NOT_OURS):
            continue
        suite = found.setdefault(score.suite, {})
        suite[score.case] = suite.get(score.case, True) and score.right
    return found


def compared(scores: Iterable[Score], before: Outcomes) -> list[Turned]:
    """How each suite that ran differs from the baseline; a suite that has none is all new."""
    return [_turned(suite, now, before.get(suite, {})) for suite, now in outcomes_of(scores).items()]


def _turned(suite: str, now: Mapping[str, bool], before: Mapping[str, bool]) -> Turned:
    both = [case for case in now if case in before]
    gained = tuple(case for case in both if now[case] and not before[case])
    lost = tuple(case for case in both if before[case] and not now[case])
    return Turned(suite, len(both), gained, lost, len(now) - len(both), len(before) - len(both))


def read_baseline(path: Path = BASELINE) -> Outcomes:
    """Suite → case → whether it was right; nothing where there is no file. Raises BaselineError."""
    if not path.exists():
        return {}
    try:
        suites = json.loads(path.read_text("utf-8"))["suites"]
        return {
            suite: {case: word == "right" for word in ("right", "wrong") for case in cases[word]}
            for suite, cases in suites.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BaselineError(path, f"not a baseline ({error!r})") from error


def keep(scores: Sequence[Score], path: Path = BASELINE) -> None:
    """Write what came out as the new baseline; suites that did not run keep theirs. Raises BaselineError."""
    suites = {**read_baseline(path), **outcomes_of(scores)}
    written = {
        suite: {word: sorted(case for case, right in cases.items() if right == (word == "right"))
                for word in ("right", "wrong")}
        for suite, cases in sorted(suites.items())
    }  # fmt: skip
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps({"suites": written}, ensure_ascii=False, indent=1) + "\n", "utf-8")
    beside.replace(path)


def told(turned: Sequence[Turned]) -> list[str]:
    """The comparison for people: one line a suite where anything turned, and the cases."""
    lines = []
    for one in turned:
        if one.gained or one.lost:
            verdict = "WORSE" if one.worse else "better" if one.better else "no significant change"
            lines.append(f"{one.suite}: +{len(one.gained)} −{len(one.lost)} of {one.paired}, p {one.p:.3f}, {verdict}")
            lines += [f"  − {case}" for case in one.lost]
            lines += [f"  + {case}" for case in one.gained]
    return lines
