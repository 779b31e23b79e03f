"""Tickets: a dispute with a reason, a priority, a queue and a deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ticketing.errors import IllegalTransition

Priority = Literal["low", "normal", "high", "urgent"]
TicketState = Literal["new", "open", "waiting_buyer", "resolved", "closed"]

PRIORITIES: tuple[Priority, ...] = ("low", "normal", "high", "urgent")
WORK_QUEUES = frozenset({"refunds", "fulfilment"})
"""Queues of work that follows a decision: nobody needs to join the chat for it."""
REOPENED_FOR = timedelta(hours=72)
"""How long a resolved ticket rests: whoever asks for a person meanwhile has the same dispute, not a second one."""
TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    "new": ("open", "resolved"),
    "open": ("new", "waiting_buyer", "resolved"),
    "waiting_buyer": ("new", "open", "resolved"),
    "resolved": ("new", "open", "closed"),
    "closed": ("open",),
}
"""`new` waits in its queue, for the first time or again; `open` is somebody's; `waiting_buyer` was given back."""
LEAST: Mapping[str, Priority] = {
    "counterfeit": "urgent", "minor": "urgent", "chargeback": "urgent", "risk_hold": "urgent",
    "paid_shows_unpaid": "high", "top_up_missing": "high", "partial_delivery": "high",
}  # fmt: skip
"""Reasons that are never less urgent than this, whoever opens the ticket."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket. `missing` are facts that nobody could look up.

    Attributes:
        target_at: when a person is hoped for; due_at: when one must have taken it; resolve_by: when it must be done.
        assignee: the agent whose it is, or, while nobody has it, the one who had it last and is preferred.
        ticket_no: counted by its shop; people read it as `number`.
        tags: what agents see beside the reason: `risk`, `shop`, `supplier`. A buyer never does.
        alarmed_at: when it was found overdue. Each wait has deadlines and an alarm of its own.
    """

    shop: str
    id: str
    conversation: str
    reason: str
    priority: Priority
    queue: str
    state: TicketState
    rev: int
    created_at: datetime
    due_at: datetime | None
    order_no: str | None = None
    decision: str | None = None
    missing: tuple[str, ...] = ()
    assignee: str | None = None
    target_at: datetime | None = None
    resolve_by: datetime | None = None
    taken_at: datetime | None = None
    alarmed_at: datetime | None = None
    resolved_at: datetime | None = None
    resolution: str | None = None
    ticket_no: int = 0
    tags: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """What people call it: short, and their shop's own."""
        return f"T-{self.ticket_no}"

    @property
    def is_work(self) -> bool:
        """Whether it is work that follows a decision rather than a dispute."""
        return self.queue in WORK_QUEUES


def check_move(state: str, to: str) -> None:
    """Raise IllegalTransition unless a ticket may go from `state` to `to`."""
    if to not in TRANSITIONS[state]:
        raise IllegalTransition("ticket", state, to, TRANSITIONS[state])


def higher(first: Priority, second: Priority) -> Priority:
    """The more urgent of two priorities."""
    return max(first, second, key=PRIORITIES.index)


def next_higher(priority: Priority) -> Priority:
    """One step up; the highest stays."""
    return PRIORITIES[min(PRIORITIES.index(priority) + 1, len(PRIORITIES) - 1)]
