from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.postgres import Cluster
from tests.ticketing.conftest import NOW
from ticketing.storage import event_log, talk
from ticketing.storage.journal import Journal
from ticketing.storage.tail import Tail


@pytest.fixture
def database_url(postgres: Cluster) -> str:
    """A record on a server: a file's end is read as everything else."""
    return postgres.empty()


@pytest.fixture
def tail(journal: Journal) -> Iterator[Tail]:
    tail = journal.tail()
    yield tail
    tail.close()


def happen(journal: Journal, times: int, shop: str = "star") -> None:
    def work(tx: sa.Connection) -> None:
        chat = talk.start(tx, shop, "visitor:a", "en", "", NOW)
        for number in range(times):
            event_log.append(tx, shop, "read", chat.id, "visitor:a", {"number": number}, NOW)

    journal.write_now(work)


async def test_it_reads_what_is_committed_after_a_cursor_each_time_anew(journal: Journal, tail: Tail) -> None:
    assert await tail.after("star", 0, 10) == ()
    happen(journal, 3)
    happen(journal, 2, "moon")
    found = await tail.after("star", 0, 10)
    assert found == journal.read_now(lambda tx: event_log.after_in_shop(tx, "star", 0, 10))
    assert ([one.n for one in found], {one.owner for one in found}) == ([1, 2, 3], {"visitor:a"})
    happen(journal, 1)
    assert [one.n for one in await tail.after("star", 3, 10)] == [4]
    assert [one.n for one in await tail.after("star", 0, 2)] == [1, 2]


async def test_a_connection_that_was_lost_while_nobody_read_is_replaced_unseen(journal: Journal, tail: Tail) -> None:
    happen(journal, 1)
    await tail.after("star", 0, 10)
    others = "FROM pg_stat_activity WHERE pid != pg_backend_pid() AND query LIKE '%%FROM events%%'"
    end = f"SELECT pg_terminate_backend(pid) {others}"  # not the connection by which tests empty the record
    journal.write_now(lambda tx: tx.exec_driver_sql(end).all())
    assert [one.n for one in await tail.after("star", 0, 10)] == [1]
