"""Inside the server: the n-th call of something fails, as it fails in life."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from typing import Any

import sqlalchemy as sa

import support.bootstrap
import support.stores
import support.web.app
from knowledge_base.shop import ShopFolder
from support.assistant.turn import Assistant
from support.chat.frames import event_frame
from support.orders.connector import Connector
from support.web.protocol import Protocol
from ticketing.events import Event
from ticketing.storage.journal import Journal
from ticketing.storage.prepared import Prepared

POINTS = ("read", "write", "begin", "commit", "publish", "send", "order", "turn")
"""Where a fault can be put: a query or a change in the database, its begin, its commit, the way from a commit to the
sockets, a frame to a socket, the order source, the assistant."""
calls: Counter[str] = Counter()
_armed: dict[str, tuple[int, int]] = {}
_lock = threading.Lock()


class OrderSourceDown(OSError):
    """The order source does not answer."""


def arm(point: str, n: int, times: int) -> dict[str, int]:
    """Fail call `n` (1 is the next) of `point` and the `times - 1` after it; what was counted until now."""
    with _lock:
        counted = dict(calls)
        calls.clear()
        _armed.clear()
        if point:
            assert point in POINTS, point
            _armed[point] = (n, n + times)
    return counted


def due(point: str) -> bool:
    """Count a call; whether it is the one to fail."""
    with _lock:
        calls[point] += 1
        first, end = _armed.get(point, (0, 0))
        return first <= calls[point] < end


def put(owner: object, name: str, value: object) -> None:
    """Replace something of the product's, in this process alone."""
    setattr(owner, name, value)


def install() -> None:
    """Put the points of the process in place, before the application is made."""
    put(support.bootstrap, "connect", _connect)
    say, answer = Protocol.say, Assistant.answer

    def unreliable(socket: Protocol, texts: Any) -> None:
        if due("send"):
            raise OSError("the client has gone")
        say(socket, texts)

    def turn(assistant: Assistant, given: Any) -> Any:
        if due("turn"):
            raise RuntimeError("a fault of the assistant's")
        return answer(assistant, given)

    def encode(event: Event) -> str:
        if due("publish"):
            raise ValueError("a fault on the way to the sockets")
        return event_frame(event)

    put(support.web.app, "event_frame", encode)
    put(Protocol, "say", unreliable)
    put(Assistant, "answer", turn)


def watch(journal: Journal) -> None:
    """Put the points of the record in place."""
    engine = journal._engine
    sa.event.listen(engine, "before_cursor_execute", _execute)
    sa.event.listen(engine, "commit", lambda connection: _fail("commit"))
    run, run_many = Prepared.run, Prepared.run_many

    def many(statement: Prepared, tx: sa.Connection, rows: Any) -> None:
        _fail("write")
        run_many(statement, tx, rows)

    def prepared(statement: Prepared, tx: sa.Connection, values: Any) -> Any:
        _fail("read" if isinstance(statement._statement, sa.Select) else "write")
        return run(statement, tx, values)

    put(Prepared, "run", prepared)
    put(Prepared, "run_many", many)


def _execute(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
    first = statement.split(None, 1)[0].upper()
    if first in {"SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA"}:
        return
    _fail({"SELECT": "read", "BEGIN": "begin"}.get(first, "write"))


def _fail(point: str) -> None:
    if due(point):
        raise sa.exc.OperationalError(point, {}, sqlite3.OperationalError("disk I/O error"))


_real_connect = support.stores.connect


class Unreliable:
    """An order source of which the n-th call fails."""

    def __init__(self, real: Connector) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if not callable(found):
            return found

        def call(*given: Any, **named: Any) -> Any:
            if due("order"):
                raise OrderSourceDown("the order source does not answer")
            return found(*given, **named)

        return call


def _connect(folder: ShopFolder, *rest: Any) -> Connector | None:
    real = _real_connect(folder, *rest)
    return None if real is None else Unreliable(real)
