"""uvicorn's WebSocket with a short way in and out for whole texts, which lets go of who takes nothing.

websockets reads the handshake and every frame that is out of the ordinary, each from its beginning to its end; a text
that is one frame and came whole goes from the system's buffer to its reader without a queue, a task or a pause. What is
said at one time is written in one piece.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import OPEN

from support.web.framing import CONTROL, FIN, MASKED, OPCODE, WHOLE_TEXT, bounds, framed, unmasked

FRAMES = "anxin.frames"
"""The extension of the ASGI scope under which a connection is found."""
LAST_BYTES = 5.0
"""How long a client may take to read what was written before the end. uvicorn waits for that, and for ever."""
AT_ONCE = struct.pack("ii", 1, 0)
"""Linger for no time: what the system holds of it, some megabytes, goes too."""
SHORT = 65_536
"""Bytes of a text that is read here."""
HELD = "anxin.held"
ESTABLISHED = 1
"""Of TCP, as Linux counts its states."""
Take = Callable[[bytes], Awaitable[None] | None]
"""A message; what is to be waited for before the next one, if anything is."""


class Protocol(WebSocketsSansIOProtocol):
    """One connection. What its client has not read some time after the application is done with it is dropped."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._take: Take | None = None
        self._eager = False
        self._head = b""
        self._owed = 0
        self._goes_on = False
        self._breaking: asyncio.TimerHandle | None = None

    def handle_connect(self, event: Request) -> None:
        """Begin to serve it, and let the application find it."""
        super().handle_connect(event)
        if self.response.status_code == 101:
            cast(dict[str, object], self.scope["extensions"])[FRAMES] = self

    def data_received(self, data: bytes) -> None:
        """Read what came. Who sends frames before the handshake is over is left to websockets for good."""
        if self._eager or not self.handshake_complete:
            self._eager = self._eager or self.handshake_initiated
            super().data_received(data)
            return
        if self._head:
            data, self._head = self._head + data, b""
        at = min(self._owed, len(data))
        if at:
            self._owed -= at
            super().data_received(data[:at])
        while at < len(data):
            if (found := bounds(data, at)) is None:
                self._head = data[at:]
                return
            self._frame(data, at, *found)
            at = found[1]
        self._owed += at - len(data)

    def _frame(self, data: bytes, at: int, begin: int, end: int) -> None:
        """One frame, or as much of it as is there. Lengths that are wrong or too large are websockets' to refuse."""
        first = data[at]
        if (
            first == WHOLE_TEXT and end <= len(data) and data[at + 1] & MASKED and not self._goes_on
            and self.conn.state is OPEN and end - begin <= SHORT
        ):  # fmt: skip
            self._came(unmasked(data, begin, end))
            return
        if first & OPCODE < CONTROL:
            self._goes_on = not first & FIN
        super().data_received(data[at:end])

    def send_receive_event_to_app(self) -> None:
        """A message that websockets read."""
        data, self.frames = b"".join(self.frames), []
        if not self.close_sent:
            self._came(data)

    def _came(self, data: bytes) -> None:
        if (take := self._take) is None:
            self._wait_for(data)
            return
        try:
            rest = take(data)
        except Exception as error:
            rest = _raising(error)
        if rest is not None:
            self._take = None
            self._wait_for(rest)

    def _wait_for(self, what: object) -> None:
        """Keep it for the reader, and read nothing more until that has come to it."""
        self.queue.put_nowait({"type": HELD, "what": what})  # type: ignore[arg-type]  # the queue is uvicorn's, and hands on whatever it holds
        if not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    async def read(self, take: Take) -> None:
        """Hand over each message as it comes, until one side ends it. Raises what `take` raises, at once or later."""
        try:
            while True:
                if self.queue.empty():
                    self._take = take
                message = cast(dict[str, Any], await self.receive())
                self._take = None
                if message["type"] != HELD:
                    return
                what = message["what"]
                if (rest := take(what) if isinstance(what, bytes) else what) is not None:
                    await rest
        finally:
            self._take = None

    def say(self, texts: Sequence[str]) -> None:
        """Write texts, a frame each, in one piece: a write costs more than all else. Raises OSError at the end."""
        if self.disconnected or self.close_sent:
            raise ClientDisconnected
        self.transport.write(b"".join([framed(text.encode()) for text in texts]))

    def has_room(self) -> bool:
        """Whether what is said now goes out, instead of being piled up."""
        return self.writable.is_set()

    async def room(self) -> None:
        """Until there is some, or nobody is there."""
        await self.writable.wait()

    def client_gone(self) -> bool:
        """Whether the other side has left, also while nothing is read here: the system knows."""
        if self.disconnected or not hasattr(socket, "TCP_INFO"):
            return self.disconnected
        try:
            tcp = self.transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
        except OSError:
            return True
        return bool(tcp[0] != ESTABLISHED)

    async def run_asgi(self) -> None:
        """Serve the connection, and see to it that it ends."""
        await super().run_asgi()
        self.scope["extensions"] = {}  # through which it holds itself
        if not self.disconnected:
            self._breaking = self.loop.call_later(LAST_BYTES, self._break)

    def connection_lost(self, exc: Exception | None) -> None:
        """Free what it holds at once, without the collector, whose long rounds are many thousand connections apart."""
        super().connection_lost(exc)
        if self._breaking is not None:
            self._breaking.cancel()
            self._breaking = None
        self.conn.parser.close()  # which holds the connection that holds it

    def _break(self) -> None:
        if not self.disconnected:
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            self.transport.abort()


async def _raising(error: Exception) -> None:
    try:
        raise error
    finally:
        del error  # else it would hold the frame that holds it
