"""A shop's own ways of saying things, from its `utterances.csv`, beside what the head learned.

A message that lies very near to one of them is about the same: no training, and heard from the next import on. What a
person must see stays heard, whatever a shop's rows say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge_base.utterance import OwnUtterance
from retrieval.analysis import normalise
from support.assistant.head import Prediction

COSINES, SURE = (0.6, 0.7, 0.8, 0.9, 1.0), (0.45, 0.6, 0.72, 0.85, 1.0)
"""How often a message's nearest neighbour among the packaged ones is of its topic, by their cosine (1,500 of them, each
without itself: .47 from .6 on, .59 from .7, .71 from .8, .80 from .9), raised a little: a shop's rows are its own."""
_MARKS = " ,，.。!！?？~、;；:：…"

Embed = Callable[[str], Any]


@dataclass(frozen=True, slots=True, eq=False)
class OwnWords:
    """The messages and their vectors of length 1, (rows, dimension) float32."""

    utterances: tuple[OwnUtterance, ...]
    vectors: NDArray[np.float32]


@lru_cache(maxsize=16)
def own_words(utterances: tuple[OwnUtterance, ...], embed: Embed) -> OwnWords:
    """The shop's messages embedded: some milliseconds each, once for each generation of the shop."""
    return OwnWords(
        utterances, np.stack([np.asarray(embed(_plain(one.text)), np.float32).ravel() for one in utterances])
    )


def as_the_shop_says(prediction: Prediction, text: str, own: OwnWords, embed: Embed) -> Prediction:
    """The prediction of `text`, as one of the shop's own messages where it says the same more surely."""
    cosines = own.vectors @ np.asarray(embed(_plain(text)), np.float32).ravel()
    place = int(cosines.argmax())
    sure = float(np.interp(cosines[place], COSINES, SURE, left=0.0))
    said = own.utterances[place]
    if sure == 0.0 or sure < prediction.topic_probability:
        return prediction
    others = tuple((name, p) for name, p in prediction.topics if name != said.topic)
    found = replace(prediction, topic=said.topic, topic_probability=sure, topics=((said.topic, sure), *others[:2]))
    if said.case is None:
        return found
    return replace(found, stance="case" if said.case else "general", stance_probability=sure)


def _plain(text: str) -> str:
    return normalise(text).strip(_MARKS) or text
