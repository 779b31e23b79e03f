from __future__ import annotations

import asyncio
import threading
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from tests.ticketing.conftest import NOW
from ticketing.errors import Conflict, IdReused, IllegalTransition
from ticketing.events import Audience
from ticketing.storage import event_log, kept_answers, talk, visitors
from ticketing.storage.journal import Journal
from ticketing.storage.spool import Look


def start(tx: sa.Connection, owner: str = "visitor:a", count: int = 0) -> str:
    conversation = talk.start(tx, "star", owner, "en", "s", NOW)
    for i in range(count):
        talk.append(
            tx, "star", conversation.id, at=NOW, author_kind="buyer", author_name="", text=str(i), lang="en",
            parts=({"type": "x"},),
        )  # fmt: skip
    return conversation.id


def test_seq_counts_without_gaps_and_pages_ascend(journal: Journal) -> None:
    key = journal.write_now(lambda tx: start(tx, count=7))
    last = journal.read_now(lambda tx: talk.page(tx, "star", key, None, 3))
    assert [message.seq for message in last] == [5, 6, 7]
    before = journal.read_now(lambda tx: talk.page(tx, "star", key, 5, 30))
    assert [message.seq for message in before] == [1, 2, 3, 4]


def test_an_illegal_move_raises_and_says_what_is_possible(journal: Journal) -> None:
    key = journal.write_now(start)
    with pytest.raises(IllegalTransition, match="possible: waiting, human, resolved"):
        journal.write_now(lambda tx: talk.move(tx, talk.get(tx, "star", key), "snoozed"))
    journal.write_now(lambda tx: talk.move(tx, talk.get(tx, "star", key), "waiting"))
    moved = journal.read_now(lambda tx: talk.get(tx, "star", key))
    assert (moved.state, moved.rev) == ("waiting", 1)


def test_parts_change_once_for_each_reading(journal: Journal) -> None:
    key = journal.write_now(lambda tx: start(tx, count=1))
    message = journal.read_now(lambda tx: talk.page(tx, "star", key, None, 1))[0]
    assert journal.write_now(lambda tx: talk.patch_parts(tx, message, "star", [{"type": "y"}])) == 1
    with pytest.raises(Conflict):
        journal.write_now(lambda tx: talk.patch_parts(tx, message, "star", [{"type": "z"}]))
    after = journal.read_now(lambda tx: talk.get_message(tx, "star", key, message.id))
    assert after.parts == ({"type": "y"},)


def test_a_read_mark_only_moves_forward(journal: Journal) -> None:
    key = journal.write_now(lambda tx: start(tx, count=3))
    assert journal.write_now(lambda tx: talk.mark_read(tx, "star", key, "buyer", 2)) is True
    assert journal.write_now(lambda tx: talk.mark_read(tx, "star", key, "buyer", 1)) is False
    assert journal.read_now(lambda tx: talk.read_marks(tx, "star", key)) == {"buyer": 2, "agent": 0}


def test_giving_conversations_moves_only_that_owners(journal: Journal) -> None:
    mine, other = journal.write_now(lambda tx: (start(tx, "visitor:a"), start(tx, "visitor:b")))
    journal.write_now(lambda tx: talk.give_to(tx, "star", "visitor:a", "buyer:1"))
    owners = journal.read_now(lambda tx: (talk.get(tx, "star", mine).owner, talk.get(tx, "star", other).owner))
    assert owners == ("buyer:1", "visitor:b")


def said(tx: sa.Connection, conversation: str, shop: str = "star", owner: str = "visitor:a", key: str = "k") -> Any:
    return talk.append_if_new(tx, shop, owner, key, conversation, at=NOW, author_name="", text="hello", lang="en")


