"""Any store's HTTP interface, read as its mapping says."""

from __future__ import annotations

from datetime import datetime, tzinfo
from decimal import Decimal

from support.orders import store_values as values
from support.orders.connector import LiveCoupon, LiveProduct
from support.orders.coupon import coupon_fault
from support.orders.http_mapping import HttpMapping, JsonMapping
from support.orders.http_store import HttpStore
from support.orders.json_path import at, rows_at
from support.orders.mapped_json import Values, order_of
from support.orders.number import normalise_number, written_forms
from support.orders.opened_orders import OpenedOrders
from support.orders.order import Order

WORDS_TRIED = 3


class MappedHttp:
    """Orders of a store whose answers hold what ownership is proved with."""

    def __init__(self, store: HttpStore, zone: tzinfo, mapping: HttpMapping) -> None:
        self.store, self.zone, self.mapping = store, zone, mapping

    def find(self, number: str) -> Order | None:
        """The order of that number, or None. Whatever the store answers, another number is another order."""
        for form in written_forms(number):
            order = self._asked("order", number, number=form)
            if order is not None:
                return order
        return None

    def of_buyer(self, buyer_id: str, limit: int = 10) -> tuple[Order, ...]:
        """A signed buyer's own orders, in the store's order; none where the store has no such list."""
        buyer = buyer_id.strip()
        if "buyer" not in self.mapping.requests or not buyer.isprintable() or buyer in ("", "0"):
            return ()
        answer = self.store.get(self.mapping.requests["buyer"], buyer=buyer, limit=limit)
        orders = (self._order(row) for row in rows_at(answer, self.mapping.order.list))
        return tuple(order for order in orders if order is not None and order.buyer_id == buyer)[:limit]

    def product(self, product_id: str, now: datetime) -> LiveProduct | None:
        """Live stock, limits and price, as far as the store says."""
        found = self._one("product", self.mapping.product, product_id.strip(), "id")
        if found is None:
            return None
        return LiveProduct(
            product_id=product_id.strip(),
            price=self._money(found["price"]),
            stock=values.count(found["stock"]),
            on_sale=values.flag(found["on_sale"]),
            name=values.text(found["name"]),
            min_quantity=values.count(found["min_quantity"]) or None,
            max_quantity=values.count(found["max_quantity"]) or None,
        )

    def coupon(self, code: str, now: datetime) -> LiveCoupon | None:
        """Whether a coupon can be used now, as far as the store says."""
        found = self._one("coupon", self.mapping.coupon, code.strip(), "code")
        if found is None:
            return None
        starts_at, ends_at = (values.moment(found[name], self.zone) for name in ("starts_at", "ends_at"))
        left, product = values.count(found["uses_left"]), values.identity(found["product"])
        fault = coupon_fault(values.flag(found["open"]), starts_at, ends_at, left, now)
        least = self._money(found["min_amount"]) or None
        return LiveCoupon(code.strip(), fault is None, fault, ends_at, (product,) if product else None, least)

    def holds_coupons(self) -> bool:
        """Whether the store can be asked for coupons."""
        return "coupon" in self.mapping.requests

    def numbers(self, limit: int) -> tuple[str, ...]:
        """The newest order numbers; none where the store has no such list."""
        if "newest" not in self.mapping.requests:
            self._knock()
            return ()
        answer = self.store.get(self.mapping.requests["newest"], limit=limit)
        rows = rows_at(answer, self.mapping.order.list)
        numbers = (values.text(at(row, self.mapping.order.paths["number"])) for row in rows)
        return tuple(number for number in numbers if number)[:limit]

    def close(self) -> None:
        """Close the connections."""
        self.store.close()

    def _knock(self) -> None:
        """Ask for an order that is not there, so that a store that is down is not taken for an empty one."""
        path = self.mapping.requests.get("order") or self.mapping.requests["prove"]
        self.store.get(path, number="0", proof="0")

    def _asked(self, request: str, wanted: str, **given: str) -> Order | None:
        answer = self.store.get(self.mapping.requests[request], **given)
        order = self._order(at(answer, self.mapping.order.at))
        return order if order and normalise_number(order.number) == normalise_number(wanted) else None

    def _order(self, document: object) -> Order | None:
        return order_of(self.mapping, document, self.zone)

    def _one(self, request: str, mapping: JsonMapping, wanted: str, key: str) -> Values | None:
        if request not in self.mapping.requests or not wanted.isprintable() or not wanted:
            return None
        answer = self.store.get(self.mapping.requests[request], product=wanted, code=wanted)
        found = Values(mapping, at(answer, mapping.at))
        return found if found.is_there and (key not in mapping.paths or values.text(found[key]) == wanted) else None

    def _money(self, value: object) -> Decimal | None:
        return values.money(value, self.mapping.unit)


class ProvingHttp(MappedHttp):
    """Orders of a store that shows one only together with its proof."""

    wants_two = False

    def __init__(self, store: HttpStore, zone: tzinfo, mapping: HttpMapping) -> None:
        super().__init__(store, zone, mapping)
        self._opened = OpenedOrders()

    def prove(self, number: str, proof: str) -> Order | None:
        """The order that the store shows for this proof: the whole of it, or one of its words."""
        words = [word for word in proof.split() if word.isprintable()]
        for one in dict.fromkeys((" ".join(words), *words[:WORDS_TRIED])) if words else ():
            for form in written_forms(number):
                order = self._asked("prove", number, number=form, proof=one)
                if order is not None:
                    self._opened.keep(normalise_number(number), one)
                    return order
        return None

    def find(self, number: str) -> Order | None:
        """The order, while the proof that opened it is remembered, else None."""
        proof = self._opened.proof_of(normalise_number(number))
        return None if proof is None else self.prove(number, proof)
