"""Sealing what is kept anew, under the newest key or in the clear, while the record is written to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial

import sqlalchemy as sa

from ticketing.storage.database import waited_in_vain
from ticketing.storage.erasure import overwriting
from ticketing.storage.journal import Journal
from ticketing.storage.sealed import FIELDS, Field, renew, under_keys

AT_ONCE = 50
"""Values of one transaction: files may be large, and buyers' messages wait behind it."""


def due(tx: sa.Connection, newest: str) -> int:
    """How many values are not as they are to be: under the newest key's name, or, where it is empty, in the clear."""
    found = under_keys(tx)
    optional = {field.name for field in FIELDS if field.kind == "json"}
    return sum(
        count
        for name, by_key in found.items()
        for key, count in by_key.items()
        if key != newest and not (key == "" and name in optional)
    )


def reseal(journal: Journal, newest: str, tell: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Bring every value under the newest key; with no name, into the clear. How many there were.

    Each transaction stands for itself: whoever is stopped says it again. Raises SealError.
    """
    total, done = journal.read_now(partial(due, newest=newest)), 0
    for field in FIELDS:
        while some := journal.write_now(partial(_some, field=field, keyless=not newest)):
            done += some
            tell(min(done, total), total)
    return done


def _some(tx: sa.Connection, field: Field, keyless: bool) -> int:
    with overwriting(tx):
        return renew(tx, field, AT_ONCE, keyless)


def forget_old_bytes(engine: sa.Engine) -> bool:
    """Take out of the database's files what stood there before. False where somebody uses it just now: there it stays
    until it is written over, or this is done again. PostgreSQL writes the tables anew, each for a moment to itself."""
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection:  # outside of any transaction
            return not connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    tables = dict.fromkeys(field.table.name for field in FIELDS if field.kind != "json")
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connected:
            for table in tables:
                connected.exec_driver_sql(f"VACUUM (FULL) {table}")
    except sa.exc.OperationalError as error:
        if not waited_in_vain(error):
            raise
        return False
    return True