def test_what_a_buyer_says_is_written_only_where_every_look_before_it_succeeds(journal: Journal) -> None:
    key = journal.write_now(lambda tx: talk.start(tx, "star", "visitor:a", "en", "s", NOW)).id
    first = journal.write_now(partial(said, conversation=key))
    assert first is not None
    assert first.seq == 1
    ack = partial(visitors.save_ack, shop="star", sender="visitor:a", client_id="k", body=b"", ack={}, at=NOW)
    journal.write_now(ack)
    refused = (
        partial(said, conversation="none", key="l"), partial(said, conversation=key, shop="moon", key="l"),
        partial(said, conversation=key, owner="visitor:b", key="l"), partial(said, conversation=key, key="k"),
    )  # fmt: skip
    assert [journal.write_now(one) for one in refused] == [None] * 4
    row = journal.read_now(partial(talk.get, shop="star", conversation=key))
    assert row.seq == 1
    for state in ("resolved", "snoozed"):
        journal.write_now(partial(talk.change, conversation=row, state=state))
        assert journal.write_now(partial(said, conversation=key, key="l")) is None, state
    journal.write_now(lambda tx: talk.change(tx, row, state="human"))
    second = journal.write_now(partial(said, conversation=key, key="l"))
    assert second is not None
    assert second.seq == 2


def together(journal: Journal, *works: tuple[str, Any, Look | None]) -> dict[str, Any]:
    """What works of one group led to, by name: a write that waits keeps them until all are there."""
    told: dict[str, Any] = {}
    begun, go = threading.Event(), threading.Event()

    def wait(tx: sa.Connection) -> None:
        begun.set()
        go.wait(30)

    async def run() -> None:
        done = asyncio.Event()

        def then(name: str, result: Any, reason: BaseException | None) -> None:
            told[name] = reason or result
            if len(told) == len(works):
                done.set()

        first = journal.write_soon(wait)
        begun.wait(30)
        for name, work, look in works:
            journal.write_then(work, partial(then, name), look)
        go.set()
        await asyncio.wait_for(done.wait(), 60)
        first.result(60)

    asyncio.run(run())
    return told


def look_of(work: Any) -> Look:
    given = {"shop": "star", "owner": "visitor:a", "key": "k"} | work.keywords
    return given["shop"], given["owner"], given["key"], given["conversation"]


