"""The records that are measured: on SQLite in a folder, or on a PostgreSQL of their own; and filling them fast."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from pydantic import SecretStr

from bench.postgres import Server
from support.settings import Settings
from ticketing.storage.prepared import Prepared, driver_of

ENGINES = ("sqlite", "postgresql")


@contextmanager
def settings_on(engine: str, folder: Path) -> Iterator[Settings]:
    """Settings of an empty record, in `folder` or on a server of its own. Raises AssertionError where there is none."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        if engine == "sqlite":
            yield Settings(data_dir=Path(place), _env_file=None)  # type: ignore[call-arg]
            return
        with Server() as server, server.database() as url:
            yield Settings(data_dir=Path(place), database_url=SecretStr(url), _env_file=None)  # type: ignore[call-arg]


def fill(tx: sa.Connection, table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows whose values are as the database keeps them, every column given; PostgreSQL takes them by COPY."""
    names = [column.name for column in table.columns]
    if tx.dialect.name == "sqlite":
        Prepared.insert(table).insert_many(tx, list(rows))
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
