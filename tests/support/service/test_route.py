"""Who gets a dispute: by team, language, room, load and turn; and nobody gets it round and round."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from support.assistant.state import TicketRequest
from support.service.reply import reply
from support.service.resolve import resolve
from support.service.take import claim, transfer
from support.service.watch import due_jobs
from tests.support.service.takeover import House
from ticketing.agent import Presence
from ticketing.errors import IllegalTransition
from ticketing.storage import cases
from ticketing.ticket import Ticket

TOML = """[routing]
assign = "auto"
[teams.keys]
members = ["jun"]
lead = "jun"
reasons = ["key_used"]
"""


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url, TOML)
    yield house
    house.journal.close()


def ticket(house: House, chat: str) -> Ticket:
    return house.read(lambda tx: cases.tickets_of(tx, "small", chat))[-1]


def holder(house: House, chat: str) -> str | None:
    return house.row(chat).assignee


def asks(house: House, name: str) -> str:
    return house.asks_for_person(person=house.buyer(name))


def gives_out(house: House, *here: str) -> int:
    """A look of the watch, with these agents at their desks."""

    def look(agent: str) -> Presence:
        return "online" if agent in here else "away"

    jobs = house.read(lambda tx: due_jobs(tx, house.shop, lambda agent: None, house.now, look))
    for job in jobs:
        house.write(job)
    return len(jobs)


def test_disputes_go_round_by_load_among_those_who_are_there(house: House) -> None:
    mei, jun = house.mei.id, house.jun.id
    first = asks(house, "a")
    assert gives_out(house) == 0, "nobody is there"
    chats = [first, *(asks(house, name) for name in "bcd")]
    for _ in chats:
        gives_out(house, mei, jun)
        house.wait(seconds=2)
    assert sorted(filter(None, (holder(house, chat) for chat in chats))) == sorted([mei, mei, jun, jun])
    assert gives_out(house, mei, jun) == 0
    told = [event.body for event in house.events(first) if event.type == "ticket.changed"]
    assert (told[-1]["cause"], told[-1]["actor"]) == ("given out", {"kind": "server"})


def test_a_team_takes_its_reasons_and_nobody_more_than_they_can(house: House) -> None:
    chat = house.says("x", ticket=TicketRequest("key_used"))
    assert ticket(house, chat).team == "keys"
    assert gives_out(house, house.mei.id) == 0
    gives_out(house, house.mei.id, house.jun.id)
    assert holder(house, chat) == house.jun.id
    others = [asks(house, f"n{n}") for n in range(8)]
    for _ in others:
        gives_out(house, house.mei.id)
    assert [holder(house, one) for one in others].count(house.mei.id) == house.mei.capacity
    assert [house.row(one).state for one in others].count("waiting") == 2, "they stay in the queue, with their time"


def test_whoever_had_it_gets_it_again_when_the_buyer_comes_back(house: House) -> None:
    chat = asks(house, "a")
    house.do(claim, house.jun, chat, None)
    house.do(reply, house.jun, chat, "好")
    house.do(resolve, house.jun, chat, "done", None)
    house.asks_for_person(chat, house.buyer("a"))
    gives_out(house, house.mei.id, house.jun.id)
    assert holder(house, chat) == house.jun.id


def test_what_is_put_back_goes_to_each_once_and_then_waits_for_whoever_takes_it(house: House) -> None:
    chat, everybody = asks(house, "a"), (house.mei, house.jun, house.lead)
    had = []
    for _ in range(10):
        gives_out(house, *(one.id for one in everybody))
        agent = next((one for one in everybody if one.id == holder(house, chat)), None)
        if agent is not None:
            had.append(agent.name)
            house.do(transfer, agent, chat, None, "not mine", None)
    assert sorted(had) == ["jun", "lead", "mei"]
    assert (house.row(chat).state, ticket(house, chat).state) == ("waiting", "new")
    assert ticket(house, chat).due_at is not None


def test_agents_do_not_pass_it_round_in_a_circle_before_the_buyer_is_answered(house: House) -> None:
    chat = asks(house, "a")
    house.do(claim, house.mei, chat, None)
    house.do(transfer, house.mei, chat, house.jun.id, "", None)
    with pytest.raises(IllegalTransition, match="transfer back to Mei"):
        house.do(transfer, house.jun, chat, house.mei.id, "", None)
    assert holder(house, chat) == house.jun.id
    house.do(reply, house.jun, chat, "稍等")
    house.do(transfer, house.jun, chat, house.mei.id, "", None)
    assert holder(house, chat) == house.mei.id


def test_the_wait_that_is_told_is_what_others_waited_and_else_that_it_is_not_known(house: House) -> None:
    assert "没法说得更准" in house.messages(asks(house, "first"))[-1].text
    for number in range(5):
        chat = asks(house, f"n{number}")
        house.wait(minutes=4)
        house.do(claim, house.lead, chat, None)
    assert "最近 5 位实际等了约 4 分钟" in house.messages(asks(house, "last"))[-1].text
    house.wait(hours=3)
    assert "没法说得更准" in house.messages(asks(house, "later"))[-1].text
    assert timedelta(0) < (ticket(house, chat).taken_at or house.now) - ticket(house, chat).created_at
