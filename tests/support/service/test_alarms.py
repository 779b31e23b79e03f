"""Deadlines of tickets as they pass: told to the desk, to the buyer and to whoever leads; each once, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from support.assistant.state import TicketRequest
from support.service.reply import reply
from support.service.resolve import reopen, resolve
from support.service.take import claim, takeover
from support.service.ticket_waits import wait_for
from tests.support.service.takeover import House
from ticketing.storage import cases, notes
from ticketing.ticket import SERVER, Ticket

TOML = """[deadlines]
away_minutes = 10
[deadlines.urgent]
human_minutes = 10
resolve_hours = 2
"""


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url, TOML)
    yield house
    house.journal.close()


def ticket(house: House, chat: str) -> Ticket:
    return house.read(lambda tx: cases.tickets_of(tx, "small", chat))[-1]


def causes(house: House, chat: str) -> list[str]:
    return [event.body["cause"] for event in house.events(chat) if event.type == "ticket.changed"]


def test_priorities_have_deadlines_of_their_own(house: House) -> None:
    normal, urgent = house.asks_for_person(), house.says("x", ticket=TicketRequest("minor"))
    assert ticket(house, normal).due_at == house.now + timedelta(minutes=30)
    assert ticket(house, urgent).due_at == house.now + timedelta(minutes=10)
    assert ticket(house, urgent).resolve_by == house.now + timedelta(hours=2)
    assert ticket(house, normal).legal_by == ticket(house, urgent).legal_by == house.now + timedelta(days=15)


def test_a_reminder_comes_before_and_the_facts_that_lack_are_asked_for(house: House) -> None:
    chat = house.says("退款", ticket=TicketRequest("key_used", missing=("key.redeemed",)))
    house.wait(minutes=5)
    assert (house.watch(), house.watch(), causes(house, chat)[-1]) == (1, 0, "person.soon")
    house.wait(minutes=5)
    assert (house.watch(), house.watch()) == (1, 0)
    assert "还缺" in house.messages(chat)[-1].text


def test_what_is_not_done_goes_up_to_whoever_leads_and_the_buyer_hears_it(house: House) -> None:
    chat = house.asks_for_person()
    house.do(takeover, house.mei, chat, None)
    house.wait(hours=18)
    assert (house.watch(), causes(house, chat)[-1]) == (1, "closure.soon")
    house.restart()
    house.wait(hours=7)
    assert (house.watch(), house.watch()) == (1, 0)
    late = ticket(house, chat)
    assert (late.priority, causes(house, chat)[-1]) == ("high", "closure")
    [note] = house.read(lambda tx: notes.of_conversation(tx, "small", chat))
    assert ("Lead" in note.text, late.number in note.text, note.agent) == (True, True, SERVER)
    assert "超过约定的处理时间" in house.messages(chat)[-1].text
    house.wait(days=15)
    assert (house.watch(), ticket(house, chat).priority, causes(house, chat)[-1]) == (1, "urgent", "legal")
    house.wait(days=400)
    assert house.watch() == 0


def test_a_day_without_a_server_fires_what_is_over_and_no_reminder_of_it(house: House) -> None:
    chat = house.asks_for_person()
    house.restart()
    house.wait(days=2)
    assert (house.watch(), house.watch()) == (1, 0)
    assert causes(house, chat) == ["asked for a person", "overdue", "closure"]
    assert ticket(house, chat).priority == "urgent"


def test_a_clock_that_is_put_back_fires_nothing_twice(house: House) -> None:
    chat = house.asks_for_person()
    house.wait(minutes=31)
    assert house.watch() == 1
    house.wait(hours=-3)
    assert house.watch() == 0
    house.wait(hours=3)
    assert house.watch() == 0
    assert causes(house, chat).count("overdue") == 1


def test_the_wait_for_the_buyer_stops_the_clock_and_the_answer_starts_it_again(house: House) -> None:
    chat = house.asks_for_person()
    house.do(takeover, house.mei, chat, None)
    end = ticket(house, chat).resolve_by
    assert end is not None
    held = ticket(house, chat)
    house.write(lambda tx: wait_for(tx, held, "buyer", actor=SERVER, cause="asked", at=house.now))
    house.wait(hours=30)
    assert house.watch() == 0
    house.says("这是截图", chat)
    assert ticket(house, chat).resolve_by == end + timedelta(hours=30)


def test_whoever_has_it_is_away_and_somebody_else_comes(house: House) -> None:
    chat = house.asks_for_person()
    house.do(claim, house.mei, chat, None)
    house.do(reply, house.mei, chat, "请发截图")
    left = house.now
    house.wait(minutes=20)
    assert house.watch(lambda agent: left) == 0, "the buyer waits for nothing"
    house.says("发了", chat)
    house.wait(minutes=9)
    assert house.watch(lambda agent: left) == 0
    house.wait(minutes=1)
    assert house.watch(lambda agent: None) == 0, "whoever is there keeps it"
    assert house.watch(lambda agent: left) == 1
    again = ticket(house, chat)
    assert (again.state, again.assignee, causes(house, chat)[-1]) == (
        "new", house.mei.id, "whoever had it is away",
    )  # fmt: skip
    assert any(part["type"] == "handoff" for part in house.messages(chat)[-1].parts)


FOLLOWED = "[deadlines]\nfollow_up_days = 7\n[deadlines.low]\nfollow_up_days = 0\n"


@pytest.fixture
def caring(database_url: str) -> Iterator[House]:
    house = House(database_url, FOLLOWED)
    yield house
    house.journal.close()


def resolved(house: House) -> str:
    chat = house.asks_for_person()
    house.do(takeover, house.mei, chat, None)
    house.do(resolve, house.mei, chat, "sent a new key", None)
    return chat


def asked_how_it_went(house: House, chat: str) -> int:
    return sum("还顺利吗" in one.text for one in house.messages(chat))


def test_days_after_it_was_resolved_the_buyer_is_asked_once_how_it_went(caring: House) -> None:
    chat = resolved(caring)
    caring.wait(days=6, hours=23)
    caring.watch()
    assert asked_how_it_went(caring, chat) == 0
    caring.restart()
    caring.wait(hours=2)
    assert [caring.watch(), caring.watch()] == [1, 0]
    assert (asked_how_it_went(caring, chat), causes(caring, chat)[-1]) == (1, "follow_up")
    assert caring.messages(chat)[-1].author_kind == "system"
    caring.do(reopen, caring.mei, chat, None)
    caring.do(resolve, caring.mei, chat, "again", None)
    caring.wait(days=30)
    caring.watch()
    assert asked_how_it_went(caring, chat) == 1, "once, also where it was reopened"


def test_nobody_is_asked_how_it_went_while_something_of_theirs_is_open(caring: House) -> None:
    again, elsewhere = resolved(caring), resolved(caring)
    caring.wait(days=2)
    caring.do(reopen, caring.mei, again, None)
    caring.wait(days=8)
    caring.watch()
    assert (asked_how_it_went(caring, again), asked_how_it_went(caring, elsewhere)) == (0, 0)
    caring.wait(days=30)
    caring.watch()
    assert asked_how_it_went(caring, elsewhere) == 0, "the moment has passed"


def test_a_shop_that_does_not_wish_it_asks_nobody(house: House) -> None:
    chat = resolved(house)
    house.wait(days=400)
    house.watch()
    assert asked_how_it_went(house, chat) == 0
