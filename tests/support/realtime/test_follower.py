"""The follower: every event once, in the log's order, whoever committed it and whatever hint is missing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from support.realtime import follower as module
from support.realtime.follower import Follower
from tests.waiting import until
from ticketing.errors import RecordUnavailable
from ticketing.events import Event

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def event(n: int, shop: str = "star") -> Event:
    return Event(shop, n, "message", "c1", "visitor:a", "{}", NOW)


class Log:
    """A log, a follower of it, and what that passed on."""

    def __init__(self, *present: int) -> None:
        self.events = [event(n) for n in present]
        self.heard: list[int] = []
        self.moved = 0
        self.reads = 0
        self.broken = False
        self.wanted = True
        self.follower = Follower(self._read, self._publish, lambda shop: self.wanted, self._moves)

    async def _read(self, shop: str, cursor: int, limit: int) -> tuple[Event, ...]:
        self.reads += 1
        await asyncio.sleep(0)
        if self.broken:
            raise RecordUnavailable("away")
        return tuple([one for one in self.events if one.shop == shop and one.n > cursor][:limit])

    def _publish(self, events: tuple[Event, ...]) -> None:
        self.heard += [one.n for one in events]

    def _moves(self, shop: str) -> None:
        self.moved += 1

    def commit(self, *numbers: int, mine: bool = True) -> None:
        """What this worker commits, or another."""
        self.events += [event(n) for n in numbers]
        if mine:
            self.follower.committed(tuple(event(n) for n in numbers))

    async def until(self, heard: list[int]) -> None:
        await until(lambda: self.heard == heard, pause=0)


async def test_its_own_are_passed_on_without_a_look_at_the_log() -> None:
    log = Log(1, 2)
    log.follower.start({"star": 2})
    log.commit(3, 4)
    log.commit(5)
    await log.until([3, 4, 5])
    assert (log.reads, log.moved) == (0, 2)


async def test_what_another_committed_between_comes_before_its_own() -> None:
    log = Log(1)
    log.follower.start({"star": 1})
    log.commit(2, 3, mine=False)
    log.commit(4)
    log.commit(5)
    await log.until([2, 3, 4, 5])


async def test_a_hint_leads_to_a_look_and_an_old_or_doubled_one_to_nothing() -> None:
    log = Log(1)
    log.follower.start({"star": 1})
    log.commit(2, mine=False)
    for n in (2, 2, 1):
        log.follower.reached({"star": n})
    await log.until([2])
    log.follower.reached({"star": 2})
    await asyncio.sleep(0)
    assert log.reads == 1


async def test_a_cursor_whose_event_was_erased_is_passed_and_not_looked_for_again() -> None:
    log = Log(1)
    log.follower.start({"star": 1})
    log.follower.reached({"star": 3})
    await until(lambda: log.moved > 0, pause=0)
    log.follower.reached({"star": 3})
    log.commit(4)
    await log.until([4])
    assert log.reads == 1


async def test_where_nobody_listens_nothing_is_read_and_the_next_is_passed_on() -> None:
    log = Log(1)
    log.follower.start({"star": 1})
    log.wanted = False
    log.commit(2, mine=False)
    log.follower.reached({"star": 2})
    assert (log.reads, log.moved) == (0, 1)
    log.wanted = True
    log.commit(3)
    await log.until([3])


async def test_what_could_not_be_read_is_read_later() -> None:
    log = Log(1)
    module_again, module.AGAIN_SECONDS = module.AGAIN_SECONDS, 0.01
    try:
        log.follower.start({"star": 1})
        log.broken = True
        log.commit(2, mine=False)
        log.follower.reached({"star": 2})
        await until(lambda: log.reads > 0, pause=0)
        log.broken = False
        await log.until([2])
    finally:
        module.AGAIN_SECONDS = module_again


async def test_more_than_is_read_at_once_is_read_to_the_end() -> None:
    log = Log(1)
    log.follower.start({"star": 1})
    numbers = range(2, 2 * module.MOST + 5)
    log.commit(*numbers, mine=False)
    log.follower.reached({"star": numbers[-1]})
    await log.until(list(numbers))


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 3), st.booleans(), st.integers(0, 3)), max_size=30))
def test_each_is_heard_once_and_in_order_whoever_commits_and_whichever_hints_come(
    steps: list[tuple[bool, int, bool, int]],
) -> None:
    """A step: whose commit, how many events, whether a hint of it comes, and how long the loop runs on."""

    async def run() -> None:
        log, n = Log(), 0
        log.follower.start({"star": 0})
        for mine, many, hinted, turns in steps:
            log.commit(*range(n + 1, n + many + 1), mine=mine)
            n += many
            if hinted:
                log.follower.reached({"star": n})
            for _ in range(turns):
                await asyncio.sleep(0)
        log.follower.reached({"star": n})
        await log.until(list(range(1, n + 1)))

    asyncio.run(run())
