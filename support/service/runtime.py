"""What every use case works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from support.assistant.turn import Assistant
from support.realtime.roster import Roster
from support.realtime.streams import Piece
from support.service.limits import Rates
from support.service.shops import Shops
from support.service.sightings import Sightings
from support.service.upload_limits import UploadLimits
from ticketing.storage.erasure_list import ErasureList
from ticketing.storage.journal import Journal


class Whisper(Protocol):
    """What is heard now or never, by an owner's pages and, where it is of a conversation, by desks that view it."""

    def __call__(self, shop: str, owner: str, text: str, conversation: str | None = None) -> None: ...


class Stream(Protocol):
    """A running answer, piece by piece, and its end."""

    def stream(self, piece: Piece, text: str) -> None:
        """Pass a piece on, `text` its frame."""
        ...

    def stream_over(self, shop: str, conversation: str) -> None:
        """Nothing more comes."""
        ...


class NoStream:
    """Where nobody listens."""

    def stream(self, piece: Piece, text: str) -> None:
        """Nobody hears it."""

    def stream_over(self, shop: str, conversation: str) -> None:
        """Nobody waits for it."""


Tell = Callable[[str, str], None]
"""`(shop, frame)`: what every desk of a shop hears now or never."""


def _to_nobody(shop: str, owner: str, text: str, conversation: str | None = None) -> None:
    """Where nobody listens."""


def utc_now() -> datetime:
    """The present, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Runtime:
    """The record, the shops, the assistant, the way to those who listen, who is here, and what may be sent."""

    journal: Journal
    shops: Shops
    assistant: Assistant
    whisper: Whisper = _to_nobody
    tell_desks: Tell = field(default=lambda shop, text: None)
    streams: Stream = field(default_factory=NoStream)
    pause: float = 0.0
    """Seconds between the pieces of an answer."""
    clock: Callable[[], datetime] = utc_now
    roster: Roster = field(default_factory=Roster)
    sightings: Sightings = field(default_factory=Sightings)
    upload_limits: UploadLimits = field(default_factory=UploadLimits)
    rates: Rates = field(default_factory=Rates)
    environment: Callable[[str], str | None] = field(default=lambda name: None)
    """A variable of the environment, for the secrets that a shop's settings name."""
    private_webhooks: bool = False
    """Whether webhooks may lead to addresses that are not public."""
    erasures: ErasureList | None = None
    """Where erasures are written down beside the record."""
    on_duty: Callable[[str], bool] = field(default=lambda duty: True)
    """Whether this worker, of all that serve the record, has one of `duties` now."""
