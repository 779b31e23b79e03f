"""Two processes do the same at once over one record: it is done once, and both hear the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar, cast

import pytest
import sqlalchemy as sa

from support.chat.frames import Handoff
from support.service.ask_for_person import ask_for_person
from support.service.people import Person
from support.service.receive_message import Said, Words, receive_message
from support.service.take import claim
from tests.support.service.takeover import House, Json
from ticketing.errors import Conflict
from ticketing.ids import new_id
from ticketing.storage import postgresql, visitors
from ticketing.storage.journal import Journal
from ticketing.storage.tables import tickets

T = TypeVar("T")
ROUNDS = 10


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url)
    yield house
    house.journal.close()


@pytest.fixture
def beside(house: House) -> Iterator[Journal]:
    """The journal of another process over the same record."""
    journal = house.open_journal()
    yield journal
    journal.close()


def at_once(house: House, beside: Journal, *works: Callable[[sa.Connection], T]) -> list[T | BaseException]:
    """What each of two works came to, each begun on a connection of its own before either has ended if it can."""
    ready = threading.Barrier(2)

    def begun(tx: sa.Connection, work: Callable[[sa.Connection], T]) -> T:
        try:
            ready.wait(0.02)
        except threading.BrokenBarrierError:
            ready.reset()
        return work(tx)

    futures = [
        one.write_soon(partial(begun, work=work)) for one, work in zip((house.journal, beside), works, strict=True)
    ]
    return [future.exception(60) or future.result() for future in futures]


def saying(house: House, key: str) -> Callable[[sa.Connection], Said]:
    words = Words("new", "在吗", "zh-CN", {})
    return lambda tx: receive_message(tx, house.shop, house.buyer(), key, b"body", words, house.now)


def test_the_same_id_twice_at_once_is_one_message_and_two_equal_acks(house: House, beside: Journal) -> None:
    for _ in range(ROUNDS):
        key = new_id()
        first, second = at_once(house, beside, saying(house, key), saying(house, key))
        assert isinstance(first, Said)
        assert isinstance(second, Said)
        assert first.ack == second.ack
        assert [said.turn is None for said in (first, second)].count(True) == 1
        assert [one.seq for one in house.messages(first.ack["conversation"])] == [1]
    owed = house.read(visitors.pending_turns)
    assert len(owed) == ROUNDS


@pytest.mark.parametrize("empty_record", ["postgresql"], indirect=True)
def test_without_the_writers_lock_the_second_breaks_the_key(
    house: House, beside: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check above can fail."""
    monkeypatch.setattr(postgresql, "BEGIN", postgresql.BEGIN.replace("pg_advisory_xact_lock(%s)", "%s"))
    looked, look = threading.Barrier(2), visitors.repeated

    def repeated(*given: Any) -> str | None:
        ack = look(*given)
        looked.wait(60)
        return ack

    monkeypatch.setattr(visitors, "repeated", repeated)
    key = new_id()
    came = at_once(house, beside, saying(house, key), saying(house, key))
    assert [type(one) for one in came if not isinstance(one, Said)] == [sa.exc.IntegrityError]


def test_of_two_who_claim_at_once_one_wins_and_the_other_hears_who_has_it(house: House, beside: Journal) -> None:
    for _ in range(ROUNDS):
        chat = house.asks_for_person(person=house.buyer(new_id()))
        rev = house.row(chat).rev
        claims = [
            partial(claim, shop=house.shop, agent=agent, conversation=chat, if_rev=rev, at=house.now)
            for agent in (house.mei, house.jun)
        ]
        came = at_once(house, beside, *claims)
        [lost] = [one for one in came if isinstance(one, Conflict)]
        [won] = [one for one in came if not isinstance(one, BaseException)]
        assert won["assignee"] == cast(Json, lost.current)["assignee"]
        assert house.row(chat).assignee == won["assignee"]["id"]


def test_tickets_that_two_open_at_once_have_numbers_of_their_own(house: House, beside: Journal) -> None:
    def asking(person: Person) -> Callable[[sa.Connection], Said]:
        asked = Handoff("new")
        return lambda tx: ask_for_person(tx, house.shop, person, new_id(), b"", asked, "zh-CN", house.now)

    for _ in range(ROUNDS):
        came = at_once(house, beside, asking(house.buyer(new_id())), asking(house.buyer(new_id())))
        assert all(isinstance(one, Said) for one in came)
    numbers = house.read(
        lambda tx: tx.execute(sa.select(tickets.c.ticket_no).order_by(tickets.c.ticket_no)).scalars().all()
    )
    assert numbers == list(range(numbers[0], numbers[0] + 2 * ROUNDS))
