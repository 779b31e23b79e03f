"""Stores over HTTP, against a real server that also misbehaves."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.reader import read_shop
from knowledge_base.shop import OrderSource
from support.orders.connector import Connector, StoreUnavailable
from support.orders.dujiao_next_guest import email_and_password
from support.orders.opened_orders import OpenedOrders
from support.orders.opening import opened_by
from support.orders.order import Payment
from support.orders.signature import Signature
from support.service.explain import ExplainCase, explain
from support.stores import connect_source
from tests.support.orders.conftest import SHOP
from tests.support.orders.stores.http_shop import API_KEY, MAPPING, SECRET, HttpShop, answering, dripping
from tests.support.service.small_shop import files

OPTIONS: dict[str, Any] = tomllib.loads(MAPPING)
BOTH = "li.lei@example.org 查询密码9"


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpShop]:
    """A server of one's own."""
    monkeypatch.setenv("ANXIN_TEST_SHOP_KEY", API_KEY)
    monkeypatch.setenv("ANXIN_TEST_SHOP_SECRET", SECRET)
    with HttpShop() as running:
        yield running


def home_made(shop: HttpShop, **options: Any) -> Connector:
    """A connector to the signed interface."""
    return connect_source(OrderSource("http", f"{shop.url}/shop", None, OPTIONS | options), SHOP, Path())


def guest(shop: HttpShop) -> Connector:
    """A connector to the guest interface."""
    return connect_source(OrderSource("dujiao_next", shop.url, None, {"timeout_seconds": 0.5}), SHOP, Path())


def refused(connector: Connector, why: str) -> None:
    """The store cannot be read, for that reason, which names nothing that was asked."""
    with pytest.raises(StoreUnavailable, match=why) as raised:
        opened_by(connector, "HM2026DELIVERED", BOTH)
    for secret in ("li.lei", "查询密码9", SECRET, API_KEY, "HM2026"):
        assert secret not in str(raised.value)


class TestFaults:
    @pytest.mark.parametrize(
        ("status", "body", "why"),
        [
            (500, b"oops", "answers 500"),
            (429, b"{}", "answers 429"),
            (302, b"", "answers 302"),
            (200, b"<html>", "no JSON"),
            (200, b"", "no JSON"),
            (200, b"[" * 100_000, "no JSON"),
            (200, b" " * (2**21 + 1), "too long"),
            (403, b"{}", "refuses us"),
        ],
    )
    def test_an_answer_out_of_order_is_a_store_that_cannot_be_read(
        self, shop: HttpShop, status: int, body: bytes, why: str
    ) -> None:
        shop.fault = answering(status, body)
        refused(home_made(shop), why)
        refused(guest(shop), why)

    @pytest.mark.parametrize("body", [b"[]", b'{"status_code": "x"}', b'{"status_code": 500}', b"1"])
    def test_a_guest_interface_that_speaks_otherwise_is_none(self, shop: HttpShop, body: bytes) -> None:
        shop.fault = answering(200, body)
        refused(guest(shop), "no Dujiao-Next|answers 500")

    def test_a_store_that_drips_or_hangs_is_not_waited_for(self, shop: HttpShop) -> None:
        done = threading.Event()
        shop.fault = dripping(done)
        refused(home_made(shop, timeout_seconds=0.3), "not answer in time")
        shop.fault = lambda request: done.wait(60)
        refused(home_made(shop, timeout_seconds=0.3), "not answer in time")
        done.set()

    def test_a_wrong_signature_is_named_and_a_right_one_opens(
        self, shop: HttpShop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert home_made(shop).find("HM2026DELIVERED") is not None
        monkeypatch.setenv("ANXIN_TEST_SHOP_SECRET", "another")
        refused(home_made(shop), r"refuses us \(401\)")
        monkeypatch.delenv("ANXIN_TEST_SHOP_SECRET")
        with pytest.raises(StoreUnavailable, match="ANXIN_TEST_SHOP_SECRET is not set"):
            home_made(shop).find("HM2026DELIVERED")

    def test_a_store_that_keeps_failing_is_left_alone(self, shop: HttpShop) -> None:
        shop.fault = answering(500, b"")
        connector = home_made(shop)
        for _ in range(3):
            refused(connector, "answers 500")
        refused(connector, "not tried")
        assert len(shop.asked) == 3

    def test_an_answer_of_another_order_is_not_the_one_that_was_asked_for(self, shop: HttpShop) -> None:
        shop.fault = answering(200, b'{"data": {"no": "HM2026OTHER", "state": "sent"}}')
        assert home_made(shop).find("HM2026DELIVERED") is None

    def test_a_cut_connection(self, shop: HttpShop) -> None:
        def cut(request: BaseHTTPRequestHandler) -> bool:
            request.connection.close()
            return True

        shop.fault = cut
        refused(home_made(shop), "cannot be reached")


class TestHomeMade:
    def test_whole_cents_items_and_payments(self, shop: HttpShop) -> None:
        order = home_made(shop).find("HM2026TWO")
        assert order is not None
        assert order.paid_amount == Decimal("35.80")
        assert [item.paid_amount for item in order.items] == [Decimal("19.90"), Decimal("15.90")]
        assert [item.delivery_state for item in order.items] == ["delivered", None]
        assert order.payments == (Payment("A", Decimal("0.01")), Payment("B"))
        assert (order.payment_count, order.frozen) == (2, False)

    def test_a_placeholder_is_no_key(self, shop: HttpShop) -> None:
        order = home_made(shop).find("HM2026PLACEHOLDER")
        assert order is not None
        (item,) = order.items
        assert (item.keys_masked, item.delivery_state) == ((), None)

    def test_a_number_is_escaped_in_the_path(self, shop: HttpShop) -> None:
        assert home_made(shop).find("../goods/1?x=") is None
        assert {path.split("/")[2] for path, _ in shop.asked} == {"orders"}

    def test_a_store_that_wants_the_proof_shows_an_order_only_for_it(self, shop: HttpShop) -> None:
        options = {key: value for key, value in OPTIONS.items() if key != "sign"}
        options["request"] = {"prove": "/open/{number}?proof={proof}"}
        connector = connect_source(OrderSource("http", f"{shop.url}/shop", None, options), SHOP, Path())
        assert connector.find("HM2026DELIVERED") is None
        assert opened_by(connector, "HM2026DELIVERED", "han.mm@example.org") is None
        opened = opened_by(connector, "hm2026delivered", f"我的邮箱是 {BOTH}")
        assert opened is not None
        assert opened.number == "HM2026DELIVERED"
        assert connector.find("HM2026DELIVERED") == opened
        assert "li.lei" not in repr(vars(connector))

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"request": {}}, "orders.request.order is missing"),
            ({"request": {"order": "/o/{nummer}"}}, "may name in braces only number"),
            ({"request": {"order": "o/{number}"}}, "must begin with /"),
            ({"order": {"number": "a..b"}}, "must be a path"),
            ({"sign": {**OPTIONS["sign"], "algorithm": "rot13"}}, "must be one of sha256"),
            ({"status": {}}, "orders.status.path is missing"),
            ({"timeout_seconds": 600}, "at most 60"),
        ],
    )
    def test_a_wrong_mapping_is_named_by_its_key(self, shop: HttpShop, change: dict[str, Any], why: str) -> None:
        with pytest.raises(StoreUnavailable, match=why):
            home_made(shop, **change).find("X1")


