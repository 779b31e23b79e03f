"""Every status and trap of acg-faka, read from a real database."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from knowledge_base.reader import read_shop
from support.orders.connector import Connector, LiveCoupon, LiveProduct
from support.orders.order import Order, OrderItem
from support.stores import connect
from tests.support.orders.conftest import OpenStore
from tests.support.orders.stores import acg_faka
from tests.support.orders.stores.filling import sqlite_running

NOW = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.fixture(params=["mysql", "sqlite"])
def store(request: pytest.FixtureRequest, open_store: OpenStore) -> Connector:
    """The store on each engine."""
    return open_store("acg_faka", request.param)


def found(store: Connector, number: str) -> tuple[Order, OrderItem]:
    """An order and its one item."""
    order = store.find(number)
    assert order is not None
    (item,) = order.items
    return order, item


@pytest.mark.parametrize(
    ("number", "paid", "kind", "state", "delivered"),
    [
        ("100260301120000101", True, "auto", "delivered", 2),
        ("200260301120000202", False, "auto", "unpaid", 0),
        ("300260301120000303", True, "auto", "paid_undelivered_shortage", 0),
        ("400260301120000404", True, "auto", "partially_delivered", 1),
        ("500260301120000505", True, "auto", "not_delivered", 0),
        ("600260301120000606", True, "manual", "paid_pending", 0),
        ("700260301120000707", True, "manual", "paid_pending", 0),
        ("800260301120000808", True, "manual", "delivered", 2),
        ("900260301120000909", True, "manual", "paid_pending", 0),
        ("110260301120001010", True, "manual", None, None),
        ("111260301120001111", None, "upstream", None, None),  # the upstream's failure rolled the paying back
        ("112260301120001212", True, "upstream", "paid_pending", 0),
        ("113260301120001313", True, "upstream", "delivered", 1),
        ("114260301120001414", True, "upstream", "paid_pending", 0),
        ("115260301120001515", True, None, None, None),
        ("116260301120001616", None, None, None, None),
        ("117260301120001717", True, "auto", None, None),
    ],
)
def test_statuses(
    store: Connector, number: str, paid: bool | None, kind: str | None, state: str | None, delivered: int | None
) -> None:
    order, item = found(store, number)
    got = (order.paid, item.delivery_kind, item.delivery_state, item.delivered_quantity)
    assert got == (paid, kind, state, delivered)


def test_money_times_and_names(store: Connector) -> None:
    order, item = found(store, "100260301120000101")
    assert (order.paid_amount, item.paid_amount) == (Decimal("59.80"), Decimal("59.80"))
    assert order.created_at == datetime(2026, 3, 1, 4, tzinfo=UTC)
    assert order.paid_at == datetime(2026, 3, 1, 4, 1, tzinfo=UTC)
    assert item.delivered_at == datetime(2026, 3, 1, 4, 1, 5, tzinfo=UTC)
    assert (item.name, item.product_id, item.quantity) == ("星云礼品卡 月卡", "1", 2)


def test_owner_is_the_buyer_and_user_id_the_merchant(store: Connector) -> None:
    order, _ = found(store, "100260301120000101")
    assert (order.buyer_id, order.distributor) == ("7", "3")
    guest, _ = found(store, "300260301120000303")
    assert (guest.buyer_id, guest.distributor) == (None, None)
    assert found(store, "118260301120001818")[0].distributor == "5"


def test_an_unpaid_row_that_may_hide_a_payment_has_unknown_amounts(store: Connector) -> None:
    order, item = found(store, "111260301120001111")
    assert (order.paid_amount, item.paid_amount, order.payment_count, order.paid_at) == (None,) * 4
    unpaid, row = found(store, "200260301120000202")
    assert (unpaid.paid_amount, row.paid_amount, unpaid.payment_count) == (Decimal(0), Decimal(0), 0)


def test_what_the_store_does_not_record_is_unknown(store: Connector) -> None:
    order, item = found(store, "100260301120000101")
    assert (order.refunded_amount, order.frozen, order.no_return_confirmed, order.payment_count) == (None,) * 4
    assert (item.redeemed, item.redeemed_at, item.refunded_amount, item.unit_price) == (None,) * 4


def test_keys_are_the_sold_cards(store: Connector) -> None:
    assert found(store, "100260301120000101")[1].keys_masked == ("••••ABCD", "••••EFGH")
    for number in ("300260301120000303", "800260301120000808", "113260301120001313"):
        assert found(store, number)[1].keys_masked == ()


@pytest.mark.parametrize(
    ("number", "twice"),
    [
        ("120260301120002020", True),
        ("121260301120002121", True),
        ("122260301120002222", False),  # another letter case is another key, whatever the collation says
        ("123260301120002323", False),
        ("100260301120000101", False),
        ("500260301120000505", None),
        ("800260301120000808", None),
        ("113260301120001313", None),
    ],
)
def test_duplicate_sale(store: Connector, number: str, twice: bool | None) -> None:
    assert found(store, number)[1].duplicate_sale is twice


def test_the_catalogue(store: Connector) -> None:
    assert store.product("1", NOW) == LiveProduct("1", Decimal("29.90"), 2, True, "星云礼品卡", 1, 10)
    assert store.product("2", NOW) == LiveProduct("2", Decimal("9.00"), None, True, "代充")
    assert store.product("3", NOW) == LiveProduct("3", Decimal("5.00"), 7, False, "上游卡")
    assert store.product("99", NOW) is None


def test_coupons(store: Connector) -> None:
    end = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)
    assert store.coupon("SPRING", NOW) == LiveCoupon("SPRING", True, None, end, ("1",))
    assert store.coupon("SPRING", end) == LiveCoupon("SPRING", False, "expired", end, ("1",))
    assert store.coupon("USED", NOW) == LiveCoupon("USED", False, "used_up", products=())
    assert store.coupon("LOCKED", NOW) == LiveCoupon("LOCKED", False, "disabled", products=())
    assert store.coupon("CATEGORY", NOW) == LiveCoupon("CATEGORY", True, products=None)
    assert store.coupon("NONE", NOW) is None


@pytest.mark.parametrize(
    ("line", "prefix"), [("", "acg_"), ('table_prefix = ""', ""), ('table_prefix = "shop2_"', "shop2_")]
)
def test_the_prefix_of_its_tables(tmp_path: Path, line: str, prefix: str) -> None:
    toml = f'id = "x"\nlanguages = ["en"]\n[orders]\nsource = "acg_faka"\nurl = "sqlite:///s.db"\n{line}\n'
    rows = {table.replace("acg_", prefix): given for table, given in acg_faka.ROWS.items()}
    with sqlite_running(tmp_path / "s.db", acg_faka.SCHEMA.replace("`acg_", f"`{prefix}"), rows):
        store = connect(read_shop({"shop.toml": toml.encode()}), tmp_path)
        assert store is not None
        assert found(store, "120260301120002020")[1].duplicate_sale is True
        store.close()
