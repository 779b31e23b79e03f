"""Every step from every schema that there was, over filled tables: no row is lost, the end is as named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from tests.ticketing.test_migrations import _is_ours, bare
from ticketing.storage.database import open_engine, transaction
from ticketing.storage.migrate import MIGRATIONS, alembic_config
from ticketing.storage.tables import metadata

__all__ = ["bare"]
ROWS = 3
Keys = Mapping[str, frozenset[tuple[Any, ...]]]


def test_each_step_takes_the_rows_of_every_schema_before_it_along(bare: str) -> None:
    engine = open_engine(bare)
    revisions = [one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
    before: Keys = {}
    for revision in reversed(revisions):
        with transaction(engine) as tx:
            command.upgrade(alembic_config(tx), revision)
        with transaction(engine) as tx:
            tables = tables_of(tx)
            lost = {name: keys - keys_of(tx, tables[name]) for name, keys in before.items() if name in tables}
            assert {name: some for name, some in lost.items() if some} == {}, revision
            for table in tables.values():
                tx.execute(sa.insert(table), [row_of(table, f"{revision}{n}") for n in range(ROWS)])
            before = {name: keys_of(tx, table) for name, table in tables.items()}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _is_ours})
        assert compare_metadata(context, metadata) == []
    assert before.keys() == metadata.tables.keys(), "a table that went away takes its rows along: say so here"
    assert len(before["messages"]) == ROWS * len(revisions)
    engine.dispose()


def tables_of(tx: sa.Connection) -> dict[str, sa.Table]:
    """The tables as they stand, by their names, of which `refund_lines` comes before `refunds` that point at it.

    Without the index of words, which is made anew.
    """
    look = sa.inspect(tx)
    keys = {name: found["constrained_columns"] for (_, name), found in look.get_multi_pk_constraint().items()}
    found = {}
    for (_, name), columns in sorted(look.get_multi_columns().items(), key=lambda one: one[0][1]):
        if name != "alembic_version" and not name.startswith("ticket_words"):
            shown = (sa.Column(one["name"], one["type"], primary_key=one["name"] in keys[name]) for one in columns)
            found[name] = sa.Table(name, sa.MetaData(), *shown)
    return found


def keys_of(tx: sa.Connection, table: sa.Table) -> frozenset[tuple[Any, ...]]:
    """The keys of every row."""
    return frozenset(tuple(row) for row in tx.execute(sa.select(*table.primary_key.columns)))


def row_of(table: sa.Table, tag: str) -> dict[str, Any]:
    """A row that any schema takes; rows of one tag belong together, and no other row has anything of it."""
    return {column.name: value_of(column, tag) for column in table.columns}


def value_of(column: sa.Column[Any], tag: str) -> Any:
    """Something that a column may hold."""
    kind = column.type
    if isinstance(kind, sa.JSON):
        return {}
    if isinstance(kind, sa.LargeBinary):
        return b"bytes"
    if isinstance(kind, sa.Boolean):
        return False
    if isinstance(kind, sa.Integer):
        return 0 if column.name == "held" else int(tag)  # which triggers count
    return f"{column.name} {tag}"
