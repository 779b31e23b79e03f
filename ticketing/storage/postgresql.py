"""PostgreSQL behind the record: one writer at a time as in SQLite, and a commit that nobody answered is asked after."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
import structlog

from ticketing.errors import UnfitDatabase

WRITER_LOCK = int.from_bytes(b"anxin", "big")
"""The advisory lock of whoever writes. Cursors then become visible in their own order, two who do the same at once
find each other's rows instead of breaking a key, and no order of locks can lead into a deadlock."""
OLDEST = 130_000
PATIENCE_SECONDS = 60.0
AGAIN_SECONDS = 0.1
ASKED_AFTER = 0.25
CONNECT: dict[str, Any] = {
    "client_encoding": "utf8", "fallback_application_name": "anxin", "connect_timeout": 5,
    "keepalives_idle": 30, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000,
}  # fmt: skip
"""What a connection asks for where the URL does not: above all to notice a machine that is gone."""
SESSION = (
    "SET synchronous_commit = on; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'; "
    "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3; "
    "SET tcp_user_timeout = '10s'"
)
"""An ack means the disk, whatever the server's default; a writer that hangs is waited for no longer than in SQLite,
and lets the others go on after a minute; one whose machine is gone, or cut off, after eleven seconds."""
LOCK_NOT_AVAILABLE = "55P03"
BEGIN = "SELECT pg_advisory_xact_lock(%s), pg_current_xact_id()::text"
log = structlog.get_logger()


def open_engine(url: sa.URL, options: dict[str, Any]) -> sa.Engine:
    """An engine for a `postgresql://` URL; a connection that was lost while nobody used it for ASKED_AFTER seconds is
    replaced unseen. To ask each time would add a round trip to each transaction.

    Its connecting raises UnfitDatabase.
    """
    given = {name: value for name, value in CONNECT.items() if name not in url.query}
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"), connect_args=given, pool_size=10,
        isolation_level="READ COMMITTED", **options,
    )  # fmt: skip

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _: object) -> None:
        _check(connection.info.server_version, connection.info.parameter_status("server_encoding"))
        with connection.cursor() as cursor:
            cursor.execute(SESSION)
        connection.commit()

    @sa.event.listens_for(engine, "checkin")
    def _on_checkin(connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def _on_checkout(connection: Any, record: Any, proxy: Any) -> None:
        if time.monotonic() - record.info.get("used", float("inf")) > ASKED_AFTER:
            _ask(engine, connection)

    return engine


def _ask(engine: sa.Engine, connection: Any) -> None:
    """Whether it still stands. Raises DisconnectionError, upon which the pool takes another."""
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise sa.exc.DisconnectionError from error


def _check(version: int, encoding: str) -> None:
    if version < OLDEST:
        raise UnfitDatabase(f"PostgreSQL {version // 10_000} is too old: {OLDEST // 10_000} or newer is needed")
    if encoding != "UTF8":
        raise UnfitDatabase(f"its encoding is {encoding}: make it with ENCODING 'UTF8' TEMPLATE template0")


def read_only(engine: sa.Engine) -> sa.Engine:
    """The same engine for reading, one moment's view for each transaction."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


@contextmanager
def transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """The one transaction that writes, committed at the end of the block. Raises OperationalError if it was not.

    A connection may be lost between a commit and its answer. Were that taken for a failure, nobody would be told what
    was kept: so the server is asked what became of it, as soon as it is there again.
    """
    connection, xid = _begun(engine)
    with connection:
        yield connection
        try:
            connection.commit()
        except sa.exc.OperationalError as error:
            if not _was_kept(engine, xid):
                raise
            log.warning("committed, and the connection lost before it was said", reason=str(error.orig))


def _begun(engine: sa.Engine, again: bool = True) -> tuple[sa.Connection, str]:
    """A connection whose transaction holds the writer's lock, and the transaction's number.

    One that was lost while nobody used it is found out by this first statement, before anything was done: another is
    taken, unseen.
    """
    connection = engine.connect()
    try:
        _, xid = connection.exec_driver_sql(BEGIN, (WRITER_LOCK,)).one()
    except sa.exc.OperationalError:
        lost = connection.invalidated
        connection.close()
        if not (again and lost):
            raise
        return _begun(engine, again=False)
    except BaseException:
        connection.close()
        raise
    return connection, xid


def _was_kept(engine: sa.Engine, xid: str) -> bool:
    """What became of a transaction. Raises OperationalError where the server cannot be asked for a minute."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with engine.connect() as connection:
                status = connection.exec_driver_sql("SELECT pg_xact_status(%s::xid8)", (xid,)).scalar()
            if status != "in progress":
                return bool(status == "committed")
        except sa.exc.OperationalError as error:
            if time.monotonic() > deadline:
                log.error("not known whether it was committed: restart to answer what may be owed", xid=xid)
                raise
            log.warning("asking what became of a commit", reason=str(error.orig))
        except sa.exc.DataError:
            return False  # another server took its place, one that has not heard of it
        time.sleep(AGAIN_SECONDS)


def described(tx: sa.Connection) -> str:
    """The server's version and where it is. Raises UnfitDatabase where it only pretends to sync."""
    if tx.exec_driver_sql("SHOW fsync").scalar() != "on":
        raise UnfitDatabase("PostgreSQL runs with fsync = off: a loss of power can take the record with it; turn it on")
    url, version = tx.engine.url, tx.exec_driver_sql("SHOW server_version").scalar()
    place = url.host or url.query.get("host", "the local socket")
    return f"PostgreSQL {version}, database {url.database} at {place}"
