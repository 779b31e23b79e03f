"""Who is here and how much they have in hand, told to the desks whenever either changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import structlog

from support.chat.frames import frame
from support.realtime.roster import Moved
from support.service.connect_agent import colleagues, presence_frame
from support.service.runtime import Runtime, Tell
from ticketing.events import Event

Json = dict[str, Any]
GATHER_SECONDS = 0.05
"""A burst of changes is told as one."""
log = structlog.get_logger()


class PresenceNews:
    """Tells this worker's desks what changed of their colleagues. Lives in the event loop.

    `tell` reaches those desks alone; `stirred` is called where something of this worker's own has changed, so that
    the others look and tell theirs.
    """

    def __init__(self, runtime: Runtime, tell: Tell, stirred: Callable[[], None]) -> None:
        self._runtime, self._tell_desks, self._stirred = runtime, tell, stirred
        self._told: dict[str, dict[str, Json]] = {}
        self._due: dict[str, asyncio.Task[None]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def stir(self, shop: str) -> None:
        """Something may have changed in a shop by who sits here."""
        self._stirred()
        self._soon(shop)

    def views(self, shop: str, *conversations: str | None) -> None:
        """Who sits here looks at these conversations now, or no longer."""
        self._stirred()
        for conversation in {one for one in conversations if one is not None}:
            self._tell_viewing(shop, conversation)

    def moved(self, moved: Moved) -> None:
        """The same of those who sit elsewhere."""
        for shop in moved.shops:
            self._soon(shop)
        for shop, conversation in moved.viewed:
            self._tell_viewing(shop, conversation)

    def _soon(self, shop: str) -> None:
        if shop not in self._due:
            self._due[shop] = asyncio.get_running_loop().create_task(self._look(shop))

    def start(self) -> None:
        """Bind to the running loop, to which the journal's thread hands over."""
        self._loop = asyncio.get_running_loop()

    def heard(self, events: tuple[Event, ...]) -> None:
        """Committed events, from the journal's thread: a conversation that changed hands changes a load."""
        for shop in {event.shop for event in events if event.type == "conversation"}:
            if self._loop is not None and not self._loop.is_closed() and self._runtime.roster.here(shop):
                self._loop.call_soon_threadsafe(self._soon, shop)

    async def _look(self, shop: str) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        del self._due[shop]
        try:
            found = await self._runtime.journal.read(lambda tx: colleagues(tx, shop, self._runtime.roster))
        except Exception as error:
            log.exception("presence not told", shop=shop, error=type(error).__name__)
            return
        self._tell(shop, found)

    def _tell(self, shop: str, found: list[Json]) -> None:
        """Whoever is no agent any more has gone offline with nothing in hand."""
        now = {one["id"]: one for one in found}
        told, self._told[shop] = self._told.get(shop, {}), now
        for key, one in (told | now).items():
            state, load = (one["presence"], one["load"]) if key in now else ("offline", 0)
            before = told.get(key)
            if before is None or (before["presence"], before["load"]) != (state, load):
                self._tell_desks(shop, presence_frame(key, one["name"], state, load))

    def _tell_viewing(self, shop: str, conversation: str) -> None:
        seen = [{"id": one.id, "name": one.display_name} for one in self._runtime.roster.viewing(shop, conversation)]
        self._tell_desks(shop, frame("viewing", {"conversation": conversation, "agents": seen}))
