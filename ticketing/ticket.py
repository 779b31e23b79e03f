"""Tickets: a dispute with a reason, a priority, a queue and a deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from ticketing.errors import IllegalTransition

Priority = Literal["low", "normal", "high", "urgent"]
TicketState = Literal[
    "new", "open", "waiting_buyer", "waiting_supplier", "waiting_approval", "snoozed", "resolved", "closed"
]

PRIORITIES: tuple[Priority, ...] = ("low", "normal", "high", "urgent")
WORK_QUEUES = frozenset({"refunds", "fulfilment"})
"""Queues of work that follows a decision: nobody needs to join the chat for it."""
REOPENED_FOR = timedelta(hours=72)
"""How long a resolved ticket rests: whoever asks for a person meanwhile has the same dispute, not a second one."""
TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    "new": ("open", "waiting_supplier", "waiting_approval", "resolved", "closed"),
    "open": ("new", "waiting_buyer", "waiting_supplier", "waiting_approval", "snoozed", "resolved", "closed"),
    "waiting_buyer": ("new", "open", "waiting_supplier", "waiting_approval", "snoozed", "resolved", "closed"),
    "waiting_supplier": ("new", "open", "waiting_buyer", "waiting_approval", "resolved", "closed"),
    "waiting_approval": ("new", "open", "waiting_buyer", "waiting_supplier", "resolved", "closed"),
    "snoozed": ("new", "open", "waiting_supplier", "waiting_approval", "resolved", "closed"),
    "resolved": ("new", "open", "closed"),
    "closed": ("open",),
}
"""`new` waits in its queue, for the first time or again; `open` is somebody's; `waiting_buyer` was given back or asks.

The other waits keep their owner. What was not resolved is closed only where another ticket has taken it up. From
`resolved` or `closed` back is the reopening, which is counted.
"""
WAITS = frozenset({"waiting_buyer", "waiting_supplier", "waiting_approval"})
"""States in which somebody else has to do something first."""
DONE = frozenset({"resolved", "closed"})
ASSISTANT, BUYER, SUPPLIER, SERVER = "assistant", "buyer", "supplier", "server"
"""Who changes a ticket and is no agent; an agent is `agent:ID`."""
UNSEEN = "unseen:"
"""Marks in `fired` the agent who was given a ticket by a colleague and has not opened it since."""
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
        team: of the shop's teams the one whose it is; None is anybody's.
        snoozed_until: when it comes back by itself, while it is `snoozed`.
        waiting_since: since when it stands in one of WAITS.
        merged_into: the ticket that has taken it up, by its id.
        reopened: how often it was taken up again after it was done.
        evidence_by: when the first facts must be there; remind_at: when `resolve_by` comes near; legal_by: the legal
            stop, counted from the ticket's opening.
        fired: what time has already made due of it (`ticketing.clocks`); next_at: when something is next.
        follow_up_at: when the buyer of a resolved one is asked how it went.
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
    team: str | None = None
    snoozed_until: datetime | None = None
    waiting_since: datetime | None = None
    merged_into: str | None = None
    reopened: int = 0
    evidence_by: datetime | None = None
    remind_at: datetime | None = None
    legal_by: datetime | None = None
    fired: tuple[str, ...] = ()
    next_at: datetime | None = None
    follow_up_at: datetime | None = None

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


def on_move(ticket: Ticket, to: TicketState, at: datetime) -> dict[str, Any]:
    """What a move to another state changes besides: since when it waits, how often it was reopened, that it rests."""
    changed: dict[str, Any] = {"waiting_since": at if to in WAITS else None}
    if to != "snoozed":
        changed["snoozed_until"] = None
    if ticket.state in DONE and to not in DONE:
        changed["reopened"] = ticket.reopened + 1
    return changed


def higher(first: Priority, second: Priority) -> Priority:
    """The more urgent of two priorities."""
    return max(first, second, key=PRIORITIES.index)


def next_higher(priority: Priority) -> Priority:
    """One step up; the highest stays."""
    return PRIORITIES[min(PRIORITIES.index(priority) + 1, len(PRIORITIES) - 1)]
