"""What every connector must do, whatever store it reads: written once, run on each.

A store is described by a `Sample`: which of its orders is what. The store's own module says what it fills in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import ClassVar

import pytest

from support.orders.connector import Connector, LiveProduct, StoreUnavailable
from support.orders.opening import opened_by
from support.orders.order import Order
from support.policy.facts import BuyerRecord, Claims, facts_of

NOW = datetime(2026, 3, 10, tzinfo=UTC)
NOTHING = Decimal(0)
NEVER_KNOWN = ("order.no_return_confirmed", "delivery.redeemed", "delivery.redeemed_at")
"""What no store records; a file of orders may."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One store's orders for the specification.

    Attributes:
        delivered: the number of a delivered order with one item or several.
        proofs: each of them opens it.
        unpaid: the number of an unpaid order that belongs to somebody else.
        unpaid_proof: opens that one.
        keys: the whole texts that were delivered, which must not be seen anywhere.
        secrets: what else must not be seen: passwords of the store and of its url.
        buyers: each buyer's own numbers, newest first.
        newest: some order numbers, newest first.
        unknown: facts that this store does not record.
        product: what the live catalogue says; None where there is none.
        coupons: codes, and whether each can be used now.
        down: makes a connector to the same store where it cannot be reached.
    """

    delivered: str
    proofs: tuple[str, ...]
    paid_amount: Decimal
    created_at: datetime | None
    product_id: str
    quantity: int
    unpaid: str
    unpaid_proof: str
    down: Callable[[], Connector]
    keys: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    buyers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    newest: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    product: LiveProduct | None = None
    coupons: Mapping[str, bool] = field(default_factory=dict)


def wide(number: str) -> str:
    """The number as a Chinese keyboard types it."""
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in number)


class ConnectorSpecification:
    """The tests; a subclass with the fixtures `connector` and `sample` runs them."""

    FORMS: ClassVar[tuple[Callable[[str], str], ...]] = (str, str.lower, wide, lambda number: f" 　{number}\t\n")

    def opened(self, connector: Connector, number: str, proof: str) -> Order:
        """An order that a proof opens."""
        order = opened_by(connector, number, proof)
        assert order is not None
        return order

    def delivered(self, connector: Connector, sample: Sample) -> Order:
        """The delivered order."""
        return self.opened(connector, sample.delivered, sample.proofs[0])

    @pytest.mark.parametrize("form", FORMS)
    def test_a_number_is_found_however_it_is_typed(
        self, connector: Connector, sample: Sample, form: Callable[[str], str]
    ) -> None:
        assert self.opened(connector, form(sample.delivered), sample.proofs[0]).number == sample.delivered

    @pytest.mark.parametrize(
        "number",
        ["", " ", "NOSUCHORDER00001", "%", "_" * 16, "' OR '1'='1", "x\0y", "\ud800", "9" * 10_000, "../../x", "12abc"],
    )
    def test_what_is_no_number_of_the_store_opens_nothing(
        self, connector: Connector, sample: Sample, number: str
    ) -> None:
        assert connector.find(number) is None
        assert opened_by(connector, number, sample.proofs[0]) is None

    def test_each_proof_opens_but_for_surrounding_space(self, connector: Connector, sample: Sample) -> None:
        for proof in sample.proofs:
            assert self.opened(connector, sample.delivered, f" {proof}\n").number == sample.delivered

    def test_a_foreign_order_and_a_missing_one_are_the_same(self, connector: Connector, sample: Sample) -> None:
        assert self.opened(connector, sample.unpaid, sample.unpaid_proof).number == sample.unpaid
        for proof in (sample.proofs[0], sample.unpaid_proof.swapcase(), "", " ", "%", sample.unpaid, "0", "None"):
            assert opened_by(connector, sample.unpaid, proof) is None
            assert opened_by(connector, "NOSUCHORDER00001", proof) is None

    def test_money_is_decimal_and_times_have_an_offset(self, connector: Connector, sample: Sample) -> None:
        order = self.delivered(connector, sample)
        assert order.paid_amount == sample.paid_amount
        assert isinstance(order.paid_amount, Decimal)
        assert order.created_at == sample.created_at
        assert order.paid is True

    def test_the_items(self, connector: Connector, sample: Sample) -> None:
        item = self.delivered(connector, sample).items[0]
        assert (item.product_id, item.quantity, item.delivered_quantity) == (
            sample.product_id, sample.quantity, sample.quantity,
        )  # fmt: skip
        assert (item.delivery_kind, item.delivery_state) == ("auto", "delivered")

    def test_an_unpaid_order_has_paid_and_delivered_nothing(self, connector: Connector, sample: Sample) -> None:
        order = self.opened(connector, sample.unpaid, sample.unpaid_proof)
        assert (order.paid, order.paid_amount, order.paid_at, order.payment_count) == (False, NOTHING, None, 0)
        item = order.items[0]
        assert (item.delivery_state, item.delivered_quantity, item.paid_amount) == ("unpaid", 0, NOTHING)

    def test_what_the_store_does_not_record_is_unknown(self, connector: Connector, sample: Sample) -> None:
        order = self.delivered(connector, sample)
        facts = facts_of(order, order.items[0], None, Claims(), BuyerRecord(), NOW, {})
        assert not set(sample.unknown) & set(facts)
        assert {"order.number", "order.paid", "order.paid_amount", "delivery.state", "item.quantity"} <= set(facts)

    def test_no_key_and_no_secret_leaves(self, connector: Connector, sample: Sample) -> None:
        order = self.delivered(connector, sample)
        masked = [mask for item in order.items for mask in item.keys_masked]
        assert masked == [f"••••{key[-4:]}" for key in sample.keys]
        seen = repr(order) + repr(connector) + repr(vars(connector))
        for secret in (*sample.keys, *sample.secrets):
            assert secret not in seen

    def test_a_buyers_own_orders_newest_first(self, connector: Connector, sample: Sample) -> None:
        for buyer, numbers in sample.buyers.items():
            own = connector.of_buyer(buyer)
            assert tuple(order.number for order in own) == numbers
            assert {order.buyer_id for order in own} == {buyer}
            assert tuple(order.number for order in connector.of_buyer(buyer, limit=1)) == numbers[:1]

    @pytest.mark.parametrize("buyer", ["", "0", " ", "nobody", "7 OR 1=1", "-1", "9" * 40, "\ud800", "x\0"])
    def test_nobody_else_has_orders(self, connector: Connector, sample: Sample, buyer: str) -> None:
        assert connector.of_buyer(buyer) == ()

    def test_the_newest_numbers(self, connector: Connector, sample: Sample) -> None:
        numbers = connector.numbers(1000)
        assert [number for number in numbers if number in sample.newest] == list(sample.newest)
        assert connector.numbers(2) == numbers[:2]

    def test_the_live_catalogue(self, connector: Connector, sample: Sample) -> None:
        assert connector.product(sample.product_id, NOW) == sample.product
        for product in ("", "no-such-product", "1 OR 1=1", "9" * 40, "\ud800", "x\0"):
            assert connector.product(product, NOW) is None

    def test_coupons(self, connector: Connector, sample: Sample) -> None:
        for code, valid in sample.coupons.items():
            coupon = connector.coupon(code, NOW)
            assert coupon is not None
            assert (coupon.code, coupon.valid) == (code, valid)
        for code in ("", "NO-SUCH-CODE", "%", "\ud800", "x\0"):
            assert connector.coupon(code, NOW) is None

    def test_a_store_that_is_down_says_why_and_is_never_empty(self, sample: Sample) -> None:
        down = sample.down()
        for call in (
            lambda: opened_by(down, sample.delivered, sample.proofs[0]), lambda: down.of_buyer("7"),
            lambda: down.numbers(1),
        ):  # fmt: skip
            with pytest.raises(StoreUnavailable) as raised:
                call()
            assert len(str(raised.value)) > 10
            for secret in sample.secrets:
                assert secret not in str(raised.value)
        down.close()
