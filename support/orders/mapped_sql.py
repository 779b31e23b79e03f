"""Any store's database, read as its mapping says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from support.orders import mapped_sql_catalogue as catalogue
from support.orders import store_values as values
from support.orders.connector import LiveCoupon, LiveProduct
from support.orders.keys import fingerprint, fingerprints, lines_of, masked, prints
from support.orders.mapping import mark, state_of
from support.orders.order import Order, OrderItem
from support.orders.related import public_address
from support.orders.sql_connector import NUMBER, Heads, SqlConnector
from support.orders.sql_mapping import SqlMapping, TableMapping
from support.orders.sql_related import Kin
from support.orders.sql_store import Reader, Row, SqlStore

NOTHING = Decimal(0)


class MappedSql(SqlConnector):
    """Orders of a store that is described in `shop.toml`: one row an order."""

    SOURCE = "sql"
    NEEDS = ()
    ANY_CASE = True

    def __init__(self, store: SqlStore, zone: tzinfo, mapping: SqlMapping) -> None:
        super().__init__(store, zone)
        self.mapping = mapping

    def _heads(self, reader: Reader) -> Heads:
        mapping, table = self.mapping.order, reader.table(self.mapping.order.table)
        number = table.required(mapping["number"])
        query = sa.select(number.label(NUMBER), *(table.column(name) for name in sorted(table.found)))
        return Heads(
            query.where(*catalogue.counted(reader, mapping)),
            number,
            table.column(mapping.get("id") or mapping.get("created_at") or mapping["number"]),
            table,
            mapping.get("buyer") or "",
        )

    def _order(self, reader: Reader, head: Row) -> Order:
        cells = Cells(self.mapping.order, head)
        status = mark(head.get(self.mapping.status))
        paid = self.mapping.statuses.is_paid(status)
        item = self._item(reader, cells, status, paid)
        frozen = self.mapping.statuses.frozen
        held = values.flag(cells["frozen"])
        return Order(
            number=str(cells["number"]).strip(),
            items=(item,),
            source=self.SOURCE,
            currency=values.currency(cells["currency"]),
            paid=paid,
            created_at=values.moment(cells["created_at"], self.zone),
            paid_at=values.moment(cells["paid_at"], self.zone) if paid else None,
            paid_amount=item.paid_amount,
            refunded_amount=item.refunded_amount,
            frozen=held if frozen is None else bool(held) or status in frozen,
            payment_count=0 if paid is False else None,
            payment_ref=values.text(cells["payment_ref"]),
            buyer_id=values.identity(cells["buyer"]),
            contact=values.text(cells["contact"]),
            proofs=cells.texts("proofs"),
            distributor=values.identity(cells["distributor"]),
            note=values.text(cells["note"]),
            address=public_address(values.text(cells["address"])),
        )

    def _item(self, reader: Reader, cells: Cells, status: str, paid: bool | None) -> OrderItem:
        mapping, quantity = self.mapping, values.count(cells["quantity"])
        kind = mapping.kinds.of(cells.row.get(mapping.kinds.place or ""))
        keys = self._keys(reader, cells) if paid and kind != "manual" else None
        delivered = values.count(cells["delivered_quantity"])
        if delivered is None and paid and kind != "manual":
            delivered = self._key_count(reader, cells) if keys is None else len(keys)
        state = state_of(mapping.statuses, status, kind, delivered, quantity)
        if delivered is None and state == "delivered" and kind == "manual":
            delivered = quantity
        return OrderItem(
            product_id=values.identity(cells["product"]),
            name=values.text(cells["name"]),
            quantity=quantity,
            delivered_quantity=0 if paid is False else delivered,
            unit_price=self._money(cells["unit_price"]),
            paid_amount=NOTHING if paid is False else (self._money(cells["paid_amount"]) if paid else None),
            refunded_amount=self._money(cells["refunded_amount"]),
            delivery_kind=kind,
            delivery_state=state,
            delivered_at=values.moment(cells["delivered_at"], self.zone) if paid else None,
            duplicate_sale=self._sold_twice(reader, cells, keys) if keys else None,
            keys_masked=masked(keys or ()),
            key_prints=prints(keys or ()),
        )

    def _money(self, value: object) -> Decimal | None:
        return values.money(value, self.mapping.unit)

    def _keys(self, reader: Reader, cells: Cells) -> tuple[str, ...] | None:
        """What was delivered; None where the store or the mapping does not say."""
        if self.mapping.letter is not None:
            if self.mapping.letter not in cells.row:
                return None
            lines: tuple[str, ...] | None = lines_of(values.text(cells.row[self.mapping.letter]))
        else:
            lines = self._key_rows(reader, cells)
        return None if lines is None else tuple(one for one in lines if one.strip() not in self.mapping.placeholders)

    def _key_rows(self, reader: Reader, cells: Cells) -> tuple[str, ...] | None:
        keys = self.mapping.keys
        if keys is None or cells["id"] is None or not _text(keys) or not reader.table(keys.table).has(*_text(keys)):
            return None
        table = reader.table(keys.table)
        query = sa.select(*table.columns(*_text(keys))).where(
            table.column(keys["order"]) == cells["id"], *catalogue.counted(reader, keys)
        )
        return tuple(text for row in reader.rows(query) if (text := _joined(keys, row)))

    def _key_count(self, reader: Reader, cells: Cells) -> int | None:
        """How many keys went out, where their text is not ours to read."""
        keys = self.mapping.keys
        if keys is None or cells["id"] is None:
            return None
        table = reader.table(keys.table)
        return reader.count(table, table.column(keys["order"]) == cells["id"], *catalogue.counted(reader, keys))

    def _sold_twice(self, reader: Reader, cells: Cells, keys: tuple[str, ...]) -> bool | None:
        """Whether the same text went out with another paid order of the product. Only key rows can be compared."""
        of_keys, of_orders = self.mapping.keys, self.mapping.order
        product, own_id = of_orders.get("product"), of_orders.get("id")
        if of_keys is None or product is None or own_id is None or cells["product"] is None:
            return None
        table, orders = reader.table(of_keys.table), reader.table(of_orders.table)
        parts = sorted({part for key in keys for part in (key, key.strip(), *key.split(" ")) if part})
        joined = table.clause.join(orders.clause, orders.column(own_id) == table.column(of_keys["order"]))
        query = sa.select(*table.columns(*_text(of_keys)), orders.column(self.mapping.status).label("of_status"))
        rows = reader.rows(
            query.select_from(joined).where(
                orders.column(product) == cells["product"], orders.column(own_id) != cells["id"],
                sa.or_(*(table.column(column).in_(parts) for column in _text(of_keys))),
                *catalogue.counted(reader, of_keys), *catalogue.counted(reader, of_orders),
            )
        )  # fmt: skip
        paid = [row for row in rows if self.mapping.statuses.is_paid(mark(row["of_status"]))]
        return any(fingerprint(_joined(of_keys, row)) in fingerprints(keys) for row in paid)

    def _kin(self) -> Kin:
        of = self.mapping.order.get
        contact = of("contact")
        return Kin(
            of("id"), of("created_at"), self.mapping.status, of("paid_amount"), (contact,) if contact else (),
            of("buyer"), of("address"), of("product"), of("refunded_amount"), self.mapping.unit,
        )  # fmt: skip

    def _paid(self, status: object) -> bool | None:
        return self.mapping.statuses.is_paid(mark(status))

    def _product(self, reader: Reader, product_id: str) -> LiveProduct | None:
        return catalogue.live_product(reader, self.mapping, product_id)

    def _coupon_table(self) -> str | None:
        return self.mapping.coupon.table if self.mapping.coupon else None

    def _coupon(self, reader: Reader, code: str, now: datetime) -> LiveCoupon | None:
        return catalogue.live_coupon(reader, self.mapping, code, now, self.zone)


class Cells:
    """A row by the mapping's names; what is not mapped, or not in this store, is None."""

    def __init__(self, mapping: TableMapping, row: Mapping[str, Any]) -> None:
        self._mapping, self.row = mapping, row

    def __getitem__(self, name: str) -> Any:
        column = self._mapping.get(name)
        return self.row.get(column) if column else None

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of several columns, those that say something."""
        found = (values.text(self.row.get(column)) for column in self._mapping.lists.get(name, ()))
        return tuple(text for text in found if text)


def _text(keys: TableMapping) -> tuple[str, ...]:
    return keys.lists.get("text", ())


def _joined(keys: TableMapping, row: Row) -> str:
    """A key of several columns, such as number and password, as one text."""
    return " ".join(text for column in _text(keys) if (text := values.text(row[column])))
