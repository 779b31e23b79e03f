from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Awaitable, Iterator
from itertools import pairwise
from typing import Any, cast

import pytest
import uvicorn
from uvicorn.server import ServerState
from websockets.frames import Close, Frame, Opcode
from websockets.streams import StreamReader

from support.web.framing import bounds, framed, unmasked
from support.web.protocol import FRAMES, SHORT, Protocol, Take
from tests.running import PATIENCE

ONE_BYTE, TWO_BYTES = 125, 65535
"""The largest texts whose length is written in one byte and in two (RFC 6455 section 5.2)."""
SIZES = [0, 1, ONE_BYTE, ONE_BYTE + 1, TWO_BYTES, TWO_BYTES + 1]
LARGEST = 200_000
HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


@pytest.mark.parametrize("size", SIZES)
def test_a_text_is_framed_as_another_implementation_reads_it(size: int) -> None:
    text = b"x" * size
    read = StreamReader()
    read.feed_data(framed(text) + framed(b"next"))
    assert [_frame(read), _frame(read)] == [(Opcode.TEXT, True, text), (Opcode.TEXT, True, b"next")]


@pytest.mark.parametrize("size", SIZES)
def test_a_text_is_read_as_another_implementation_frames_it(size: int) -> None:
    payload = random.Random(size).randbytes(size)
    data = b"before" + sent(Opcode.TEXT, payload) + b"after"
    found = bounds(data, 6)
    assert found is not None
    assert unmasked(data, *found) == payload
    assert data[found[1] :] == b"after"
    head = found[0] - 6
    assert [bounds(data[: 6 + have], 6) is None for have in (head - 1, head)] == [True, False]


def sent(opcode: Opcode, payload: bytes, fin: bool = True) -> bytes:
    """A frame as a client sends it."""
    return Frame(opcode, payload, fin).serialize(mask=True)


TALK = (
    sent(Opcode.TEXT, b"one") + sent(Opcode.TEXT, b"in ", fin=False) + sent(Opcode.PING, b"there?")
    + sent(Opcode.CONT, b"two", fin=False) + sent(Opcode.CONT, b" frames") + sent(Opcode.TEXT, b"")
    + sent(Opcode.BINARY, b"bytes") + sent(Opcode.TEXT, "再来".encode() * 30)
)  # fmt: skip
HEARD = [b"one", b"in two frames", b"", b"bytes", "再来".encode() * 30]
PONG = Frame(Opcode.PONG, b"there?").serialize(mask=False)


class Wire:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.written, self.paused, self.closed = b"", False, False

    def write(self, data: bytes) -> None:
        self.written += data

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, name: str) -> None:
        return None


class Served:
    """A connection whose application hands what it reads to `take`, and what ended it."""

    def __init__(self, take: Take) -> None:
        self.wire, self.error = Wire(), cast(BaseException | None, None)
        self._take = take

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
        try:
            await scope["extensions"][FRAMES].read(self._take)
        except LookupError as error:
            self.error = error

    async def hear(self, *pieces: bytes) -> None:
        """The handshake, and then what comes in these pieces, read as they come."""
        config = uvicorn.Config(self, ws_per_message_deflate=False, ws_max_size=LARGEST, ws_ping_interval=None)
        config.load()
        protocol = Protocol(config=config, server_state=ServerState(), app_state={})
        protocol.connection_made(cast(asyncio.Transport, self.wire))
        protocol.data_received(HANDSHAKE)
        await settled()
        self.wire.written = b""
        for piece in pieces:
            protocol.data_received(piece)
            while self.wire.paused and not self.wire.closed:
                await settled()
        await settled()
        protocol.connection_lost(None)
        await settled()


async def settled() -> None:
    """Until every task had its turns."""
    for _ in range(6):
        await asyncio.sleep(0)


async def heard(*pieces: bytes) -> tuple[list[bytes], bytes]:
    """The messages, and what was written."""
    messages: list[bytes] = []
    served = Served(messages.append)
    await served.hear(*pieces)
    return messages, served.wire.written


async def test_messages_are_the_same_wherever_the_network_cuts_them() -> None:
    for cut in range(0, len(TALK), 5):
        assert await heard(TALK[:cut], TALK[cut:]) == (HEARD, PONG), cut
    assert await heard(*(TALK[at : at + 1] for at in range(len(TALK)))) == (HEARD, PONG)


