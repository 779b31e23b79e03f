"""Tickets: a dispute with a reason, a priority, a queue and a deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ticketing.errors import IllegalTransition

Priority = Literal["low", "normal", "high", "urgent"]
TicketState = Literal["new", "open", "waiting_buyer", "resolved", "closed"]

PRIORITIES: tuple[Priority, ...] = ("low", "normal", "high", "urgent")
TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    "new": ("open", "resolved"),
    "open": ("waiting_buyer", "resolved"),
    "waiting_buyer": ("open", "resolved"),
    "resolved": ("closed", "open"),
    "closed": ("open",),
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket. `due_at` is when a person must have taken it; `missing` are facts that nobody could look up."""

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


def check_move(state: str, to: str) -> None:
    """Raise IllegalTransition unless a ticket may go from `state` to `to`."""
    if to not in TRANSITIONS[state]:
        raise IllegalTransition("ticket", state, to, TRANSITIONS[state])


def higher(first: Priority, second: Priority) -> Priority:
    """The more urgent of two priorities."""
    return max(first, second, key=PRIORITIES.index)
