"""A connector to a store of one table, `sale`. As `support/orders/kiosk.py` it needs two lines more: extending.md."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa

from support.orders import store_values as values
from support.orders.connector import LiveProduct
from support.orders.keys import lines_of, masked, prints
from support.orders.order import Order, OrderItem
from support.orders.sql_connector import NUMBER, Heads, SqlConnector
from support.orders.sql_related import Kin
from support.orders.sql_store import PROOF, Reader, Row, TableNeeds

COLUMNS = ("product", "title", "quantity", "total", "made_at", "paid_at", "mail", "pin", "codes", "member")


class Kiosk(SqlConnector):
    """Orders of a kiosk: one product each, handed out at once. It keeps no refund and no stock."""

    SOURCE = "kiosk"
    CLOCK = "Asia/Shanghai"
    NEEDS = (
        TableNeeds(
            "sale", ("id", "number", "state"), COLUMNS,
            why={"pin": PROOF, "codes": "counted; only a key's last four characters leave"},
        ),
    )  # fmt: skip

    def _heads(self, reader: Reader) -> Heads:
        sale = reader.table("sale")
        number = sale.required("number")
        query = sa.select(number.label(NUMBER), *sale.columns("number", "state", *COLUMNS))
        return Heads(query, number, sale.column("id"), sale, "member")

    def _order(self, reader: Reader, head: Row) -> Order:
        paid = self._paid(head["state"])
        total = Decimal(0) if paid is False else values.money(head["total"])
        keys = lines_of(values.text(head["codes"])) if paid else ()
        item = OrderItem(
            product_id=values.identity(head["product"]), name=values.text(head["title"]),
            quantity=values.count(head["quantity"]), delivered_quantity=None if paid is None else len(keys),
            paid_amount=total, delivery_kind="auto", keys_masked=masked(keys), key_prints=prints(keys),
            delivery_state="unpaid" if paid is False else "delivered" if keys else None,
        )  # fmt: skip
        mail, pin = values.text(head["mail"]), values.text(head["pin"])
        return Order(
            number=str(head["number"]).strip(), items=(item,), source=self.SOURCE, paid=paid, paid_amount=total,
            created_at=values.moment(head["made_at"], self.zone),
            paid_at=values.moment(head["paid_at"], self.zone) if paid else None,
            payment_count=0 if paid is False else None, buyer_id=values.identity(head["member"]), contact=mail,
            proofs=(pin,) if pin else (),
        )  # fmt: skip

    def _kin(self) -> Kin:
        return Kin("id", "made_at", "state", "total", ("mail",), "member", None, "product")

    def _paid(self, status: object) -> bool | None:
        return {"open": False, "sold": True}.get(str(status))

    def _product(self, reader: Reader, product_id: str) -> LiveProduct | None:
        return None
