"""Filling a store's database: tables as they are documented, rows as a store would have written them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

Rows = Mapping[str, list[dict[str, Any]]]


def fill(connection: sa.Connection, schema: str, rows: Rows) -> None:
    """Make the tables and insert the rows; a column that a row does not name keeps its default."""
    for statement in schema.split(";"):
        if statement.strip():
            connection.exec_driver_sql(_quoted(connection, statement))
    for table, given in rows.items():
        for row in given:
            columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in row]
            connection.execute(sa.insert(sa.table(table, *columns)).values(row))


POSTGRESQL = {"`": '"', "tinyint": "smallint", "datetime": "timestamp", "longtext": "text"}


def _quoted(connection: sa.Connection, statement: str) -> str:
    """MySQL's words, which SQLite understands too, in PostgreSQL's."""
    for word, instead in POSTGRESQL.items() if connection.dialect.name == "postgresql" else ():
        statement = statement.replace(word, instead)
    return statement


@contextmanager
def sqlite_running(path: Path, schema: str, rows: Rows) -> Iterator[str]:
    """The url of a filled SQLite store while its shop runs: every row is still in the write-ahead log alone."""
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        connection.exec_driver_sql("PRAGMA wal_autocheckpoint = 0")
        fill(connection, schema, rows)
        connection.commit()
        yield f"sqlite:///{path}"
    engine.dispose()
