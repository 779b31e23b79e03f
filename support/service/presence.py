"""Who is here and how much they have in hand, told to the desks whenever either changes."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from support.chat.frames import frame
from support.service.connect_agent import colleagues, presence_frame
from support.service.runtime import Runtime
from ticketing.events import Event

Json = dict[str, Any]
GATHER_SECONDS = 0.05
"""A burst of changes is told as one."""
log = structlog.get_logger()


class PresenceNews:
    """Tells desks what changed of their colleagues. Lives in the event loop."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._told: dict[str, dict[str, Json]] = {}
        self._due: dict[str, asyncio.Task[None]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def stir(self, shop: str) -> None:
        """Something may have changed in a shop."""
        if shop not in self._due:
            self._due[shop] = asyncio.get_running_loop().create_task(self._look(shop))

    def start(self) -> None:
        """Bind to the running loop, to which the journal's thread hands over."""
        self._loop = asyncio.get_running_loop()

    def heard(self, events: tuple[Event, ...]) -> None:
        """Committed events, from the journal's thread: a conversation that changed hands changes a load."""
        for shop in {event.shop for event in events if event.type == "conversation"}:
            if self._loop is not None and not self._loop.is_closed() and self._runtime.roster.here(shop):
                self._loop.call_soon_threadsafe(self.stir, shop)

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
                self._runtime.tell_desks(shop, presence_frame(key, one["name"], state, load))


def tell_viewing(runtime: Runtime, shop: str, *conversations: str | None) -> None:
    """Tell the desks who looks at these conversations."""
    for conversation in {one for one in conversations if one is not None}:
        seen = [{"id": one.id, "name": one.display_name} for one in runtime.roster.viewing(shop, conversation)]
        runtime.tell_desks(shop, frame("viewing", {"conversation": conversation, "agents": seen}))
