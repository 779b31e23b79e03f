"""What has had its time goes by itself, on each engine; what is held, open or disputed stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from knowledge_base.shop import Retention
from support.assistant.state import TicketRequest
from support.service import retention
from support.service.connect import identify
from support.service.people import Person
from support.service.resolve import resolve
from support.service.retention import forget, waiting
from support.service.take import claim
from tests.support.service.takeover import START, House
from ticketing.errors import NotFound
from ticketing.ids import new_id
from ticketing.privacy import Hold
from ticketing.storage import privacy, talk, tickets, visitors
from ticketing.storage.data_map import ERASED
from ticketing.storage.upload_files import UploadFiles

KEPT = Retention(chat_days=30, dispute_days=90)


@pytest.fixture
def house(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(retention, "PAUSE", 0.0)
    house = House(database_url)
    yield house
    house.journal.close()


def run(house: House, folder: Path) -> int:
    loaded = house.runtime.shops.get("small")
    shop = replace(loaded.folder.shop, retention=KEPT)
    kept = replace(loaded, folder=replace(loaded.folder, shop=shop))
    due = house.read(lambda tx: waiting(tx, kept, house.now))
    done = forget(house.runtime, UploadFiles(folder), kept)
    assert done == due
    assert house.read(lambda tx: waiting(tx, kept, house.now)) == 0
    return done


def said(house: House, chat: str) -> set[str]:
    return {one.text for one in house.read(lambda tx: talk.page(tx, "small", chat, None, 50))}


def test_talk_goes_after_its_days_and_in_batches(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    old = [house.says(f"第{n}个问题") for n in range(5)]
    house.wait(days=20)
    fresh = house.says("刚问的")
    house.wait(days=11)
    assert run(house, tmp_path) == 5
    for chat in old:
        assert said(house, chat) == {ERASED}
        assert house.row(chat).owner.startswith("visitor:erased-")
    assert "刚问的" in said(house, fresh)
    assert house.row(fresh).owner == "visitor:wang"
    assert run(house, tmp_path) == 0


def test_a_dispute_stays_longer_and_one_that_is_open_stays(house: House, tmp_path: Path) -> None:
    done = house.says("卡密无效", ticket=TicketRequest("key_invalid"))
    still = house.says("退款没到", ticket=TicketRequest("human"))
    house.do(claim, house.mei, done, None)
    house.do(resolve, house.mei, done, "solved", None)
    house.wait(days=60)
    assert run(house, tmp_path) == 0
    house.wait(days=31)
    assert run(house, tmp_path) == 1
    assert said(house, done) == {ERASED}
    assert "退款没到" in said(house, still)


def test_nothing_that_is_held_goes_until_the_hold_ends(house: House, tmp_path: Path) -> None:
    by_buyer, by_ticket = house.says("我是被保全的"), house.says("工单被保全", ticket=TicketRequest("human"))
    ticket = house.read(lambda tx: tickets.dispute_of(tx, "small", by_ticket))
    assert ticket is not None
    house.do(claim, house.mei, by_ticket, None)
    house.do(resolve, house.mei, by_ticket, "solved", None)
    until = START + timedelta(days=200)
    for one in (
        Hold("small", new_id(), "buyer", "visitor:wang", "诉讼", "lin", START, until),
        Hold("small", new_id(), "ticket", ticket.id, "诉讼", "lin", START, until),
    ):
        house.write(partial(privacy.hold, one=one))
    house.wait(days=199)
    assert run(house, tmp_path) == 0
    assert "我是被保全的" in said(house, by_buyer)
    house.wait(days=2)
    assert run(house, tmp_path) == 2
    assert said(house, by_buyer) == said(house, by_ticket) == {ERASED}


def test_a_visitor_of_whom_nothing_is_left_is_forgotten(house: House, tmp_path: Path) -> None:
    _, token = house.write(lambda tx: visitors.new_visitor(tx, "small", house.now))
    chatty, own = house.write(lambda tx: visitors.new_visitor(tx, "small", house.now))
    house.write(lambda tx: visitors.grant_order(tx, "small", f"visitor:{chatty}", "NO-1", "proof", house.now))
    house.wait(days=31)
    run(house, tmp_path)
    assert house.read(lambda tx: visitors.find_visitor(tx, "small", token)) is None
    assert house.read(lambda tx: visitors.find_visitor(tx, "small", own)) == chatty
    house.wait(days=60)
    run(house, tmp_path)
    assert house.read(lambda tx: visitors.granted_orders(tx, "small", f"visitor:{chatty}")) == frozenset()


def test_a_hold_is_lifted_once(house: House) -> None:
    one = Hold("small", new_id(), "buyer", "visitor:wang", "诉讼", "lin", START)
    house.write(partial(privacy.hold, one=one))
    house.write(lambda tx: privacy.lift(tx, "small", one.id, "lin", START))
    with pytest.raises(NotFound):
        house.write(lambda tx: privacy.lift(tx, "small", one.id, "lin", START))
    with pytest.raises(NotFound):
        house.write(lambda tx: privacy.lift(tx, "moon", one.id, "lin", START))


def test_a_hold_on_a_visitor_holds_the_buyer_that_the_visitor_proves_to_be(house: House) -> None:
    one = Hold("small", new_id(), "buyer", "visitor:wang", "诉讼", "lin", START)
    house.write(partial(privacy.hold, one=one))
    house.says("你好")
    buyer = Person("small", "buyer:B-1", "B-1")
    house.write(lambda tx: identify(tx, house.buyer(), buyer, house.now))
    held = house.read(lambda tx: privacy.holding(tx, "small", "buyer:B-1", house.now))
    assert [hold.id for hold in held] == [one.id]
