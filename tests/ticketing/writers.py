"""Several writers of one record, each with a connection of its own, as processes beside each other have."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import sqlalchemy as sa

from tests.ticketing.conftest import NOW
from ticketing.storage import event_log, talk
from ticketing.storage.database import encode, open_engine
from ticketing.storage.journal import Journal

HELD_SECONDS = 0.3
"""How long a writer waits for another to overtake it, which none may."""
LONG_SECONDS = 20.0
"""The same where one may: it is not waited for to the end."""


@contextmanager
def writers(url: str, count: int) -> Iterator[list[Journal]]:
    """So many journals over one database."""
    journals = [Journal(open_engine(url)) for _ in range(count)]
    try:
        yield journals
    finally:
        for journal in journals:
            journal.close()


def say(tx: sa.Connection, conversation: str, text: str = "x") -> int:
    """A message and its event; the cursor."""
    said: dict[str, Any] = {"author_kind": "buyer", "author_name": "", "text": text, "lang": "en", "told": True}
    message = talk.append(tx, "star", conversation, at=NOW, **said)
    return event_log.append_message(tx, "star", message, "visitor:a", encode({"text": text})).n


class Reader:
    """Follows the shop's events by the cursor, as a page does: `seen` are those that it was given, in its order."""

    def __init__(self, journal: Journal) -> None:
        self.seen: list[int] = []
        self._journal, self._cursor = journal, 0

    def look(self) -> None:
        """Read what is after the cursor."""
        after = partial(event_log.after_in_shop, shop="star", cursor=self._cursor)
        self.seen += [event.n for event in self._journal.read_now(after)]
        self._cursor = max([self._cursor, *self.seen])

    def follow(self, done: Callable[[], bool]) -> None:
        """Read until it is `done`, and once more."""
        while not done():
            self.look()
            time.sleep(0.001)
        self.look()


def overtaking(
    first: Journal, second: Journal, reader: Reader, conversations: tuple[str, str], seconds: float = HELD_SECONDS
) -> None:
    """A writer takes a cursor and waits for another, who takes one later, to commit before it."""
    taken, overtaken = threading.Event(), threading.Event()

    def slow(tx: sa.Connection) -> None:
        say(tx, conversations[0])
        taken.set()
        overtaken.wait(2 * LONG_SECONDS)

    begun = first.write_soon(slow)
    assert taken.wait(60)
    following = second.write_soon(lambda tx: say(tx, conversations[1]))
    with suppress(TimeoutError):
        following.result(seconds)
    reader.look()
    overtaken.set()
    begun.result(LONG_SECONDS)
    following.result(LONG_SECONDS)
    reader.look()
