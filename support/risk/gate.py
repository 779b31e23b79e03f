"""After the verdict: whether what was granted may be carried out by itself. No verdict is changed here.

Signals ask for a person; they never say no. An order that the store holds is never carried out without one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Gate = Literal["open", "person", "held"]
"""`person` must look before it is carried out; `held`: the store holds the order, and a person decides what follows."""
CARRIED_OUT = frozenset({"refund", "deliver", "reissue", "exchange"})
"""What a grant costs the shop; waiting does not."""


def gate(verdict: str, outcome: Iterable[str], frozen: bool, score: int | None, review_score: int) -> Gate:
    """What stands between a verdict and its execution. An unknown score never closes it; `review_score` 0 is none."""
    if verdict != "grant" or not CARRIED_OUT & set(outcome):
        return "open"
    if frozen:
        return "held"
    return "person" if score is not None and 0 < review_score <= score else "open"
