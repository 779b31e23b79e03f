from __future__ import annotations

import asyncio
import sqlite3
import threading
from concurrent.futures import Future
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from tests.ticketing.conftest import NOW
from ticketing.errors import NotFound, RecordUnavailable
from ticketing.events import Event
from ticketing.storage import event_log, shops, talk
from ticketing.storage.database import encode
from ticketing.storage.journal import Journal
from ticketing.storage.shops import get_shop


def say(tx: sa.Connection, text: str, owner: str = "visitor:a") -> str:
    conversation = talk.start(tx, "star", owner, "en", text, NOW)
    message = talk.append(
        tx, "star", conversation.id, at=NOW, author_kind="buyer", author_name="", text=text, lang="en", told=True
    )  # fmt: skip
    event_log.append_message(tx, "star", message, owner, encode({"text": text}))
    return conversation.id


def test_a_failed_change_takes_back_its_own_rows_and_no_others(journal: Journal) -> None:
    def fail(tx: sa.Connection) -> None:
        say(tx, "lost")
        raise ValueError("after writing")

    release = threading.Event()
    journal.write_soon(lambda tx: release.wait(60))  # so that the three below share one commit
    futures: list[Future[object]] = [
        journal.write_soon(lambda tx: say(tx, "one")),
        journal.write_soon(fail),
        journal.write_soon(lambda tx: say(tx, "two")),
    ]
    release.set()
    kept = {futures[0].result(60), futures[2].result(60)}
    with pytest.raises(ValueError, match="after writing"):
        futures[1].result(60)
    found = journal.read_now(lambda tx: talk.of_owner(tx, "star", "visitor:a"))
    assert {one.id for one in found} == kept


def test_a_change_that_ends_its_thread_ends_whoever_asked_and_not_the_writer(journal: Journal) -> None:
    def leave(tx: sa.Connection) -> None:
        say(tx, "lost")
        raise SystemExit(2)

    with pytest.raises(SystemExit):
        journal.write_soon(leave).result(60)
    release = threading.Event()
    journal.write_soon(lambda tx: release.wait(60))  # so that the two below share one commit
    left, kept = journal.write_soon(leave), journal.write_soon(lambda tx: say(tx, "kept"))
    release.set()
    with pytest.raises(SystemExit):
        left.result(60)
    found = journal.read_now(lambda tx: talk.of_owner(tx, "star", "visitor:a"))
    assert [one.id for one in found] == [kept.result(60)]


