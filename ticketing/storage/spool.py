"""What a transaction still owes its database: new rows, inserted many at a time, and each shop's cursor.

The journal opens a spool for its transaction. Any statement that could miss what lies in it writes it first, and so
does the end. In a transaction without a spool everything is written at once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from ticketing.storage.prepared import Prepared, Values
from ticketing.storage.tables import shops

_SPOOL = "anxin.spool"
_SET_CURSOR = Prepared(sa.update(shops).where(shops.c.shop == sa.bindparam("which")).values(n=sa.bindparam("n")))


class Spool:
    """The rows of one transaction that wait, the keys they were given under, and the cursors allotted in memory."""

    __slots__ = ("cursors", "keys", "rows")

    def __init__(self) -> None:
        self.rows: dict[Prepared, list[Values]] = {}
        self.keys: set[Hashable] = set()
        self.cursors: dict[str, int] = {}

    def flush(self, tx: sa.Connection) -> None:
        """Write what waits. Raises what SQLAlchemy would raise; nothing waits any more in any case."""
        rows, cursors = self.rows, self.cursors
        self.forget()
        for shop, n in cursors.items():
            _SET_CURSOR.run(tx, {"which": shop, "n": n})
        for statement, values in rows.items():
            statement.run_many(tx, values)

    def forget(self) -> None:
        """Nothing waits: it was written, or it was taken back."""
        self.rows, self.cursors = {}, {}
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


def flush(tx: sa.Connection, key: Hashable = None) -> None:
    """Write what waits; with a `key`, only if a row waits under it."""
    spool = spool_of(tx)
    if spool is not None and spool.rows and (key is None or key in spool.keys):
        spool.flush(tx)


def flush_before(tx: sa.Connection, *statement: Any) -> None:
    """For an engine's `before_cursor_execute`."""
    flush(tx)
