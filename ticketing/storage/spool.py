"""What a transaction still owes its database: new rows, inserted many at a time, and counters as they stand last.

The journal opens a spool for its transaction. Any statement that could miss what lies in it writes it first, and so
does the end. In a transaction without a spool everything is written at once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from ticketing.storage.prepared import Prepared, Values

_SPOOL = "anxin.spool"


class Spool:
    """The rows of one transaction that wait, the keys they were given under, and the counters that moved."""

    __slots__ = ("counters", "keys", "rows")

    def __init__(self) -> None:
        self.rows: dict[Prepared, list[Values]] = {}
        self.keys: set[Hashable] = set()
        self.counters: dict[Prepared, dict[Hashable, tuple[int, Values]]] = {}

    def flush(self, tx: sa.Connection) -> None:
        """Write what waits. Raises what SQLAlchemy would raise; nothing waits any more in any case."""
        rows, counters = self.rows, self.counters
        self.forget()
        for statement, moved in counters.items():
            statement.update_many(tx, [values for _, values in moved.values()])
        for statement, values in rows.items():
            statement.insert_many(tx, values)

    def forget(self) -> None:
        """Nothing waits: it was written, or it was taken back."""
        self.rows, self.counters = {}, {}
        self.keys.clear()


@contextmanager
def spooling(tx: sa.Connection) -> Iterator[Spool]:
    """A spool for the block, at the end of which what waits has to be written or forgotten."""
    spool = tx.info[_SPOOL] = Spool()
    try:
        yield spool
    finally:
        if not tx.invalidated:
            tx.info.pop(_SPOOL, None)


def spool_of(tx: sa.Connection) -> Spool | None:
    """The transaction's spool, if it has one."""
    found: Spool | None = tx.info.get(_SPOOL)
    return found


def insert(tx: sa.Connection, statement: Prepared, row: Values, key: Hashable = None) -> None:
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


def count(tx: sa.Connection, statement: Prepared, key: Hashable, n: int, values: Values) -> None:
    """Move a counter to `n`, for which `statement` is to be run with `values`, once for all moves of its `key`."""
    spool = spool_of(tx)
    if spool is None:
        statement.run(tx, values)
    else:
        spool.counters.setdefault(statement, {})[key] = n, values


def flush(tx: sa.Connection, key: Hashable = None) -> None:
    """Write what waits; with a `key`, only if a row waits under it."""
    spool = spool_of(tx)
    if spool is not None and (spool.rows or spool.counters) and (key is None or key in spool.keys):
        spool.flush(tx)


def flush_before(tx: sa.Connection, *statement: Any) -> None:
    """For an engine's `before_cursor_execute`."""
    flush(tx)