def test_what_one_change_counted_and_took_back_the_next_counts_again(journal: Journal) -> None:
    key = journal.write_now(partial(say, text="0"))
    counted: list[int] = []

    def more(tx: sa.Connection, fails: bool = False) -> int:
        said: dict[str, Any] = {"author_kind": "buyer", "author_name": "", "text": "x", "lang": "en", "told": True}
        message = talk.append(tx, "star", key, at=NOW, **said)
        n = event_log.append_message(tx, "star", message, "visitor:a", encode({"text": "x"})).n
        if fails:
            raise ValueError("after counting")
        counted.append(message.seq * 100 + n)
        return message.seq

    release = threading.Event()
    journal.write_soon(lambda tx: release.wait(60))  # so that those below share one commit
    kept = [journal.write_soon(partial(more, fails=fails)) for fails in (False, False, True, False)]
    release.set()
    assert [one.result(60) for one in kept if one is not kept[2]] == [2, 3, 4]
    with pytest.raises(ValueError, match="after counting"):
        kept[2].result(60)
    last = {one // 100: one for one in counted}  # the first may have gone with the one that waits, in a commit before
    assert last == {2: 202, 3: 303, 4: 404}
    row, shop = journal.read_now(lambda tx: (talk.get(tx, "star", key), get_shop(tx, "star")))
    assert (row.seq, shop.n) == (4, 4)


def test_events_are_published_after_the_commit_in_cursor_order(journal: Journal) -> None:
    heard: list[Event] = []
    visible: list[bool] = []

    def on_commit(events: tuple[Event, ...]) -> None:
        heard.extend(events)
        row = journal.read_now(lambda tx: get_shop(tx, "star"))
        visible.append(row.n >= events[-1].n)

    journal.on_commit = on_commit
    futures = [journal.write_soon(partial(say, text=str(i))) for i in range(50)]
    for future in futures:
        future.result(60)
    journal.write_now(lambda tx: None)
    assert [event.n for event in heard] == list(range(1, 51))
    assert all(visible)


def test_a_rolled_back_event_is_never_published_and_its_cursor_is_not_missed(journal: Journal) -> None:
    heard: list[Event] = []
    journal.on_commit = heard.extend

    def fail(tx: sa.Connection) -> None:
        say(tx, "no")
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011  # it is the one above
        journal.write_now(fail)
    journal.write_now(lambda tx: say(tx, "yes"))
    journal.write_now(lambda tx: None)
    assert [event.body["text"] for event in heard] == ["yes"]


def test_all_that_one_look_reads_was_committed_at_one_moment(journal: Journal) -> None:
    """A page that returns is told how far the log goes, and then its events: one between would come twice."""

    def look(tx: sa.Connection) -> tuple[int, tuple[Event, ...], int]:
        before = shops.place(tx, "star")[0]
        journal.write_now(lambda tx: say(tx, "meanwhile"))
        return before, event_log.after(tx, "star", "visitor:a", before), shops.place(tx, "star")[0]

    journal.write_now(lambda tx: say(tx, "first"))
    before, after, now = journal.read_now(look)
    assert (after, now) == ((), before)


def test_cursors_belong_to_their_shop(journal: Journal) -> None:
    journal.write_now(lambda tx: say(tx, "one"))
    assert journal.read_now(lambda tx: get_shop(tx, "star").n) == 1
    assert journal.read_now(lambda tx: get_shop(tx, "moon").n) == 0


def test_the_record_survives_close_and_open(journal: Journal) -> None:
    key = journal.write_now(lambda tx: say(tx, "kept"))
    journal.close()
    again = Journal(journal._engine)
    assert again.read_now(lambda tx: talk.get(tx, "star", key)).subject == "kept"
    again.close()


def test_every_commit_is_synced(journal: Journal) -> None:
    promises = {"sqlite": ("PRAGMA synchronous", 2), "postgresql": ("SHOW synchronous_commit", "on")}

    def look(tx: sa.Connection) -> None:
        question, answer = promises[tx.dialect.name]
        assert tx.exec_driver_sql(question).scalar() == answer

    journal.read_now(look)
    journal.write_now(look)


def test_a_reader_sees_one_moment_although_others_write_meanwhile(journal: Journal) -> None:
    def look(tx: sa.Connection) -> tuple[int, int]:
        before = get_shop(tx, "star").n
        journal.write_now(lambda tx: say(tx, "meanwhile"))
        return before, get_shop(tx, "star").n

    assert journal.read_now(look) == (0, 0)
    assert journal.read_now(look) == (1, 1)


@pytest.mark.parametrize("empty_record", ["postgresql"], indirect=True)
def test_a_reader_cannot_write(journal: Journal) -> None:
    with pytest.raises(RecordUnavailable, match="read-only transaction"):
        journal.read_now(lambda tx: say(tx, "no"))


def test_a_foreign_conversation_is_missing(journal: Journal) -> None:
    key = journal.write_now(lambda tx: say(tx, "mine"))
    for shop, owner in (("star", "visitor:b"), ("moon", "visitor:a")):
        with pytest.raises(NotFound):
            journal.read_now(partial(talk.get, shop=shop, conversation=key, owner=owner))


def test_whoever_stops_waiting_neither_ends_the_writer_nor_undoes_what_has_begun(journal: Journal) -> None:
    begun, release = threading.Event(), threading.Event()

    def slow(tx: sa.Connection) -> str:
        begun.set()
        release.wait(60)
        return say(tx, "kept")

    running = journal.write_soon(slow)
    begun.wait(60)
    waiting = journal.write_soon(lambda tx: say(tx, "never begun"))
    assert not running.cancel()
    assert waiting.cancel()
    release.set()
    running.result(60)
    journal.write_now(lambda tx: say(tx, "after"))
    found = journal.read_now(lambda tx: talk.of_owner(tx, "star", "visitor:a"))
    assert {one.subject for one in found} == {"kept", "after"}


@pytest.mark.parametrize("empty_record", ["sqlite"], indirect=True)
def test_where_the_database_fails_nobody_in_the_group_is_told_that_anything_was_kept(journal: Journal) -> None:
    def full(tx: sa.Connection) -> None:
        raise sa.exc.OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    release = threading.Event()
    journal.write_soon(lambda tx: release.wait(60))  # so that the two below share one commit
    futures: list[Future[object]] = [journal.write_soon(lambda tx: say(tx, "one")), journal.write_soon(full)]
    release.set()
    for future in futures:
        with pytest.raises(RecordUnavailable, match="disk is full"):
            future.result(60)
    assert journal.read_now(lambda tx: talk.of_owner(tx, "star", "visitor:a")) == ()


def test_a_listener_that_fails_does_not_end_the_writer(journal: Journal) -> None:
    def fail(events: tuple[Event, ...]) -> None:
        raise ValueError("cannot hear")

    journal.on_commit = fail
    journal.write_now(lambda tx: say(tx, "one"))
    journal.write_now(lambda tx: say(tx, "two"))


def test_a_group_in_which_one_raises_publishes_once_what_the_others_wrote(journal: Journal) -> None:
    heard: list[Event] = []
    journal.on_commit = heard.extend

    def fail(tx: sa.Connection) -> None:
        say(tx, "no")
        raise ValueError

    release = threading.Event()
    journal.write_soon(lambda tx: release.wait(60))  # so that the three below share one commit
    futures = [journal.write_soon(partial(say, text="one")), journal.write_soon(partial(say, text="two"))]
    failing = journal.write_soon(fail)
    release.set()
    for future in futures:
        future.result(60)
    assert isinstance(failing.exception(60), ValueError)
    journal.write_now(lambda tx: None)
    assert [event.body["text"] for event in heard] == ["one", "two"]
    assert len({event.n for event in heard}) == 2


async def test_functions_told_in_the_loop_hear_in_order_after_the_commit(journal: Journal) -> None:
    told: list[tuple[str, int]] = []
    done = asyncio.Event()
    here = threading.get_ident()

    def then(name: str, result: object, reason: BaseException | None) -> None:
        kept = journal.read_now(lambda tx: len(talk.of_owner(tx, "star", "visitor:a")))
        told.append((name if reason is None else type(reason).__name__, kept))
        assert threading.get_ident() == here
        if name == "last":
            done.set()

    def fail(tx: sa.Connection) -> None:
        raise ValueError

    for name in ("one", "two"):
        journal.write_then(partial(say, text=name), partial(then, name))
    journal.write_then(fail, partial(then, "refused"))
    journal.write_then(partial(say, text="last"), partial(then, "last"))
    await asyncio.wait_for(done.wait(), 5)
    assert [name for name, _ in told] == ["one", "two", "ValueError", "last"]
    assert told[0][1] >= 1
    assert told[-1][1] == 3


async def test_what_one_turn_of_a_loop_queues_is_one_group(journal: Journal) -> None:
    done = [asyncio.Event() for _ in range(3)]
    seen: list[sa.Connection] = []

    def work(tx: sa.Connection) -> None:
        seen.append(tx)

    def then(place: int, result: object, reason: BaseException | None) -> None:
        done[place].set()

    for place in (0, 1, 2):
        journal.write_then(work, partial(then, place))
    assert seen == []
    await asyncio.wait_for(asyncio.gather(*(one.wait() for one in done)), 30)
    assert len(seen) == 3
    assert all(one is seen[0] for one in seen)