class TestGuest:
    def test_an_order_opens_with_address_and_password_and_is_remembered(self, shop: HttpShop) -> None:
        connector = guest(shop)
        assert connector.find("DJ2026GUEST") is None
        opened = opened_by(connector, "dj2026guest", f" 查询密码9 {BOTH.split(maxsplit=1)[0]}")
        assert opened is not None
        (item,) = opened.items
        assert (item.delivery_state, item.delivered_quantity, item.keys_masked) == (
            "delivered", 2, ("••••ABCD", "••••EFGH"),
        )  # fmt: skip
        assert opened.paid_at == datetime(2026, 3, 1, 4, 1, tzinfo=UTC)
        assert (item.paid_amount, item.name) == (Decimal("35.80"), "星云礼品卡")
        assert (opened.payments, item.duplicate_sale) == (None, None)  # nothing of either is shown to guests
        assert connector.find("DJ2026GUEST") == opened
        assert "查询密码9" not in repr(vars(connector))

    @pytest.mark.parametrize(
        "proof", ["li.lei@example.org", "查询密码9", "", "li.lei@example.org wrong", "a@b.c 查询密码9"]
    )
    def test_half_a_proof_opens_nothing(self, shop: HttpShop, proof: str) -> None:
        assert opened_by(guest(shop), "DJ2026GUEST", proof) is None

    def test_an_order_that_nobody_has_opened_is_not_said_to_be_missing(self, shop: HttpShop) -> None:
        case = ExplainCase("DJ2026GUEST", "refund", datetime(2026, 3, 10, tzinfo=UTC))
        with pytest.raises(StoreUnavailable, match="to its buyer alone"):
            explain(read_shop(files()), guest(shop), case)


def test_address_and_password_in_any_order() -> None:
    assert email_and_password("pw a@b.c more") == ("a@b.c", "pw")
    assert email_and_password("a@b.c") == ("a@b.c", "")


def test_proofs_are_forgotten_after_their_time() -> None:
    now = [0.0]
    opened = OpenedOrders(60, lambda: now[0])
    opened.keep("A1", "secret-proof")
    now[0] = 59.9
    assert opened.proof_of("A1") == "secret-proof"
    now[0] = 60
    assert opened.proof_of("A1") is None
    assert "secret-proof" not in repr(opened)


def test_signatures() -> None:
    text = "{method}\n{path}\n{timestamp}\n{body_md5}"
    signature = Signature("s", "X-Sign", text, "X-Time")
    sent = signature.headers("GET", "/api/orders?a=1", lambda: 1700000000.9)
    assert sent == {
        "X-Time": "1700000000", "X-Sign": "7742e0bf229bde9ab32640cdd27d99e384320932792f6d3f616719cf1f29c60b",
    }  # fmt: skip
    assert "secret" not in repr(Signature("secret", "X", "{query}"))
