"""The end of the event log, read again and again: one statement on one connection, with no transaction around it.

What else reads asks for a connection, whether it still stands, for a transaction, and lets go of both. Whoever follows
the log does so for each message of another worker, and a statement by itself sees one moment too. On a server alone: a
file has one process, which need not read what it wrote.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from ticketing.errors import RecordUnavailable
from ticketing.events import Event
from ticketing.storage import event_log
from ticketing.storage.database import BROKEN


class Tail:
    """One connection, opened when it is first read and again after it was lost; one read at a time."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: sa.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="anxin-tail")

    async def after(self, shop: str, cursor: int, limit: int) -> tuple[Event, ...]:
        """As `event_log.after_in_shop`. Raises RecordUnavailable."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, shop, cursor, limit)

    def close(self) -> None:
        """Let go of the connection."""
        self._thread.submit(self._let_go)
        self._thread.shutdown()

    def _read(self, shop: str, cursor: int, limit: int) -> tuple[Event, ...]:
        again = self._connection is not None  # which may have been lost while nobody read
        try:
            return self._once(shop, cursor, limit)
        except BROKEN as error:
            self._let_go()
            if not again:
                raise _unavailable(error) from error
        try:
            return self._once(shop, cursor, limit)
        except BROKEN as error:
            self._let_go()
            raise _unavailable(error) from error

    def _once(self, shop: str, cursor: int, limit: int) -> tuple[Event, ...]:
        if self._connection is None:
            self._connection = self._engine.connect()
        return event_log.after_in_shop(self._connection, shop, cursor, limit)

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def _unavailable(error: Exception) -> RecordUnavailable:
    return RecordUnavailable(str(error.orig if isinstance(error, sa.exc.DBAPIError) else error))
