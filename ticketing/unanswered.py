"""Questions that the assistant did not answer, kept so that the shop can answer them once for all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

UnansweredKind = Literal["unknown", "unsure", "out_of_scope"]
"""Nothing that the shop says answers it; what is meant was not clear; it is not the shop's matter."""


@dataclass(frozen=True, slots=True)
class Question:
    """One buyer's words, with nothing in them that tells who it was. `message` is the message they came in."""

    message: str
    conversation: str
    at: datetime
    lang: str
    kind: UnansweredKind
    text: str
