"""`/ws`: the thin skin between a socket and the session that decides, on bare ASGI.

One task a socket, the server's own, which reads. Whoever has a frame for the socket puts it into its outbox; what is
put there in one turn of the loop is one write. One clock for all sockets looks after heartbeats and silence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

import structlog
from starlette.types import Receive, Scope, Send

from support.chat import frames
from support.chat.frames import SUBPROTOCOL, Hello, frame
from support.chat.session import Close, Do, Open, Session, State
from support.chat.session import Send as Reply
from support.realtime.hub import Hub, Outbox
from support.service.connect import HEARTBEAT_MS
from support.service.limits import Door
from support.service.refusals import TRY_AGAIN_MS
from support.service.runtime import Runtime
from support.web.link import Link, Refused, Wire
from support.web.protocol import FRAMES, Protocol
from ticketing.errors import RecordUnavailable

PULSE_SECONDS = 1.0
HELLO_PULSES, HEARTBEAT_PULSES = 5, round(HEARTBEAT_MS / 1000 / PULSE_SECONDS)
SILENT_PULSES = round(2.2 * HEARTBEAT_PULSES)
"""Counted by pulses and not by the clock: between two of them the loop has read whatever had come. While it cannot keep
up nobody is taken for silent whom it has not heard yet."""
LAST_WORDS = 1.0
"""How long a socket may take to send what it still holds when the server stops or gives it up."""
LinkFor = Callable[[str, Wire], Link]
"""A role's link on a wire."""
log = structlog.get_logger()


