"""From a JSON answer to the canonical order, as a mapping says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from decimal import Decimal

from support.orders import store_values as values
from support.orders.http_mapping import HttpMapping, JsonMapping
from support.orders.json_path import at, rows_at
from support.orders.keys import lines_of, masked, prints
from support.orders.mapping import mark, state_of
from support.orders.order import Order, OrderItem, Payment

NOTHING = Decimal(0)
SOURCE = "http"


class Values:
    """A piece of an answer by the mapping's names; what is not mapped, or not there, is None."""

    def __init__(self, mapping: JsonMapping, document: object) -> None:
        self._mapping, self.document = mapping, document

    @property
    def is_there(self) -> bool:
        """Whether it is a JSON object that holds anything."""
        return isinstance(self.document, Mapping) and bool(self.document)

    def __getitem__(self, name: str) -> object:
        path = self._mapping.paths.get(name)
        return at(self.document, path) if path else None


def order_of(mapping: HttpMapping, document: object, zone: tzinfo) -> Order | None:
    """The order, None where there is none or none with a number."""
    found = Values(mapping.order, document)
    number = values.text(found["number"]) if found.is_there else None
    if number is None:
        return None
    status = mark(at(document, mapping.status))
    paid = mapping.statuses.is_paid(status)
    listed = mapping.order.paths.get("items")
    rows = [document] if listed is None else rows_at(document, listed)
    items = tuple(_item(mapping, row, document, status, zone, alone=len(rows) == 1) for row in rows)
    payments = _payments(mapping, document, paid)
    contact = values.text(found["contact"])
    proofs = (values.text(at(document, path)) for path in mapping.order.proofs)
    frozen, held = mapping.statuses.frozen, values.flag(found["frozen"])
    return Order(
        number=number,
        items=items,
        source=SOURCE,
        currency=values.currency(found["currency"]),
        paid=paid,
        created_at=values.moment(found["created_at"], zone),
        paid_at=values.moment(found["paid_at"], zone) if paid else None,
        paid_amount=_paid(paid, values.money(found["paid_amount"], mapping.unit)),
        refunded_amount=values.money(found["refunded_amount"], mapping.unit),
        frozen=held if frozen is None else bool(held) or status in frozen,
        no_return_confirmed=values.flag(found["no_return_confirmed"]),
        payments=payments,
        payment_count=None if payments is None else len(payments),
        payment_ref=values.text(found["payment_ref"]) or (payments[0].ref if payments else None),
        buyer_id=values.identity(found["buyer"]),
        contact=contact,
        proofs=tuple(proof for proof in proofs if proof),
        distributor=values.identity(found["distributor"]),
        supplier=values.identity(found["supplier"]),
        note=values.text(found["note"]),
    )


def _item(
    mapping: HttpMapping, row: object, order: object, order_status: str, zone: tzinfo, *, alone: bool
) -> OrderItem:
    found, whole = Values(mapping.item, row), Values(mapping.order, order)
    own_status = at(row, mapping.status)
    status = order_status if own_status is None else mark(own_status)
    paid, quantity = mapping.statuses.is_paid(status), values.count(found["quantity"])
    kind = mapping.kinds.of(at(row, mapping.kinds.place) if mapping.kinds.place else None)
    keys = _keys(mapping, found) if paid else ()
    delivered = values.count(found["delivered_quantity"])
    if delivered is None and keys is not None and kind != "manual" and "keys" in mapping.item.paths:
        delivered = len(keys)
    amount = values.money(found["paid_amount"], mapping.unit)
    refunded = values.money(found["refunded_amount"], mapping.unit)
    if alone:
        amount = values.money(whole["paid_amount"], mapping.unit) if amount is None else amount
        refunded = values.money(whole["refunded_amount"], mapping.unit) if refunded is None else refunded
    state = state_of(mapping.statuses, status, kind, delivered, quantity)
    if delivered is None and state == "delivered" and kind == "manual":
        delivered = quantity
    return OrderItem(
        product_id=values.identity(found["product"]),
        name=values.text(found["name"]),
        quantity=quantity,
        delivered_quantity=0 if paid is False else delivered,
        unit_price=values.money(found["unit_price"], mapping.unit),
        paid_amount=_paid(paid, amount),
        refunded_amount=refunded,
        delivery_kind=kind,
        delivery_state=state,
        delivered_at=values.moment(found["delivered_at"], zone) if paid else None,
        redeemed=values.flag(found["redeemed"]),
        redeemed_at=values.moment(found["redeemed_at"], zone),
        keys_masked=masked(keys or ()),
        key_prints=prints(keys or ()),
    )


def _paid(paid: bool | None, amount: Decimal | None) -> Decimal | None:
    return {True: amount, False: NOTHING, None: None}[paid]


def _keys(mapping: HttpMapping, found: Values) -> tuple[str, ...] | None:
    """Delivered keys: a list of texts, or one text with a key a line; None where the answer has neither."""
    given = found["keys"]
    if isinstance(given, list):
        lines = tuple(text for one in given if (text := values.text(one)))
    else:
        text = values.text(given)
        lines = lines_of(text) if text is not None or given == "" else ()
        if given is None:
            return None
    return tuple(line for line in lines if line.strip() not in mapping.placeholders)


def _payments(mapping: HttpMapping, order: object, paid: bool | None) -> tuple[Payment, ...] | None:
    """The payments that the answer lists, each reference once; None where it lists none of a paid order."""
    if paid is False:
        return ()
    of_payment = mapping.payment
    if of_payment is None:
        return None
    shown = {}
    for row in rows_at(order, of_payment.list):
        found, ref = Values(of_payment, row), values.text(Values(of_payment, row)["ref"])
        if ref and all(mark(at(row, path)) in marks for path, marks in of_payment.only.items()):
            shown[ref] = Payment(ref, values.money(found["amount"], mapping.unit))
    return tuple(shown.values()) or None
