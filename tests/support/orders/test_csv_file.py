"""orders.csv through the connector."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from knowledge_base.shop import Shop
from support.orders.connector import Connector
from support.orders.csv_file import CsvConnector
from support.orders.number import normalise_number
from support.orders.order import Order, Payment

COLUMNS = [
    "order_no", "buyer_id", "contact", "proof", "product_id", "quantity", "delivered_quantity", "unit_price",
    "paid_amount", "currency", "created_at", "paid_at", "payment_ref", "delivery_kind", "delivery_state",
    "delivered_at", "redeemed", "redeemed_at", "refunded_amount", "frozen", "no_return_confirmed", "distributor",
    "supplier", "note", "payments", "",
]  # fmt: skip
FULL = {
    "order_no": "SP20260301",
    "buyer_id": "b1",
    "contact": "a@example.org",
    "proof": "secret",
    "product_id": "steam-100",
    "quantity": "2",
    "delivered_quantity": "1",
    "unit_price": "15.00",
    "paid_amount": "30.00",
    "currency": "CNY",
    "created_at": "2026-03-01T11:00:00+08:00",
    "paid_at": "2026-03-01T11:01:00+08:00",
    "payment_ref": "P1",
    "delivery_kind": "auto",
    "delivery_state": "partially_delivered",
    "delivered_at": "2026-03-01T11:02:00+08:00",
    "redeemed": "false",
    "refunded_amount": "0",
    "frozen": "false",
    "no_return_confirmed": "true",
    "distributor": "d1",
    "supplier": "s1",
    "note": "送人，包装",
    "payments": "P1:30.00;P2:30.00",
}


def connector(*rows: dict[str, str], columns: list[str] = COLUMNS) -> CsvConnector:
    """A connector on a file of these rows."""
    lines = [",".join(columns), *(",".join(f'"{row.get(column, "")}"' for column in columns) for row in rows)]
    return CsvConnector("\r\n".join(lines).encode(), Shop("star", ("zh-CN",)))


def only(*rows: dict[str, str], columns: list[str] = COLUMNS) -> Order:
    """The order of the first row."""
    found = connector(*rows, columns=columns).find(rows[0]["order_no"])
    assert found is not None
    return found


def changed(**cells: str) -> dict[str, str]:
    """The full row, changed."""
    return {**FULL, **cells}


def test_a_full_row() -> None:
    order = only(FULL)
    (item,) = order.items
    assert order.paid is True
    assert order.paid_at == datetime(2026, 3, 1, 3, 1, tzinfo=UTC)
    assert (order.paid_amount, order.refunded_amount) == (Decimal("30.00"), Decimal(0))
    assert (order.frozen, order.no_return_confirmed) == (False, True)
    assert (order.buyer_id, order.distributor, order.supplier, order.note) == ("b1", "d1", "s1", "送人，包装")
    assert order.payments == (Payment("P1", Decimal("30.00")), Payment("P2", Decimal("30.00")))
    assert order.payment_count == 2
    assert (item.product_id, item.quantity, item.delivered_quantity) == ("steam-100", 2, 1)
    assert (item.unit_price, item.delivery_kind, item.delivery_state) == (Decimal(15), "auto", "partially_delivered")
    assert (item.redeemed, item.redeemed_at, item.keys_masked) == (False, None, ())


@pytest.mark.parametrize("typed", ["sp20260301", " SP20260301 ", "ＳＰ２０２６０３０１", "　ｓp20260301\t"])
def test_numbers_are_compared_trimmed_folded_and_upper_cased(typed: str) -> None:
    assert connector(FULL).find(typed) is not None
    assert connector(changed(order_no=typed)).find("SP20260301") is not None


@pytest.mark.parametrize("typed", ["", "SP2026030", "SP20260301-1"])
def test_other_numbers_are_no_order(typed: str) -> None:
    assert connector(FULL).find(typed) is None


def test_normalise_number_keeps_what_makes_numbers_differ() -> None:
    assert normalise_number(" no-01_ａ ") == "NO-01_A"


@pytest.mark.parametrize("column", [column for column in COLUMNS if column not in ("order_no", "payment_ref")])
def test_an_empty_cell_is_unknown(column: str) -> None:
    order = only(changed(**{column: ""}))
    (item,) = order.items
    values = {
        "proof": order.proofs and order.proofs != ("a@example.org",),
        "payments": order.payments,
        "currency": order.currency,
    }
    unknown = values.get(column, getattr(item, column, None) if hasattr(item, column) else getattr(order, column, None))
    assert not unknown
    assert unknown is not False or column == "proof"
    assert unknown != 0 or column == "proof"


def test_without_a_paid_time_a_delivered_order_is_of_unknown_payment() -> None:
    assert only(changed(paid_at="")).paid is None


@pytest.mark.parametrize("state", ["unpaid", "expired"])
def test_an_unpaid_order_has_nothing_paid_and_nothing_delivered(state: str) -> None:
    order = only(changed(paid_at="", delivery_state=state, delivered_quantity="", payments=""))
    (item,) = order.items
    assert order.paid is False
    assert (order.paid_amount, order.payment_count) == (Decimal(0), 0)
    assert (item.paid_amount, item.delivered_quantity, item.quantity) == (Decimal(0), 0, 2)


def test_without_the_column_no_second_payment_could_show() -> None:
    columns = [column for column in COLUMNS if column != "payments"]
    order = only(FULL, columns=columns)
    assert (order.payments, order.payment_count) == (None, None)


@pytest.mark.parametrize(
    ("cell", "refs"),
    [("P1:30", ["P1"]), ("P1;P2", ["P1", "P2"]), ("pay:ali:9:30.00; P2:1", ["pay:ali:9", "P2"]), ("P1:1;P1:1", ["P1"])],
)
def test_payments(cell: str, refs: list[str]) -> None:
    assert [payment.ref for payment in only(changed(payments=cell)).payments or ()] == refs


class TestSeveralRows:
    def test_they_are_the_items_of_one_order(self) -> None:
        order = only(FULL, changed(order_no="sp20260301", product_id="psn", paid_amount="5.50"))
        assert [item.product_id for item in order.items] == ["steam-100", "psn"]
        assert order.paid_amount == Decimal("35.50")
        assert order.payment_count == 2

    def test_sums_are_unknown_when_any_rows_amount_is(self) -> None:
        order = only(FULL, changed(product_id="psn", paid_amount="", refunded_amount=""))
        assert (order.paid_amount, order.refunded_amount) == (None, None)

    def test_what_stands_in_one_row_holds_for_the_order(self) -> None:
        order = only(FULL, {"order_no": "SP20260301", "product_id": "psn"})
        assert (order.buyer_id, order.currency, order.frozen) == ("b1", "CNY", False)
        assert order.paid is True

    def test_rows_that_contradict_each_other_leave_it_unknown(self) -> None:
        other = changed(no_return_confirmed="false", buyer_id="b2", note="x", paid_at="2026-03-02T11:01:00+08:00")
        order = only(FULL, other)
        assert (order.no_return_confirmed, order.buyer_id, order.note, order.paid_at) == (None, None, None, None)
        assert order.paid is True

    def test_one_frozen_row_freezes_the_order(self) -> None:
        assert only(FULL, changed(frozen="true")).frozen is True

    def test_every_rows_proof_proves_the_order(self) -> None:
        assert only(FULL, changed(proof="second")).proofs == ("secret", "second", "a@example.org")


class TestBadRows:
    @pytest.mark.parametrize(
        ("column", "cell"),
        [
            ("quantity", "two"),
            ("quantity", "-1"),
            ("quantity", "1" * 5000),
            ("paid_amount", "30元"),
            ("paid_amount", "NaN"),
            ("paid_amount", "-1"),
            ("paid_at", "2026-03-01 11:01"),
            ("paid_at", "yesterday"),
            ("frozen", "maybe"),
            ("delivery_state", "sent"),
            ("payments", ":30"),
        ],
    )
    def test_a_bad_cell_is_unknown_and_the_other_rows_stand(self, column: str, cell: str) -> None:
        found = connector(changed(**{column: cell}), changed(order_no="SP2"))
        bad, good = found.find("SP20260301"), found.find("SP2")
        assert bad is not None
        assert good is not None
        assert getattr(bad.items[0], column, getattr(bad, column, None)) is None

    def test_short_rows_and_rows_without_a_number_are_no_trouble(self) -> None:
        data = (
            f"{','.join(COLUMNS)}\nSP1,b1\n,b2\n\nSP2,b3,x,y,z,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,extra\n".encode()
        )
        found = CsvConnector(data, Shop("star", ("zh-CN",)))
        assert found.find("SP1") is not None
        assert found.find("SP2") is not None
        assert found.find("") is None

    @pytest.mark.parametrize(
        "data", [b"", b"order_no", b"\xff\xfe\x00", b"\xef\xbb\xbforder_no\nSP1\n", b'order_no\n"SP1']
    )
    def test_any_bytes_are_read(self, data: bytes) -> None:
        found = CsvConnector(data, Shop("star", ("zh-CN",)))
        assert (found.find("SP1") is not None) == (b"SP1" in data)

    def test_a_cell_beyond_the_readers_limit_does_not_hide_the_rest(self) -> None:
        found = connector(changed(order_no="SP1", note="x" * 200_000), changed(order_no="SP2"))
        assert found.find("SP2") is not None


def test_a_buyers_orders_newest_first() -> None:
    found = connector(
        changed(order_no="A", created_at="2026-01-01T00:00:00+08:00"),
        changed(order_no="B", created_at=""),
        changed(order_no="C", created_at="2026-02-01T00:00:00+08:00"),
        changed(order_no="D", buyer_id="b2"),
        changed(order_no="E", buyer_id=""),
    )
    assert [order.number for order in found.of_buyer("b1")] == ["C", "A", "B"]
    assert [order.number for order in found.of_buyer("b1", limit=1)] == ["C"]
    assert found.of_buyer("") == ()


def test_it_is_a_connector_without_a_live_catalogue() -> None:
    port: Connector = connector(FULL)
    assert port.product("steam-100", datetime.now(UTC)) is None
