"""Prepared statements: written in SQLAlchemy, compiled once for each kind of database, run straight on its driver.

Where one message costs a handful of statements, building and wrapping each is most of its price. Values are given as
the database keeps them: times in microseconds (`micros`), JSON as text (`encode`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from ticketing.storage.columns import EPOCH, PlainText, plain

Values = Mapping[str, Any]
Row = Values | tuple[Any, ...]
"""By name, or in the statement's own order, which is made and arranged in a tenth of the time."""
DOZENS = (64, 32, 16, 8, 4, 2, 1)


class Prepared:
    """One statement; its parameters are named as its columns and bindparams are, `order` is theirs in a tuple."""

    def __init__(self, statement: sa.ClauseElement, order: Iterable[str] = (), many: str | None = None) -> None:
        self._statement, self._order, self._many_sql = statement, tuple(order), many
        self._compiled: dict[str, tuple[str, Callable[[Values], Any]]] = {}
        self._texts: list[str] = []
        self._texts_of: Callable[[Any], tuple[Any, ...]] = _getter(())

    @classmethod
    def insert(cls, table: sa.Table) -> Prepared:
        """A row of a table; every column is to be given. Of many, SQLite may leave some where one fails: give all up.

        To take them back itself it would copy each page that it touches, into a file of its own.
        """
        statement = sa.insert(table).prefix_with("OR FAIL", dialect="sqlite")
        return cls(statement, [column.name for column in table.columns])

    @classmethod
    def update(cls, table: sa.Table, key: Sequence[str], moved: Sequence[str]) -> Prepared:
        """Columns of the row of a key; given are the key's, then these."""
        where = [table.c[name] == sa.bindparam(f"old_{name}", type_=table.c[name].type) for name in key]
        values = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in moved}
        order = [*(f"old_{name}" for name in key), *(f"new_{name}" for name in moved)]
        return cls(sa.update(table).where(*where).values(values), order, _update_many(table.name, key, moved))

    def run(self, tx: sa.Connection, values: Row) -> Any:
        """Execute in the transaction; the driver's cursor. Raises what SQLAlchemy would raise."""
        sql, arrange = self._compiled.get(tx.dialect.name) or self._compile(tx.dialect)
        try:
            return driver_of(tx).execute(sql, arrange(self._clean(self._named(values))))
        except tx.dialect.loaded_dbapi.Error as error:
            raise _as_sqlalchemys(tx, sql, error) from error

    def run_many(self, tx: sa.Connection, rows: Sequence[Row]) -> None:
        """Run it with each of them; SQLite by the dozen, for each of its steps gives the interpreter's lock away."""
        sql, arrange = self._compiled.get(tx.dialect.name) or self._compile(tx.dialect)
        try:
            if tx.dialect.name == "sqlite":
                _run_by_dozens(driver_of(tx), self._many_sql or sql, self._tuples(rows))
            else:
                driver_of(tx).cursor().executemany(sql, [arrange(self._clean(self._named(row))) for row in rows])
        except tx.dialect.loaded_dbapi.Error as error:
            raise _as_sqlalchemys(tx, sql, error) from error

    def _named(self, row: Row) -> Values:
        return dict(zip(self._order, row, strict=True)) if isinstance(row, tuple) else row

    def _clean(self, values: Values) -> Values:
        """Texts as their columns take them."""
        for name in self._texts:
            if (text := values[name]) and "\x00" in text:
                return {**values, **{one: plain(values[one] or "") for one in self._texts if values[one]}}
        return values

    def _tuples(self, rows: Sequence[Row]) -> Sequence[tuple[Any, ...]]:
        """Rows in the statement's order, their texts as columns take them; one look at all of these."""
        tuples = [row if isinstance(row, tuple) else tuple(row[name] for name in self._order) for row in rows]
        texts = chain.from_iterable(map(self._texts_of, tuples))
        if "\x00" in "".join(filter(None, texts)):
            return [tuple(plain(one) if isinstance(one, str) else one for one in row) for row in tuples]
        return tuples

    def _compile(self, dialect: sa.Dialect) -> tuple[str, Callable[[Values], Any]]:
        columns = None if self._many_sql or not self._order else list(self._order)
        compiled = self._statement.compile(dialect=dialect, column_keys=columns)
        assert isinstance(compiled, sa.sql.compiler.SQLCompiler)
        names = compiled.positiontup
        found = str(compiled), dict if names is None else _getter(names)
        self._texts = [name for name, bind in compiled.binds.items() if isinstance(bind.type, PlainText)]
        self._texts_of = _getter([self._order.index(name) for name in self._texts if name in self._order])
        self._compiled[dialect.name] = found
        return found


def _getter(places: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """Values as a tuple, for drivers that know no names; `itemgetter` makes none of fewer than two."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: tuple(values[place] for place in places)


def _update_many(table: str, key: Sequence[str], moved: Sequence[str]) -> str:
    """SQLite's statement for many rows of `Prepared.update`: executed once for each, it costs a third more."""
    names, row = ", ".join((*key, *moved)), ", ".join("?" for _ in (*key, *moved))
    values = ", ".join(f"{name} = moved.{name}" for name in moved)
    where = " AND ".join(f"{table}.{name} = moved.{name}" for name in key)
    given = f"WITH moved({names}) AS (VALUES ({row}))"
    return f"{given} UPDATE OR FAIL {table} SET {values} FROM moved WHERE {where}"  # noqa: S608  # names of ours


def _run_by_dozens(driver: Any, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    done = 0
    for size, many in _by_dozens(sql):
        while len(rows) - done >= size:
            driver.execute(many, tuple(chain.from_iterable(rows[done : done + size])))
            done += size


@cache
def _by_dozens(sql: str) -> tuple[tuple[int, str], ...]:
    head, row, tail = re.split(r"(?<=VALUES )(\([?, ]+\))", sql, maxsplit=1)
    return tuple((size, f"{head}{', '.join([row] * size)}{tail}") for size in DOZENS)


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