async def test_long_messages_are_whole_among_short_ones() -> None:
    rng = random.Random(4)
    texts = [rng.randbytes(size) for size in (3, SHORT, SHORT + 1, 126, LARGEST, 0, 5)]
    data = b"".join(sent(Opcode.TEXT, text) for text in texts)
    cuts = [0, *sorted(rng.randrange(len(data)) for _ in range(20)), len(data)]
    assert await heard(*(data[begin:end] for begin, end in pairwise(cuts))) == (texts, b"")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (framed(b"not masked"), 1002),
        (sent(Opcode.TEXT, b"begun", fin=False) + sent(Opcode.TEXT, b"another"), 1002),
        (sent(Opcode.TEXT, b"x" * (LARGEST + 1))[:20], 1009),
        (b"\xc1" + sent(Opcode.TEXT, b"an extension's")[1:], 1002),
    ],
    ids=["not masked", "text in a text", "too large", "reserved bit"],
)
async def test_what_no_client_may_send_ends_it(wrong: bytes, code: int) -> None:
    messages, written = await heard(sent(Opcode.TEXT, b"well"), wrong, sent(Opcode.TEXT, b"too late"))
    assert messages == [b"well"]
    assert Close.parse(written[2:]).code == code


async def test_what_has_to_be_waited_for_keeps_the_order() -> None:
    order: list[str] = []

    def take(data: bytes) -> Awaitable[None] | None:
        order.append(f"took {data.decode()}")
        return slow(data) if data == b"wait" else None

    async def slow(data: bytes) -> None:
        await settled()
        order.append("waited")

    await Served(take).hear(b"".join(sent(Opcode.TEXT, text) for text in (b"a", b"wait", b"b", b"wait", b"c")))
    assert order == ["took a", "took wait", "waited", "took b", "took wait", "waited", "took c"]


@pytest.mark.parametrize("first", [b"", sent(Opcode.TEXT, b"wait")], ids=["at once", "after a wait"])
async def test_whoever_reads_hears_what_went_wrong(first: bytes) -> None:
    def take(data: bytes) -> Awaitable[None] | None:
        if data == b"wait":
            return settled()
        raise LookupError(data)

    served = Served(take)
    await served.hear(first + sent(Opcode.TEXT, b"wrong") + sent(Opcode.TEXT, b"never read"))
    assert repr(served.error) == repr(LookupError(b"wrong"))


@pytest.mark.parametrize("how", ["close", "abort"])
async def test_a_client_that_left_is_known_while_nothing_is_read(how: str) -> None:
    """It waits for its welcome meanwhile, and the server does not read on."""
    found, asked = asyncio.Event(), asyncio.Queue[Protocol]()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
        protocol = scope["extensions"][FRAMES]

        async def hold() -> None:
            await asked.put(protocol)
            await found.wait()

        await protocol.read(lambda data: hold())

    config = uvicorn.Config(application, ws=Protocol, ws_ping_interval=None, lifespan="off", log_level="error")
    server, listening = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve([listening]))
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        writer.write(HANDSHAKE)
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        writer.write(sent(Opcode.TEXT, b"hello"))
        protocol = await asked.get()
        assert not protocol.client_gone()
        writer.close() if how == "close" else writer.transport.abort()
        while not protocol.client_gone():  # noqa: ASYNC110  # the system is asked, which tells nobody by itself
            await asyncio.sleep(0.01)
    found.set()
    server.should_exit = True
    await serving


async def test_frames_before_the_handshake_is_over_are_read() -> None:
    messages: list[bytes] = []
    served = Served(messages.append)
    config = uvicorn.Config(served, ws_per_message_deflate=False, ws_ping_interval=None)
    config.load()
    protocol = Protocol(config=config, server_state=ServerState(), app_state={})
    protocol.connection_made(cast(asyncio.Transport, served.wire))
    protocol.data_received(HANDSHAKE)
    protocol.data_received(TALK[:15])
    await settled()
    protocol.data_received(TALK[15:])
    await settled()
    assert messages == HEARD


def _frame(read: StreamReader) -> tuple[Opcode, bool, bytes]:
    parsing: Iterator[None] = Frame.parse(read.read_exact, mask=False)
    try:
        next(parsing)
    except StopIteration as done:
        frame: Frame = done.value
        return frame.opcode, frame.fin, bytes(frame.data)
    raise AssertionError("not a whole frame")
