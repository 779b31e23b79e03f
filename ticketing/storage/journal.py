"""The journal: one writer a process, which commits in groups.

Whoever writes hands in a function of the open transaction and hears its result only after the commit that holds it.
Functions that arrive while a commit runs share the next one, so that a durable answer costs a share of an fsync and a
lone one never waits. Each function runs in a savepoint: one that raises takes back its own rows and no other's. Where
the database itself fails nobody in the group is told that anything was kept, for it may have rolled back everything.

Events written on the way are handed to `on_commit` in the order of their cursors, after the writers have heard.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import sqlalchemy as sa
import structlog

from ticketing.errors import RecordUnavailable
from ticketing.events import Event
from ticketing.storage.database import BROKEN, outlives, read_only, transaction
from ticketing.storage.event_log import written

T = TypeVar("T")
Work = Callable[[sa.Connection], Any]
LARGEST_GROUP = 256
log = structlog.get_logger()


class Journal:
    """Reads and durable writes of one database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self.on_commit: Callable[[tuple[Event, ...]], None] = lambda events: None
        self._read_engine = read_only(engine)
        self._inbox: queue.SimpleQueue[tuple[Work, Future[Any]] | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="anxin-read")
        self._writer = threading.Thread(target=self._run, name="anxin-journal", daemon=True)
        self._writer.start()

    def write_soon(self, work: Callable[[sa.Connection], T]) -> Future[T]:
        """Queue `work`; the future holds its result once that is on disk, or what it raised."""
        future: Future[T] = Future()
        self._inbox.put((work, future))
        return future

    async def write(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` in the writer's transaction and return its result after the commit. Raises RecordUnavailable.

        Whoever waits may be cancelled: what has begun is committed all the same.
        """
        return await asyncio.wrap_future(self.write_soon(work))

    def write_now(self, work: Callable[[sa.Connection], T]) -> T:
        """The same for a thread that may block."""
        return self.write_soon(work).result()

    def read_now(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` in a read-only view of what is committed. Raises RecordUnavailable."""
        try:
            with self._read_engine.connect() as connection:
                return work(connection)
        except BROKEN as error:
            raise _unavailable(error) from error

    async def read(self, work: Callable[[sa.Connection], T]) -> T:
        """The same without blocking the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    def close(self) -> None:
        """Commit what is queued and stop."""
        self._inbox.put(None)
        self._writer.join()
        self._readers.shutdown()
        self._engine.dispose()

    def _run(self) -> None:
        while group := self._next_group():
            self._commit(group)

    def _next_group(self) -> list[tuple[Work, Future[Any]]]:
        first = self._inbox.get()
        if first is None:
            return []
        group = [first]
        while len(group) < LARGEST_GROUP and not self._inbox.empty():
            entry = self._inbox.get()
            if entry is None:
                self._inbox.put(None)
                break
            group.append(entry)
        return group

    def _commit(self, group: list[tuple[Work, Future[Any]]]) -> None:
        wanted = [(work, future) for work, future in group if future.set_running_or_notify_cancel()]
        done: list[tuple[Future[Any], Any]] = []
        failed: list[tuple[Future[Any], BaseException]] = []
        events: list[Event] = []
        try:
            with transaction(self._engine) as connection:
                written(connection)
                for work, future in wanted:
                    try:
                        with connection.begin_nested():
                            result = work(connection)
                        done.append((future, result))
                        events += written(connection)
                    except Exception as error:
                        if not outlives(connection, error):
                            raise
                        written(connection)
                        failed.append((future, _unavailable(error) if isinstance(error, BROKEN) else error))
        except Exception as error:
            problem = _unavailable(error)
            done, events, failed = [], [], [(future, problem) for _, future in wanted]
        for future, result in done:
            future.set_result(result)
        for future, reason in failed:
            future.set_exception(reason)
        self._publish(tuple(events))

    def _publish(self, events: tuple[Event, ...]) -> None:
        """Hand over what was committed; whoever cannot take it must not end the writer, on which everyone waits."""
        if not events:
            return
        try:
            self.on_commit(events)
        except Exception as error:
            log.exception("committed and not published", error=type(error).__name__)


def _unavailable(error: Exception) -> RecordUnavailable:
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    problem = RecordUnavailable(str(cause))
    problem.__cause__ = error
    return problem
