"""The follower: every event of the log to this worker's listeners, in the log's order, whoever committed it.

What this worker commits is passed on as it is, if nothing lies between; else the log is read from where it stood. That
the log moved is told by the journal, by other workers, or seen by looking: each only says how far, and may be missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from itertools import groupby

import structlog

from ticketing.errors import RecordUnavailable
from ticketing.events import Event

MOST, AGAIN_SECONDS = 1000, 1.0
"""Events read at once, and when it is tried again to read."""
Read = Callable[[str, int, int], Awaitable[tuple[Event, ...]]]
"""`(shop, cursor, limit)`: the shop's events after the cursor, in order."""
log = structlog.get_logger()


class Follower:
    """Where each shop's log stands here. Lives in the event loop."""

    def __init__(
        self, read: Read, publish: Callable[[tuple[Event, ...]], None], wanted: Callable[[str], bool],
        moved: Callable[[str], None],
    ) -> None:  # fmt: skip
        """`publish` passes events on; `wanted` says whether anybody listens in a shop, and `moved` is told each time:
        where nobody listens nothing is read."""
        self._read, self._publish, self._wanted, self._moved = read, publish, wanted, moved
        self._seen: dict[str, int] = {}
        self._goal: dict[str, int] = {}
        self._reading: dict[str, asyncio.Task[None]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, cursors: Mapping[str, int]) -> None:
        """Follow from here on, in the running loop; before anybody listens."""
        self._loop, self._seen = asyncio.get_running_loop(), dict(cursors)

    def committed(self, events: tuple[Event, ...]) -> None:
        """This worker's own, from the journal's thread; acks of the same commit go out before them."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._own, events)

    def reached(self, cursors: Mapping[str, int]) -> None:
        """How far logs have come, as others told or as was looked up."""
        for shop, n in cursors.items():
            if n > self._seen.get(shop, 0):
                self._follow(shop, n)

    def _own(self, events: tuple[Event, ...]) -> None:
        for shop, some in groupby(events, lambda event: event.shop):
            mine = tuple(some)
            first, last, seen = mine[0].n, mine[-1].n, self._seen.get(shop, 0)
            whole = last - first + 1 == len(mine)
            if whole and first == seen + 1 and shop not in self._reading:
                self._pass_on(shop, mine, last)
            elif last > seen:
                self._follow(shop, last)

    def _pass_on(self, shop: str, events: tuple[Event, ...], n: int) -> None:
        self._seen[shop] = n
        if events:
            self._publish(events)
        self._moved(shop)

    def _follow(self, shop: str, n: int) -> None:
        if not self._wanted(shop) and shop not in self._reading:
            self._pass_on(shop, (), n)  # whoever comes later reads the log then
            return
        self._goal[shop] = max(n, self._goal.get(shop, 0))
        if shop not in self._reading and self._loop is not None:
            task = self._reading[shop] = self._loop.create_task(self._catch_up(shop))
            task.add_done_callback(partial(self._caught_up, shop))

    def _caught_up(self, shop: str, task: asyncio.Task[None]) -> None:
        del self._reading[shop]
        if not task.cancelled() and (goal := self._goal.get(shop, 0)) > self._seen.get(shop, 0):
            self._follow(shop, goal)

    async def _catch_up(self, shop: str) -> None:
        """Read up to the goal, which may move meanwhile; what is not read now is looked for again."""
        try:
            while (goal := self._goal[shop]) > (seen := self._seen.get(shop, 0)):
                events = await self._read(shop, seen, MOST)
                whole = len(events) < MOST
                last = events[-1].n if events else seen
                self._pass_on(shop, events, max(last, goal) if whole else last)
            del self._goal[shop]
        except RecordUnavailable as error:
            log.error("the log could not be read", shop=shop, reason=error.reason)
            self._again(shop)
        except Exception as error:
            log.exception("the log could not be read", shop=shop, error=type(error).__name__)
            self._again(shop)

    def _again(self, shop: str) -> None:
        """Later: until then whatever moves the log leads to another try too."""
        goal = self._goal.pop(shop)
        if self._loop is not None:
            self._loop.call_later(AGAIN_SECONDS, self.reached, {shop: goal})


def heads(events: Iterable[Event]) -> dict[str, int]:
    """How far events reach, by shop."""
    found: dict[str, int] = {}
    for event in events:
        found[event.shop] = max(event.n, found.get(event.shop, 0))
    return found