def test_a_look_for_a_whole_group_finds_what_each_would_have_found(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, done = journal.write_now(lambda tx: [talk.start(tx, "star", "visitor:a", "en", "s", NOW) for _ in "12"])
    journal.write_now(lambda tx: talk.change(tx, done, state="resolved"))
    keep = partial(visitors.save_ack, shop="star", sender="visitor:a", body=b"", ack={}, at=NOW)
    journal.write_now(partial(keep, client_id="old"))
    alone = list[str]()
    look = talk._SEQ_FOR_BUYER.run

    def looking(tx: sa.Connection, given: dict[str, Any]) -> Any:
        alone.append(given["client_id"])
        return look(tx, given)

    monkeypatch.setattr(talk._SEQ_FOR_BUYER, "run", looking)

    def acked(tx: sa.Connection, key: str) -> Any:
        if (message := said(tx, mine.id, key=key)) is not None:
            keep(tx, client_id=key)
        return message

    said_in = {
        "foreign": partial(said, conversation=mine.id, owner="visitor:b", key="f"),
        "elsewhere": partial(said, conversation=mine.id, shop="moon", key="e"),
        "done": partial(said, conversation=done.id, key="d"), "old": partial(said, conversation=mine.id, key="old"),
    }  # fmt: skip
    keys = ("one", "two", "one", "three")
    works = [(f"{n}", partial(acked, key=key), ("star", "visitor:a", key, mine.id)) for n, key in enumerate(keys)]
    told = together(journal, *works[:2], *((name, work, look_of(work)) for name, work in said_in.items()), *works[2:])
    assert {name for name, message in told.items() if message is None} == {*said_in, "2"}
    assert [told[name].seq for name in ("0", "1", "3")] == [1, 2, 3]
    assert not {"two"} & set(alone), "what was found for all is not looked for again"


def test_what_was_looked_up_for_a_group_holds_until_something_else_is_done_in_it(journal: Journal) -> None:
    chat = journal.write_now(lambda tx: talk.start(tx, "star", "visitor:a", "en", "s", NOW))
    words = [partial(said, conversation=chat.id, key=f"k{n}") for n in range(6)]
    resolve = partial(talk.change, conversation=chat, state="resolved")
    named = [(f"{n}", work, look_of(work)) for n, work in enumerate(words)]
    told = together(journal, *named[:3], ("resolved", resolve, None), *named[3:])
    assert [told[f"{n}"] and told[f"{n}"].seq for n in range(6)] == [1, 2, 3, None, None, None]


def test_conversations_are_listed_the_newest_begun_first_of_a_shop_or_an_owner(journal: Journal) -> None:
    owners = ("visitor:qq:1", "buyer:2", "visitor:qq:1")
    keys = [journal.write_now(partial(start, owner=owner)) for owner in owners]
    journal.write_now(lambda tx: talk.start(tx, "moon", "visitor:qq:1", "en", "s", NOW))

    def listed(owner: str | None, after: str | None, limit: int = 10) -> list[str]:
        return [one.id for one in journal.read_now(lambda tx: talk.listed(tx, "star", owner, after, limit))]

    assert listed(None, None) == keys[::-1]
    assert (listed(None, None, 2), listed(None, keys[1])) == (keys[:0:-1], keys[:1])
    assert listed("visitor:qq:1", None) == [keys[2], keys[0]]


def test_events_that_buyers_see_are_read_after_a_cursor(journal: Journal) -> None:
    one, other = (journal.write_now(partial(start, owner=owner)) for owner in ("visitor:qq:1", "buyer:2"))

    def tell(kind: str, conversation: str, audience: Audience = "all") -> int:
        return journal.write_now(
            lambda tx: event_log.append(tx, "star", kind, conversation, "", {"k": kind}, NOW, audience)
        ).n

    ns = [tell("done", one), tell("note", one, "agents"), tell("done", other), tell("rated", one)]

    def seen(after: int, conversation: str | None = None, limit: int = 10) -> list[tuple[int, str]]:
        found = journal.read_now(lambda tx: event_log.seen_by_buyers(tx, "star", after, conversation, limit))
        return [(event.n, event.owner) for event in found]

    mine = [(ns[0], "visitor:qq:1"), (ns[3], "visitor:qq:1")]
    assert seen(ns[0] - 1) == [mine[0], (ns[2], "buyer:2"), mine[1]]
    assert (seen(ns[0] - 1, one), seen(ns[0] - 1, None, 1), seen(ns[3])) == (mine, mine[:1], [])


def test_an_answer_to_a_write_is_kept_under_its_key_until_it_is_given_up(journal: Journal) -> None:
    def begin(key: str, asked: bytes, actor: str = "api:1", shop: str = "star") -> dict[str, Any] | None:
        return journal.write_now(lambda tx: kept_answers.begin(tx, shop, actor, key, asked, NOW))

    assert begin("k", b"POST /a") is None
    assert begin("k", b"POST /a") == {"begun": NOW.isoformat()}
    assert begin("k", b"POST /a", actor="api:2") is None
    assert begin("k", b"POST /a", shop="moon") is None
    journal.write_now(lambda tx: kept_answers.end(tx, "star", "api:1", "k", {"status": 201, "told": False}))
    assert begin("k", b"POST /a") == {"status": 201, "told": False}
    with pytest.raises(IdReused):
        begin("k", b"POST /b")
    journal.write_now(lambda tx: kept_answers.end(tx, "moon", "api:1", "k", {"status": 200, "told": True, "body": "x"}))
    journal.write_now(lambda tx: kept_answers.untell(tx, "moon"))
    assert begin("k", b"POST /a", shop="moon") == {"status": 200, "told": False}
    journal.write_now(lambda tx: kept_answers.give_up(tx, "star", "api:1", "k"))
    assert begin("k", b"POST /b") is None
