"""Tickets listed and searched, on each engine: by everything that is said and known of them, filtered, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from support.assistant.state import TicketRequest
from support.service.find_tickets import filters, find_tickets, write_words
from support.service.move_ticket import change_ticket
from support.service.reply import reply
from support.service.resolve import resolve
from support.service.take import claim
from tests.support.service.takeover import House
from ticketing.claim import Claim
from ticketing.storage import cases, claims, event_log, suppliers, talk, ticket_words, tickets
from ticketing.storage.claims import Who
from ticketing.storage.desk import BadCursor
from ticketing.storage.shops import save_files
from ticketing.supplier import SuppliedLine

Json = dict[str, Any]
KEY = "AB12-CD34-EF56"


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url)
    yield house
    house.journal.close()


def found(house: House, query: str = "", limit: int = 50, after: str | None = None, **given: Any) -> Json:
    loaded = house.runtime.shops.get("small")
    return find_tickets(house.journal, loaded, house.mei, filters(query, **given), query, limit, after)


def numbers(house: House, query: str = "", **given: Any) -> list[str]:
    return [row["ticket"]["number"] for row in found(house, query, **given)["rows"]]


@pytest.fixture
def talks(house: House) -> dict[str, str]:
    """The chats of three disputes: of a key that is invalid, of a refund that did not come, and one in English."""
    chats = {
        "key": house.says(f"卡密 {KEY} 提示无效", ticket=TicketRequest("key_invalid", tags=("vip",))),
        "refund": house.says("退款还没到账", ticket=TicketRequest("human")),
        "words": house.says("I want my money back, please", ticket=TicketRequest("human")),
    }
    house.says("没有工单的话", ticket=None)
    return chats


def no(house: House, chat: str) -> str:
    ticket = house.read(lambda tx: tickets.dispute_of(tx, "small", chat))
    assert ticket is not None
    return ticket.number


FOUND_BY: dict[str, tuple[str, ...]] = {
    "无效": ("key",), "到账": ("refund",), "退款 没到": ("refund",), "退款到账": (), "退": ("refund",),
    "退款還沒": ("refund",), "ＭＯＮＥＹ": ("words",), "mon": ("words",), "back money": ("words",), "one": (),
    "money 退款": (), "vip": ("key",), "激活码无效": (), "EF56": ("key",), KEY: ("key",), "CD34": (),
    "wang": ("words", "refund", "key"), "第1号": ("key",), "!?": (), "'\"*": (), "NOT AND OR": (),
}  # fmt: skip


def test_a_ticket_is_found_by_what_was_said(house: House, talks: dict[str, str]) -> None:
    named = {no(house, chat): name for name, chat in talks.items()}
    found_by = {query: tuple(named[one] for one in numbers(house, query)) for query in FOUND_BY}
    assert found_by == FOUND_BY
    assert numbers(house, "t-1002") == numbers(house, "1002") == ["T-1002"]


def test_it_is_told_in_which_message_it_stands_and_no_key_is_told(house: House, talks: dict[str, str]) -> None:
    [row] = found(house, "提示无效")["rows"]
    assert row["found"] == {"seq": 1, "text": "卡密 ••••EF56 提示无效"}
    assert row["conversation"]["id"] == talks["key"]
    assert found(house, "vip")["rows"][0]["found"] is None
    assert "found" in found(house)["rows"][0]


def test_what_was_just_said_and_changed_is_found_without_waiting(house: House, talks: dict[str, str]) -> None:
    assert numbers(house, "物流") == []
    house.says("物流呢", talks["words"])
    assert numbers(house, "物流") == [no(house, talks["words"])]
    ticket = house.read(lambda tx: tickets.dispute_of(tx, "small", talks["refund"]))
    assert ticket is not None
    change_ticket_of(house, ticket, tags=["loyal"], reason="key_used")
    assert numbers(house, "loyal") == numbers(house, "key_used") == [ticket.number]
    change_ticket_of(house, ticket, tags=[])
    assert numbers(house, "loyal") == []


def change_ticket_of(house: House, ticket: Any, **values: Any) -> None:
    now = house.read(lambda tx: tickets.get(tx, "small", ticket.id))
    house.write(lambda tx: change_ticket(tx, now, actor="agent:x", cause="a test", at=house.now, **values))


def test_filters_hold_beside_the_words(house: House, talks: dict[str, str]) -> None:
    key, refund, words = (no(house, talks[one]) for one in ("key", "refund", "words"))
    house.do(claim, house.mei, talks["key"], None)
    house.do(claim, house.jun, talks["refund"], None)
    house.do(reply, house.jun, talks["refund"], "您好")
    house.do(resolve, house.jun, talks["refund"], "done", None)
    assert numbers(house) == [words, refund, key]
    assert numbers(house, states=["open"]) == numbers(house, owner=house.mei.id) == [key]
    assert numbers(house, states=["open", "resolved"]) == [refund, key]
    assert numbers(house, owner="nobody") == [words]
    assert numbers(house, "wang", states=["resolved"]) == [refund]
    assert numbers(house, "money", states=["resolved"]) == []
    assert numbers(house, reason="key_invalid") == [key]
    assert numbers(house, priorities=["urgent"]) == numbers(house, team="none") == numbers(house, queue="none") == []
    assert numbers(house, since=house.now + timedelta(seconds=1)) == numbers(house, until=house.now) == []
    assert numbers(house, since=house.now) == [words, refund, key]


def test_a_ticket_is_found_by_the_product_and_the_supplier_of_its_order(house: House, talks: dict[str, str]) -> None:
    key = house.read(lambda tx: tickets.dispute_of(tx, "small", talks["key"]))
    assert key is not None
    change_ticket_of(house, key, order_no="SP1")
    line = SuppliedLine("SP1", "0", "moon-card", "kelp", None, None)
    house.write(lambda tx: suppliers.seen(tx, "small", line, house.now, None))
    claimed = Claim("SP2", "sun-card", "key_used", house.now)
    house.write(lambda tx: claims.record(tx, "small", talks["refund"], Who("visitor:wang"), claimed))
    assert (
        numbers(house, product="moon-card") == numbers(house, supplier="kelp") == numbers(house, "sp1") == [key.number]
    )
    assert numbers(house, product="sun-card") == [no(house, talks["refund"])]
    assert numbers(house, supplier="nobody") == []


def test_pages_hold_every_ticket_once_in_one_order(house: House, talks: dict[str, str]) -> None:
    for query in ("", "wang", "w 无效"):
        whole, listed, after = numbers(house, query), list[str](), None
        while True:
            page = found(house, query, 1, after)
            listed += [row["ticket"]["number"] for row in page["rows"]]
            house.says("又来了", ticket=TicketRequest("human"))  # what comes meanwhile comes before
            if (after := page["next"]) is None:
                break
        assert listed == whole
    with pytest.raises(BadCursor):
        found(house, "", 1, "x")


def test_another_shops_tickets_are_not_found_and_have_numbers_of_their_own(house: House, talks: dict[str, str]) -> None:
    def elsewhere(tx: Any) -> None:
        save_files(tx, shop="other", files={"shop.toml": b"id"}, digest="d", origin="", at=house.now)
        chat = talk.start(tx, "other", "visitor:wang", "zh-CN", "无效", house.now)
        cases.open_ticket(
            tx, "other", chat.id, reason="human", priority="normal", queue="disputes", at=house.now, due_at=None
        )
        event_log.append(tx, "other", "ticket", chat.id, chat.owner, {}, house.now)

    mine = numbers(house, "无效")
    house.write(elsewhere)
    write_words(house.journal, "other")
    assert numbers(house, "无效") == mine == [no(house, talks["key"])]


def test_of_two_that_write_words_at_once_the_second_gives_way(house: House, talks: dict[str, str]) -> None:
    begun, to, sources = house.read(lambda tx: ticket_words.due(tx, "small", 5))
    assert (begun, len(sources)) == (-1, 1)
    assert house.write(lambda tx: ticket_words.keep(tx, "small", begun, to, {}))
    assert not house.write(lambda tx: ticket_words.keep(tx, "small", begun, to + 1, {1001: "x"}))
    assert house.read(lambda tx: ticket_words.cursor(tx, "small")) == to
    assert found(house, "x")["behind"] == 0
