"""Every status and trap of Dujiao-Next, read from a real database."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from knowledge_base.shop import OrderSource, Shop
from support.orders.connector import Connector, LiveCoupon, LiveProduct
from support.orders.dujiao_next_guest import DujiaoNextGuest
from support.orders.dujiao_next_order import order_of
from support.orders.dujiao_next_rows import Purchase
from support.orders.order import Order, OrderItem, Payment
from support.orders.proof import owns
from support.stores import connect_source
from tests.support.orders.conftest import OpenStore
from tests.support.orders.stores.dujiao_next import PROCUREMENTS

NOW = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, open_store: OpenStore) -> Connector:
    """The store on each engine."""
    return open_store("dujiao_next", request.param)


def found(store: Connector, number: str) -> Order:
    """An order that is there."""
    order = store.find(number)
    assert order is not None
    return order


def item_of(store: Connector, number: str) -> OrderItem:
    """The one item of an order."""
    (item,) = found(store, number).items
    return item


@pytest.mark.parametrize(
    ("number", "paid", "kind", "state", "delivered"),
    [
        ("DJ2026UNPAID", False, "auto", "unpaid", 0),
        ("DJ2026EXPIRED", False, "auto", "expired", 0),
        ("DJ2026NOTSENT", True, "auto", "not_delivered", 0),
        ("DJ2026MANUAL", True, "manual", "paid_pending", 0),
        ("DJ2026UPSTREAM", True, "upstream", "paid_pending", 0),
        ("DJ2026UPFAILED", True, "upstream", "failed", 0),
        ("DJ2026CANCELED", True, "auto", "failed", 0),
        ("DJ2026LATE", None, "auto", None, None),  # a payment came after the order had expired
        ("DJ2026DOUBLE", True, "auto", "not_delivered", 0),
        ("DJ2026OWNITEM", True, "upstream", "delivered", 3),
        ("DJ2026PARTLY", True, "auto", "partially_delivered", 1),
        ("DJ2026REFUNDED", True, "auto", "refunded", 1),
        ("DJ2026NOTIME", True, "auto", "not_delivered", 0),
        ("DJ2026LEFTBEHIND", True, "auto", "not_delivered", 0),  # the child still waits for the payment
        ("DJ2026LEFTEXPIRED", False, "auto", "expired", 0),
        ("DJ2026BYROW", True, "auto", "delivered", 1),
    ],
)
def test_statuses(
    store: Connector, number: str, paid: bool | None, kind: str, state: str | None, delivered: int | None
) -> None:
    order, item = found(store, number), item_of(store, number)
    got = (order.paid, item.delivery_kind, item.delivery_state, item.delivered_quantity)
    assert got == (paid, kind, state, delivered)


@pytest.mark.parametrize("procurement", PROCUREMENTS)
def test_an_upstream_that_failed_or_refused_while_the_order_is_paid_is_a_delivery_that_failed(
    store: Connector, procurement: str
) -> None:
    failed = procurement in {"failed", "rejected"}
    paid = item_of(store, f"DJ-PAID-{procurement.upper()}")
    assert paid.delivery_state == ("failed" if failed else "paid_pending")
    assert item_of(store, f"DJ-FULF-{procurement.upper()}").delivery_state == "paid_pending"


def test_a_payment_that_did_not_succeed_is_none(store: Connector) -> None:
    order = found(store, "DJ2026UNPAID")
    assert (order.paid, order.payments, order.payment_count) == (False, (), 0)


def test_a_parent_with_its_children(store: Connector) -> None:
    order = found(store, "DJ2026DELIVERED")
    card, top_up = order.items
    assert (order.paid_amount, order.refunded_amount, order.distributor) == (Decimal("85.00"), Decimal(0), "4")
    assert (card.paid_amount, top_up.paid_amount) == (Decimal("57.00"), Decimal("28.00"))
    assert (card.delivery_state, card.quantity, card.delivered_quantity) == ("delivered", 2, 2)
    assert (card.name, top_up.name) == ("星云礼品卡", "代充")
    assert (card.keys_masked, top_up.keys_masked) == (("••••ABCD", "••••EFGH"), ())
    assert (top_up.delivered_quantity, top_up.duplicate_sale) == (1, None)


def test_buyers_know_parents_only(store: Connector) -> None:
    assert store.find("DJ2026DELIVERED-01") is None
    assert all("-0" not in number for number in store.numbers(100))


def test_times_are_utc_whatever_the_shops_zone(store: Connector) -> None:
    order = found(store, "DJ2026DELIVERED")
    assert order.created_at == datetime(2026, 3, 1, 4, tzinfo=UTC)
    assert order.paid_at == datetime(2026, 3, 1, 4, 1, tzinfo=UTC)
    assert order.items[0].delivered_at == datetime(2026, 3, 1, 4, 1, 30, tzinfo=UTC)


def test_a_missing_paid_time_is_unknown_and_the_status_still_says_paid(store: Connector) -> None:
    order = found(store, "DJ2026NOTIME")
    assert (order.paid, order.paid_at, order.paid_amount) == (True, None, Decimal("30.00"))


def test_payments_that_succeeded_each_once(store: Connector) -> None:
    double = found(store, "DJ2026DOUBLE")
    assert double.payments == (Payment("ALI-1", Decimal("30.00")), Payment("WX-2", Decimal("30.00")))
    assert (double.payment_count, found(store, "DJ2026DELIVERED").payment_count) == (2, 1)
    assert found(store, "DJ2026UNPAID").payment_count == 0
    assert found(store, "DJ2026NOTSENT").payment_count is None  # paid in a way that the table does not list


def test_a_late_payment_of_an_expired_order_leaves_paid_unknown_and_shows_the_payment(store: Connector) -> None:
    order = found(store, "DJ2026LATE")
    assert (order.paid, order.paid_amount, order.payment_count) == (None, None, 1)


def test_refunds_stand_on_the_row_that_was_refunded(store: Connector) -> None:
    order = found(store, "DJ2026PARTREFUND")
    assert order.refunded_amount == Decimal("10.00")
    assert [item.refunded_amount for item in order.items] == [Decimal("10.00"), Decimal(0)]
    above = found(store, "DJ2026ABOVE")
    assert (above.refunded_amount, [item.refunded_amount for item in above.items]) == (Decimal("5.00"), [None, None])
    assert item_of(store, "DJ2026REFUNDED").refunded_amount == Decimal("30.00")


def test_a_hashed_password_proves_nothing_and_the_address_does(store: Connector) -> None:
    order = found(store, "DJ2026OWNITEM")
    assert owns(order, "li.lei@example.org")
    assert not owns(order, "hmac-sha256:" + "0a" * 32)
    assert owns(found(store, "DJ2026MANUAL"), "查询密码9")
    assert owns(found(store, "DJ2026DELIVERED"), "hanmeimei@example.org")


def test_what_the_store_does_not_record_is_unknown(store: Connector) -> None:
    order, item = found(store, "DJ2026NOTSENT"), item_of(store, "DJ2026NOTSENT")
    assert (order.frozen, order.no_return_confirmed, order.buyer_id, order.distributor) == (None,) * 4
    assert (item.redeemed, item.redeemed_at, item.delivered_at, item.duplicate_sale) == (None,) * 4


@pytest.mark.parametrize(
    ("number", "twice"),
    [
        ("DJ2026TWICEA", True),
        ("DJ2026TWICEB", True),
        ("DJ2026LIKETWICE", False),
        ("DJ2026LOOPA", False),
        ("DJ2026ALONE", False),  # the other order was canceled
        ("DJ2026BYROW", False),
        ("DJ2026MANUAL", None),
        ("DJ2026NOTSENT", None),
    ],
)
def test_duplicate_sale(store: Connector, number: str, twice: bool | None) -> None:
    assert item_of(store, number).duplicate_sale is twice


def test_a_deleted_order_does_not_exist(store: Connector) -> None:
    assert store.find("DJ2026GONE") is None


def test_the_catalogue(store: Connector) -> None:
    assert store.product("1", NOW) == LiveProduct("1", Decimal("30.00"), 2, True, "星云礼品卡")
    assert store.product("2", NOW) == LiveProduct("2", Decimal("30.00"), 7, True, "代充")
    assert store.product("3", NOW) == LiveProduct("3", Decimal("30.00"), None, True, "上游卡")
    assert store.product("5", NOW) == LiveProduct("5", Decimal("1.00"), None, True, "不限量")
    assert store.product("4", NOW) == LiveProduct("4", Decimal("30.00"), 1, False, "共享账号")


def test_coupons(store: Connector) -> None:
    start, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    assert store.coupon("SPRING", NOW) == LiveCoupon("SPRING", True, None, end, ("1",), Decimal("20.00"))
    assert store.coupon("SPRING", end) == LiveCoupon("SPRING", False, "expired", end, ("1",), Decimal("20.00"))
    early = store.coupon("SPRING", datetime(2026, 2, 28, tzinfo=UTC))
    assert early is not None
    assert (early.valid, early.fault, start) == (False, "not_started", start)
    assert store.coupon("USEDUP", NOW) == LiveCoupon("USEDUP", False, "used_up", products=())
    assert store.coupon("OFF", NOW) == LiveCoupon("OFF", False, "disabled", products=())
    assert store.coupon("GONE", NOW) is None


def test_a_clock_that_the_settings_name_is_the_stores() -> None:
    row = {
        "order_no": "DJ1", "status": "paid", "created_at": "2026-03-01 12:00:00", "paid_at": "2026-03-01 12:01:00",
        "currency": "CNY", "total_amount": "1.00", "refunded_amount": "0", "guest_password": None, "user_id": None,
        "guest_email": None, "reseller_id": None,
    }  # fmt: skip
    order = order_of(Purchase(row, (), zone=ZoneInfo("Asia/Shanghai")), "dujiao_next")
    assert (order.created_at, order.paid_at) == (
        datetime(2026, 3, 1, 4, tzinfo=UTC),
        datetime(2026, 3, 1, 4, 1, tzinfo=UTC),
    )
    source = OrderSource("dujiao_next", "https://store.example", None, {"timezone": "Asia/Tokyo"})
    guest = connect_source(source, Shop(id="moon", languages=("zh-CN",)), Path())
    assert isinstance(guest, DujiaoNextGuest)
    assert guest.zone == ZoneInfo("Asia/Tokyo")
    guest.close()
