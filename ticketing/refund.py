"""Refunds and replacements: value that leaves a shop once, and what was given back of an order line otherwise."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, get_args

from ticketing.errors import IllegalTransition

RefundKind = Literal["refund", "reissue", "coupon", "chargeback", "store"]
"""Money, a key or its like, or credit that we give; what a bank took back, or the store gave back by itself."""
RefundState = Literal["requested", "approved", "executing", "done", "failed", "in_doubt", "cancelled"]

KINDS: tuple[RefundKind, ...] = get_args(RefundKind)
STATES: tuple[RefundState, ...] = get_args(RefundState)
HAPPENED: tuple[RefundKind, ...] = ("chargeback", "store")
"""Kinds that nobody here asked for: they are written down as done."""
TRANSITIONS: Mapping[str, tuple[RefundState, ...]] = {
    "requested": ("approved", "cancelled"),
    "approved": ("executing", "cancelled", "requested"),
    "executing": ("done", "failed", "in_doubt"),
    "in_doubt": ("done", "failed"),
    "done": (),
    "failed": (),
    "cancelled": (),
}
"""`executing` stands before anything is sent; from there no way leads back, so it is sent once. `approved` goes back
to `requested` where something holds the order that nobody who approved it knew of."""
LEFT: tuple[RefundState, ...] = ("executing", "in_doubt", "done")
"""States in which money has left, or may have."""
FREED: tuple[RefundState, ...] = ("failed", "cancelled")
"""States in which nothing has left and nothing will: only these give the line its room back."""
OWED: tuple[RefundState, ...] = ("requested", "approved", "executing", "in_doubt")
"""States in which a buyer hopes for it and has not got it."""
ASSISTANT, POLICY, STORE, SERVER = "assistant", "policy", "store", "server"
"""Actors that are no people; an agent is `agent:ID`."""


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund. Money in the order's `currency`.

    Attributes:
        key: what it is known by to whoever executes it: the same for the same line, decision and attempt.
        line: the order line, empty for an order whose lines' payments are not known apart.
        excess: what a bank or a store took above what was left: it is to be contested, and never ours to give.
        decision: the decision that granted it, None for a person's own, whose `reason` says why.
        holds: what holds the order, as marks with a space between: a senior decides about it, never a machine.
        deadline: until when whoever executes it has to have answered; after that it is in doubt.
        ask_at: when it is to be asked next what became of it.
        reference: what shows that it was done: the number of a transfer, or what the executor answered.
        message: the buyer's message whose card shows how far it is.
    """

    shop: str
    id: str
    refund_no: int
    key: str
    kind: RefundKind
    order_no: str
    line: str
    amount: Decimal
    currency: str
    state: RefundState
    rev: int
    executor: str
    requested_by: str
    created_at: datetime
    changed_at: datetime
    reason: str = ""
    excess: Decimal = Decimal(0)
    quantity: int = 0
    decision: str | None = None
    conversation: str | None = None
    message: str | None = None
    holds: str = ""
    approved_by: str | None = None
    approved_at: datetime | None = None
    executed_by: str | None = None
    deadline: datetime | None = None
    ask_at: datetime | None = None
    asked: int = 0
    reference: str | None = None

    @property
    def number(self) -> str:
        """What people call it."""
        return f"R-{self.refund_no}"

    @property
    def held(self) -> bool:
        """Whether anything held the order when the refund was asked for or approved."""
        return self.holds != ""


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a refund: who or what took it, and why."""

    n: int
    at: datetime
    was: str | None
    state: RefundState
    actor: str
    cause: str
    reference: str | None = None


def check_move(state: str, to: str) -> None:
    """Raise IllegalTransition unless a refund may go from `state` to `to`."""
    if to not in TRANSITIONS[state]:
        raise IllegalTransition("refund", state, to, TRANSITIONS[state])


def cause_of(decision: str | None, reason: str) -> str:
    """What a refund rests on: the decision, or a person's own words, which are a cause each."""
    return decision or "own:" + hashlib.sha256(" ".join(reason.split()).casefold().encode()).hexdigest()[:24]


def key_of(shop: str, order_no: str, line: str, kind: str, cause: str, attempt: int) -> str:
    """The idempotency key: asked for again it is the same, until an attempt has surely failed or was called off."""
    whole = "\0".join((shop, order_no, line, kind, cause, str(attempt)))
    return "refund_" + hashlib.sha256(whole.encode()).hexdigest()[:40]
