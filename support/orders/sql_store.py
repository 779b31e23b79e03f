"""A store's tables as they are: what is missing in this store reads as unknown, and every read is bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from support.orders.breaker import Breaker
from support.orders.connector import StoreUnavailable

Row = Mapping[str, Any]
MOST_ROWS = 500
ASIDE_REST = 600.0
"""Seconds for which lookups that are not needed rest after one that failed."""
DRIVERS = (sa.exc.SQLAlchemyError, OSError, RuntimeError, UnicodeError, ImportError)
"""What a driver raises: its own errors, and what goes wrong below it: a way to log in that it lacks, odd letters."""
NUMBERS = ("int", "dec", "num", "real", "double", "float", "serial")
WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)


PROOF = "what a buyer proves an order with; it is compared, never shown"
ADDRESS = "counts orders made from one address in a short time; it is compared, never shown or kept"


@dataclass(frozen=True, slots=True)
class TableNeeds:
    """What a connector reads of one table.

    Attributes:
        required: columns without which no order can be read.
        wanted: columns whose absence leaves facts unknown.
        spare: columns that some versions have instead of others; nobody misses them.
        optional: whether the whole table may be missing, or forbidden.
        why: what a column that holds keys, proofs or addresses is read for, told to who grants it.
        sold: the column of keys, and the condition of rows whose key is sold; a strict view hides all other keys.
    """

    name: str
    required: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()
    optional: bool = False
    why: Mapping[str, str] = field(default_factory=dict)
    sold: tuple[str, str] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """All that is read where it is there: required, wanted, spare."""
        return self.required + self.wanted + self.spare


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the store has it. A column that it lacks reads as NULL."""

    name: str
    types: Mapping[str, str]
    clause: sa.TableClause = field(repr=False)

    @property
    def found(self) -> frozenset[str]:
        """The columns that are there, of those that the connector reads."""
        return frozenset(self.types)

    @property
    def readable(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.types)

    def has(self, *columns: str) -> bool:
        """Whether every one of these columns is there."""
        return self.found.issuperset(columns)

    def required(self, name: str) -> sa.ColumnClause[Any]:
        """A column without which no order can be read."""
        return self.clause.c[name]

    def column(self, name: str) -> sa.ColumnElement[Any]:
        """The column, or NULL under its name."""
        return self.clause.c[name] if name in self.found else sa.null().label(name)

    def columns(self, *names: str) -> tuple[sa.ColumnElement[Any], ...]:
        """Several columns, each as `column` gives it: what the table lacks is NULL."""
        return tuple(self.column(name) for name in names)

    def fitting(self, name: str, written: str) -> object | None:
        """A text as the column's type takes it; None where it can be no value of it, so that no database guesses."""
        kind, text = self.types.get(name, "").lower(), written.strip()
        if kind.startswith("bool"):
            return {"1": True, "0": False}.get(text)
        if any(word in kind for word in NUMBERS):
            return int(text) if WHOLE.fullmatch(text) else None
        return text if text.isprintable() and text else None

    def without(self, *marks: str) -> sa.ColumnElement[bool]:
        """Only rows in which these columns, where the table has them, are empty: soft deletes."""
        return sa.and_(sa.true(), *(self.clause.c[mark].is_(None) for mark in marks if mark in self.found))


