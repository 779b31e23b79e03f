"""The records that are measured: on SQLite in a folder, or on a PostgreSQL of their own; and filling them fast."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from pydantic import SecretStr

from bench.postgres import Server
from support.settings import Settings
from ticketing.storage.prepared import Prepared, driver_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record is measured. `clock` tells the seconds of processor that this thread and the database have used:
    what a read costs whose pages are in memory, whoever else is on the machine."""

    settings: Settings
    clock: Callable[[], float]


@contextmanager
def record_on(engine: str, folder: Path) -> Iterator[Place]:
    """An empty record's place, in `folder` or on a server of its own. Raises AssertionError where there is none."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        if engine == "sqlite":
            settings = Settings.alone(data_dir=Path(place))
            yield Place(settings, time.thread_time)
            return
        with Server() as server, server.database() as url:
            settings = Settings.alone(data_dir=Path(place), database_url=SecretStr(url))
            yield Place(settings, lambda: time.thread_time() + server.cpu_seconds())


def fill(tx: sa.Connection, table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows whose values are as the database keeps them, every column given; PostgreSQL takes them by COPY."""
    names = [column.name for column in table.columns]
    if tx.dialect.name == "sqlite":
        Prepared.insert(table).run_many(tx, list(rows))
        return
    order = f"COPY {table.name} ({', '.join(names)}) FROM STDIN"
    with driver_of(tx).cursor() as cursor, cursor.copy(order) as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


def settled(settings: Settings) -> None:
    """What autovacuum does for a record that has stood for a while: PostgreSQL's statistics, and its map of pages."""
    if settings.database_url is not None:
        with psycopg.connect(settings.database_url.get_secret_value(), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
