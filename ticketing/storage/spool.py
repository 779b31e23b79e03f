"""What a transaction holds in memory: new rows, inserted many at a time, counters as they stand last, and its events.

The journal opens a spool for its transaction. Any statement that could miss what lies in it writes it first, and so
does the end. In a transaction without a spool everything is written at once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from ticketing.events import Event
from ticketing.storage.prepared import Prepared, Row

Look = tuple[str, str, str, str]
"""`(shop, owner, client id, conversation)`: what is looked up before a buyer's words are kept."""


class Spool:
    """The rows of one transaction that wait, the keys they were given under, and the counters that moved.

    `events` are those that were written in it, whether they wait or not; `acting` is who acts, and in which session.
    `ahead` is what was looked up for all at the beginning: it holds until anything else than a row is written.
    """

    __slots__ = ("acting", "ahead", "counters", "events", "keys", "rows")

    def __init__(self) -> None:
        self.ahead: dict[Look, int] = {}
        self.rows: dict[Prepared, list[Row]] = {}
        self.keys: set[Hashable] = set()
        self.counters: dict[Prepared, dict[Hashable, tuple[int, Row]]] = {}
        self.events: list[Event] = []
        self.acting: tuple[str, str] | None = None

    def flush(self, tx: sa.Connection) -> None:
        """Write what waits. Raises what SQLAlchemy would raise; nothing waits any more in any case."""
        rows, counters = self.rows, self.counters
        self._empty()
        for statement, moved in counters.items():
            statement.run_many(tx, [row for _, row in moved.values()])
        for statement, waiting in rows.items():
            statement.run_many(tx, waiting)

    def taken(self) -> list[Event]:
        """The events since the last call."""
        events, self.events = self.events, []
        return events

    def forget(self) -> None:
        """What was written since the last look at the events was taken back."""
        self._empty()
        self.events = []

    def _empty(self) -> None:
        self.ahead, self.rows, self.counters = {}, {}, {}
        self.keys.clear()


_OPEN: dict[int, Spool] = {}
"""By the identity of the connection that the transaction is on, as long as it is."""


@contextmanager
def spooling(tx: sa.Connection) -> Iterator[Spool]:
    """A spool for a transaction, at the end of which what waits has to be written or forgotten."""
    spool = _OPEN[id(tx)] = Spool()
    try:
        yield spool
    finally:
        del _OPEN[id(tx)]


def spool_of(tx: sa.Connection) -> Spool | None:
    """The transaction's spool, if it has one."""
    return _OPEN.get(id(tx))


def act(tx: sa.Connection, actor: str, session: str) -> None:
    """Say who acts in this transaction from now on, and in which session."""
    if (spool := spool_of(tx)) is not None:
        spool.acting = actor, session


def acting_session(tx: sa.Connection, actor: str) -> str | None:
    """In which session an actor acts here; None for a command of the terminal, and whoever is no agent."""
    spool = spool_of(tx)
    if spool is None or spool.acting is None or spool.acting[0] != actor:
        return None
    return spool.acting[1]


def insert(tx: sa.Connection, statement: Prepared, row: Row, key: Hashable = None) -> None:
    """Insert a row before anything can look for it; under `key` it can be asked whether it waits."""
    spool = spool_of(tx)
    if spool is None:
        statement.run(tx, row)
        return
    spool.rows.setdefault(statement, []).append(row)
    if key is not None:
        spool.keys.add(key)


def counted(tx: sa.Connection, statement: Prepared, key: Hashable) -> int | None:
    """Where a counter stands that moved and was not written yet."""
    spool = spool_of(tx)
    if spool is None or (moved := spool.counters.get(statement)) is None:
        return None
    found = moved.get(key)
    return None if found is None else found[0]


def count(tx: sa.Connection, statement: Prepared, key: Hashable, n: int, row: Row) -> None:
    """Move a counter to `n`, for which `statement` is to be run with `row`, once for all moves of its `key`."""
    spool = spool_of(tx)
    if spool is None:
        statement.run(tx, row)
    else:
        spool.counters.setdefault(statement, {})[key] = n, row


def flush(tx: sa.Connection, key: Hashable = None) -> None:
    """Write what waits; with a `key`, only if a row waits under it."""
    spool = spool_of(tx)
    if spool is not None and (spool.rows or spool.counters) and (key is None or key in spool.keys):
        spool.flush(tx)


def flush_before(tx: sa.Connection, *statement: Any) -> None:
    """For an engine's `before_cursor_execute`."""
    flush(tx)
