"""When a message may be one that a person must see: how sure the head has to be, for each such topic.

Missing one costs a shop more than a needless ticket does, so the thresholds favour hearing them. They are chosen on
paraphrase families that the classifier had not seen, in training; the head only compares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from support.assistant.unseen import Scored
from support.assistant.utterance import Utterance

MUST_HEAR = ("counterfeit", "minor", "chargeback", "risk_hold", "human")
UNHURRIED, WEIGHT = "human", 0.5
"""A plain wish for a person yields to the others unless it is twice as likely: both get one, the others at once."""
RECALL = 0.98
"""The share of a topic's messages that is to be heard …"""
EARLY = 0.1
"""… and how sure the head has to be of it at most, where less would do for that share …"""
NEEDLESS = 0.01
"""… unless more than this share of all other messages would then be taken for the topic."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One topic's threshold, and what it does on unseen families.

    Attributes:
        threshold: the summed probability of all topics that must be heard from which on this is one of them.
        heard: of this topic's messages, the share that is taken for any of them.
        needless: of all other messages, the share that is taken for this topic.
    """

    topic: str
    threshold: float
    heard: float
    needless: float

    def __str__(self) -> str:
        return f"alarm {self.topic} from {self.threshold:.3f} on: hears {self.heard:.3f}, needless {self.needless:.4f}"


def alarms(rows: Sequence[Utterance], scored: Scored) -> tuple[Alarm, ...]:
    """The thresholds, from the topics' probabilities of unseen families; of topics that `rows` do not have, none."""
    columns = [n for n, label in enumerate(scored.labels) if label in MUST_HEAR]
    if not columns:
        return ()
    names, together = scored.labels[columns], scored.probabilities[:, columns].sum(axis=1)
    likeliest = names[(scored.probabilities[:, columns] * weights(names)).argmax(axis=1)]
    asked = np.array([row.stance == "general" for row in rows])
    truth = np.where(asked | ~np.isin(scored.truth, names), "", scored.truth)
    chosen = {str(name): _threshold(str(name), together, likeliest, truth) for name in names}
    fires = together >= np.array([chosen[str(name)] for name in likeliest])
    return tuple(
        Alarm(name, value, float(fires[truth == name].mean()), float((fires & (likeliest == name))[truth == ""].mean()))
        for name, value in chosen.items()
    )


def weights(names: Sequence[str] | NDArray[np.str_]) -> NDArray[np.float64]:
    """What the probability of each counts for, where the likeliest of them is looked for."""
    return np.array([WEIGHT if name == UNHURRIED else 1.0 for name in names])


def _threshold(name: str, together: NDArray[np.float64], likeliest: NDArray[np.str_], truth: NDArray[np.str_]) -> float:
    """The highest that hears enough and no later than EARLY, or the lowest that is not needless too often, whichever is
    higher."""
    mine, others = together[truth == name], together[(truth == "") & (likeliest == name)]
    enough = float(np.quantile(mine, 1 - RECALL)) if mine.size else 1.0
    allowed = int(NEEDLESS * int((truth == "").sum()))
    quiet = float(np.sort(others)[::-1][allowed]) if others.size > allowed else 0.0
    return round(max(min(enough, EARLY), quiet), 4)
