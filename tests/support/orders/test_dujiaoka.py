"""Every status and trap of dujiaoka, read from a real database."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from support.orders.connector import Connector, LiveCoupon, LiveProduct
from support.orders.order import Order, OrderItem
from tests.support.orders.conftest import OpenStore

NOW = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.fixture(params=["mysql", "sqlite"])
def store(request: pytest.FixtureRequest, open_store: OpenStore) -> Connector:
    """The store on each engine."""
    return open_store("dujiaoka", request.param)


def found(store: Connector, number: str) -> tuple[Order, OrderItem]:
    """An order and its one item."""
    order = store.find(number)
    assert order is not None
    (item,) = order.items
    return order, item


@pytest.mark.parametrize(
    ("number", "paid", "state", "delivered"),
    [
        ("UNPAID0000000002", False, "unpaid", 0),
        ("EXPIRED000000003", False, "expired", 0),
        ("PENDING000000004", True, "paid_pending", 0),
        ("PROCESSING000005", True, "paid_pending", 0),
        ("MANUALDONE000006", True, "delivered", 3),
        ("FAILED0000000007", True, "failed", 0),
        ("SHORTAGE00000008", True, "paid_undelivered_shortage", 0),
        ("SHORTAGEDONE0009", True, "paid_undelivered_shortage", 0),
        ("DELIVERED0000001", True, "delivered", 2),
        ("PARTIAL000000010", True, "partially_delivered", 1),
        ("LATECALLBACK0011", True, "delivered", 1),
        ("PAIDNOTSENT00012", True, "not_delivered", 0),
        ("EMPTYLETTER00013", True, "not_delivered", 0),
        ("TWOLINEDKEY00015", True, "delivered", 1),
        ("NOSUCHSTATUS0014", None, None, None),
    ],
)
def test_statuses(store: Connector, number: str, paid: bool | None, state: str | None, delivered: int | None) -> None:
    order, item = found(store, number)
    assert (order.paid, item.delivery_state, item.delivered_quantity) == (paid, state, delivered)


def test_money_and_names(store: Connector) -> None:
    order, item = found(store, "DELIVERED0000001")
    assert (order.paid_amount, item.unit_price, item.quantity) == (Decimal("35.80"), Decimal("19.90"), 2)
    assert (item.name, item.product_id, order.payment_ref) == ("星云礼品卡", "1", "2026030122001")
    assert found(store, "NOSUCHSTATUS0014")[0].paid_amount is None
    unpaid, row = found(store, "UNPAID0000000002")
    assert (unpaid.paid_amount, row.paid_amount, unpaid.payment_count) == (Decimal(0), Decimal(0), 0)


def test_the_wall_clock_is_shanghais_whatever_the_shops_zone(store: Connector) -> None:
    order, _ = found(store, "DELIVERED0000001")
    assert order.created_at == datetime(2026, 3, 1, 4, tzinfo=UTC)


def test_what_the_store_does_not_record_is_unknown(store: Connector) -> None:
    order, item = found(store, "DELIVERED0000001")
    assert (order.paid_at, order.refunded_amount, order.frozen, order.no_return_confirmed) == (None,) * 4
    assert (order.payments, order.payment_count, order.currency, order.buyer_id) == (None,) * 4
    assert (item.delivered_at, item.redeemed, item.redeemed_at, item.refunded_amount) == (None,) * 4
    assert found(store, "LATECALLBACK0011")[0].created_at is None


def test_only_a_completed_automatic_order_holds_keys(store: Connector) -> None:
    assert found(store, "DELIVERED0000001")[1].keys_masked == ("••••ABCD", "••••EFGH")
    for number in ("PENDING000000004", "MANUALDONE000006", "SHORTAGE00000008", "SHORTAGEDONE0009"):
        assert found(store, number)[1].keys_masked == ()


@pytest.mark.parametrize(
    ("number", "twice"),
    [
        ("TWICEA0000000020", True),
        ("TWICEB0000000021", True),
        ("LIKETWICE0000022", False),  # another letter case is another key, whatever the collation says
        ("OTHERGOODS000023", False),
        ("LOOPA00000000024", False),
        ("WITHDELETED00026", False),
        ("DELIVERED0000001", False),
        ("FORGOTTENA000028", None),
        ("MANUALDONE000006", None),
        ("SHORTAGE00000008", None),
        ("UNPAID0000000002", None),
    ],
)
def test_duplicate_sale(store: Connector, number: str, twice: bool | None) -> None:
    assert found(store, number)[1].duplicate_sale is twice


def test_a_deleted_order_does_not_exist(store: Connector) -> None:
    assert store.find("DELETED000000027") is None
    assert "DELETED000000027" not in store.numbers(100)


def test_the_catalogue(store: Connector) -> None:
    assert store.product("1", NOW) == LiveProduct("1", Decimal("19.90"), 2, True, "星云礼品卡", None, 5)
    assert store.product("2", NOW) == LiveProduct("2", Decimal("9.00"), 7, True, "代充")
    shared = store.product("3", NOW)
    assert shared is not None
    assert (shared.on_sale, shared.stock, shared.max_quantity) == (False, 1, None)
    assert store.product("5", NOW) is None
    assert store.product("1abc", NOW) is None


def test_coupons(store: Connector) -> None:
    assert store.coupon(" SPRING ", NOW) == LiveCoupon("SPRING", True, products=("1", "3"))
    assert store.coupon("USEDUP", NOW) == LiveCoupon("USEDUP", False, "used_up")
    assert store.coupon("ONCE", NOW) == LiveCoupon("ONCE", False, "used_up")
    assert store.coupon("CLOSED", NOW) == LiveCoupon("CLOSED", False, "disabled")
    assert store.coupon("spring", NOW) is None
