"""Plays a transcript's clients against a server: their lines are sent, the server's have to come."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from contextlib import AsyncExitStack
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from support.chat.conformity import check_frame
from tests.conformance.host import Host
from tests.conformance.matching import Bindings, difference
from tests.conformance.transcript import AGENTS, Line, in_pieces, passing
from ticketing.ids import new_id

Json = dict[str, Any]
PATIENCE = 60.0
ANY_TIME = frozenset({"ping", "presence", "step"})
"""What may come between any two lines: it tells of something that goes on beside them."""


class Broken(AssertionError):
    """The server did not play its part."""


class Player:
    """Every client of one transcript."""

    def __init__(self, host: Host) -> None:
        self._host, self.bound = host, Bindings()
        self._sockets: dict[str, ClientConnection] = {}
        self._sent: dict[str, dict[str, str]] = {}
        self._ahead: dict[str, deque[Json]] = {}
        self.heard: dict[str, list[Json]] = {}

    async def play(self, lines: list[Line]) -> None:
        """Play all of it. Raises Broken."""
        async with AsyncExitStack() as stack:
            runs = list(in_pieces(lines))
            for number, run in enumerate(runs, 1):
                after = next((one[0] for one in runs[number:] if one[0].socket == run[0].socket), None)
                try:
                    await self._play(run, stack, more=after is not None and after.of == "server")
                except (AssertionError, TimeoutError, ConnectionClosed) as error:
                    raise Broken(f"piece {number}, {run[0]}: {error!r}, after {self._last(run[0].socket)}") from error
            self._nothing_left()

    async def _play(self, run: list[Line], stack: AsyncExitStack, more: bool) -> None:
        line = run[0]
        if line.of == "operator":
            await asyncio.to_thread(self._host.restart)
        elif line.of == "client":
            await self.act(line, stack)
        elif line.close is not None:
            assert await self.closed(line.socket) == line.close
        elif passing(line):
            await self._hear_pieces(line.socket, sum(one.t == "delta" for one in run), more)
        else:
            self._compare(line, await self.hear(line.socket))

    async def act(self, line: Line, stack: AsyncExitStack) -> None:
        """A client's line: sent, or gone."""
        if line.leaves:
            await self._sockets.pop(line.socket).close()
            return
        if line.socket not in self._sockets:
            opening = connect(
                self._host.ws, subprotocols=[Subprotocol("anxin.v1")], compression=None, open_timeout=PATIENCE
            )
            self._sockets[line.socket] = await stack.enter_async_context(opening)
            self._ahead[line.socket] = deque()
        await self._sockets[line.socket].send(self._text(line))

    def _text(self, line: Line) -> str:
        if line.text is not None:
            return _long(line.text)
        assert line.frame is not None
        self._name(line.frame)
        frame = self.bound.sent(line.frame)
        self._sent.setdefault(line.socket, {})[frame.get("id", "")] = line.t
        return json.dumps(frame, ensure_ascii=False)

    def _name(self, value: Any) -> None:
        """What a client's frame names first: a command's id, a key, a long text."""
        if isinstance(value, dict):
            for one in value.values():
                self._name(one)
        if isinstance(value, str) and value.startswith("$") and value not in self.bound.real:
            known = self._host.key(value) if value.startswith(("$token:", "$session:")) else new_id()
            self.bound.real[value] = _long(value) if value.startswith("$long:") else known

    async def hear(self, socket: str, past: frozenset[str] = ANY_TIME) -> Json:
        """The next frame on a socket, past what may come at any time."""
        if self._ahead[socket]:
            return self._ahead[socket].popleft()
        while True:
            async with asyncio.timeout(PATIENCE):
                text = await self._sockets[socket].recv()
            check_frame(text, "agent" if socket in AGENTS else "buyer", self._sent.get(socket, {}))
            frame: Json = json.loads(text)
            self._in_order(socket, frame)
            self.heard.setdefault(socket, []).append(frame)
            if frame["t"] not in past and not self._of_another(socket, frame["d"]):
                return frame

    def _of_another(self, socket: str, d: Json) -> bool:
        """A desk hears the whole shop, other transcripts' conversations too."""
        return socket in AGENTS and d.get("conversation", "") not in {"", *self.bound.real.values()}

    def _in_order(self, socket: str, frame: Json) -> None:
        """Nothing of an answer comes before the ack of what it answers."""
        re = frame.get("re", "")
        if frame["t"] in {"step", "delta"} and re in self._sent.get(socket, {}):
            acked = {one.get("re") for one in self.heard[socket] if one["t"] == "ack"}
            assert re in acked, f"{frame} before its ack"

    async def _hear_pieces(self, socket: str, wanted: int, more: bool) -> None:
        """Deltas, counted from 0 and without a gap: as many as wanted, or, where `more` follows, as many as come."""
        count = 0
        while more or count < wanted:
            frame = await self.hear(socket)
            if frame["t"] != "delta":
                self._ahead[socket].append(frame)
                break
            assert frame["d"]["i"] == count, frame
            count += 1
        assert bool(count) == bool(wanted), self._last(socket)

    def _compare(self, line: Line, came: Json) -> None:
        wrong = difference(line.frame, came, self.bound)
        assert wrong is None, f"{wrong}\n{json.dumps(came, ensure_ascii=False)}"

    async def closed(self, socket: str) -> int:
        """The code with which the server closes; nothing comes before it."""
        try:
            frame = await self.hear(socket)
        except ConnectionClosed as closed:
            del self._sockets[socket]
            return closed.rcvd.code if closed.rcvd else 1006
        raise AssertionError(f"not closed, but {frame}")

    def _nothing_left(self) -> None:
        left = {socket: list(ahead) for socket, ahead in self._ahead.items() if ahead}
        if left:
            raise Broken(f"heard, and not in the transcript: {left}")

    def _last(self, socket: str) -> str:
        return json.dumps(self.heard.get(socket, [])[-3:], ensure_ascii=False)[:2000]


def _long(text: str) -> str:
    return "长" * int(text.removeprefix("$long:")) if text.startswith("$long:") else text
