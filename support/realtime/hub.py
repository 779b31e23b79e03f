"""The hub: what was committed, to every socket of this process that may see it."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable

from ticketing.events import Event

LONGEST_QUEUE = 256
Key = tuple[str, str]


class Outbox:
    """One socket's frames still to be written. Slow readers lose ephemeral frames first, then the socket."""

    def __init__(self) -> None:
        self._frames: deque[tuple[str, bool]] = deque()
        self._ready = asyncio.Event()
        self.overrun = False

    def put(self, text: str, durable: bool = True) -> None:
        """Queue a frame; never blocks."""
        if len(self._frames) >= LONGEST_QUEUE:
            self._drop_ephemeral()
        if len(self._frames) < LONGEST_QUEUE:
            self._frames.append((text, durable))
        elif durable:
            self.overrun = True
        self._ready.set()

    async def take(self) -> list[str] | None:
        """Every frame that waits, at least one; None once the reader fell too far behind."""
        while not self._frames and not self.overrun:
            self._ready.clear()
            await self._ready.wait()
        if self.overrun:
            return None
        taken = [text for text, _ in self._frames]
        self._frames.clear()
        return taken

    def _drop_ephemeral(self) -> None:
        self._frames = deque(entry for entry in self._frames if entry[1])


class Subscription:
    """One socket's ear: its frames wait until the replay before them is done, so none is lost or doubled."""

    def __init__(self, shop: str, owner: str, outbox: Outbox) -> None:
        self.shop, self.owner, self.outbox = shop, owner, outbox
        self._held: list[tuple[int, str]] | None = []
        self._cursor = 0

    def hear(self, n: int, text: str) -> None:
        """Take the frame of event `n` now, or keep it until `release`."""
        if self._held is not None:
            self._held.append((n, text))
        elif n > self._cursor:
            self._cursor = n
            self.outbox.put(text)

    def release(self, cursor: int) -> None:
        """The log was read up to `cursor`: pass on what came meanwhile, without what the log held."""
        held, self._held, self._cursor = self._held or [], None, cursor
        for n, text in held:
            self.hear(n, text)


class Hub:
    """Subscriptions by whose events they hear. Lives in the event loop; `encode` writes an event's frame, once."""

    def __init__(self, encode: Callable[[Event], str]) -> None:
        self._encode = encode
        self._by_owner: defaultdict[Key, set[Subscription]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Bind to the running loop, to which other threads hand over."""
        self._loop = asyncio.get_running_loop()

    def join(self, subscription: Subscription) -> None:
        """Hear from now on."""
        self._by_owner[subscription.shop, subscription.owner].add(subscription)

    def leave(self, subscription: Subscription) -> None:
        """Hear nothing more."""
        key = (subscription.shop, subscription.owner)
        self._by_owner[key].discard(subscription)
        if not self._by_owner[key]:
            del self._by_owner[key]

    def published(self, events: tuple[Event, ...]) -> None:
        """Committed events, in order, from the journal's thread; acks of the same commit go out before them."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.call_soon, self._publish, events)

    def whisper(self, shop: str, owner: str, text: str) -> None:
        """An ephemeral frame, from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._whisper, shop, owner, text)

    def _publish(self, events: tuple[Event, ...]) -> None:
        for event in events:
            listening = tuple(self._by_owner.get((event.shop, event.owner), ()))
            if event.audience == "all" and listening:
                text = self._encode(event)
                for subscription in listening:
                    subscription.hear(event.n, text)

    def _whisper(self, shop: str, owner: str, text: str) -> None:
        for subscription in tuple(self._by_owner.get((shop, owner), ())):
            subscription.outbox.put(text, durable=False)
