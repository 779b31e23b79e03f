"""Pages that stop reading while others talk: a real server, and real sockets that fill up to the last buffer."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any, Self

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from support.realtime.hub import LONGEST_QUEUE
from support.service.commands import MOST_HISTORY
from tests.faults.agents import an_agents_token
from tests.faults.page import Json, Page
from tests.faults.spawner import SHOP, MortalServer, Spawner
from tests.waiting import until
from ticketing.ids import new_id

LONG = "🐢" * 4000
"""16 KB on the wire."""
MESSAGES, ALONE, ASLEEP = 450, 100, 4
"""What is said to pages that sleep: more than a queue and the system's buffers hold, less than a replay does. Before
that, when nobody sleeps, less will do."""
SMALL_BUFFER = 4096
GROWTH, ASKED = 64 * 2**20, 100
"""Bytes of memory; so many pages of history would be more than twice that."""
FULL = 5
"""Pages of history that fill what the system holds of a socket and more, and not the queue."""
SLOWER, PATIENCE = 2, 60.0
BUSY = 5.0
"""Seconds that a busy machine may add to an ack; whoever waits for a page that reads nothing waits far longer."""


@pytest.fixture
def server(spawner: Spawner, tmp_path: Path) -> Iterator[MortalServer]:
    with spawner.server(tmp_path / "data") as server:
        yield server.wait_ready()


class Client:
    """A socket that is read only when told to; `page` is what it knows."""

    def __init__(self, server: MortalServer, name: str, visitor: str | None = None, **hello: Any) -> None:
        self._server, self._hello = server, hello
        self.page = Page(name, visitor=visitor)
        self._socket: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        small = socket.socket()
        small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        small.connect(("127.0.0.1", self._server.port))
        self._socket = await connect(
            self._server.url, sock=small, subprotocols=[Subprotocol("anxin.v1")], compression=None, max_queue=1,
            ping_interval=None, max_size=None,
        )  # fmt: skip
        await self.send("hello", self.page.hello(SHOP) | self._hello)
        await self.read("synced")
        return self

    async def __aexit__(self, *error: object) -> None:
        assert self._socket is not None
        self._socket.transport.abort()

    @property
    def port(self) -> int:
        """By which the server knows it."""
        assert self._socket is not None
        return int(self._socket.local_address[1])

    async def send(self, t: str, d: Json) -> None:
        """Send a frame."""
        assert self._socket is not None
        await self._socket.send(json.dumps({"v": 1, "t": t, "id": new_id(), "d": d}, ensure_ascii=False))

    async def read(self, kind: str, times: int = 1) -> Json:
        """Read on until so many frames of a kind came; the last of them."""
        assert self._socket is not None
        async with asyncio.timeout(60):
            while times:
                frame: Json = json.loads(await self._socket.recv())
                assert frame["t"] != "error", frame
                if self._hello.get("role") != "agent" and frame["t"] != "ack":
                    self.page.hear(frame)
                times -= frame["t"] == kind
        return frame

    async def read_to_the_end(self) -> None:
        """Whatever still comes before the server's close, or the break."""
        with pytest.raises(ConnectionClosed):
            await self.read("nothing like it")


async def test_pages_that_stop_reading_cost_nobody_else_and_come_back_to_everything(server: MortalServer) -> None:
    desk = Client(server, "desk", role="agent", token=an_agents_token(server))
    async with Client(server, "buyer") as buyer, Client(server, "other") as other, desk, AsyncExitStack() as stack:
        conversation = await _in_a_persons_hands(buyer, desk)
        alone = await _say_much(desk, buyer, other, conversation, ALONE)
        sleepers = [Client(server, f"sleeper {i}", buyer.page.visitor) for i in range(ASLEEP)]
        for one in sleepers:
            await stack.enter_async_context(one)
        beside = await _say_much(desk, buyer, other, conversation)
        assert beside < alone * SLOWER + BUSY
        await _let_go(server, sleepers)
        for one in sleepers:
            await _comes_back_to_everything(one, buyer, conversation)


