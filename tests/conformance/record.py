"""`python -m tests.conformance.record NAME…`: play a transcript's clients and write down what the server says now.

A block of server lines is heard until its last line's type has come as often as the block has it, so a new transcript
needs the client's lines and, between them, the last thing to wait for. Read the difference before you keep it.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
import tempfile
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from support.bootstrap import DEMO_SHOPS, open_application
from support.settings import Settings
from tests.conformance.host import Host
from tests.conformance.matching import CURSORS, TIME
from tests.conformance.player import ANY_TIME, Player
from tests.conformance.transcript import Line, names, read, write
from tests.conformance.worlds import PATIENT, world

Json = dict[str, Any]
BASE = datetime(2026, 1, 1, 10, tzinfo=UTC)
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}")
OF_KEY = {"conversation": "c", "message": "m", "session": "session", "epoch": "epoch", "visitor": "visitor", "re": "re"}
OF_PARENT = {
    "message": "m", "messages": "m", "ticket": "t", "assignee": "agent", "agent": "agent", "author": "agent",
    "me": "me", "agents": "agent", "decision": "d", "note": "note", "parts": "card", "conversations": "c",
}  # fmt: skip


class Scribe:
    """Puts names in the place of what differs each time."""

    def __init__(self, player: Player) -> None:
        self._names = player.bound.real
        self._first: datetime | None = None
        self._n: int | None = None

    def told(self, value: Any, key: str = "", parent: str = "") -> Any:
        """A server's frame as a transcript has it."""
        if isinstance(value, dict):
            return {name: self.told(one, name, key or parent) for name, one in value.items()}
        if isinstance(value, list):
            return [self.told(one, "", key) for one in value]
        if key in CURSORS and isinstance(value, int) and parent != "citations":
            self._n = value if self._n is None else self._n
            return value - self._n + 100
        return self._text(value, key, parent) if isinstance(value, str) else value

    def _text(self, value: str, key: str, parent: str) -> str:
        for name, real in self._names.items():
            if real == value:
                return name
        if TIME.match(value) and value.endswith("Z"):
            at = datetime.fromisoformat(value)
            self._first = self._first or at
            moved = BASE + (at - self._first)
            return moved.isoformat(timespec="seconds").replace("+00:00", ".000Z")
        if not (ID.fullmatch(value) or key in {"session", "epoch", "visitor"}):
            return value
        kind = OF_KEY.get(key) or OF_PARENT.get(parent, "id")
        taken = sum(name.strip("$0123456789") == kind for name in self._names)
        name = (
            f"${kind}{taken + 1}"
            if kind in {"c", "m", "t", "d", "card", "id", "agent", "note"} or taken
            else f"${kind}"
        )
        self._names[name] = value
        return name


async def record(host: Host, lines: list[Line]) -> list[Line]:
    """The lines with what the server says now."""
    player = Player(host)
    scribe, made = Scribe(player), list[Line]()
    async with AsyncExitStack() as stack:
        for (of, socket), group in groupby(lines, lambda line: (line.of, line.socket)):
            block = list(group)
            for line in block if of != "server" else ():
                _set_cursor(line, made)
                await (asyncio.to_thread(host.restart) if line.does else player.act(line, stack))
                made.append(line)
            if of == "server":
                made += await _heard(player, scribe, socket, block)
    return made


def _set_cursor(line: Line, before: list[Line]) -> None:
    """A client comes back with the last cursor that it heard."""
    if line.t == "hello" and line.frame and "cursor" in line.frame["d"]:
        heard = [one.frame for one in before if one.socket == line.socket and one.frame and not one.lost]
        cursors = [frame.get("n") or frame["d"].get("n") for frame in heard if frame["t"] != "welcome"]
        line.frame["d"]["cursor"] = [n for n in cursors if n][-1]


async def _heard(player: Player, scribe: Scribe, socket: str, block: list[Line]) -> list[Line]:
    spoken = [line for line in block if line.frame]
    last = spoken[-1].t if spoken else ""
    left, found = sum(line.t == last for line in spoken), list[Line]()
    while left:
        frame = await player.hear(socket, ANY_TIME - {"step"})
        left -= frame["t"] == last
        told = scribe.told(frame)
        _remember(player, told, frame)
        found.append(Line("server", socket, told, lost=block[0].lost))
    for line in block:
        if line.close is not None:
            found.append(Line("server", socket, close=await player.closed(socket)))
    return found


def _remember(player: Player, told: Json, frame: Json) -> None:
    for holder, real in ((told, frame), (told["d"], frame["d"])):
        if isinstance(holder.get("n"), int):
            player.bound.bind_cursor(holder["n"], real["n"])


def main(wanted: list[str]) -> None:
    """Record each against the server that it needs."""
    folder = Path(tempfile.mkdtemp())
    with open_application(Settings.alone(data_dir=folder / "untouched")) as application:
        application.shops.import_folder(DEMO_SHOPS / "star")
    for patient in (False, True):
        of_this = [name for name in wanted or names() if (name in PATIENT) == patient]
        if not of_this:
            continue
        with world(patient, folder / "untouched", folder / str(patient)) as host:
            for name in of_this:
                write(name, asyncio.run(record(host, read(name))))
                print(name)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
