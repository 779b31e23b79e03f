"""The answers that are owed: each given by one worker, those of a conversation in the order in which they were asked.

A worker answers what it kept. Where there are others, an answer may be owed that none of them is giving: its worker
has died. Whoever has the duty gives it then. And what is asked here waits for what was asked before it elsewhere.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import chain, repeat

import structlog

from support.service.answer import answer
from support.service.duties import OWED
from support.service.runtime import Runtime
from ticketing.errors import RecordUnavailable
from ticketing.storage import visitors
from ticketing.storage.visitors import PendingTurn

WAITS = (0.1, 0.3, 1.0, 3.0, 10.0)
"""Seconds between tries to answer while the record is unavailable; the last for as long as it takes."""
ABANDONED_AFTER = 4.0
"""Seconds for which nobody was seen to give an owed answer: whoever kept the message would have said so by then."""
LOOK_SECONDS, SLOWEST_LOOK_SECONDS = 0.05, 0.5
"""Between two looks of an answer that waits for another one: first, and at most."""
PATIENCE = 15.0
"""Seconds for which what was asked later waits for an answer that nobody is seen to give."""
Owed = Mapping[str, tuple[str, ...]]
"""The messages of a conversation that are owed an answer, as they were said."""
log = structlog.get_logger()


class Turns:
    """This worker's answers. Lives in the event loop."""

    def __init__(self, runtime: Runtime, workers: int = 2, clock: Callable[[], float] = time.monotonic) -> None:
        self._runtime, self._clock = runtime, clock
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="anxin-turn")
        self._last: dict[str, asyncio.Task[None]] = {}
        self._mine: set[str] = set()
        self._taken: dict[str, asyncio.Task[None]] = {}
        self._given_up: set[str] = set()
        self._stops: dict[str, threading.Event] = {}
        self._owed_since: dict[str, float] = {}
        self._given_elsewhere: frozenset[str] = frozenset()
        self._left: set[str] = set()
        self._resumed = self._shared = False
        self._this_look: asyncio.Task[Owed] | None = None
        self._next_look: asyncio.Task[Owed] | None = None
        self._closing = asyncio.Event()
        self._elsewhere: Callable[[], Collection[str]] = tuple
        self._left_elsewhere: Callable[[], Collection[str]] = tuple
        self._others: Callable[[], bool] = bool

    def among(
        self, elsewhere: Callable[[], Collection[str]], left: Callable[[], Collection[str]], others: Callable[[], bool]
    ) -> None:
        """Which messages other workers answer now, which were left by those that went, and whether there are any."""
        self._shared, self._elsewhere, self._left_elsewhere, self._others = True, elsewhere, left, others

    def begin(self, turn: PendingTurn) -> None:
        """Answer what this worker kept; what is owed from before it was ready it finds by `resume`."""
        if self._resumed:
            self._chain(turn)

    def under_way(self) -> tuple[str, ...]:
        """The messages that are answered here, and those that it left when it went, for the others to know."""
        return (*self._mine, *self._taken, *self._left)

    def resume(self) -> int:
        """Answer what was owed when the last process stopped, and what was said since; how many turns. Where there
        are others it may be theirs: then `look` finds out."""
        self._resumed = True
        owed = () if self._others() else self._runtime.journal.read_now(visitors.pending_turns)
        for turn in owed:
            self._chain(turn)
        return len(owed)

    def stop(self, conversation: str) -> bool:
        """End the answer that runs in a conversation; whether one did here."""
        running = self._stops.get(conversation)
        if running is not None:
            running.set()
        return running is not None

    async def look(self) -> int:
        """Give the answers that nobody gives, if that is this worker's duty; how many it took."""
        elsewhere, left = frozenset(self._elsewhere()), frozenset(self._left_elsewhere())
        orphans = (self._given_elsewhere - elsewhere) | left
        self._given_elsewhere = elsewhere
        if not self._resumed or not self._runtime.on_duty(OWED):
            self._owed_since.clear()
            return 0
        owed = await self._runtime.journal.read(visitors.pending_turns)
        free = [turn for turn in owed if not self._is_given(turn.message)]
        now, before = self._clock(), self._owed_since
        self._owed_since = {turn.message: before.get(turn.message, now) for turn in free}
        patience = ABANDONED_AFTER if self._others() else 0.0
        abandoned = [
            turn for turn in free if turn.message in orphans or now - self._owed_since[turn.message] >= patience
        ]
        for turn in abandoned:
            self._take_over(turn)
        return len(abandoned)

    async def close(self) -> None:
        """Let the turns under way finish; those that have not begun are left to the others, where there are any."""
        self._closing.set()
        await asyncio.gather(*self._last.values(), *self._taken.values(), return_exceptions=True)
        self._pool.shutdown()

    def _is_given(self, message: str) -> bool:
        known = message in self._mine or message in self._taken or message in self._given_up
        return known or message in self._elsewhere()

    def _chain(self, turn: PendingTurn) -> None:
        """In the conversation's order: a turn waits for the one before it, others never wait for either."""
        if turn.message in self._mine or turn.message in self._taken:
            return
        self._mine.add(turn.message)
        before = self._last.get(turn.conversation)
        task = asyncio.get_running_loop().create_task(self._answer(turn, before))
        self._last[turn.conversation] = task
        task.add_done_callback(partial(self._forget, turn))

    def _forget(self, turn: PendingTurn, done: asyncio.Task[None]) -> None:
        self._mine.discard(turn.message)
        if self._last.get(turn.conversation) is done:
            del self._last[turn.conversation]
            self._stops.pop(turn.conversation, None)

    def _take_over(self, turn: PendingTurn) -> None:
        """Beside this worker's own of the conversation, which may be waiting for it."""
        log.warning("answering what another worker left", conversation=turn.conversation, message=turn.message)
        task = asyncio.get_running_loop().create_task(self._answer(turn, None))
        self._taken[turn.message] = task
        task.add_done_callback(lambda done: self._taken.pop(turn.message, None))

    async def _answer(self, turn: PendingTurn, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        if self._closing.is_set() and self._others():
            self._left.add(turn.message)
            return
        stop = threading.Event()
        for wait in chain(WAITS, repeat(WAITS[-1])):
            try:
                if not await self._after_those_before(turn):
                    self._left.add(turn.message)
                    return
                self._stops[turn.conversation] = stop
                await asyncio.get_running_loop().run_in_executor(self._pool, answer, self._runtime, turn, None, stop)
                return
            except RecordUnavailable as error:
                log.error("answer not committed", conversation=turn.conversation, reason=error.reason)
            except Exception as error:
                log.exception("answer not committed", conversation=turn.conversation, error=type(error).__name__)
                self._given_up.add(turn.message)
                return
            if await self._closes_within(wait):
                return

    async def _after_those_before(self, turn: PendingTurn) -> bool:
        """Wait for what was asked earlier of another worker; not for ever for what nobody is seen to answer.

        False where this worker goes meanwhile: then another one answers.
        """
        if not self._shared:
            return True
        last_seen, pause = self._clock(), LOOK_SECONDS
        while owed := said_before(turn, await self._owed()):
            chained = self._mine if turn.message in self._mine else frozenset[str]()  # whose order is the chain's
            waited_for = owed - self._given_up - chained
            now = self._clock()
            if any(self._is_given(one) for one in waited_for):
                last_seen = now
            if not waited_for or now - last_seen > PATIENCE:
                break
            await asyncio.sleep(pause)
            if self._closing.is_set():
                return False
            pause = min(SLOWEST_LOOK_SECONDS, 1.5 * pause)
        return True

    async def _owed(self) -> Owed:
        """What is owed, from a look that began after this was asked; one for all who ask while another is under way.

        Hundreds wait after a worker's end, and who greets pages reads by the same threads.
        """
        if self._next_look is None:
            self._next_look = asyncio.get_running_loop().create_task(self._look_once(self._this_look))
        return await asyncio.shield(self._next_look)

    async def _look_once(self, before: asyncio.Task[Owed] | None) -> Owed:
        if before is not None:
            await asyncio.wait([before])
        self._this_look, self._next_look = self._next_look, None
        return await self._runtime.journal.read(visitors.owed_in_order)

    async def _closes_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)
        return self._closing.is_set()


def said_before(turn: PendingTurn, owed: Owed) -> frozenset[str]:
    """The messages of a turn's conversation that are owed an answer and were said before its own."""
    said = owed.get(turn.conversation, ())
    return frozenset(said[: said.index(turn.message)] if turn.message in said else ())
