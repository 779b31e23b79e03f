"""The cluster: this worker and the others of one record. What each commits, says and shows reaches the sockets of all.

What is kept comes by the log, which everybody reads; the fan-out only says that there is more to read, and carries what
may be lost. Where the record is a file there are no others, and only what this process commits is passed on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import structlog

from support.realtime.fan_out import FanOut
from support.realtime.follower import Follower, heads
from support.realtime.hub import Hub
from support.realtime.relay import Relay
from support.realtime.roster import Roster
from support.service.membership import Found, Membership, Says
from support.service.presence import PresenceNews
from support.service.turns import Turns
from ticketing.errors import RecordUnavailable
from ticketing.events import Event
from ticketing.storage import event_log, shops, workers
from ticketing.storage.journal import Journal

SHORT, ALONE = 6, "alone"
"""By so many characters workers are told apart, as in `anxin doctor`; one that has no others."""
SECRET = "fan-out"  # noqa: S105  # the name of it
log = structlog.get_logger()


class Cluster:
    """Made before what it joins, which `join` names. Lives in the event loop."""

    def __init__(self, journal: Journal, hub: Hub, fan_out: FanOut, roster: Roster) -> None:
        self.relay = Relay(hub, fan_out)
        self._journal, self._hub, self._fan_out, self._roster = journal, hub, fan_out, roster
        self._turns: Turns | None = None
        self._news: PresenceNews | None = None
        self._ring: Callable[[str], None] = lambda shop: None
        self._figures: Callable[[], Mapping[str, float]] = dict
        self._follower = Follower(self._read, self._publish, hub.listens, self._moved)
        self._membership: Membership | None = None
        self._tail = journal.tail() if journal.shared else None
        if journal.shared:
            self._membership = Membership(journal, Says(roster.seated, self._under_way, self._measure))
        self._looking: asyncio.Task[None] | None = None

    def join(
        self, turns: Turns, news: PresenceNews, ring: Callable[[str], None], figures: Callable[[], Mapping[str, float]]
    ) -> None:
        """What hears of the others: the answers, the presence of agents, and whoever waits for a shop's log.

        `figures` is what this worker measures of itself.
        """
        self._turns, self._news, self._ring, self._figures = turns, news, ring, figures
        if self._membership is not None:
            turns.among(self._elsewhere, self._left, self._has_others)

    def on_duty(self, duty: str) -> bool:
        """Whether this worker, of all, has a duty now."""
        return self._membership is None or self._membership.holds(duty)

    @property
    def degraded(self) -> Mapping[str, str]:
        """Parts that are away and are done without, and why."""
        return {} if self._fan_out.trouble is None else {"broker": self._fan_out.trouble}

    def living(self) -> int:
        """How many serve this record, this one among them, as far as is known."""
        return 1 if self._membership is None else 1 + len(self._membership.others)

    def measured(self) -> Mapping[str, Mapping[str, float]]:
        """What each worker measures of itself, by the end of its id: this one now, the others at their last sign."""
        if self._membership is None:
            return {ALONE: self._figures()}
        others = {one.id[-SHORT:]: one.figures for one in self._membership.others}
        return others | {self._membership.id[-SHORT:]: self._figures()}

    def stir(self) -> None:
        """What this worker says of itself has changed."""
        if self._membership is not None:
            self._membership.stir()

    async def start(self) -> None:
        """Follow the log, and be seen; before the first socket. Raises RecordUnavailable."""
        self._follower.start(await self._journal.read(shops.cursors))
        self._journal.on_commit = self._committed
        if not self._fan_out.alone:
            self.relay.on_reached, self.relay.on_look = self._follower.reached, self._hinted
            if self._turns is not None:
                self.relay.on_stop = self._turns.stop
            await self.relay.start(await self._journal.write(lambda tx: workers.shared_secret(tx, SECRET)))
        if self._membership is not None:
            self._membership.on_found, self._membership.on_changed = self._found, self.relay.look
            await self._found(await self._membership.beat())

    async def keep(self) -> None:
        """Be seen, and look at the others, for ever."""
        if self._membership is not None:
            await self._membership.keep()

    async def leave(self) -> None:
        """Go in order: others take over, and are told so."""
        if self._looking is not None:
            self._looking.cancel()
        if self._membership is not None:
            await self._membership.leave()
            self.relay.look()
        await self.relay.close()
        if self._tail is not None:
            await asyncio.to_thread(self._tail.close)

    def _committed(self, events: tuple[Event, ...]) -> None:
        """From the journal's thread."""
        self._follower.committed(events)
        self.relay.reached(heads(events))

    def _publish(self, events: tuple[Event, ...]) -> None:
        if not self._fan_out.alone:
            for event in events:
                if event.type == "done":
                    self._hub.streams.done(event.shop, event.conversation, event.body["re"])
        self._hub.publish(events)
        if self._news is not None:
            self._news.heard(events)

    def _moved(self, shop: str) -> None:
        self._ring(shop)

    async def _read(self, shop: str, cursor: int, limit: int) -> tuple[Event, ...]:
        if self._tail is not None:
            return await self._tail.after(shop, cursor, limit)
        return await self._journal.read(lambda tx: event_log.after_in_shop(tx, shop, cursor, limit))

    async def _found(self, found: Found) -> None:
        self._follower.reached(found.cursors)
        assert self._membership is not None
        moved = self._roster.see(seat for one in self._membership.others for seat in one.seats)
        if self._news is not None:
            self._news.moved(moved)
        if self._turns is not None:
            await self._turns.look()

    def _hinted(self) -> None:
        """Another worker's row has changed."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        if self._membership is None:
            return
        try:
            await self._found(await self._membership.look())
        except RecordUnavailable:
            pass  # the next sign of life looks again
        except Exception as error:
            log.exception("not looked at the others", error=type(error).__name__)

    def _measure(self) -> Mapping[str, float]:
        return self._figures()

    def _under_way(self) -> tuple[str, ...]:
        return () if self._turns is None else self._turns.under_way()

    def _elsewhere(self) -> frozenset[str]:
        others = () if self._membership is None else self._membership.others
        return frozenset(message for one in others for message in one.turns)

    def _left(self) -> frozenset[str]:
        return frozenset() if self._membership is None else self._membership.left_turns

    def _has_others(self) -> bool:
        return self._membership is not None and bool(self._membership.others)