class Socket:
    """One connection."""

    __slots__ = (
        "_closing", "_ending", "_frames", "_link", "_link_for", "_loop", "_offered", "_outbox", "_pulses", "_quiet",
        "_reader", "_receive", "_send", "_session", "_wire", "_writing",
    )  # fmt: skip

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, runtime: Runtime, hub: Hub, link_for: LinkFor,
        own_hosts: tuple[str, ...], door: Door,
    ) -> None:  # fmt: skip
        self._receive, self._send, self._link_for = receive, send, link_for
        self._frames: Protocol = scope["extensions"][FRAMES]
        self._loop = asyncio.get_running_loop()
        self._session, self._outbox = Session(), Outbox(self._wake)
        self._link: Link | None = None
        self._reader = asyncio.current_task()
        self._writing: asyncio.Handle | asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._closing, self._pulses, self._quiet = False, 0, 0
        self._offered: list[str] = scope.get("subprotocols", [])
        origin, host = _header(scope, b"origin"), _header(scope, b"host") or ""
        client = scope.get("client")
        address = str(client[0]) if client else ""
        self._wire = Wire(runtime, hub, self._outbox, self._end, origin, host, own_hosts, address, door)

    async def run(self) -> None:
        """Serve the socket until either side ends it."""
        try:
            if await self._accepted():
                await self._read()
        except RecordUnavailable as error:
            log.error("record unavailable", reason=error.reason)
            _forget_way(error)
            await self._close(Close(1013, "try again later"), frames.error("unavailable", after_ms=TRY_AGAIN_MS))
        except Exception as error:
            log.error("socket failed", error=repr(error))
            _forget_way(error)
            await self._close(Close(1011, "internal"))
        finally:
            self._closing = True
            if self._link is not None:
                self._link.leave()
            self._let_go()

    async def drain(self, after_ms: int) -> None:
        """The server stops: say so after all that was said before, then close."""
        self._outbox.put(frame("bye", {"after_ms": after_ms}))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._frames.room(), LAST_WORDS)
        self._write()
        await self._close(Close(1012, "restart"))

    def beat(self) -> None:
        """Look after the socket, every PULSE_SECONDS: end it where nobody says hello or anything at all, else ping."""
        self._pulses, self._quiet = self._pulses + 1, self._quiet + 1
        if self._quiet > HELLO_PULSES and (close := self._session.timed_out()) is not None:
            self._end_with(close)
        elif self._quiet > SILENT_PULSES:
            self._end_with(self._session.close(4408, "silent"))
        elif self._pulses % HEARTBEAT_PULSES == 0:
            self._outbox.put(frame("ping", {"id": str(self._pulses // HEARTBEAT_PULSES)}), durable=False)

    async def _accepted(self) -> bool:
        await self._receive()
        chosen = SUBPROTOCOL if SUBPROTOCOL in self._offered else None
        try:
            await self._send({"type": "websocket.accept", "subprotocol": chosen, "headers": []})
        except OSError:  # how the server says that the client has gone
            return False
        if self._offered and chosen is None:
            await self._close(Close(4426, "speaks anxin.v1 only"))
            return False
        if wait := self._wire.door.connections.wait_ms(self._wire.address):
            await self._close(Close(4429, "too many"), frames.error("rate", after_ms=wait))
            return False
        return True

    async def _read(self) -> None:
        try:
            await self._frames.read(self._take)
        except Refused as refused:
            await self._close(refused.close, refused.text)

    def _take(self, data: bytes) -> Awaitable[None] | None:
        """Do what a frame asks for; what is still to be waited for before the next one. Raises Refused."""
        if self._session.state is not State.WAIT_HELLO:  # until then nothing but a hello counts
            self._quiet = 0
        match effect := self._session.receive(data):
            case Do() if self._link is not None:
                return self._link.do(effect)
            case Reply(text):
                self._outbox.put(text)
            case Open(hello):
                return self._open(hello)
            case Close():
                raise Refused("bad_frame", effect)
        return None

    async def _open(self, hello: Hello) -> None:
        """Welcome whoever is still there, some at a time: who gave up while many came costs no look at the record."""
        async with self._wire.door.openings:
            if self._closing or self._frames.client_gone():
                return
            self._link = self._link_for(hello.role, self._wire)
            await self._link.open(hello)
        if not self._closing:
            self._session.welcomed()

    def _wake(self) -> None:
        """There is something in the outbox: whatever else this turn of the loop puts there is written with it."""
        if self._outbox.overrun:
            self._end_with(Close(1013, "too slow"))
        elif self._writing is None and not self._closing:
            self._writing = self._loop.call_soon(self._write)

    def _write(self) -> None:
        self._writing = None
        if self._closing:
            return
        if not self._frames.has_room():
            self._writing = self._loop.create_task(self._write_later())
        elif texts := self._outbox.taken():
            try:
                self._frames.say(texts)
            except OSError:
                self._abandon()

    async def _write_later(self) -> None:
        await self._frames.room()
        self._write()

    def _end(self, refused: Refused) -> None:
        """Close from outside of the socket's own commands."""
        self._end_with(refused.close, refused.text)

    def _end_with(self, close: Close, text: str | None = None) -> None:
        if self._ending is None and not self._closing:
            self._ending = self._loop.create_task(self._close(close, text))

    async def _close(self, close: Close, text: str | None = None) -> None:
        """Say why before the close, past whatever is queued. The reader then hears that it is over."""
        if self._closing:
            return
        self._closing = True
        self._session.close(close.code, close.reason)
        try:
            async with asyncio.timeout(LAST_WORDS):
                if text is not None:
                    await self._send({"type": "websocket.send", "text": text})
                await self._send({"type": "websocket.close", "code": close.code, "reason": close.reason})
        except (OSError, RuntimeError, TimeoutError):
            self._abandon()

    def _abandon(self) -> None:
        """The client has gone, or takes nothing any more: stop reading, upon which the server closes."""
        self._closing = True
        if self._reader is not None and self._reader is not asyncio.current_task():
            self._reader.cancel()

    def _let_go(self) -> None:
        """Point at nothing that points back: else all of it would wait for the collector's long rounds."""
        self._outbox.shut()
        self._link = None
        del self._wire


def _forget_way(error: BaseException) -> None:
    """Of an error that is dealt with: a future may hold it yet, and by the frames on its way the socket."""
    error.__traceback__ = None


def _header(scope: Scope, name: bytes) -> str | None:
    found: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return next((value.decode("latin-1") for key, value in found if key == name), None)


async def keep_pulse(sockets: set[Socket]) -> None:
    """One clock for all of them."""
    while True:
        await asyncio.sleep(PULSE_SECONDS)
        _beat(sockets)  # in a function of its own: the last one would be held until the next pulse that finds another


def _beat(sockets: set[Socket]) -> None:
    for socket in tuple(sockets):
        socket.beat()
