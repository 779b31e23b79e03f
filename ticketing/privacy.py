"""What buyers may ask of their own data, by when it is done, and what keeps it from being done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

RequestKind = Literal["export", "erase"]
RequestState = Literal["open", "done", "refused"]
AskedBy = Literal["buyer", "guardian", "relative", "agent"]
"""Themselves, a guardian (PIPL art. 31), a near relative of the dead (art. 49), or the shop of itself."""
Identity = Literal["signed_in", "order", "contact", "document", "none"]
"""How it was made sure who asks: by the shop's login, an order and its proof, an answer from the contact on record, a
document that was seen and not kept."""
HoldKind = Literal["buyer", "ticket"]
WORKING_DAYS = 15
"""PIPL art. 50 asks for it in time and names no number. The finding method for apps (国信办秘字〔2019〕191号, art. 6)
takes fifteen working days as the most for what people have to handle; we take that, whoever asks by whatever way."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Something that is not to go: everything of a buyer (`subject` an owner), or what a ticket (its id) is about."""

    shop: str
    id: str
    kind: HoldKind
    subject: str
    reason: str
    by: str
    at: datetime
    until: datetime | None = None
    lifted_at: datetime | None = None
    lifted_by: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asked of their own data; `person` is an owner, and the random name once all of theirs is gone."""

    shop: str
    id: str
    request_no: int
    kind: RequestKind
    person: str
    asked_by: AskedBy
    identity: Identity
    note: str
    via: str
    received_at: datetime
    due_at: datetime
    state: RequestState = "open"
    ended_at: datetime | None = None
    ended_by: str | None = None
    answer: str = ""
    outcome: dict[str, Any] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """As people say it."""
        return f"P-{self.request_no}"


def due(received: datetime, zone: ZoneInfo) -> datetime:
    """The end of the fifteenth working day after a request came, in the shop's zone; Monday to Friday are such days.

    Holidays only make the true date later: who keeps to this one is never late.
    """
    day, left = received.astimezone(zone).date(), WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= _works(day)
    return datetime.combine(day + timedelta(days=1), time(), zone)


def _works(day: date) -> bool:
    return day.weekday() < 5
