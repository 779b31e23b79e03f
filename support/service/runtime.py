"""What every use case works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from support.assistant.turn import Assistant
from support.realtime.roster import Roster
from support.service.shops import Shops
from ticketing.storage.journal import Journal


class Whisper(Protocol):
    """What is heard now or never, by an owner's pages and, where it is of a conversation, by desks that view it."""

    def __call__(self, shop: str, owner: str, text: str, conversation: str | None = None) -> None: ...


Tell = Callable[[str, str], None]
"""`(shop, frame)`: what every desk of a shop hears now or never."""


def _to_nobody(shop: str, owner: str, text: str, conversation: str | None = None) -> None:
    """Where nobody listens."""


def utc_now() -> datetime:
    """The present, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Runtime:
    """The record, the shops, the assistant, the way to those who listen, and which agents are here."""

    journal: Journal
    shops: Shops
    assistant: Assistant
    whisper: Whisper = _to_nobody
    tell_desks: Tell = field(default=lambda shop, text: None)
    clock: Callable[[], datetime] = utc_now
    roster: Roster = field(default_factory=Roster)
