"""PostgreSQL goes away and comes back: what was told to be kept is kept, and what was kept is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from tests.postgres import Cluster
from tests.ticketing.conftest import NOW
from tests.ticketing.cut_wire import Moment, Wire
from tests.ticketing.writers import Reader, say
from ticketing.errors import RecordUnavailable
from ticketing.events import Event
from ticketing.storage import postgresql, talk
from ticketing.storage.database import open_engine
from ticketing.storage.journal import Journal

pytestmark = pytest.mark.parametrize("empty_record", ["postgresql"], indirect=True)


@pytest.fixture
def chat(journal: Journal) -> str:
    return journal.write_now(lambda tx: talk.start(tx, "star", "visitor:a", "en", "s", NOW).id)


@pytest.fixture
def wire(postgres: Cluster) -> Iterator[Wire]:
    with Wire(postgres.folder / ".s.PGSQL.5432") as wire:
        yield wire


@pytest.fixture
def far(database_url: str, wire: Wire) -> Iterator[Journal]:
    """A journal whose server is at the other end of the wire."""
    place = database_url.partition("?")[0].replace("@/", f"@127.0.0.1:{wire.port}/")
    journal = Journal(open_engine(f"{place}?sslmode=disable"))
    journal.write_now(lambda tx: None)
    yield journal
    journal.close()


def seen(journal: Journal) -> list[int]:
    reader = Reader(journal)
    reader.look()
    return reader.seen


def told(journal: Journal) -> list[int]:
    """The cursors of what is published from now on."""
    heard: list[int] = []

    def hear(events: tuple[Event, ...]) -> None:
        heard.extend(event.n for event in events)

    journal.on_commit = hear
    return heard


def test_a_commit_whose_answer_was_lost_is_asked_after_and_told_like_any(far: Journal, wire: Wire, chat: str) -> None:
    heard = told(far)
    wire.cut("after")
    assert far.write_now(lambda tx: say(tx, chat)) == 1
    assert far.write_now(lambda tx: say(tx, chat)) == 2
    far.write_now(lambda tx: None)  # what was committed before is published by now
    assert seen(far) == heard == [1, 2]


def test_a_commit_that_was_lost_itself_is_told_to_be_unavailable(far: Journal, wire: Wire, chat: str) -> None:
    heard = told(far)
    wire.cut("before")
    with pytest.raises(RecordUnavailable):
        far.write_now(lambda tx: say(tx, chat))
    assert far.write_now(lambda tx: say(tx, chat)) == 1
    far.write_now(lambda tx: None)
    assert seen(far) == heard == [1]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_server_that_cannot_be_asked_in_time_is_unavailable(
    far: Journal, wire: Wire, chat: str, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "PATIENCE_SECONDS", 0.3)
    wire.cut(moment)
    wire.close()
    with pytest.raises(RecordUnavailable):
        far.write_now(lambda tx: say(tx, chat))


def test_a_connection_that_was_cut_in_mid_work_takes_its_group_and_no_more(journal: Journal, chat: str) -> None:
    release = threading.Event()
    journal.write_soon(lambda tx: release.wait(60))  # so that those below share one commit
    fine: Future[int] = journal.write_soon(lambda tx: say(tx, chat))
    cut = journal.write_soon(lambda tx: tx.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())"))
    release.set()
    for future in (fine, cut):
        with pytest.raises(RecordUnavailable, match="terminating connection"):
            future.result(60)
    assert journal.write_now(lambda tx: say(tx, chat)) == 1


def test_a_server_that_was_started_again_while_nobody_wrote_goes_unnoticed(
    journal: Journal, postgres: Cluster, chat: str
) -> None:
    postgres.stop()
    postgres.start()
    assert journal.write_now(lambda tx: say(tx, chat)) == 1
    assert seen(journal) == [1]


def test_whatever_was_told_to_be_kept_stands_after_a_kill_of_the_server_under_load(
    journal: Journal, postgres: Cluster, chat: str
) -> None:
    """Both ways: what was refused does not stand, for whoever hears so may say it again."""
    heard, kept = told(journal), list[int]()
    enough, again, over = threading.Event(), threading.Event(), threading.Event()
    before = [100_000]

    def write() -> None:
        while not over.is_set():
            try:
                kept.append(journal.write_now(lambda tx: say(tx, chat)))
            except RecordUnavailable:
                over.wait(0.01)
            if len(kept) > 40:
                enough.set()
            if len(kept) > sum(before) + 20:
                again.set()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    assert enough.wait(60)
    postgres.kill()
    before[:] = [len(kept)]
    postgres.start()
    assert again.wait(60)
    over.set()
    for writer in writers:
        writer.join(60)
    journal.write_now(lambda tx: None)
    assert sorted(kept) == seen(journal) == heard
    assert heard == list(range(1, len(heard) + 1))
