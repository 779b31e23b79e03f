"""Opening a store's database for reading only: MySQL or MariaDB, PostgreSQL, or a SQLite file with its log.

Whoever is connected can write nothing whatever the database would allow, and no statement runs on for ever.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from support.orders.connector import StoreUnavailable

TIMEOUT_SECONDS = 5.0
CONNECT_SECONDS = 3
CONNECTIONS = 4
WAIT_SECONDS = 2.0
"""How long a lookup waits for one of the connections before the store counts as busy."""
RECYCLE_SECONDS = 600
CHECK_EVERY = 10_000
"""SQLite instructions between two looks at the clock."""


def open_store(url: str, folder: Path, timeout_seconds: float = TIMEOUT_SECONDS) -> sa.Engine:
    """An engine that only reads; nothing is connected yet. A relative SQLite path is relative to `folder`.

    Raises StoreUnavailable for what is no URL of a database.
    """
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise StoreUnavailable("the store's url is no database url: see orders.url in shop.toml") from None
    if "@" in (parsed.host or ""):  # a part of the password, which no message may show
        raise StoreUnavailable("in the password of a store's url, @ is written %40: see orders.url in shop.toml")
    match parsed.get_backend_name():
        case "sqlite":
            return _sqlite(folder / (parsed.database or ""), timeout_seconds)
        case "mysql" | "mariadb":
            return _mysql(parsed, timeout_seconds)
        case "postgresql":
            return _postgresql(parsed, timeout_seconds)
    raise StoreUnavailable(f"there is no connector to a {parsed.get_backend_name()} database")


def _pooled(url: sa.URL | str, **options: Any) -> sa.Engine:
    return sa.create_engine(
        url, poolclass=QueuePool, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=WAIT_SECONDS,
        pool_recycle=RECYCLE_SECONDS, hide_parameters=True, **options,
    )  # fmt: skip


def _mysql(url: sa.URL, seconds: float) -> sa.Engine:
    """The session's time zone stays the server's own: a `timestamp` reads as the wall clock that was written."""
    limits = {"connect_timeout": CONNECT_SECONDS, "read_timeout": seconds + 5, "write_timeout": seconds + 5}
    engine = _pooled(
        url.set(drivername="mysql+pymysql").update_query_dict({"charset": "utf8mb4"}),
        pool_pre_ping=True, connect_args=limits,
    )  # fmt: skip

    def prepare(connection: Any) -> None:
        maria = "MariaDB" in str(connection.get_server_info())
        limit = f"MAX_STATEMENT_TIME = {seconds}" if maria else f"MAX_EXECUTION_TIME = {int(seconds * 1000)}"
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            with suppress(connection.Error):  # before MySQL 5.7.8 and MariaDB 10.1 only the socket's own limit helps
                cursor.execute(f"SET SESSION {limit}")

    _on_connect(engine, prepare)
    return engine


def _postgresql(url: sa.URL, seconds: float) -> sa.Engine:
    given = {"connect_timeout": CONNECT_SECONDS, "client_encoding": "utf8", "fallback_application_name": "anxin"}
    engine = _pooled(
        url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, isolation_level="REPEATABLE READ",
        connect_args={name: value for name, value in given.items() if name not in url.query},
    )  # fmt: skip

    def prepare(connection: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
            cursor.execute(f"SET statement_timeout = {int(seconds * 1000)}")
        connection.commit()

    _on_connect(engine, prepare)
    return engine


def _sqlite(path: Path, seconds: float) -> sa.Engine:
    """`mode=ro` reads what is in the write-ahead log and never makes the file that is missing."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode=ro", uri=True, timeout=seconds, isolation_level=None, check_same_thread=False
        )
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        connection.execute("PRAGMA query_only = ON")
        return connection

    engine = _pooled("sqlite://", creator=connect)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        driver: Any = connection.connection.driver_connection
        end = time.monotonic() + seconds
        driver.set_progress_handler(lambda: time.monotonic() > end, CHECK_EVERY)
        connection.exec_driver_sql("BEGIN")

    return engine


def _on_connect(engine: sa.Engine, prepare: Callable[[Any], None]) -> None:
    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, _: object) -> None:
        prepare(connection)
