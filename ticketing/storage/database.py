"""Opening the database: SQLite in the data folder, or PostgreSQL by URL. What they do not share is said here."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from ticketing.sealing import NO_KEYS, Ring
from ticketing.storage import postgresql
from ticketing.storage.columns import plain
from ticketing.storage.sealed import RING

BROKEN = (sa.exc.OperationalError, sa.exc.InternalError, sa.exc.TimeoutError)
"""The database's own failures: no connection, no room, no reading, no writing, no waiting any longer."""

TRIES, PAUSE = 200, 0.05
"""How often, and after how many seconds, a new database is asked again for its write-ahead log."""


def encode(value: Any) -> str:
    """JSON without the character that PostgreSQL can neither store as text nor take out of JSON."""
    text = msgspec.json.encode(value).decode()
    return msgspec.json.encode(_plain(value)).decode() if "\\u0000" in text else text


def _plain(value: Any) -> Any:
    match value:
        case str():
            return plain(value)
        case dict():
            return {_plain(key): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
    return value


def open_engine(url: str, ring: Ring = NO_KEYS) -> sa.Engine:
    """An engine for `sqlite:///…` or `postgresql://…`: there, a commit that returned is on the disk.

    Its connections seal and open fields with the ring. Its errors do not tell what was written, for they go into logs.
    Raises ArgumentError for what is no URL.
    """
    options = {
        "json_serializer": encode, "json_deserializer": msgspec.json.decode, "hide_parameters": True,
        "execution_options": {RING: ring},
    }  # fmt: skip
    if url.startswith("postgresql:"):
        return postgresql.open_engine(sa.make_url(url), options)
    engine = sa.create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine)
    return engine


def make_folder(folder: Path) -> None:
    """A data folder, if it is missing: what buyers wrote is for the server's user alone."""
    folder.mkdir(0o700, parents=True, exist_ok=True)


def sqlite_url(folder: Path) -> str:
    """The URL of the embedded database in a data folder, which is made if it is missing."""
    make_folder(folder)
    return f"sqlite:///{(folder / 'anxin.sqlite').absolute()}"


def read_only(engine: sa.Engine) -> sa.Engine:
    """The same engine for reading: all that one connection reads was committed at one moment, and nobody waits."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(read_only=True)
    return postgresql.read_only(engine)


@contextmanager
def transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that writes, of all processes the only one of its database, and commits at the end of the block.

    Raises one of BROKEN where nothing was kept.
    """
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            yield connection
    else:
        with postgresql.transaction(engine) as connection:
            yield connection


def waited_in_vain(error: sa.exc.OperationalError) -> bool:
    """Whether nothing is wrong but that somebody else wrote for longer than one waits."""
    if isinstance(error.orig, sqlite3.OperationalError):
        return error.orig.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    return getattr(error.orig, "sqlstate", None) == postgresql.LOCK_NOT_AVAILABLE


def outlives(connection: sa.Connection, error: BaseException) -> bool:
    """Whether a transaction stands although a statement of it failed and was taken back to its savepoint.

    SQLite may have taken back the whole of it where its disk fails; PostgreSQL where the connection is lost.
    """
    if connection.invalidated:
        return False
    return connection.dialect.name != "sqlite" or not isinstance(error, BROKEN)


def described(tx: sa.Connection) -> str:
    """The engine, its version and where it is, without a password. Raises UnfitDatabase where its disk is not used."""
    return _sqlite_described(tx) if tx.dialect.name == "sqlite" else postgresql.described(tx)


def _sqlite_described(tx: sa.Connection) -> str:
    return f"SQLite {sqlite3.sqlite_version} in {tx.engine.url.database}"


def _tune_sqlite(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # transactions are ours to begin: the driver's own begin too late
        connection.execute("PRAGMA busy_timeout=10000")
        _write_ahead(connection)
        for pragma in ("synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        mode = "DEFERRED" if connection.get_execution_options().get("read_only") else "IMMEDIATE"
        connection.exec_driver_sql(f"BEGIN {mode}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Keep a write-ahead log. Of two that open a new database at once, this statement alone waits for nobody."""
    for _ in range(TRIES):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(PAUSE)
    connection.execute("PRAGMA journal_mode=WAL")
