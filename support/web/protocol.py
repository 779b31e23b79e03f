"""uvicorn's WebSocket, which writes what is said at one time in one piece, and lets go of who takes nothing."""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from typing import cast

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

FRAMES = "anxin.frames"
"""The extension of the ASGI scope under which a connection is found."""
LAST_BYTES = 5.0
"""How long a client may take to read what was written before the end. uvicorn waits for that, and for ever."""
AT_ONCE = struct.pack("ii", 1, 0)
"""Linger for no time: what the system holds of it, some megabytes, goes too."""


class Protocol(WebSocketsSansIOProtocol):
    """One connection. What its client has not read some time after the application is done with it is dropped."""

    def handle_connect(self, event: Request) -> None:
        """Begin to serve it, and let the application find it."""
        super().handle_connect(event)
        if self.response.status_code == 101:
            cast(dict[str, object], self.scope["extensions"])[FRAMES] = self

    def say(self, texts: Sequence[str]) -> None:
        """Write texts, a frame each, in one piece: a write costs more than all else. Raises OSError at the end."""
        if self.disconnected or self.close_sent:
            raise ClientDisconnected
        self.transport.write(b"".join([_framed(text.encode()) for text in texts]))

    def has_room(self) -> bool:
        """Whether what is said now goes out, instead of being piled up."""
        return self.writable.is_set()

    async def room(self) -> None:
        """Until there is some, or nobody is there."""
        await self.writable.wait()

    async def run_asgi(self) -> None:
        """Serve the connection, and see to it that it ends."""
        await super().run_asgi()
        if not self.disconnected:
            self.loop.call_later(LAST_BYTES, self._break)

    def _break(self) -> None:
        if not self.disconnected:
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            self.transport.abort()


def _framed(payload: bytes) -> bytes:
    """A whole text as a server writes it: one frame, not masked (RFC 6455 section 5.2)."""
    size = len(payload)
    if size < 126:
        return b"\x81" + size.to_bytes(1, "big") + payload
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload
