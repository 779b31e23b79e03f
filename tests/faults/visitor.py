"""A buyer's page on a real socket: it reconnects for ever and sends each frame again until it is acked."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.typing import Subprotocol

from tests.faults.page import Json, Page, differences
from tests.faults.spawner import SHOP
from ticketing.ids import new_id

AT_ONCE = 4
"""Fresh loads."""


@dataclass
class Sent:
    """A frame on its way: the same bytes each time."""

    id: str
    kind: str
    body: Json
    reply: asyncio.Future[Json] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def text(self) -> str:
        """The frame."""
        return json.dumps({"v": 1, "t": self.kind, "id": self.id, "d": self.body}, ensure_ascii=False)


class Refused(Exception):
    """The server refused a frame for good; `code` is the error's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Haste:
    """Seconds: until it connects again (doubled each time, to the longest), for which it waits for a connection or an
    ack, and the most that it waits where a server asks it to. Hastier than asked for, so that refusals are many."""

    again: float = 0.02
    longest: float = 0.02
    opening: float = 5.0
    ack: float = 4.0
    asked: float = 0.1


class Visitor:
    """One page, its socket and what waits to be acked. `errors` counts the error frames by code."""

    haste = Haste()

    def __init__(self, url: str | Sequence[str], name: str, rng: random.Random | None = None, **hello: Any) -> None:
        """`url` is where it connects; of several, any each time."""
        self._urls, self.page, self._hello = [url] if isinstance(url, str) else list(url), Page(name), hello
        self._rng = rng or random.Random(name)
        self._socket: ClientConnection | None = None
        self._outbox: dict[str, Sent] = {}
        self._task: asyncio.Task[None] | None = None
        self.said: dict[str, Sent] = {}
        self.errors: list[str] = []
        self.connects = 0
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._stay())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def say(self, text: str, conversation: str = "new") -> Json:
        """Say something; its ack's body, however long that takes."""
        return await self.send("say", {"conversation": conversation, "text": text, "attachments": []})

    async def send(self, kind: str, body: Json) -> Json:
        """Send a frame until it is acked; the ack's body. Raises Refused."""
        sent = Sent(new_id(), kind, body)
        self._outbox[sent.id] = self.said[sent.id] = sent
        await self._write(sent)
        return await sent.reply

    @property
    def connected(self) -> bool:
        """Whether it is welcomed now."""
        return self._socket is not None

    def cut(self) -> None:
        """Break the connection without a word."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def answered(self, *keys: str, seconds: float = 15) -> None:
        """Until each of these frames has its answer. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not all(self.page.answered(key) for key in keys):
                self._news.clear()
                await self._news.wait()

    def unacked(self) -> list[str]:
        """The ids that no ack has come for."""
        return [key for key in self.said if key not in self.page.acks]

    def unanswered(self) -> list[str]:
        """The ids of says that no answer has come for."""
        return [key for key, sent in self.said.items() if sent.kind == "say" and not self.page.answered(key)]

    def last(self, conversation: str) -> Json:
        """The newest message of a conversation."""
        known = self.page.messages[conversation]
        return known[max(known)]

    async def _stay(self) -> None:
        wait = self.haste.again
        while True:
            try:
                url = self._rng.choice(self._urls)
                async with await self._opened(url) as socket:
                    self.connects += 1
                    await self._talk(socket)
            except (OSError, WebSocketException, InvalidHandshake, TimeoutError, EOFError):
                pass
            wait = self.haste.again if self._socket is not None else min(wait * 2, self.haste.longest)
            self._socket = None
            await asyncio.sleep(wait * self._rng.uniform(0.5, 1.5))

    async def _opened(self, url: str) -> ClientConnection:
        """A connection. Raises what connecting raises."""
        return await connect(
            url, subprotocols=[Subprotocol("anxin.v1")], compression=None, open_timeout=self.haste.opening,
            close_timeout=0.2, ping_interval=None,
        )  # fmt: skip

    async def _talk(self, socket: ClientConnection) -> None:
        await socket.send(json.dumps({"v": 1, "t": "hello", "d": self.page.hello(SHOP) | self._hello}))
        while True:
            async with asyncio.timeout(self.haste.ack if self._outbox else None) as patience:
                frame = json.loads(await socket.recv())
            del patience
            if frame["t"] == "error" and self._socket is None and not frame.get("re"):
                self.errors.append(frame["d"]["code"])
                continue
            self._hear(frame)
            if frame["t"] == "ping":
                await socket.send(json.dumps({"v": 1, "t": "pong", "d": {"id": frame["d"]["id"]}}))
            if frame["t"] == "welcome":
                self._socket = socket
                for sent in tuple(self._outbox.values()):
                    await socket.send(sent.text)

    def _hear(self, frame: Json) -> None:
        self.page.hear(frame)
        sent = self._outbox.get(frame.get("re", ""))
        if frame["t"] == "ack" and sent is not None:
            del self._outbox[sent.id]
            if not sent.reply.done():
                sent.reply.set_result(frame["d"])
        if frame["t"] == "error":
            self._refused(frame["d"], sent)
        self._news.set()

    def _refused(self, body: Json, sent: Sent | None) -> None:
        self.errors.append(body["code"])
        if sent is None:
            return
        if body["retry"]:
            delay = min(body.get("after_ms", 50) / 1000, self.haste.asked)
            asyncio.get_running_loop().call_later(delay, lambda: asyncio.ensure_future(self._write(sent)))
        else:
            del self._outbox[sent.id]
            del self.said[sent.id]
            sent.reply.set_exception(Refused(body["code"]))

    async def _write(self, sent: Sent) -> None:
        if self._socket is not None and sent.id in self._outbox:
            with suppress(WebSocketException, OSError):
                await self._socket.send(sent.text)


async def fresh_load(url: str, page: Page) -> Page:
    """What a page without a memory is shown of the same visitor: the snapshot, and all that lies before it."""
    fresh = Page(f"fresh {page.name}", visitor=page.visitor)
    async with asyncio.timeout(60), connect(url, subprotocols=[Subprotocol("anxin.v1")], compression=None) as socket:
        await socket.send(json.dumps({"v": 1, "t": "hello", "d": fresh.hello(SHOP)}))
        while fresh.cursor is None:
            fresh.hear(json.loads(await socket.recv()))
        for conversation, known in fresh.messages.items():
            while min(known, default=1) > 1:
                body = {"conversation": conversation, "before_seq": min(known), "limit": 100}
                await socket.send(json.dumps({"v": 1, "t": "history", "id": new_id(), "d": body}))
                while (frame := json.loads(await socket.recv()))["t"] != "page":
                    pass
                known |= {message["seq"]: message for message in frame["d"]["messages"]}
    return fresh


async def compare_with_fresh(url: str, visitors: Sequence[Visitor]) -> list[str]:
    """Where any page shows something else than a fresh load."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def look(visitor: Visitor) -> list[str]:
        async with gate:
            return differences(visitor.page, await fresh_load(url, visitor.page))

    return [wrong for found in await asyncio.gather(*map(look, visitors)) for wrong in found]
