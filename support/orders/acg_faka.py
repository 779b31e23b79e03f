"""异次元 acg-faka 3.6: its orders, read from its database.

Mind its names: `owner` is the buyer, `user_id` the merchant. `delivery_status` 1 does not mean delivered.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from support.orders import acg_faka_catalogue as catalogue
from support.orders import store_values as values
from support.orders.acg_faka_delivery import Delivery, delivery_of, kind_of
from support.orders.connector import LiveCoupon, LiveProduct
from support.orders.keys import fingerprint, fingerprints, masked, prints
from support.orders.order import DeliveryKind, Order, OrderItem
from support.orders.related import public_address
from support.orders.sql_connector import NUMBER, Heads, SqlConnector
from support.orders.sql_related import Kin
from support.orders.sql_store import ADDRESS, PROOF, Reader, Row, TableNeeds

SOLD = 1
NOTHING = Decimal(0)
COMMODITY = ("name", "delivery_way", "delivery_message", "shared_id")
KIN = Kin("id", "create_time", "status", "amount", ("contact",), "owner", "create_ip", "commodity_id")


class AcgFaka(SqlConnector):
    """Orders of acg-faka. It keeps no refund, no second payment of an order and no freezing of one."""

    SOURCE = "acg_faka"
    CLOCK = "Asia/Shanghai"
    PREFIX = "acg_"
    COUPONS = "coupon"
    NEEDS = (
        TableNeeds(
            "order",
            ("id", "trade_no", "status"),
            ("owner", "user_id", "amount", "commodity_id", "card_num", "create_time", "pay_time", "secret", "password",
             "contact", "delivery_status", "race", "substation_user_id", "create_ip"),
            why={
                "password": PROOF,
                "secret": "tells delivered content from a text that asks to wait",
                "create_ip": ADDRESS,
            },
        ),
        *catalogue.NEEDS,
    )  # fmt: skip

    def _heads(self, reader: Reader) -> Heads:
        orders, goods = reader.table("order"), reader.table("commodity")
        number = orders.required("trade_no")
        query = sa.select(number.label(NUMBER), *orders.columns(*self.NEEDS[0].columns), *_of_commodity(reader))
        if goods.readable and orders.has("commodity_id"):
            joined = orders.clause.outerjoin(goods.clause, goods.column("id") == orders.column("commodity_id"))
            query = query.select_from(joined)
        return Heads(query, number, orders.column("id"), orders, "owner")

    def _order(self, reader: Reader, head: Row) -> Order:
        kind = kind_of(head)
        paid = _paid(head, kind)
        item = self._item(reader, head, kind, paid)
        password = values.text(head["password"])
        return Order(
            number=str(head["trade_no"]).strip(),
            items=(item,),
            source=self.SOURCE,
            paid=paid,
            created_at=values.moment(head["create_time"], self.zone),
            paid_at=values.moment(head["pay_time"], self.zone) if paid else None,
            paid_amount=item.paid_amount,
            payment_count=0 if paid is False else None,
            buyer_id=values.identity(head["owner"]),
            contact=values.text(head["contact"]),
            proofs=(password,) if password else (),
            distributor=values.identity(head["user_id"]) or values.identity(head["substation_user_id"]),
            address=public_address(values.text(head["create_ip"])),
        )

    def _item(self, reader: Reader, head: Row, kind: DeliveryKind | None, paid: bool | None) -> OrderItem:
        cards = _cards(reader, head) if paid and kind == "auto" else None
        delivery = delivery_of(head, kind, paid, None if cards is None else len(cards))
        keys = tuple(str(card["secret"]) for card in cards or () if values.text(card["secret"]))
        return OrderItem(
            product_id=values.identity(head["commodity_id"]),
            name=_name(head),
            quantity=values.count(head["card_num"]),
            delivered_quantity=delivery.quantity,
            paid_amount=_amount(head, paid),
            delivery_kind=kind,
            delivery_state=delivery.state,
            delivered_at=_sold_at(cards or [], self, delivery),
            duplicate_sale=_sold_twice(reader, head, keys) if keys and delivery.quantity else None,
            keys_masked=masked(keys),
            key_prints=prints(keys),
        )

    def _kin(self) -> Kin:
        return KIN

    def _paid(self, status: object) -> bool | None:
        """An unpaid row may hide a payment, which its product would tell: here it counts as unknown."""
        return True if str(status) == "1" else None

    def _product(self, reader: Reader, product_id: str) -> LiveProduct | None:
        return catalogue.live_product(reader, product_id)

    def _coupon(self, reader: Reader, code: str, now: datetime) -> LiveCoupon | None:
        return catalogue.live_coupon(reader, code, now, self.zone)


def _of_commodity(reader: Reader) -> list[sa.ColumnElement[Any]]:
    goods = reader.table("commodity")
    known = goods.readable and reader.table("order").has("commodity_id")
    columns = [(goods.column(name) if known else sa.null()).label(f"commodity_{name}") for name in COMMODITY]
    return [*columns, (goods.column("id") if known else sa.null()).label("commodity_row")]


def _paid(head: Row, kind: DeliveryKind | None) -> bool | None:
    """An unpaid row of a shared product may hide a payment: the upstream's failure rolls the paying back.

    Without its product nobody can say that it is not one.
    """
    match str(head["status"]):
        case "1":
            return True
        case "0" if kind in {"auto", "manual"}:
            return False
    return None


def _amount(head: Row, paid: bool | None) -> Decimal | None:
    if paid is None:
        return None
    return values.money(head["amount"]) if paid else NOTHING


def _name(head: Row) -> str | None:
    name, race = values.text(head["commodity_name"]), values.text(head["race"])
    return f"{name} {race}" if name and race else name


def _cards(reader: Reader, head: Row) -> list[Row] | None:
    """The cards sold with this order; None where the store does not let us see."""
    cards = reader.table("card")
    if not cards.readable:
        return None
    query = sa.select(*cards.columns("secret", "purchase_time"))
    sold = query.where(cards.column("order_id") == head["id"], cards.column("status") == SOLD)
    return reader.rows(sold.order_by(cards.column("id")))


def _sold_at(cards: list[Row], connector: AcgFaka, delivery: Delivery) -> datetime | None:
    """When the last card was handed out, once all were."""
    times = [values.moment(card["purchase_time"], connector.zone) for card in cards]
    known = [time for time in times if time is not None]
    return max(known) if known and len(known) == len(times) and delivery.state == "delivered" else None


def _sold_twice(reader: Reader, head: Row, keys: tuple[str, ...]) -> bool | None:
    """Whether a card of the same text and product went out with another paid order."""
    cards, orders = reader.table("card"), reader.table("order")
    if not cards.has("commodity_id", "secret"):
        return None
    forms = sorted({form for key in keys for form in (key, key.strip())})
    query = (
        sa.select(cards.column("secret"))
        .select_from(cards.clause.join(orders.clause, orders.column("id") == cards.column("order_id")))
        .where(
            cards.column("commodity_id") == head["commodity_id"], cards.column("secret").in_(forms),
            cards.column("order_id") != head["id"], cards.column("status") == SOLD, orders.column("status") == 1,
        )
    )  # fmt: skip
    return any(fingerprint(str(row["secret"])) in fingerprints(keys) for row in reader.rows(query))
