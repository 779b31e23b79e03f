"""This worker among those that serve the same record: its sign of life, its duties, and who sits at the others.

All of it stands in the record, so that it holds where no broker is. A worker whose sign has not moved for FORGET_AFTER
seconds, by the clock of whoever watches, is given up, and its duties are taken by the first to notice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from support.service.duties import DUTIES
from support.service.runtime import utc_now
from ticketing.errors import RecordUnavailable
from ticketing.ids import new_id
from ticketing.storage import shops, workers
from ticketing.storage.journal import Journal
from ticketing.worker import Seated, Worker

BEAT_SECONDS, GATHER_SECONDS = 1.0, 0.05
"""Between two signs of life, and for which a burst of changes is gathered."""
FORGET_AFTER = 4.0
SURE_FOR = FORGET_AFTER - 1.0
"""So long after its last sign of life a worker may count on its duties: nobody can have given it up by then."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Says:
    """What a worker tells of itself: who sits at it, the messages that it answers, what it measures."""

    seats: Callable[[], tuple[Seated, ...]]
    turns: Callable[[], Iterable[str]]
    figures: Callable[[], Mapping[str, float]] = dict


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at the record showed: every worker, this one's duties, and how far each shop's log has come."""

    workers: tuple[Worker, ...]
    duties: frozenset[str]
    cursors: dict[str, int]


class Membership:
    """One worker. Lives in the event loop; `holds` may be asked from any thread."""

    def __init__(
        self, journal: Journal, says: Says, clock: Callable[[], float] = time.monotonic, id: str | None = None
    ) -> None:  # fmt: skip
        self.id = id or new_id()
        self._journal, self._says, self._clock, self._now = journal, says, clock, utc_now
        self._seen: dict[str, tuple[int | None, float]] = {}
        self._left: dict[str, int] = {}
        self._looked = self._sure_until = float("-inf")
        self._duties: frozenset[str] = frozenset()
        self._bell = asyncio.Event()
        self.others: tuple[Worker, ...] = ()
        self.left_turns: frozenset[str] = frozenset()
        """Answers that workers left which went in order."""
        self.on_found: Callable[[Found], Awaitable[None]] = _nothing
        self.on_changed: Callable[[], None] = lambda: None

    def holds(self, duty: str) -> bool:
        """Whether this worker, of all, has a duty now."""
        return duty in self._duties and self._clock() < self._sure_until

    def stir(self) -> None:
        """What this worker says of itself has changed: it is said at once, and others are told by `on_changed`."""
        self._bell.set()

    async def beat(self) -> Found:
        """One sign of life, and one look. Raises RecordUnavailable."""
        begun = self._clock()
        me = Worker(self.id, self._now(), 0, self._says.seats(), frozenset(self._says.turns()), self._says.figures())
        dead = self._dead(begun)

        def work(tx: sa.Connection) -> Found:
            workers.beat(tx, me)
            workers.forget(tx, [one.id for one in workers.all_of(tx) if dead.get(one.id) == one.beat])
            duties = workers.take_duties(tx, self.id, DUTIES)
            return Found(workers.all_of(tx), duties, shops.cursors(tx))

        found = await self._journal.write(work)
        if gained := found.duties - self._duties:
            log.info("duties taken", duties=sorted(gained), worker=self.id)
        self._duties, self._sure_until = found.duties, begun + SURE_FOR
        self._watch(found.workers)
        return found

    async def look(self) -> Found:
        """The same without a sign of life: another worker's row has changed. Raises RecordUnavailable."""
        found = await self._journal.read(lambda tx: Found(workers.all_of(tx), self._duties, shops.cursors(tx)))
        self._watch(found.workers)
        return found

    async def keep(self) -> None:
        """Give signs of life for ever, at once where something changed."""
        while True:
            stirred = self._bell.is_set()
            self._bell.clear()
            try:
                found = await self.beat()
                if stirred:
                    self.on_changed()
                await self.on_found(found)
            except RecordUnavailable:
                pass  # which whoever keeps house says
            except Exception as error:
                log.exception("no sign of life given", error=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), BEAT_SECONDS)
                await asyncio.sleep(GATHER_SECONDS)

    async def leave(self) -> None:
        """Go in order: the others take over at once."""
        self._duties = frozenset()
        with suppress(RecordUnavailable):
            await self._journal.write(lambda tx: workers.leave(tx, self.id, self._says.turns()))

    def _watch(self, found: tuple[Worker, ...]) -> None:
        """Since when each of the others has stood still, by this worker's clock."""
        now = self._clock()
        self._forget_a_gap(now)
        self._looked = now
        self.others = tuple(one for one in found if one.id != self.id and not one.left)
        gone = [one for one in found if one.left]
        self._left = {one.id: one.beat for one in gone}
        self.left_turns = frozenset(message for one in gone for message in one.turns)
        before, self._seen = self._seen, {}
        for one in self.others:
            beat, since = before.get(one.id, (None, now))
            self._seen[one.id] = (one.beat, since if beat == one.beat else now)

    def _forget_a_gap(self, now: float) -> None:
        """While this worker could not look nobody was watched: it begins anew to count."""
        if now - self._looked > FORGET_AFTER / 2:
            self._seen.clear()

    def _dead(self, now: float) -> Mapping[str, int | None]:
        """Who left, or whose sign has not moved for too long, and where it stands."""
        self._forget_a_gap(now)
        still = {key: beat for key, (beat, since) in self._seen.items() if now - since >= FORGET_AFTER}
        return still | self._left


async def _nothing(found: Found) -> None:
    """Where nobody waits for it."""
