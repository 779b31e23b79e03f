"""The journal: one writer a process, which commits in groups.

Whoever writes hands in a function of the open transaction and hears its result only after the commit that holds it.
Functions that arrive while a commit runs share the next one, so that a durable answer costs a share of an fsync and a
lone one never waits. They run one after the other in one transaction. Where one raises, all of it is taken back and
each runs again in a savepoint of its own, so that it takes back its own rows and no other's: a function may run twice
and is to touch nothing but the transaction. Where the database itself fails nobody in the group is told that anything
was kept, for it may have rolled back everything.

Events written on the way are handed to `on_commit` in the order of their cursors, after the writers have heard.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from traceback import clear_frames
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
import structlog

from ticketing.errors import RecordUnavailable
from ticketing.events import Event
from ticketing.storage.database import BROKEN, outlives, read_only, transaction
from ticketing.storage.look_ahead import look_ahead
from ticketing.storage.spool import Look, Spool, flush_before, spooling
from ticketing.storage.tail import Tail

T = TypeVar("T")
Work = Callable[[sa.Connection], Any]
Then = Callable[[Any, BaseException | None], None]
"""`(result, reason)`: what a write led to, after its commit; the reason is None where it was kept."""
LARGEST_GROUP = 256
"""More are not waited for; one turn of a loop may bring more."""
log = structlog.get_logger()


class Write(msgspec.Struct, eq=False):
    """Work that waits for its commit, and who is told: a future, or a function in an event loop."""

    work: Work
    future: Future[Any] | None = None
    then: Then | None = None
    loop: asyncio.AbstractEventLoop | None = None
    look: Look | None = None

    def wanted(self) -> bool:
        """Whether to begin; from then on nobody can call it off."""
        return self.future is None or self.future.set_running_or_notify_cancel()

    def tell(self, result: Any, reason: BaseException | None) -> None:
        """Settle the future, or call the function."""
        if self.then is not None:
            _call(self.then, result, reason)
        elif self.future is not None:
            self.future.set_result(result) if reason is None else self.future.set_exception(reason)


class Raised(Exception):
    """One work of a group raised `error`."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error


Told = tuple[Write, Any, BaseException | None]


