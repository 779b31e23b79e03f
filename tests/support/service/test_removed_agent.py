from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest

from support.assistant.state import TicketRequest
from support.service.agents import remove_agent
from support.service.reply import reply
from support.service.resolve import snooze
from support.service.take import claim
from tests.support.service.takeover import House
from ticketing.storage import talk, tickets


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url)
    yield house
    house.journal.close()


@pytest.mark.parametrize("rests", [False, True])
def test_what_a_removed_agent_had_goes_back_to_the_queue(house: House, rests: bool) -> None:
    chat = house.says("转人工", ticket=TicketRequest("human"))
    kept = house.says("转人工", ticket=TicketRequest("human"))
    house.do(claim, house.mei, chat, None)
    house.do(claim, house.jun, kept, None)
    house.do(reply, house.mei, chat, "您好")
    house.do(reply, house.jun, kept, "您好")
    if rests:
        house.do(snooze, house.mei, chat, house.now + timedelta(hours=2), None)
    house.write(partial(remove_agent, name="mei", at=house.now))
    assert house.watch() == 1
    row = house.read(partial(talk.get, shop="small", conversation=chat))
    ticket = house.read(partial(tickets.main_ticket_of, shop="small", conversation=chat))
    assert (row.state, row.assignee, ticket.state if ticket else None) == ("waiting", None, "new")
    assert house.read(partial(talk.get, shop="small", conversation=kept)).assignee == house.jun.id
    assert house.watch() == 0
