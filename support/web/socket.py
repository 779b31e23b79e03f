"""`/ws`: the thin skin between a socket and the session that decides."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from knowledge_base.errors import UnknownShop
from support.chat import frames
from support.chat.frames import SUBPROTOCOL, Hello, error, event_frame, frame
from support.chat.session import Close, Do, Open, Send, Session
from support.realtime.hub import Hub, Outbox, Subscription
from support.service.commands import CommandRefused, Commands
from support.service.connect import HEARTBEAT_MS, Missed, Welcomed, missed, recognise, welcome
from support.service.people import BadToken, Person
from support.service.runtime import Runtime
from support.service.shops import LoadedShop

HELLO_SECONDS = 5.0
SILENCE = 2.2 * HEARTBEAT_MS / 1000
log = structlog.get_logger()


class Gone(Exception):
    """The socket is to be closed."""

    def __init__(self, close: Close) -> None:
        super().__init__(close.reason)
        self.close = close


class Socket:
    """One connection."""

    def __init__(
        self, socket: WebSocket, runtime: Runtime, hub: Hub, commands: Commands, own_hosts: tuple[str, ...]
    ) -> None:
        self._socket, self._runtime, self._hub, self._commands = socket, runtime, hub, commands
        self._own_hosts = own_hosts
        self._session = Session()
        self._outbox = Outbox()
        self._subscription: Subscription | None = None
        self._person: Person | None = None
        self._loaded: LoadedShop | None = None
        self._hello: Hello | None = None

    async def run(self) -> None:
        """Serve the socket until either side ends it."""
        offered = self._socket.scope.get("subprotocols", [])
        await self._socket.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in offered else None)
        tasks = [asyncio.create_task(step()) for step in (self._read, self._write, self._beat)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            if self._subscription is not None:
                self._hub.leave(self._subscription)
            await self._close(ended)

    async def drain(self, after_ms: int) -> None:
        """The server stops: say so, then close."""
        self._outbox.put(frame("bye", {"after_ms": after_ms}))
        await asyncio.sleep(0.05)
        with suppress(RuntimeError):
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
                data = await asyncio.wait_for(self._receive(), HELLO_SECONDS if waiting else SILENCE)
            except TimeoutError:
                raise Gone(self._session.timed_out() or self._session.close(4408, "silent")) from None
            effect = self._session.receive(data)
            match effect:
                case Send(text):
                    self._outbox.put(text)
                case Close():
                    await self._refuse(frames.error("bad_frame"), effect)
                case Open(hello):
                    await self._open(hello)
                case Do():
                    await self._do(effect)

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

    async def _refuse(self, text: str, close: Close) -> None:
        """Say why before the close, past whatever is queued."""
        await self._socket.send_text(text)
        raise Gone(close)

    async def _open(self, hello: Hello) -> None:
        if hello.role != "buyer":
            await self._refuse(error("auth"), self._session.close(4403, "agents have no socket here yet"))
        loaded = await self._shop(hello)
        if not self._origin_fits(loaded):
            await self._refuse(error("forbidden"), self._session.close(4403, "origin"))
        self._hello, self._loaded = hello, loaded
        try:
            now = self._runtime.clock()
            welcomed = await self._runtime.journal.write(lambda tx: recognise(tx, loaded, hello, now))
        except BadToken as bad:
            code, name = (4401, "expired") if bad.expired else (4403, "auth")
            await self._refuse(error("expired" if bad.expired else "auth"), self._session.close(code, name))
            return
        await self._greet(welcomed, hello.cursor, hello.epoch)

    async def _shop(self, hello: Hello) -> LoadedShop:
        try:
            return await asyncio.to_thread(self._runtime.shops.get, hello.shop)
        except UnknownShop:
            await self._refuse(error("not_found"), self._session.close(4403, "no such shop"))
            raise

    def _origin_fits(self, loaded: LoadedShop) -> bool:
        """Sockets know no CORS: a page may only speak to the shops that name it. No origin is no browser."""
        origin = self._socket.headers.get("origin")
        if origin is None or origin in loaded.folder.shop.widget.origins:
            return True
        host = self._socket.headers.get("host", "")
        return urlsplit(origin).netloc in {host, *self._own_hosts}

    async def _greet(self, welcomed: Welcomed, cursor: int | None, epoch: str | None) -> None:
        """Listen first, then read the log: what happens between is held and passed on once."""
        self._person = welcomed.person
        subscription = Subscription(welcomed.person.shop, welcomed.person.owner, self._outbox)
        self._hub.join(subscription)
        self._subscription = subscription
        person = welcomed.person
        gap = await self._runtime.journal.read(lambda tx: missed(tx, person, cursor, epoch))
        self._outbox.put(welcome(welcomed, gap, self._runtime.clock()))
        self._catch_up(gap)
        self._session.welcomed()

    def _catch_up(self, gap: Missed) -> None:
        for event in gap.events:
            self._outbox.put(event_frame(event))
        if gap.snapshot is not None:
            self._outbox.put(frame("snapshot", gap.snapshot))
        self._outbox.put(frame("synced", {"n": gap.n}))
        if self._subscription is not None:
            self._subscription.release(gap.n)

    async def _do(self, effect: Do) -> None:
        if self._person is None or self._hello is None or self._loaded is None:
            return
        try:
            if isinstance(effect.command, frames.Identify):
                await self._identify(effect.command.token, effect.id)
                return
            reply = await self._commands.carry_out(self._person, self._hello.locale, effect)
        except CommandRefused as refused:
            self._outbox.put(error(refused.code, re=effect.id, after_ms=refused.after_ms, current=refused.current))
            return
        if reply is not None:
            self._outbox.put(reply)

    async def _identify(self, token: str, client_id: str | None) -> None:
        assert self._person is not None
        assert self._loaded is not None
        try:
            person = await self._commands.identify(self._person, self._loaded, token)
        except BadToken as bad:
            self._outbox.put(error("expired" if bad.expired else "auth", re=client_id))
            return
        if self._subscription is not None:
            self._hub.leave(self._subscription)
        self._person = person
        self._subscription = Subscription(person.shop, person.owner, self._outbox)
        self._hub.join(self._subscription)
        gap = await self._runtime.journal.read(lambda tx: missed(tx, person, None, None))
        self._outbox.put(frame("ack", {}, re=client_id))
        self._catch_up(gap)
