"""A supplier is asked, answers or does not; complaints about its goods are counted; and no buyer hears who it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from support.orders.order import Order, OrderItem
from support.service.ask_supplier import Wanted, answer, ask, link_of, opened_by
from support.service.supply import note_order, report
from support.service.take import claim
from tests.support.service.takeover import House
from ticketing.errors import Conflict, IllegalTransition, NotFound
from ticketing.storage import cases, evidence, notes, suppliers
from ticketing.supplier import SupplierRequest
from ticketing.ticket import Ticket

NAME = "远星供应链"
GOODS = {"products": [{"id": "steam", "name": {"zh-CN": "蒸汽卡"}}], "keys": [], "delivered_on": "2026-03-01"}
KEY = "8F2K-77QP-1DE4"


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url, '[suppliers]\nalert_complaints = 3\nalert_share = "0.50"\n')
    yield house
    house.journal.close()


def taken(house: House) -> Ticket:
    chat = house.asks_for_person()
    house.do(claim, house.mei, chat, None)
    return ticket(house, chat)


def ticket(house: House, chat: str) -> Ticket:
    return house.read(lambda tx: cases.tickets_of(tx, "small", chat))[-1]


def asks(house: House, held: Ticket, about: str = "是否已被兑换？") -> SupplierRequest:
    return house.write(lambda tx: ask(tx, house.shop, house.mei, held.id, (NAME, GOODS), Wanted(about), house.now))


def told(house: House, held: Ticket) -> list[str]:
    return [note.text for note in house.read(lambda tx: notes.of_conversation(tx, "small", held.conversation))]


def test_the_ticket_waits_and_the_answer_takes_it_on_as_evidence_and_a_note(house: House) -> None:
    held = taken(house)
    request = asks(house, held, "电话 13812345678 的买家说无效")
    assert (request.number, request.question) == ("V-1", "电话 [phone] 的买家说无效")
    assert ticket(house, held.conversation).state == "waiting_supplier"
    with pytest.raises(Conflict):
        asks(house, held)
    house.wait(hours=1)
    house.write(lambda tx: answer(tx, house.shop, request, "used", f"{KEY} 已于昨日兑换", house.now))
    assert ticket(house, held.conversation).state == "open"
    assert told(house, held) == ["供货方对 V-1 的答复：卡密已被使用。 ••••1DE4 已于昨日兑换"]
    chain = house.read(lambda tx: evidence.of_ticket(tx, "small", held.id))
    assert [(one.kind, one.source, one.open["state"], one.open["answer"]) for one in chain] == [
        ("supplier", "agent", "asked", None), ("supplier", "supplier", "answered", "used"),
    ]  # fmt: skip
    with pytest.raises(IllegalTransition):
        house.write(lambda tx: answer(tx, house.shop, request, "genuine", "", house.now))
    assert NAME not in repr([event.text for event in house.heard_by_buyer(held.conversation)])


def test_unanswered_in_time_it_goes_back_to_the_agent_once(house: House) -> None:
    held = taken(house)
    request = asks(house, held)
    house.wait(hours=23, minutes=59)
    house.watch()
    assert ticket(house, held.conversation).state == "waiting_supplier"
    house.wait(minutes=1)
    house.watch()
    house.watch()
    assert ticket(house, held.conversation).state == "open"
    assert told(house, held).count("供货方未在期限内答复 V-1，请不再等待，继续处理。") == 1
    with pytest.raises(IllegalTransition):
        house.write(lambda tx: answer(tx, house.shop, request, "genuine", "", house.now))


def test_a_link_opens_its_own_request_and_cannot_be_made_up(house: House) -> None:
    request = asks(house, taken(house))
    link = link_of("secret", request).removeprefix("/supplier/")
    assert house.read(lambda tx: opened_by(tx, "secret", link)) == request
    later = replace(request, due_at=request.due_at + timedelta(days=1))
    longer = link_of("other", later).removeprefix("/supplier/")
    for made_up in (link[:-1] + ("0" if link[-1] != "0" else "1"), longer, "small.x.1.", "", "a", "small..²."):
        with pytest.raises(NotFound):
            house.read(partial(opened_by, secret="secret", link=made_up))


def an_order(number: str, supplier: str | None = NAME) -> Order:
    return Order(number, (OrderItem("steam", "蒸汽卡", 1),), "csv", supplier=supplier, distributor="青屿")


def test_complaints_are_counted_by_whom_the_goods_came_from_and_one_alert_is_raised(house: House) -> None:
    loaded, chat = house.runtime.shops.get("small"), house.asks_for_person()

    def asked(order: Order, reason: str | None) -> None:
        house.write(lambda tx: note_order(tx, loaded, order, None, reason, chat, house.now))

    asked(an_order("A1"), "key_invalid")
    asked(an_order("A1"), "key_used")
    asked(an_order("A2"), "changed_mind")
    asked(an_order("A3"), "counterfeit")
    asked(an_order("B1", "别家"), "key_invalid")
    shown = house.read(lambda tx: report(tx, house.shop, 30, house.now))
    rates = {(one["party"], one["name"]): (one["complaints"], one["asked_about"]) for one in shown["rates"]}
    assert rates == {("supplier", NAME): (2, 3), ("supplier", "别家"): (1, 1), ("distributor", "青屿"): (3, 4)}
    assert [(one["party"], one["name"]) for one in shown["alerts"]] == [("distributor", "青屿")]
    asked(an_order("A4"), "key_invalid")
    asked(an_order("A5"), "key_invalid")
    after = house.read(lambda tx: report(tx, house.shop, 30, house.now))
    assert [one["name"] for one in after["alerts"]].count(NAME) == 1
    notes_ = [note.text for note in house.read(lambda tx: notes.of_conversation(tx, "small", chat))]
    assert sum(NAME in text for text in notes_) == 1
    assert NAME not in repr([event.text for event in house.heard_by_buyer(chat)])
    house.wait(days=31)
    assert house.read(lambda tx: report(tx, house.shop, 30, house.now))["rates"] == []


def test_a_requests_page_is_kept_as_opened_once(house: House) -> None:
    request = asks(house, taken(house))
    for minutes in (1, 2):
        house.write(partial(suppliers.opened, request=request, at=house.now + timedelta(minutes=minutes)))
    assert house.read(lambda tx: suppliers.get(tx, "small", request.id)).opened_at == house.now + timedelta(minutes=1)