async def test_a_page_that_asks_for_much_and_reads_nothing_is_let_go_before_that_is_much(server: MortalServer) -> None:
    desk = Client(server, "desk", role="agent", token=an_agents_token(server))
    async with Client(server, "buyer") as buyer, desk:
        conversation = await _in_a_persons_hands(buyer, desk)
        for _ in range(MOST_HISTORY):
            await desk.send("say", {"conversation": conversation, "text": LONG, "attachments": []})
        await desk.read("ack", MOST_HISTORY)
        before = _most_memory(server)
        async with Client(server, "greedy", buyer.page.visitor) as greedy:
            with suppress(ConnectionClosed):
                for _ in range(ASKED):
                    await greedy.send("history", {"conversation": conversation, "limit": MOST_HISTORY})
            await _let_go(server, [greedy])
            assert _most_memory(server) - before < GROWTH


async def test_a_page_that_reads_nothing_does_not_keep_a_server_from_stopping(server: MortalServer) -> None:
    desk = Client(server, "desk", role="agent", token=an_agents_token(server))
    async with Client(server, "buyer") as buyer, desk:
        conversation = await _in_a_persons_hands(buyer, desk)
        for _ in range(MOST_HISTORY):
            await desk.send("say", {"conversation": conversation, "text": LONG, "attachments": []})
        await desk.read("ack", MOST_HISTORY)
        async with Client(server, "greedy", buyer.page.visitor) as greedy:
            for _ in range(FULL):
                await greedy.send("history", {"conversation": conversation, "limit": MOST_HISTORY})
            await asyncio.sleep(0.5)
            begun = time.monotonic()
            assert os.waitstatus_to_exitcode(await asyncio.to_thread(server.stop)) == 0
            assert time.monotonic() - begun < PATIENCE


async def _let_go(server: MortalServer, sleepers: Sequence[Client]) -> None:
    """The server does not keep the sockets of those who read nothing."""
    await until(lambda: not any(_held(server, one.port) for one in sleepers), PATIENCE, pause=0.1)


async def _comes_back_to_everything(sleeper: Client, buyer: Client, conversation: str) -> None:
    """A page that wakes up, reads what there is, and then resumes; it is told each thing once, and all of it."""
    await sleeper.read_to_the_end()
    known, told = buyer.page.messages[conversation], sleeper.page.messages[conversation]
    assert len(known) - max(told) > LONGEST_QUEUE, "what was not read did not fill the queue"
    async with sleeper:
        pass
    assert (sleeper.page.wrong, sleeper.page.resets) == ([], 1)
    assert told == {seq: message for seq, message in known.items() if seq >= min(told)}


async def _in_a_persons_hands(buyer: Client, desk: Client) -> str:
    """A conversation in which the assistant is silent."""
    await buyer.send("say", {"conversation": "new", "text": "转人工", "attachments": []})
    conversation = str((await buyer.read("ack"))["d"]["conversation"])
    await buyer.read("done")
    await desk.send("takeover", {"conversation": conversation, "if_rev": None})
    await desk.read("ack")
    await buyer.read("message")  # that somebody joined
    return conversation


async def _say_much(
    desk: Client, buyer: Client, other: Client, conversation: str, messages: int = MESSAGES
) -> float:  # fmt: skip
    """An agent says a great deal, which the buyer reads; how long meanwhile another waits for an ack, in the middle."""
    waits: list[float] = []

    async def send() -> None:
        for _ in range(messages):
            await desk.send("say", {"conversation": conversation, "text": LONG, "attachments": []})

    talk = asyncio.gather(send(), desk.read("ack", messages), buyer.read("message", messages))
    while not talk.done():
        begun = time.monotonic()
        await other.send("say", {"conversation": "new", "text": "你好", "attachments": []})
        await other.read("ack")
        waits.append(time.monotonic() - begun)
        await asyncio.sleep(0.02)
    await talk
    return statistics.median(waits)


def _most_memory(server: MortalServer) -> int:
    """Bytes of memory that it held at once until now."""
    lines = dict(line.split(":") for line in Path(f"/proc/{server.pid}/status").read_text().splitlines())
    return int(lines["VmHWM"].removesuffix("kB")) * 1024


def _held(server: MortalServer, port: int) -> bool:
    """Whether the server still holds the connection of a client's port."""
    ends = [line.split()[1:4] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(int(mine[9:], 16) == server.port and int(theirs[9:], 16) == port for mine, theirs, state in ends)
