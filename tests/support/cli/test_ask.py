"""What `anxin ask` says of rows that make no sense, before anything of them is kept."""

from __future__ import annotations

from typing import Any

import pytest
import typer

from knowledge_base.shop import Shop
from support.cli.ask import _check
from support.cli.options import a_time
from support.orders.csv_file import CsvConnector
from support.service.ask import _refuse_unknown_item
from support.service.explain import ItemNotFound

SENSE: dict[str, Any] = {"text": "退款", "shop": "star"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"fact": {"nope": 1}}, "nope"),
        ({"fact": {"item.quantity": "abc"}}, "item.quantity"),
        ({"fact": {"claim.reason": "bogus"}}, "claim.reason"),
        ({"fact": {"now": "2026-03-01T12:00:00Z"}}, "--now"),
        ({"fact": "nope"}, "fact: an object"),
        ({"conversation": 5}, "conversation: it is text"),
        ({"lang": 5}, "lang: it is text"),
        ({"shop": 5}, "shop: it is text"),
        ({"order": 7}, "order: it is text"),
        ({"request": "nosuch"}, "request: one of"),
    ],
)
def test_nonsense_is_named(given: dict[str, Any], said: str) -> None:
    with pytest.raises(typer.BadParameter, match=said):
        _check(SENSE | given, "退款")


def test_sense_passes() -> None:
    _check(SENSE | {"fact": {"order.frozen": True, "item.price_now": "30"}, "order": "SC1", "now": None}, "退款")


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59Z", "soon"])
def test_a_clock_that_no_shop_has_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no time"):
        a_time(text)


def test_an_item_that_the_buyers_own_order_lacks_is_told_and_anothers_is_not() -> None:
    rows = b"order_no,contact,product_id\nSP2,me@example.org,steam\nSP2,me@example.org,psn\n"
    connector = CsvConnector(rows, Shop(id="small", languages=("zh-CN",)))
    slots = {"order.number": "SP2", "order.item": "xbox"}
    with pytest.raises(ItemNotFound, match="order SP2 has no item 'xbox'; its products: psn, steam"):
        _refuse_unknown_item(connector, slots | {"order.proof": "me@example.org"})
    _refuse_unknown_item(connector, slots | {"order.proof": "wrong"})
    _refuse_unknown_item(connector, slots | {"order.proof": "me@example.org", "order.item": "psn"})
    _refuse_unknown_item(connector, {"order.number": "SP2"})
