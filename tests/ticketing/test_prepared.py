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


def test_rows_are_given_by_name_or_in_the_tables_order_and_kept_without_what_no_database_keeps(
    journal: Journal,
) -> None:
    named = [{"shop": "star", "conversation": "c\x00", "reader": f"{n}", "seq": n} for n in range(3)]
    ordered = [("star", "d\x00", f"\x00{n}", n) for n in range(135)]
    journal.write_now(lambda tx: Prepared.insert(reads).run_many(tx, named))
    journal.write_now(lambda tx: Prepared.insert(reads).run_many(tx, ordered))
    query = sa.select(reads).order_by(reads.c.conversation, reads.c.seq)
    kept = [tuple(row) for row in journal.read_now(lambda tx: tx.execute(query).all())]
    assert kept == [("star", "c", f"{n}", n) for n in range(3)] + [("star", "d", f"{n}", n) for n in range(135)]


@pytest.mark.parametrize("count", [1, 2, 77])
def test_many_rows_are_moved_at_once_and_no_others(journal: Journal, count: int) -> None:
    rows = [("star", "c", f"{n:03}", n) for n in range(count + 1)]
    journal.write_now(lambda tx: Prepared.insert(reads).run_many(tx, rows))
    move = Prepared.update(reads, ["shop", "conversation", "reader"], ["seq"])
    moved = [(shop, chat, reader, seq + 1000) for shop, chat, reader, seq in rows[:count]]
    journal.write_now(lambda tx: move.run_many(tx, [*moved, ("other", "c", "000", 5), ("star", "x", "000", 5)]))
    query = sa.select(reads).order_by(reads.c.reader)
    kept = [tuple(row) for row in journal.read_now(lambda tx: tx.execute(query).all())]
    assert kept == [*moved, rows[-1]]
    journal.write_now(lambda tx: move.run(tx, rows[0]))
    assert journal.read_now(lambda tx: tx.execute(query).first()) == rows[0]


def test_of_many_rows_none_stays_where_one_of_them_is_there_already(journal: Journal) -> None:
    journal.write_now(lambda tx: Prepared.insert(reads).run(tx, ("star", "c", "005", 0)))
    rows = [("star", "c", f"{n:03}", n) for n in range(9)]
    with pytest.raises(sa.exc.IntegrityError):
        journal.write_now(lambda tx: Prepared.insert(reads).run_many(tx, rows))
    assert journal.read_now(lambda tx: tx.execute(sa.select(reads)).all()) == [("star", "c", "005", 0)]