class SqlStore:
    """One store's database behind a circuit breaker."""

    def __init__(
        self, engine: sa.Engine, needs: Sequence[TableNeeds], prefix: str = "", breaker: Breaker | None = None
    ) -> None:
        self.needs, self.prefix = tuple(needs), prefix
        self._engine, self._breaker = engine, breaker or Breaker()
        self._aside = Breaker(failures=1, rest_seconds=ASIDE_REST)
        self._tables: dict[str, Table] | None = None

    @contextmanager
    def reading(self, aside: bool = False) -> Iterator[Reader]:
        """One moment's view of the store. Raises StoreUnavailable.

        `aside` is for what answers can do without: where that takes too long, orders are still looked up.
        """
        with (self._aside if aside else self._breaker).guarding():
            try:
                with self._engine.connect() as connection:
                    if self._tables is None:
                        self._tables = self._look(connection)
                    yield Reader(connection, self._tables)
            except DRIVERS as error:
                raise StoreUnavailable(self.reason(error)) from None

    def missing(self) -> tuple[str, ...]:
        """The columns, or whole tables, that this store lacks or does not let us see, such as `goods.is_open`.

        Raises StoreUnavailable.
        """
        with self.reading() as reader:
            return tuple(
                name
                for needs in self.needs
                for name in _missing(self.prefix + needs.name, needs, reader.table(needs.name))
            )

    def reason(self, error: Exception) -> str:
        """Why the store cannot be read, with no password and no parameter in it."""
        if isinstance(error, sa.exc.TimeoutError):
            return "all connections to the store are busy"
        said = str(error.orig) if isinstance(error, sa.exc.DBAPIError) else str(error.args[0] if error.args else error)
        password = self._engine.url.password
        line = " ".join(said.split())[:300]
        if line == "interrupted":
            line = "the lookup took too long and was stopped"
        return line.replace(str(password), "***") if password else line

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._engine.dispose()

    def _look(self, connection: sa.Connection) -> dict[str, Table]:
        tables = {needs.name: self._table(connection, needs) for needs in self.needs}
        for needs in self.needs:
            table = tables[needs.name]
            lacking = [column for column in needs.required if not table.has(column)]
            if lacking and not needs.optional:
                what = f"columns {', '.join(lacking)} of the table {table.name}" if table.readable else table.name
                raise StoreUnavailable(f"this database lacks {what}, or the user may not read it")
        return tables

    def _table(self, connection: sa.Connection, needs: TableNeeds) -> Table:
        name = self.prefix + needs.name
        found = columns_seen(connection, name)
        if needs.optional and not set(needs.required) <= set(found):
            found = {}
        present = {column: found[column] for column in needs.columns if column in found}
        return Table(name, present, sa.table(name, *(sa.column(column) for column in needs.columns)))


def _missing(name: str, needs: TableNeeds, table: Table) -> tuple[str, ...]:
    if not table.readable:
        return (name,)
    return tuple(f"{name}.{column}" for column in needs.required + needs.wanted if not table.has(column))


def columns_seen(connection: sa.Connection, table: str) -> dict[str, str]:
    """The columns of a table that this user may read, with their types; none where there is no such table."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, type FROM pragma_table_info(:table)"
    else:
        schema = "DATABASE()" if connection.dialect.name == "mysql" else "current_schema()"
        query = (
            "SELECT column_name, data_type FROM information_schema.columns "  # noqa: S608  # a schema named above
            f"WHERE table_schema = {schema} AND table_name = :table"
        )
    return {str(name): str(kind) for name, kind in connection.execute(sa.text(query), {"table": table})}


class Reader:
    """Reads within one moment's view."""

    def __init__(self, connection: sa.Connection, tables: Mapping[str, Table]) -> None:
        self._connection, self._tables = connection, tables

    def table(self, name: str) -> Table:
        """A table that the store declared to need, by its name without the prefix."""
        return self._tables[name]

    def rows(self, query: sa.Select[Any], most: int = MOST_ROWS) -> list[Row]:
        """The rows of a query, at most so many."""
        return [dict(row) for row in self._connection.execute(query.limit(most)).mappings()]

    def first(self, query: sa.Select[Any]) -> Row | None:
        """The first row in the order of the query, None where there is none."""
        return next(iter(self.rows(query, 1)), None)

    def count(self, table: Table, *where: sa.ColumnElement[bool]) -> int | None:
        """How many rows; None where the table cannot be read."""
        if not table.readable:
            return None
        query = sa.select(sa.func.count()).select_from(table.clause).where(*where)
        return int(self._connection.execute(query).scalar_one())