class Journal:
    """Reads and durable writes of one database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self.on_commit: Callable[[tuple[Event, ...]], None] = lambda events: None
        self._read_engine = read_only(engine)
        sa.event.listen(engine, "before_cursor_execute", flush_before)
        self._inbox: queue.SimpleQueue[list[Write] | None] = queue.SimpleQueue()
        self._said: dict[asyncio.AbstractEventLoop, list[Write]] = {}
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="anxin-read")
        self._writer = threading.Thread(target=self._run, name="anxin-journal", daemon=True)
        self._writer.start()

    @property
    def shared(self) -> bool:
        """Whether other processes may serve the same record: it is on a server of its own."""
        return self._engine.dialect.name != "sqlite"

    def tail(self) -> Tail:
        """A reader of the log's end, to be closed by whoever asked for it."""
        return Tail(self._engine)

    def write_soon(self, work: Callable[[sa.Connection], T]) -> Future[T]:
        """Queue `work`; the future holds its result once that is on disk, or what it raised."""
        future: Future[T] = Future()
        self._inbox.put([Write(work, future)])
        return future

    def write_then(self, work: Work, then: Then, look: Look | None = None) -> None:
        """Queue `work`; `then` is called in the running loop after the commit, or with what `work` raised.

        What one turn of the loop queues is handed over at its end, all in one go: the writer does not begin with the
        first of many, beside a loop that reads the others. So is a group told, in its order: no task is woken for
        each. What they will `look` up is read for all of them at once.
        """
        loop = asyncio.get_running_loop()
        if (said := self._said.get(loop)) is None:
            said = self._said[loop] = []
            loop.call_soon(self._hand_over, loop)
        said.append(Write(work, None, then, loop, look))

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        self._inbox.put(self._said.pop(loop))

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
                connection.begin()  # prepared statements begin none: each would read what is committed by then
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

    def _next_group(self) -> list[Write]:
        group = self._inbox.get() or []
        while group and len(group) < LARGEST_GROUP and not self._inbox.empty():
            more = self._inbox.get()
            if more is None:
                self._inbox.put(None)
                break
            group.extend(more)
        return group

    def _commit(self, group: list[Write]) -> None:
        told, events = self._kept([write for write in group if write.wanted()])
        _let_go(told)
        _tell(told)
        self._publish(tuple(events))
        told.clear()  # this frame too is on the way of what was raised
        group.clear()

    def _kept(self, wanted: list[Write]) -> tuple[list[Told], list[Event]]:
        """All in one go, or each for itself where one of them raises."""
        try:
            return self._together(wanted)
        except Raised as raised:
            return self._apart(wanted) if len(wanted) > 1 else (_all_failed(wanted, raised.error), [])
        except Exception as error:
            return _all_failed(wanted, error), []

    def _together(self, group: list[Write]) -> tuple[list[Told], list[Event]]:
        """All in one transaction. Raises Raised where one of them does, and what begin and commit fail with."""
        with transaction(self._engine) as connection, spooling(connection) as spool:
            try:
                spool.ahead = look_ahead(connection, [write.look for write in group if write.look])
                told: list[Told] = [(write, write.work(connection), None) for write in group]
                spool.flush(connection)
            except BaseException as error:  # as sys.exit: it ends whoever asked, not the thread that all wait for
                spool.forget()
                raise Raised(error) from error
        return told, spool.taken()

    def _apart(self, group: list[Write]) -> tuple[list[Told], list[Event]]:
        """Each in a savepoint: whoever raises is told so, and the others are kept."""
        told: list[Told] = []
        events: list[Event] = []
        try:
            with transaction(self._engine) as connection, spooling(connection) as spool:
                for write in group:
                    told.append(_alone(connection, spool, write))
                    events += spool.taken()
        except Exception as error:
            return _all_failed(group, error), []
        return told, events

    def _publish(self, events: tuple[Event, ...]) -> None:
        """Hand over what was committed; whoever cannot take it must not end the writer, on which everyone waits."""
        if not events:
            return
        try:
            self.on_commit(events)
        except Exception as error:
            log.exception("committed and not published", error=type(error).__name__)


def _alone(connection: sa.Connection, spool: Spool, write: Write) -> Told:
    """Run it in a savepoint. Raises what the transaction does not outlive."""
    try:
        with connection.begin_nested():
            try:
                result = write.work(connection)
                spool.flush(connection)
            except BaseException:
                spool.forget()
                raise
            return write, result, None
    except BaseException as error:
        if not outlives(connection, error):
            raise
        return write, None, _unavailable(error) if isinstance(error, BROKEN) else error


def _all_failed(group: list[Write], error: BaseException) -> list[Told]:
    return [(write, None, _unavailable(error) if isinstance(error, BROKEN) else error) for write in group]


def _let_go(told: Iterable[Told]) -> None:
    """Empty the frames that errors came through, which are over: one that holds its error would be a ring with all of a
    group's work in it, and the sockets that wait for that, until the collector's next long round."""
    for _, _, reason in told:
        error = reason
        while error is not None:
            clear_frames(error.__traceback__)
            error = error.__cause__ or error.__context__


def _tell(told: Iterable[Told]) -> None:
    """Everybody hears, those of one event loop in one go."""
    for loop in {write.loop for write, _, _ in told}:
        mine = [(write, result, reason) for write, result, reason in told if write.loop is loop]
        if loop is None:
            _tell_here(mine)
        else:
            with suppress(RuntimeError):  # the loop has ended, and nobody is there to hear
                loop.call_soon_threadsafe(_tell_here, mine)


def _tell_here(told: Iterable[Told]) -> None:
    for write, result, reason in told:
        write.tell(result, reason)


def _call(then: Then, result: Any, reason: BaseException | None) -> None:
    try:
        then(result, reason)
    except Exception as error:
        log.exception("committed and not told", error=type(error).__name__)


def _unavailable(error: Exception) -> RecordUnavailable:
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    problem = RecordUnavailable(str(cause))
    problem.__cause__ = error
    return problem
