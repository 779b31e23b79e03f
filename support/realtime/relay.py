"""The relay: what is said in passing, to this worker's sockets and by the fan-out to those of the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from support.realtime.fan_out import FanOut
from support.realtime.hub import Hub
from support.realtime.streams import Piece
from support.realtime.words import (
    Look,
    NotOurs,
    Reached,
    Seal,
    Stop,
    Streamed,
    StreamOver,
    ToldDesks,
    Whispered,
    Word,
)

log = structlog.get_logger()


class Relay:
    """A worker's voice and ear. What it says may be said from any thread; what it hears it hears in the event loop."""

    def __init__(self, hub: Hub, fan_out: FanOut) -> None:
        self._hub, self._fan_out = hub, fan_out
        self._seal: Seal | None = None
        self.on_reached: Callable[[Mapping[str, int]], None] = lambda cursors: None
        self.on_stop: Callable[[str], object] = lambda conversation: None
        self.on_look: Callable[[], None] = lambda: None

    async def start(self, secret: str) -> None:
        """Join those who know the secret."""
        self._seal = Seal(secret)
        await self._fan_out.start(self._seal.channel, self._hear)

    async def close(self) -> None:
        """Leave them."""
        await self._fan_out.close()

    def whisper(self, shop: str, owner: str, text: str, conversation: str | None = None) -> None:
        """An ephemeral frame to a buyer's pages and to the desks that view the conversation."""
        self._hub.whisper(shop, owner, text, conversation)
        self._tell(Whispered(shop, owner, text, conversation))

    def stream(self, piece: Piece, text: str) -> None:
        """A piece of a running answer, `text` its frame, to those who hear a whisper."""
        self._hub.stream(piece, text)
        self._tell(Streamed(piece, text))

    def stream_over(self, shop: str, conversation: str) -> None:
        """Nothing more comes of a conversation's running answer."""
        self._hub.stream_over(shop, conversation)
        self._tell(StreamOver(shop, conversation))

    def tell_desks(self, shop: str, text: str) -> None:
        """An ephemeral frame to every agent of a shop."""
        self._hub.tell_desks(shop, text)
        self._tell(ToldDesks(shop, text))

    def reached(self, cursors: Mapping[str, int]) -> None:
        """Tell the others how far logs have come."""
        self._tell(Reached(dict(cursors)))

    def stop(self, conversation: str) -> None:
        """Have the others end the answer that runs in a conversation."""
        self._tell(Stop(conversation))

    def look(self) -> None:
        """Have the others look at what is said of this worker in the record."""
        self._tell(Look())

    def _tell(self, word: Word) -> None:
        if self._seal is not None and not self._fan_out.alone:
            self._fan_out.tell(self._seal.seal(word))

    def _hear(self, data: bytes) -> None:
        assert self._seal is not None
        try:
            word = self._seal.open(data)
        except NotOurs:
            log.warning("heard what none of our workers said", size=len(data))
            return
        match word:
            case Reached(cursors):
                self.on_reached(cursors)
            case Whispered(shop, owner, text, conversation):
                self._hub.whisper(shop, owner, text, conversation)
            case Streamed(piece, text):
                self._hub.stream(piece, text)
            case StreamOver(shop, conversation):
                self._hub.stream_over(shop, conversation)
            case ToldDesks(shop, text):
                self._hub.tell_desks(shop, text)
            case Stop(conversation):
                self.on_stop(conversation)
            case Look():
                self.on_look()
