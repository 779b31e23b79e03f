from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.ticketing.conftest import NOW
from ticketing.errors import RecordUnavailable
from ticketing.storage.database import encode
from ticketing.storage.journal import Journal
from ticketing.storage.prepared import Prepared, micros
from ticketing.storage.tables import reads, turns


def test_a_row_comes_back_as_the_tables_read_it(journal: Journal) -> None:
    row = {
        "shop": "star", "message": "m", "conversation": "c", "client_id": "k", "created_at": micros(NOW),
        "trace": encode({"text": "退款"}),
    }  # fmt: skip
    journal.write_now(lambda tx: Prepared.insert(turns).run(tx, row))
    kept = journal.read_now(lambda tx: tx.execute(sa.select(turns)).one())
    assert (kept.created_at, kept.trace) == (NOW, {"text": "退款"})


def test_the_drivers_errors_are_those_that_the_rest_knows(journal: Journal) -> None:
    row = {"shop": "star", "conversation": "c", "reader": "buyer", "seq": 1}
    journal.write_now(lambda tx: Prepared.insert(reads).run(tx, row))
    with pytest.raises(sa.exc.IntegrityError):
        journal.write_now(lambda tx: Prepared.insert(reads).run(tx, row))
    with pytest.raises((RecordUnavailable, sa.exc.ProgrammingError), match="nowhere"):
        journal.read_now(lambda tx: Prepared(sa.select(sa.table("nowhere", sa.column("x")))).run(tx, {}))


def test_a_parameter_that_stands_twice_is_given_once(journal: Journal) -> None:
    found = Prepared(sa.select(sa.bindparam("a"), sa.bindparam("b"), sa.bindparam("a")))
    assert journal.read_now(lambda tx: found.run(tx, {"b": "2", "a": "1"}).fetchone()) == ("1", "2", "1")
