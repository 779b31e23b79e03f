"""Prepared statements: written in SQLAlchemy, compiled once for each kind of database, run straight on its driver.

Where one message costs a handful of statements, building and wrapping each is most of its price. Values are given as
the database keeps them: times in microseconds (`micros`), JSON as text (`encode`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from ticketing.storage.tables import EPOCH, PlainText, plain

Values = Mapping[str, Any]
Way = Callable[[Any, str, list[Any]], None]
DOZENS = (64, 32, 16, 8, 4, 2, 1)


class Prepared:
    """One statement; its parameters are named as its columns and bindparams are."""

    def __init__(self, statement: sa.ClauseElement, columns: Iterable[str] | None = None) -> None:
        self._statement, self._columns = statement, None if columns is None else list(columns)
        self._compiled: dict[str, tuple[str, Callable[[Values], Any]]] = {}
        self._texts: list[str] = []

    @classmethod
    def insert(cls, table: sa.Table) -> Prepared:
        """A row of a table; every column is to be given."""
        return cls(sa.insert(table), [column.name for column in table.columns])

    def run(self, tx: sa.Connection, values: Values) -> Any:
        """Execute in the transaction; the driver's cursor. Raises what SQLAlchemy would raise."""
        sql, arrange = self._compiled.get(tx.dialect.name) or self._compile(tx.dialect)
        try:
            return driver_of(tx).execute(sql, arrange(self._clean(values)))
        except tx.dialect.loaded_dbapi.Error as error:
            raise _as_sqlalchemys(tx, sql, error) from error

    def insert_many(self, tx: sa.Connection, rows: Sequence[Values]) -> None:
        """Insert many rows; SQLite by the dozen, for each of its steps gives the interpreter's lock away."""
        self._many(tx, rows, _insert_by_dozens if tx.dialect.name == "sqlite" else _run_each)

    def update_many(self, tx: sa.Connection, rows: Sequence[Values]) -> None:
        """Run it once with each of them; nothing comes back."""
        self._many(tx, rows, _run_each)

    def _many(self, tx: sa.Connection, rows: Sequence[Values], way: Way) -> None:
        sql, arrange = self._compiled.get(tx.dialect.name) or self._compile(tx.dialect)
        try:
            way(driver_of(tx), sql, [arrange(self._clean(row)) for row in rows])
        except tx.dialect.loaded_dbapi.Error as error:
            raise _as_sqlalchemys(tx, sql, error) from error

    def _clean(self, values: Values) -> Values:
        """Texts as their columns take them."""
        for name in self._texts:
            if (text := values[name]) and "\x00" in text:
                return {**values, **{one: plain(values[one] or "") for one in self._texts if values[one]}}
        return values

    def _compile(self, dialect: sa.Dialect) -> tuple[str, Callable[[Values], Any]]:
        compiled = self._statement.compile(dialect=dialect, column_keys=self._columns)
        assert isinstance(compiled, sa.sql.compiler.SQLCompiler)
        names = compiled.positiontup
        found = str(compiled), dict if names is None else _in_order(names)
        self._texts = [name for name, bind in compiled.binds.items() if isinstance(bind.type, PlainText)]
        self._compiled[dialect.name] = found
        return found


def _in_order(names: list[str]) -> Callable[[Values], tuple[Any, ...]]:
    """Values as a tuple, for drivers that know no names; `itemgetter` makes none of fewer than two."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def _insert_by_dozens(driver: Any, sql: str, rows: list[tuple[Any, ...]]) -> None:
    done = 0
    for size, many in _by_dozens(sql):
        while len(rows) - done >= size:
            driver.execute(many, tuple(chain.from_iterable(rows[done : done + size])))
            done += size


@cache
def _by_dozens(sql: str) -> tuple[tuple[int, str], ...]:
    head, _, row = sql.rpartition("VALUES ")
    return tuple((size, f"{head}VALUES {', '.join([row] * size)}") for size in DOZENS)


def _run_each(driver: Any, sql: str, rows: list[Any]) -> None:
    driver.cursor().executemany(sql, rows)


def driver_of(tx: sa.Connection) -> Any:
    """The driver's own connection under a transaction."""
    return tx.connection.driver_connection


def micros(at: datetime) -> int:
    """A time as it is kept: whole microseconds since 1970 UTC."""
    passed = at - EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def _as_sqlalchemys(tx: sa.Connection, sql: str, error: Any) -> sa.exc.DBAPIError:
    dialect = tx.dialect
    lost = dialect.is_disconnect(error, tx.connection.dbapi_connection, None)
    if lost:
        tx.invalidate(error)
    wrapped = sa.exc.DBAPIError.instance(
        sql, None, error, dialect.loaded_dbapi.Error, connection_invalidated=lost, dialect=dialect
    )
    assert isinstance(wrapped, sa.exc.DBAPIError)
    return wrapped
