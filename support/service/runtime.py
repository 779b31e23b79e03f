"""What every use case works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from support.assistant.turn import Assistant
from support.service.shops import Shops
from ticketing.storage.journal import Journal

Whisper = Callable[[str, str, str], None]
"""`(shop, owner, frame)`: what is heard now or never."""


def utc_now() -> datetime:
    """The present, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Runtime:
    """The record, the shops, the assistant, and the way to those who listen."""

    journal: Journal
    shops: Shops
    assistant: Assistant
    whisper: Whisper = field(default=lambda shop, owner, frame: None)
    clock: Callable[[], datetime] = utc_now
