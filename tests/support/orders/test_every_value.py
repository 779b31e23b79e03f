"""Every value that a store is documented to write in its states stands in the stores that the tests read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

DOCUMENTED = {
    ("dujiaoka", "orders", "status"): "-1 1 2 3 4 5 6",
    ("dujiaoka", "orders", "type"): "1 2",
    ("dujiaoka", "carmis", "status"): "1 2",
    ("dujiaoka", "carmis", "is_loop"): "0 1",
    ("dujiaoka", "coupons", "is_use"): "1 2",
    ("dujiaoka", "coupons", "is_open"): "0 1",
    ("acg_faka", "acg_order", "status"): "0 1",
    ("acg_faka", "acg_order", "delivery_status"): "0 1",
    ("acg_faka", "acg_commodity", "delivery_way"): "0 1",
    ("acg_faka", "acg_commodity", "status"): "0 1",
    ("acg_faka", "acg_card", "status"): "0 1 2",
    ("acg_faka", "acg_coupon", "status"): "0 1 2",
    ("dujiao_next", "orders", "status"): "pending_payment paid fulfilling partially_delivered partially_refunded "
    "delivered completed canceled refunded",
    ("dujiao_next", "order_items", "fulfillment_type"): "auto manual upstream",
    ("dujiao_next", "fulfillments", "status"): "pending delivered",
    ("dujiao_next", "card_secrets", "status"): "available reserved used",
    ("dujiao_next", "payments", "status"): "initiated pending success failed expired",
    ("dujiao_next", "procurement_orders", "status"): "pending submitted accepted rejected failed partially_refunded "
    "fulfilled completed refunded canceled",
    ("sql", "order", "status"): "0 1 2 3",
    ("sql", "order", "is_freeze"): "0 1",
    ("sql", "goods_card", "status"): "-1 0 1 2",
    ("sql", "goods_coupon", "status"): "1 2",
}


@pytest.mark.parametrize(("source", "table", "column"), DOCUMENTED, ids="-".join)
def test_every_documented_value_is_in_a_store(
    source: str, table: str, column: str, store_url: Callable[[str, str], str]
) -> None:
    engine = sa.create_engine(store_url(source, "sqlite"))
    with engine.connect() as connection:
        values = {str(value) for (value,) in connection.exec_driver_sql(f'SELECT DISTINCT "{column}" FROM "{table}"')}
    engine.dispose()
    assert set(DOCUMENTED[source, table, column].split()) <= values
