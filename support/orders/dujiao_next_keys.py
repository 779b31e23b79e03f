"""The keys of a Dujiao-Next order: what went out, and whether it went out twice. None of them leaves this room."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from support.orders import store_values as values
from support.orders.keys import fingerprint, lines_of, sold_twice
from support.orders.sql_store import Reader, Row

NOT_LIVE = ("pending_payment", "canceled")


def keys_of(reader: Reader, row: Row, fulfillment: Row | None) -> tuple[str, ...] | None:
    """The delivered letter's lines, or else the keys that are marked as this order's; `used` means delivered."""
    if fulfillment is not None and fulfillment["status"] == "delivered" and values.text(fulfillment["payload"]):
        return lines_of(values.text(fulfillment["payload"]))
    secrets = reader.table("card_secrets")
    if not secrets.has("order_id", "secret"):
        return None
    query = sa.select(secrets.column("secret")).where(
        secrets.column("order_id") == row["id"], secrets.column("status") == "used", secrets.without("deleted_at")
    )
    return tuple(str(secret["secret"]) for secret in reader.rows(query) if values.text(secret["secret"]))


def went_out_twice(reader: Reader, product_id: object, keys: tuple[str, ...], own: Sequence[object]) -> bool | None:
    """Whether a key that is no loop key went out with another live order of the product."""
    elsewhere = (*_letters_elsewhere(reader, product_id, keys, own), *_secrets_elsewhere(reader, product_id, keys, own))
    return sold_twice(keys, elsewhere, _loop_marks(reader, product_id, keys) if elsewhere else {})


def _letters_elsewhere(
    reader: Reader, product_id: object, keys: tuple[str, ...], own: Sequence[object]
) -> tuple[str, ...]:
    letters, orders, items = (reader.table(name) for name in ("fulfillments", "orders", "order_items"))
    if not (letters.has("payload") and items.has("product_id")):
        return ()
    payload, order_id = letters.column("payload"), letters.column("order_id")
    joined = letters.clause.join(orders.clause, orders.column("id") == order_id).join(
        items.clause, items.column("order_id") == order_id
    )
    query = sa.select(payload).select_from(joined).where(
        letters.column("status") == "delivered", items.column("product_id") == product_id, order_id.not_in(own),
        orders.column("status").not_in(NOT_LIVE), orders.without("deleted_at"), letters.without("deleted_at"),
        sa.or_(*(payload.contains(key.strip(), autoescape=True) for key in keys)),
    )  # fmt: skip
    return tuple(key for row in reader.rows(query) for key in lines_of(values.text(row["payload"])))


def _secrets_elsewhere(
    reader: Reader, product_id: object, keys: tuple[str, ...], own: Sequence[object]
) -> tuple[str, ...]:
    secrets, orders = reader.table("card_secrets"), reader.table("orders")
    if not secrets.has("order_id", "secret"):
        return ()
    joined = secrets.clause.join(orders.clause, orders.column("id") == secrets.column("order_id"))
    query = sa.select(secrets.column("secret")).select_from(joined).where(
        secrets.column("product_id") == product_id, secrets.column("status") == "used",
        secrets.column("order_id").not_in(own), secrets.column("secret").in_([key.strip() for key in keys]),
        orders.column("status").not_in(NOT_LIVE), orders.without("deleted_at"), secrets.without("deleted_at"),
    )  # fmt: skip
    return tuple(str(row["secret"]) for row in reader.rows(query))


def _loop_marks(reader: Reader, product_id: object, keys: tuple[str, ...]) -> dict[bytes, bool]:
    """By fingerprint: whether the key is meant to be shared. A deleted row counts only where none is left."""
    secrets = reader.table("card_secrets")
    if not secrets.has("secret", "is_loop"):
        return {}
    query = sa.select(*secrets.columns("secret", "is_loop", "deleted_at")).where(
        secrets.column("product_id") == product_id, secrets.column("secret").in_([key.strip() for key in keys])
    )
    rows = sorted(reader.rows(query), key=lambda row: (row["deleted_at"] is None, not values.flag(row["is_loop"])))
    marks = {fingerprint(str(row["secret"])): values.flag(row["is_loop"]) for row in rows}
    return {mark: loop for mark, loop in marks.items() if loop is not None}
