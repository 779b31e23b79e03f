"""The port to whoever carries a refund out: sent once, and asked after by its key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, Protocol

from ticketing.refund import Refund

ANSWER_WITHIN = timedelta(seconds=60)
"""How long an execution may take, all in all; one that has not answered by then is in doubt."""
TRIES_FOR = timedelta(seconds=25)
"""How long an executor waits for its answer; what is claimed is sent at once or not at all."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """What is to be carried out. `key` is the same whenever this refund is spoken of; `at` is when it was claimed.

    `whole` tells that it is all that was paid for the order.
    """

    key: str
    number: str
    kind: str
    order_no: str
    line: str
    amount: Decimal
    currency: str
    quantity: int
    at: datetime
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of it: `done` and `failed` are certain, `unknown` is not. `reference` is what shows it."""

    state: Literal["done", "failed", "unknown"]
    reference: str


class Executor(Protocol):
    """Carries refunds out. Neither call raises for what a network does."""

    def execute(self, given: Instruction) -> Answer:
        """Carry it out. Called once for a key, and never again."""
        ...

    def ask(self, given: Instruction, now: datetime) -> Answer:
        """What became of it. Changes nothing, and may be called as often as one likes."""
        ...


def instruction_of(refund: Refund, whole: bool = False) -> Instruction:
    """A claimed refund as an executor hears of it."""
    assert refund.deadline is not None
    return Instruction(
        refund.key, refund.number, refund.kind, refund.order_no, refund.line, refund.amount, refund.currency,
        refund.quantity, refund.deadline - ANSWER_WITHIN, whole,
    )  # fmt: skip
