"""uvicorn's WebSocket, which lets go of a client that takes nothing any more."""

from __future__ import annotations

import socket
import struct

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

LAST_BYTES = 5.0
"""How long a client may take to read what was written before the end. uvicorn waits for that, and for ever."""
AT_ONCE = struct.pack("ii", 1, 0)
"""Linger for no time: what the system holds of it, some megabytes, goes too."""


class Protocol(WebSocketsSansIOProtocol):
    """One connection. What its client has not read some time after the application is done with it is dropped."""

    async def run_asgi(self) -> None:
        """Serve the connection, and see to it that it ends."""
        await super().run_asgi()
        if not self.disconnected:
            self.loop.call_later(LAST_BYTES, self._break)

    def _break(self) -> None:
        if not self.disconnected:
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            self.transport.abort()
