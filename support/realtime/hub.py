"""The hub: what was committed, to every socket of this process that may see it."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from functools import partial
from typing import TypeVar

import structlog

from support.realtime.streams import Piece, Streams
from ticketing.events import Event

log = structlog.get_logger()
LONGEST_QUEUE, LARGEST_QUEUE = 256, 4 * 2**20
"""Frames, and characters in them, that may wait to be read."""
Key = tuple[str, str]
K = TypeVar("K", bound=Hashable)


class Outbox:
    """One socket's frames still to be written. Slow readers lose ephemeral frames first, then the socket.

    `wake` is called whenever there is something to take, or to give up.
    """

    __slots__ = ("_frames", "_left", "_room", "_wake", "overrun")

    def __init__(self, wake: Callable[[], None]) -> None:
        self._frames: list[tuple[str, bool]] = []
        self._room, self._left = LONGEST_QUEUE, LARGEST_QUEUE
        self._wake = wake
        self.overrun = False

    def put(self, text: str, durable: bool = True) -> None:
        """Queue a frame; never blocks."""
        if len(self._frames) >= self._room:
            self._frames = [entry for entry in self._frames if entry[1]]
        if len(self._frames) < self._room and (len(text) <= self._left or not self._frames):
            self._frames.append((text, durable))
            self._left -= len(text)
        elif durable:
            self.overrun = True
        self._wake()

    def owe(self, texts: Iterable[str]) -> None:
        """Queue what was missed, however much that is: the log's limit bounds it, the queue's is for what follows."""
        before = len(self._frames)
        self._frames.extend((text, True) for text in texts)
        self._room += len(self._frames) - before
        self._wake()

    def give_up(self) -> None:
        """Something is missing from the queue: its reader has to come back and read the log."""
        self.overrun = True
        self._wake()

    def shut(self) -> None:
        """Nobody is there any more to be woken."""
        self._wake = _nobody

    def taken(self) -> list[str]:
        """Every frame that waits; none once the reader fell too far behind."""
        if self.overrun:
            return []
        taken = [text for text, _ in self._frames]
        self._frames.clear()
        self._room, self._left = LONGEST_QUEUE, LARGEST_QUEUE
        return taken


class Subscription:
    """One socket's ear: its frames wait until the replay before them is done, so none is lost or doubled.

    `owner` None is an agent's: it hears the whole shop, and what is said in passing in the conversation it views.
    """

    __slots__ = ("_cursor", "_held", "outbox", "owner", "shop", "viewing")

    def __init__(self, shop: str, owner: str | None, outbox: Outbox) -> None:
        self.shop, self.owner, self.outbox = shop, owner, outbox
        self.viewing: str | None = None
        self._held: list[tuple[int, str]] | None = []
        self._cursor = 0

    def hear(self, n: int, text: str) -> None:
        """Take the frame of event `n` now, or keep it until `release`."""
        if self._held is not None:
            self._held.append((n, text))
        elif n > self._cursor:
            self._cursor = n
            self.outbox.put(text)

    def overhear(self, text: str) -> None:
        """Take an ephemeral frame; before the replay is done it is nothing to this page yet."""
        if self._held is None:
            self.outbox.put(text, durable=False)

    def release(self, cursor: int) -> None:
        """The log was read up to `cursor`: pass on what came meanwhile, without what the log held."""
        held, self._held, self._cursor = self._held or [], None, cursor
        for n, text in held:
            self.hear(n, text)


class Hub:
    """Subscriptions by whose events they hear. Lives in the event loop; `encode` writes an event's frame, once."""

    def __init__(self, encode: Callable[[Event], str]) -> None:
        self._encode, self.streams = encode, Streams()
        self._by_owner: defaultdict[Key, set[Subscription]] = defaultdict(set)
        self._desks: defaultdict[str, set[Subscription]] = defaultdict(set)
        self._shops: Counter[str] = Counter()
        self._told: dict[str, int] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Bind to the running loop, to which other threads hand over."""
        self._loop = asyncio.get_running_loop()

    def join(self, subscription: Subscription) -> None:
        """Hear from now on."""
        if subscription.owner is None:
            self._desks[subscription.shop].add(subscription)
        else:
            held = self._by_owner[subscription.shop, subscription.owner]
            self._shops[subscription.shop] += subscription not in held
            held.add(subscription)

    def leave(self, subscription: Subscription) -> None:
        """Hear nothing more."""
        if subscription.owner is None:
            _drop(self._desks, subscription.shop, subscription)
        elif subscription in self._by_owner.get((subscription.shop, subscription.owner), ()):
            _drop(self._by_owner, (subscription.shop, subscription.owner), subscription)
            self._shops[subscription.shop] -= 1
            self._shops += Counter()  # drops a shop of which nobody is left

    def pages(self, shop: str, owner: str) -> int:
        """How many of a buyer's hear."""
        return len(self._by_owner.get((shop, owner), ()))

    def published(self, events: tuple[Event, ...]) -> None:
        """Committed events, in order, from the journal's thread; acks of the same commit go out before them."""
        self._soon(partial(self.publish, events))

    def whisper(self, shop: str, owner: str, text: str, conversation: str | None = None) -> None:
        """An ephemeral frame to a buyer's pages and to the desks that view the conversation, from any thread."""
        self._soon(lambda: self._whisper(shop, owner, text, conversation))

    def stream(self, piece: Piece, text: str) -> None:
        """A piece of a running answer, `text` its frame, to those who hear a whisper; remembered until it is over."""
        self._soon(lambda: self._stream(piece, text))

    def stream_over(self, shop: str, conversation: str) -> None:
        """Nothing more comes of a conversation's running answer; from any thread."""
        self._soon(lambda: self.streams.over(shop, conversation))

    def tell_desks(self, shop: str, text: str, but: Subscription | None = None) -> None:
        """An ephemeral frame to every agent of a shop, but for one socket, from any thread."""
        self._soon(lambda: self._tell(shop, text, but))

    def _soon(self, work: Callable[[], object]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(work)

    def told(self, shop: str) -> int:
        """The newest event of a shop that was passed on here, by its cursor: whoever joins now hears what is newer."""
        return self._told.get(shop, 0)

    def listens(self, shop: str) -> bool:
        """Whether anybody of a shop is here."""
        return shop in self._desks or shop in self._shops

    def publish(self, events: tuple[Event, ...]) -> None:
        """The same in the event loop, at once."""
        for event in events:
            self._told[event.shop] = max(event.n, self._told.get(event.shop, 0))
            listening = self._listening(event)
            if listening:
                self._tell_all(event, listening)

    def _tell_all(self, event: Event, listening: Iterable[Subscription]) -> None:
        """Whoever cannot be told is sent away: the page comes back and reads the log, and misses nothing."""
        try:
            text = self._encode(event)
        except Exception as error:
            log.exception("event not published", n=event.n, error=type(error).__name__)
            for subscription in listening:
                subscription.outbox.give_up()
            return
        for subscription in listening:
            subscription.hear(event.n, text)

    def _listening(self, event: Event) -> tuple[Subscription, ...]:
        """Agents hear everything of their shop; a buyer what is for all, of the buyer's own."""
        desks = tuple(self._desks.get(event.shop, ()))
        if event.audience != "all":
            return desks
        return desks + tuple(self._by_owner.get((event.shop, event.owner), ()))

    def _stream(self, piece: Piece, text: str) -> None:
        if self.streams.add(piece):
            self._whisper(piece.shop, piece.owner, text, piece.conversation)

    def _whisper(self, shop: str, owner: str, text: str, conversation: str | None) -> None:
        for subscription in tuple(self._by_owner.get((shop, owner), ())):
            subscription.overhear(text)
        if conversation is not None:
            for subscription in tuple(self._desks.get(shop, ())):
                if subscription.viewing == conversation:
                    subscription.overhear(text)

    def _tell(self, shop: str, text: str, but: Subscription | None) -> None:
        for subscription in tuple(self._desks.get(shop, ())):
            if subscription is not but:
                subscription.overhear(text)


def _nobody() -> None:
    """Woken for nothing."""


def _drop(by_key: dict[K, set[Subscription]], key: K, subscription: Subscription) -> None:
    """Take a subscription out, and its key where it was the last."""
    held = by_key.get(key, set())
    held.discard(subscription)
    if not held:
        by_key.pop(key, None)
