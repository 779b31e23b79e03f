"""A store that only its mapping describes: qs-faka, and what the mappings of other stores need."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.shop import OrderSource
from support.orders.connector import Connector, LiveCoupon, LiveProduct, StoreUnavailable
from support.orders.order import Order, OrderItem
from support.stores import connect_source
from tests.support.orders.conftest import SHOP, OpenStore
from tests.support.orders.stores import http_shop
from tests.support.orders.stores.filling import Rows, sqlite_running
from tests.support.orders.stores.qs_faka import OPTIONS

NOW = datetime(2026, 3, 10, tzinfo=UTC)
DOCUMENT = Path(__file__).parents[3] / "docs" / "mappings.md"


@pytest.fixture(params=["mysql", "postgresql", "sqlite"])
def store(request: pytest.FixtureRequest, open_store: OpenStore) -> Connector:
    """qs-faka on each engine."""
    return open_store("sql", request.param)


def found(store: Connector, number: str) -> tuple[Order, OrderItem]:
    """An order and its one item."""
    order = store.find(number)
    assert order is not None
    (item,) = order.items
    return order, item


@pytest.mark.parametrize(
    ("number", "paid", "state", "delivered"),
    [
        ("QS2026UNPAID", False, "unpaid", 0),
        ("QS2026CLOSED", False, "expired", 0),
        ("QS2026REFUNDED", True, "refunded", 1),
        ("QS2026PARTLY", True, "partially_delivered", 1),
        ("QS2026NOTSENT", True, "not_delivered", 0),
        ("QS2026DELIVERED", True, "delivered", 2),
        ("QS2026ODD", None, None, 0),
    ],
)
def test_statuses(store: Connector, number: str, paid: bool | None, state: str | None, delivered: int | None) -> None:
    order, item = found(store, number)
    assert (order.paid, item.delivery_state, item.delivered_quantity) == (paid, state, delivered)


def test_times_are_seconds_and_no_time_is_zero(store: Connector) -> None:
    order, _ = found(store, "QS2026DELIVERED")
    assert (order.created_at, order.paid_at) == (
        datetime(2026, 3, 1, 4, tzinfo=UTC), datetime(2026, 3, 1, 4, 1, tzinfo=UTC),
    )  # fmt: skip
    assert found(store, "QS2026UNPAID")[0].paid_at is None


def test_frozen_is_a_flag_and_no_state(store: Connector) -> None:
    order, item = found(store, "QS2026FROZEN")
    assert (order.frozen, item.delivery_state) == (True, "delivered")
    assert found(store, "QS2026NOTSENT")[0].frozen is False


@pytest.mark.parametrize(
    ("number", "twice"), [("QS2026TWICEA", True), ("QS2026HALFTWICE", False), ("QS2026NOTSENT", None)]
)
def test_duplicate_sale_compares_the_whole_key(store: Connector, number: str, twice: bool | None) -> None:
    assert found(store, number)[1].duplicate_sale is twice


def test_the_catalogue(store: Connector) -> None:
    assert store.product("1", NOW) == LiveProduct("1", Decimal("19.900"), 2, True, "星云礼品卡", 1, 5)
    assert store.product("2", NOW) is None
    coupon = store.coupon("SPRING", NOW)
    ends_at = datetime.fromtimestamp(1785000000, UTC)
    assert coupon == LiveCoupon("SPRING", True, ends_at=ends_at, min_amount=Decimal("20.00"))
    assert store.coupon("USED", NOW) is None


def read(
    tmp_path: Path, options: Mapping[str, Any], schema: str, rows: Rows, number: str, prefix: str = ""
) -> tuple[Order, OrderItem]:
    """An order of a small store of one's own."""
    with sqlite_running(tmp_path / "store.db", schema, rows) as url:
        connector = connect_source(OrderSource("sql", url, prefix, options), SHOP, tmp_path)
        try:
            return found(connector, number)
        finally:
            connector.close()


