"""`/ws`: the thin skin between a socket and the session that decides."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from support.chat import frames
from support.chat.frames import SUBPROTOCOL, Hello, frame
from support.chat.session import Close, Do, Open, Send, Session
from support.realtime.hub import Hub, Outbox
from support.service.connect import HEARTBEAT_MS
from support.service.refusals import TRY_AGAIN_MS
from support.service.runtime import Runtime
from support.web.link import Link, Refused, Wire
from ticketing.errors import RecordUnavailable

HELLO_SECONDS = 5.0
SILENCE = 2.2 * HEARTBEAT_MS / 1000
LAST_WORDS = 1.0
"""How long a socket may take to send what it still holds when the server stops."""
LinkFor = Callable[[str, Wire], Link]
"""A role's link on a wire."""
log = structlog.get_logger()


class Gone(Exception):
    """The socket is to be closed."""

    def __init__(self, close: Close) -> None:
        super().__init__(close.reason)
        self.close = close


class Socket:
    """One connection."""

    def __init__(
        self, socket: WebSocket, runtime: Runtime, hub: Hub, link_for: LinkFor, own_hosts: tuple[str, ...]
    ) -> None:
        self._socket, self._link_for = socket, link_for
        self._session = Session()
        self._outbox = Outbox()
        self._link: Link | None = None
        self._ended: asyncio.Future[Refused] = asyncio.get_running_loop().create_future()
        headers = socket.headers
        self._wire = Wire(
            runtime, hub, self._outbox, self._end, headers.get("origin"), headers.get("host", ""), own_hosts
        )

    async def run(self) -> None:
        """Serve the socket until either side ends it."""
        offered = self._socket.scope.get("subprotocols", [])
        await self._socket.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in offered else None)
        if offered and SUBPROTOCOL not in offered:
            await self._socket.close(4426, "speaks anxin.v1 only")
            return
        tasks = [asyncio.create_task(step()) for step in (self._read, self._write, self._beat, self._until_ended)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            if self._link is not None:
                self._link.leave()
            await self._close(ended)

    async def drain(self, after_ms: int) -> None:
        """The server stops: say so after all that was said before, then close."""
        self._outbox.put(frame("bye", {"after_ms": after_ms}))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._outbox.emptied(), LAST_WORDS)
        with suppress(RuntimeError, WebSocketDisconnect):
            await self._socket.close(1012, "restart")

    async def _close(self, ended: list[Any]) -> None:
        close = next((end.close for end in ended if isinstance(end, Gone)), None)
        for end in ended:
            if isinstance(end, Exception) and not isinstance(end, Gone | WebSocketDisconnect):
                log.error("socket failed", error=repr(end))
                close = close or Close(1011, "internal")
        if self._socket.application_state is WebSocketState.CONNECTED:
            with suppress(RuntimeError, WebSocketDisconnect):
                await self._socket.close(close.code if close else 1000, close.reason if close else None)

    async def _read(self) -> None:
        while True:
            waiting = self._session.state.name == "WAIT_HELLO"
            try:
                async with asyncio.timeout(HELLO_SECONDS if waiting else SILENCE):  # wait_for can swallow a cancel
                    data = await self._receive()
            except TimeoutError:
                raise Gone(self._session.timed_out() or self._session.close(4408, "silent")) from None
            effect = self._session.receive(data)
            match effect:
                case Send(text):
                    self._outbox.put(text)
                case Close():
                    await self._refuse(frames.error("bad_frame"), effect)
                case Open(hello):
                    await self._refusing(self._open(hello))
                case Do() if self._link is not None:
                    await self._refusing(self._link.do(effect))

    async def _receive(self) -> str | bytes:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1000))
        text = message.get("text")
        return text if text is not None else message.get("bytes") or b""

    async def _write(self) -> None:
        while (waiting := await self._outbox.take()) is not None:
            for text in waiting:
                await self._socket.send_text(text)
        raise Gone(Close(1013, "too slow"))

    async def _beat(self) -> None:
        count = 0
        while True:
            await asyncio.sleep(HEARTBEAT_MS / 1000)
            count += 1
            self._outbox.put(frame("ping", {"id": str(count)}), durable=False)

    async def _open(self, hello: Hello) -> None:
        self._link = self._link_for(hello.role, self._wire)
        await self._link.open(hello)
        self._session.welcomed()

    async def _refusing(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Refused as refused:
            await self._refuse(refused.text, refused.close)
        except RecordUnavailable as error:
            log.error("record unavailable", reason=error.reason)
            await self._refuse(frames.error("unavailable", after_ms=TRY_AGAIN_MS), Close(1013, "try again later"))

    async def _refuse(self, text: str, close: Close) -> None:
        """Say why before the close, past whatever is queued."""
        self._session.close(close.code, close.reason)
        await self._socket.send_text(text)
        raise Gone(close)

    def _end(self, refused: Refused) -> None:
        """Close from outside of the socket's own commands."""
        if not self._ended.done():
            self._ended.set_result(refused)

    async def _until_ended(self) -> None:
        refused = await self._ended
        await self._refuse(refused.text, refused.close)
