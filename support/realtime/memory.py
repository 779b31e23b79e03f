"""The fan-out within one process: of a worker that is alone, and of several that share a `Room`."""

from __future__ import annotations

import asyncio

from support.realtime.fan_out import LARGEST, Hear


class Room:
    """Where workers of one process meet. `open` is whether they hear each other."""

    def __init__(self) -> None:
        self.open = True
        self._members: list[InMemory] = []

    def join(self, member: InMemory) -> None:
        """Hear from now on."""
        self._members.append(member)

    def leave(self, member: InMemory) -> None:
        """Hear nothing more."""
        if member in self._members:
            self._members.remove(member)

    def others(self, member: InMemory) -> list[InMemory]:
        """Who hears what a member tells."""
        if not self.open or member not in self._members:
            return []
        return [one for one in self._members if one is not member and one.channel == member.channel]


class InMemory:
    """One worker; without a room it is alone."""

    def __init__(self, room: Room | None = None) -> None:
        self._room = room
        self._hear: Hear = _nobody
        self._loop: asyncio.AbstractEventLoop | None = None
        self.channel = ""

    @property
    def trouble(self) -> str | None:
        """A closed room."""
        return None if self._room is None or self._room.open else "the room is closed"

    @property
    def alone(self) -> bool:
        """Whether it has no room."""
        return self._room is None

    async def start(self, channel: str, hear: Hear) -> None:
        """Join the room, and hear whoever of it is on the same channel."""
        self._loop, self.channel, self._hear = asyncio.get_running_loop(), channel, hear
        if self._room is not None:
            self._room.join(self)

    def tell(self, data: bytes) -> None:
        """To the others in the room, each in its own loop."""
        if self._room is None or self.trouble is not None or len(data) > LARGEST:
            return
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._pass_on, data)

    async def close(self) -> None:
        """Leave the room, once what is on its way in this loop has been passed on."""
        await asyncio.sleep(0)
        if self._room is not None:
            self._room.leave(self)

    def _pass_on(self, data: bytes) -> None:
        for other in self._room.others(self) if self._room is not None else ():
            other._heard(data)

    def _heard(self, data: bytes) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._hear, data)


def _nobody(data: bytes) -> None:
    """Before it started."""