def documented(store: str) -> dict[str, Any]:
    """The mapping of a store as `docs/mappings.md` gives it."""
    block = re.search(rf"##+ {re.escape(store)}.*?```toml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.S)
    assert block is not None
    options: dict[str, Any] = tomllib.loads(block[1])["orders"]
    return {key: value for key, value in options.items() if key not in ("source", "url", "table_prefix")}


def test_the_documented_mappings_are_the_ones_that_are_tested() -> None:
    assert documented("qs-faka") == OPTIONS
    assert documented("Any JSON interface") == tomllib.loads(http_shop.MAPPING)


@pytest.mark.parametrize(
    ("kind", "number", "typed"), [("text", "aBc-1", "AbC-1"), ("int", 20260301, " ２０２６０３０１")]
)
def test_a_home_made_number_is_found_however_it_is_written(
    tmp_path: Path, kind: str, number: object, typed: str
) -> None:
    options = {
        "order": {"table": "o", "number": "n"}, "status": {"column": "s", "paid": ["yes"]},
        "kind": {"always": "manual"},
    }  # fmt: skip
    rows: Rows = {"o": [{"n": number, "s": "yes"}]}
    order, item = read(tmp_path, options, f"CREATE TABLE o (n {kind}, s text)", rows, typed)
    assert (order.number, order.paid, item.delivery_kind, item.delivery_state) == (str(number), True, "manual", None)


CARD_SYSTEM = """
CREATE TABLE orders (id int, order_no text, user_id int, product_id int, product_name text, count int, contact text,
  query_password text, price int, paid int, status int, paid_at text, created_at text, pay_trade_no text);
CREATE TABLE card_order (id int, order_id int, card_id int);
CREATE TABLE products (id int, name text, price int, enabled int);
CREATE TABLE cards (id int, product_id int, card text, status int, deleted_at text)
"""


@pytest.mark.parametrize(
    ("status", "cards", "state", "frozen", "paid"),
    [
        (0, 0, "unpaid", False, False), (1, 0, "not_delivered", False, True), (2, 2, "delivered", False, True),
        (2, 1, "partially_delivered", False, True), (3, 2, "delivered", True, True), (4, 2, "refunded", False, True),
    ],
)  # fmt: skip
def test_card_system(tmp_path: Path, status: int, cards: int, state: str, frozen: bool, paid: bool) -> None:
    row = {"id": 1, "order_no": "CS1", "product_id": 1, "count": 2, "paid": 3980, "price": 3980, "status": status,
           "contact": "13800001111", "created_at": "2026-03-01 12:00:00"}  # fmt: skip
    rows: Rows = {"orders": [row], "card_order": [{"id": n, "order_id": 1, "card_id": n} for n in range(cards)]}
    order, item = read(tmp_path, documented("card-system"), CARD_SYSTEM, rows, "cs1")
    assert (item.delivery_state, order.frozen, order.paid) == (state, frozen, paid)
    assert order.paid_amount == (Decimal("39.80") if paid else 0)  # 分
    assert item.keys_masked == ()


@pytest.mark.parametrize(
    ("fen", "yuan"), [(1, "0.01"), (99, "0.99"), (100, "1.00"), (1999, "19.99"), (100000001, "1000000.01")]
)
def test_whole_fen_are_yuan_to_the_last_one(tmp_path: Path, fen: int, yuan: str) -> None:
    row = {"id": 1, "order_no": "CS1", "product_id": 1, "count": 1, "paid": fen, "price": fen, "status": 2,
           "contact": "13800001111", "created_at": "2026-03-01 12:00:00"}  # fmt: skip
    order, item = read(tmp_path, documented("card-system"), CARD_SYSTEM, {"orders": [row]}, "cs1")
    assert [str(amount) for amount in (order.paid_amount, item.paid_amount)] == [yuan] * 2


ZFAKA = """
CREATE TABLE t_order (id int, orderid text, userid int, email text, qq text, pid int, productname text, price text,
  number int, money text, chapwd text, status int, addtime int, paytime int, tradeid text, kami text, isdelete int);
CREATE TABLE t_products (id int, name text, price text, active int, isdelete int);
CREATE TABLE t_products_card (id int, pid int, card text, active int, isdelete int)
"""


@pytest.mark.parametrize(
    ("status", "kami", "state"),
    [(0, "", "unpaid"), (1, "", "not_delivered"), (2, "ZF-KEY-0001", "delivered"), (3, "", "failed")],
)
def test_zfaka(tmp_path: Path, status: int, kami: str, state: str) -> None:
    row = {"id": 1, "orderid": "ZF1", "pid": 1, "number": 1, "money": "5.00", "status": status, "addtime": 1772337600,
           "kami": kami, "isdelete": 0, "email": "a@example.org", "chapwd": "pw"}  # fmt: skip
    order, item = read(tmp_path, documented("zfaka"), ZFAKA, {"t_order": [row]}, "ZF1", prefix="t_")
    assert (item.delivery_state, order.proofs, order.paid) == (state, ("pw",), status != 0)


def test_what_zfaka_marks_as_deleted_in_either_way_does_not_exist(tmp_path: Path) -> None:
    gone = [
        {"id": 1, "orderid": "ZF1", "pid": 1, "number": 1, "money": "5.00", "status": -1, "isdelete": 0},
        {"id": 2, "orderid": "ZF2", "pid": 1, "number": 1, "money": "5.00", "status": 2, "isdelete": 1},
    ]
    with sqlite_running(tmp_path / "store.db", ZFAKA, {"t_order": gone}) as url:
        connector = connect_source(OrderSource("sql", url, "t_", documented("zfaka")), SHOP, tmp_path)
        assert [connector.find(number) for number in ("ZF1", "ZF2")] == [None, None]
        connector.close()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"order": {"table": "order"}}, "orders.order.number is missing"),
        ({"status": {"column": "status"}}, "orders.status.paid is missing"),
        ({"order": {**OPTIONS["order"], "nummer": "x"}}, "orders.order.nummer is unknown"),
        ({"kind": {"always": "robot"}}, "orders.kind.always must be one of"),
        ({"status": {**OPTIONS["status"], "paid": [1.5]}}, "must be a list of numbers or texts"),
        ({"money_unit": "zero"}, "orders.money_unit must be decimal text above zero"),
    ],
)
def test_a_wrong_mapping_is_named_by_its_key(change: dict[str, Any], why: str) -> None:
    connector = connect_source(OrderSource("sql", "sqlite:///x.db", None, {**OPTIONS, **change}), SHOP, Path())
    with pytest.raises(StoreUnavailable, match=why):
        connector.find("X1")
