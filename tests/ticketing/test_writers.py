"""Writers beside each other: nobody who follows the cursor misses an event, and nothing is counted twice or not."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from tests.ticketing.conftest import NOW
from tests.ticketing.writers import HELD_SECONDS, LONG_SECONDS, Reader, overtaking, say, writers
from ticketing.errors import RecordUnavailable
from ticketing.storage import postgresql, talk
from ticketing.storage.database import open_engine
from ticketing.storage.journal import Journal
from ticketing.storage.spool import flush
from ticketing.storage.tables import events

WRITERS, EACH = 4, 30
POSTGRESQL = pytest.mark.parametrize("empty_record", ["postgresql"], indirect=True)


@pytest.fixture
def two(journal: Journal, database_url: str) -> Iterator[list[Journal]]:
    """Two writers of one record."""
    with writers(database_url, 2) as journals:
        yield journals


@pytest.fixture
def chats(journal: Journal) -> tuple[str, str]:
    """Two conversations."""
    first, second = journal.write_now(
        lambda tx: [talk.start(tx, "star", f"visitor:{name}", "en", "s", NOW).id for name in "ab"]
    )
    return first, second


def test_a_reader_who_follows_the_cursor_misses_nothing_however_many_write(
    journal: Journal, database_url: str, chats: tuple[str, str]
) -> None:
    rng = random.Random(7)
    with writers(database_url, WRITERS) as journals:
        futures = [
            writer.write_soon(partial(say, conversation=rng.choice(chats))) for _ in range(EACH) for writer in journals
        ]
        reader = Reader(journal)
        reader.follow(lambda: all(future.done() for future in futures))
        told = [future.result() for future in futures]
    assert reader.seen == list(range(1, WRITERS * EACH + 1))
    assert sorted(told) == reader.seen
    for chat in chats:
        page = partial(talk.page, shop="star", conversation=chat, before_seq=None, limit=1000)
        seqs = [message.seq for message in journal.read_now(page)]
        assert seqs == list(range(1, len(seqs) + 1))


def test_no_writer_overtakes_another(journal: Journal, two: list[Journal], chats: tuple[str, str]) -> None:
    reader = Reader(journal)
    overtaking(two[0], two[1], reader, chats)
    assert reader.seen == [1, 2]


@POSTGRESQL
def test_cursors_of_a_sequence_are_found_to_lose_an_event(
    journal: Journal, two: list[Journal], chats: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check above can fail: this is what it says where cursors are allotted without a lock."""
    journal.write_now(lambda tx: tx.exec_driver_sql("CREATE SEQUENCE careless OWNED BY shops.n"))
    monkeypatch.setattr(postgresql, "BEGIN", postgresql.BEGIN.replace("pg_advisory_xact_lock(%s)", "%s"))
    monkeypatch.setattr(talk, "next_cursor", lambda tx, shop: tx.scalar(sa.text("SELECT nextval('careless')")))
    reader = Reader(journal)
    overtaking(two[0], two[1], reader, chats, LONG_SECONDS)
    journal.write_now(lambda tx: tx.exec_driver_sql("DROP SEQUENCE careless"))
    assert reader.seen == [2]


def crossing(two: list[Journal], chats: tuple[str, str], seconds: float = HELD_SECONDS) -> list[Future[None]]:
    """Two who change the same two conversations in opposite orders, each halfway before the other goes on."""
    halfway = threading.Barrier(2)

    def both(tx: sa.Connection, order: tuple[str, ...]) -> None:
        say(tx, order[0])
        flush(tx)
        with suppress(threading.BrokenBarrierError):
            halfway.wait(seconds)
        say(tx, order[1])

    return [two[0].write_soon(partial(both, order=chats)), two[1].write_soon(partial(both, order=chats[::-1]))]


def test_no_order_of_changes_ends_in_a_deadlock(journal: Journal, two: list[Journal], chats: tuple[str, str]) -> None:
    for done in crossing(two, chats):
        done.result(60)
    reader = Reader(journal)
    reader.look()
    assert reader.seen == [1, 2, 3, 4]


@POSTGRESQL
def test_without_the_writers_lock_that_is_a_deadlock(
    journal: Journal, two: list[Journal], chats: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "BEGIN", postgresql.BEGIN.replace("pg_advisory_xact_lock(%s)", "%s"))
    cursors = iter(range(1, 9))
    monkeypatch.setattr(talk, "next_cursor", lambda tx, shop: next(cursors))
    problems = [done.exception(LONG_SECONDS) for done in crossing(two, chats, LONG_SECONDS)]
    assert [type(problem) for problem in problems if problem] == [RecordUnavailable]
    assert any("deadlock" in str(problem) for problem in problems)


@POSTGRESQL
def test_what_one_work_cannot_do_now_fails_that_work_and_no_neighbour(
    journal: Journal, database_url: str, chats: tuple[str, str]
) -> None:
    """A row that somebody holds beside us, a key that is taken: each is its own work's trouble."""

    def impatient(tx: sa.Connection) -> None:
        tx.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
        say(tx, chats[1])

    def doubled(tx: sa.Connection) -> None:
        tx.execute(sa.insert(events).values(
            shop="star", n=say(tx, chats[0]), type="message", conversation="c", audience="all", body={}, at=NOW
        ))  # fmt: skip

    engine = open_engine(database_url)
    with engine.begin() as stranger:
        stranger.exec_driver_sql("SELECT 1 FROM conversations WHERE id = %s FOR UPDATE", (chats[1],))
        release = threading.Event()
        journal.write_soon(lambda tx: release.wait(60))  # so that those below share one commit
        fine = partial(say, conversation=chats[0])
        futures: list[Future[Any]] = [journal.write_soon(work) for work in (fine, impatient, doubled, fine)]
        release.set()
        first, waited, broken, last = (future.exception(60) for future in futures)
    engine.dispose()
    assert (first, last) == (None, None)
    assert isinstance(waited, RecordUnavailable)
    assert isinstance(broken, sa.exc.IntegrityError)
    reader = Reader(journal)
    reader.look()
    assert reader.seen == [1, 2]
