"""What an agent said to a decision of the policy: accepted, overridden, or decided where it was left to people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Said = Literal["accepted", "overridden", "decided"]
Gave = Literal["refund", "reissue", "coupon", "deliver", "wait", "nothing"]
SAID: tuple[Said, ...] = get_args(Said)
LEFT_TO_PEOPLE = frozenset({"refer", "need"})
"""Verdicts with no outcome of their own: whoever decides then overrides nothing."""


@dataclass(frozen=True, slots=True)
class Review:
    """One for each decision, for ever.

    Attributes:
        clause: the clause that decided, as `policy/id`; empty where none did.
        gave: what follows from it; `refund` is the id of what was asked for then.
        reason: why, in the agent's words; empty where it was accepted.
        agent: the agent's id.
    """

    shop: str
    decision: str
    ticket: str
    conversation: str
    order_no: str | None
    said: Said
    verdict: str
    clause: str
    gave: Gave
    refund: str | None
    reason: str
    agent: str
    at: datetime
