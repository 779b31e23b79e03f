"""Orders like one, counted on each store's real engine: only others, and nothing of them but what is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.shop import OrderSource
from support.orders.connector import Connector, StoreUnavailable
from support.orders.csv_file import CsvConnector
from support.orders.order import Order
from support.orders.related import FindsRelated, Related, public_address, telling_contact
from support.orders.sql_connector import SqlConnector
from support.stores import connect_source
from tests.mariadb import MariaDb
from tests.postgres import Cluster
from tests.support.orders.conftest import OPTIONS, SHOP, STORES, TIMES, in_mariadb, in_postgres
from tests.support.orders.stores import acg_faka, dujiao_next, dujiaoka, qs_faka
from tests.support.orders.stores.filling import Rows, sqlite_running

HERE, ELSEWHERE = "114.114.114.114", "223.5.5.5"
BUYER, OTHER, THIRD = "li.lei@example.org", "han.mm@example.org", "wei@example.org"
ORDERS: tuple[tuple[str, str, str, int], ...] = (
    ("RELATED000000001", BUYER, HERE, 1), ("RELATED000000002", BUYER, ELSEWHERE, 2),
    ("RELATED000000003", OTHER, HERE, 1),
    ("RELATED000000004", THIRD, ELSEWHERE, 1), ("RELATED000000005", BUYER, HERE, 2),
)  # fmt: skip
"""Number, contact, address, product."""
EXPECTED = {"by_contact": {"2", "5"}, "by_address": {"3", "5"}, "of_product": {"3", "4"}}


def _dujiaoka() -> Rows:
    return {"orders": [dujiaoka.order(place, number, 4, email=who, buy_ip=where, goods_id=what, info=f"KEY-{number}")
                       for place, (number, who, where, what) in enumerate(ORDERS, 1)]}  # fmt: skip


def _acg() -> Rows:
    made = [acg_faka.order(place, number, contact=who, create_ip=where, commodity_id=what)
            for place, (number, who, where, what) in enumerate(ORDERS, 1)]  # fmt: skip
    return {"acg_order": made, "acg_commodity": acg_faka.ROWS["acg_commodity"]}


def _next() -> Rows:
    made = dujiao_next.Builder()
    for number, who, where, what in ORDERS:
        made.purchase(number, "completed", what, guest_email=who, client_ip=where)
    return made.rows


def _qs() -> Rows:
    return {"order": [qs_faka.order(place, number, 1, contact=who, create_ip=where, goods_id=what)
                      for place, (number, who, where, what) in enumerate(ORDERS, 1)]}  # fmt: skip


ROWS: dict[str, Callable[[], Rows]] = {"dujiaoka": _dujiaoka, "acg_faka": _acg, "dujiao_next": _next, "sql": _qs}
WITH_ADDRESS: dict[str, Any] = {
    **OPTIONS["sql"], "order": {**OPTIONS["sql"]["order"], "address": "create_ip"},
}  # fmt: skip
SQL = ("dujiaoka-mysql", "dujiaoka-sqlite", "acg_faka-mysql", "dujiao_next-sqlite", "dujiao_next-postgresql",
       "sql-mysql", "sql-postgresql")  # fmt: skip


@pytest.fixture
def store(request: pytest.FixtureRequest, mariadb: MariaDb, postgres: Cluster, tmp_path: Path) -> Iterator[Connector]:
    """A store of five orders."""
    source, engine = request.param.split("-")
    schema, rows = STORES[source][0].replace("{time}", TIMES[engine]), ROWS[source]()
    with ExitStack() as running:
        if engine == "sqlite":
            url = running.enter_context(sqlite_running(tmp_path / "store.db", schema, rows))
        elif engine == "mysql":
            url = in_mariadb(mariadb, schema, rows)
        else:
            url = in_postgres(running.enter_context(postgres.database()), schema, rows)
        connector = connect_source(
            OrderSource(source, url, options=WITH_ADDRESS if source == "sql" else {}), SHOP, tmp_path
        )
        yield connector
        connector.close()


def found(connector: Connector, order: Order) -> Related:
    assert isinstance(connector, FindsRelated)
    return connector.related(order, order.items[0].product_id)


def ends(related: Related) -> dict[str, set[str]]:
    """The last sign of each number."""
    kinds = ("by_contact", "by_address", "of_product")
    return {kind: {sale.number[-1] for sale in getattr(related, kind)} for kind in kinds}


@pytest.mark.parametrize("store", SQL, indirect=True)
def test_orders_by_the_same_contact_from_the_same_address_and_of_the_same_product(store: Connector) -> None:
    order = store.find(ORDERS[0][0])
    assert order is not None
    assert order.address == HERE
    related = found(store, order)
    assert ends(related) == EXPECTED
    for sale in (*(related.by_contact or ()), *(related.by_address or ())):
        assert sale.paid is True
        assert sale.at is not None
        assert sale.amount
    assert BUYER not in repr(related)
    assert not any(where in repr(related) for where in (HERE, ELSEWHERE))


@pytest.mark.parametrize("store", SQL, indirect=True)
def test_an_order_that_names_no_buyer_or_address_leaves_them_unknown(store: Connector) -> None:
    order = store.find(ORDERS[0][0])
    assert order is not None
    related = found(store, replace(order, contact="123456", buyer_id=None, address=None))
    assert (related.by_contact, related.by_address) == (None, None)
    assert related.of_product


@pytest.mark.parametrize("store", ["dujiaoka-mysql"], indirect=True)
def test_a_contact_is_a_value_and_never_part_of_a_statement(store: Connector) -> None:
    order = store.find(ORDERS[0][0])
    assert order is not None
    assert found(store, replace(order, contact="' OR '1'='1")).by_contact == ()
    assert found(store, replace(order, contact="%@example.org")).by_contact == ()


@pytest.mark.parametrize("store", ["dujiaoka-sqlite"], indirect=True)
def test_a_count_that_fails_does_not_stop_orders_from_being_found(store: Connector) -> None:
    order = store.find(ORDERS[0][0])
    assert order is not None
    assert isinstance(store, SqlConnector)
    with pytest.raises(StoreUnavailable), store.store.reading(aside=True):
        raise StoreUnavailable("the lookup took too long and was stopped")
    with pytest.raises(StoreUnavailable, match="not tried"):
        found(store, order)
    assert store.find(ORDERS[0][0]) == order


def test_a_file_of_orders_counts_by_contact_account_and_product() -> None:
    text = "order_no,buyer_id,contact,product_id,paid_amount,created_at,paid_at,refunded_amount\n" + "".join(
        f"N{place},{account},{contact},{product},9.00,2026-03-01T12:0{place}:00Z,2026-03-01T12:0{place}:30Z,{back}\n"
        for place, (account, contact, product, back) in enumerate((
            ("7", BUYER, "a", ""), ("", BUYER.upper(), "b", "9.00"), ("7", OTHER, "b", "0"), ("8", OTHER, "a", ""),
        ))
    )  # fmt: skip
    store = CsvConnector(text.encode(), SHOP)
    order = store.find("N0")
    assert order is not None
    related = store.related(order, "a")
    assert [(sale.number, sale.refunded) for sale in related.by_contact or ()] == [("N2", False), ("N1", True)]
    assert [sale.number for sale in related.of_product or ()] == ["N3"]
    assert related.by_address is None
    assert store.related(replace(order, contact=None, buyer_id=None), None) == Related()


@pytest.mark.parametrize("text", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "::1", "", None, "unknown", "0.0.0.0"])
def test_a_proxys_own_address_tells_no_buyers_apart(text: str | None) -> None:
    assert public_address(text) is None


@pytest.mark.parametrize(
    ("text", "tells"),
    [("li.lei@example.org", True), ("13800001111", True), ("1", False), ("000000", False), ("123456", False),
     ("12312", False), (None, False)],
)  # fmt: skip
def test_a_contact_that_anybody_types_tells_no_buyers_apart(text: str | None, tells: bool) -> None:
    assert telling_contact(text) is tells


def test_whom_an_order_belongs_to_and_its_keys_stay_behind() -> None:
    order = CsvConnector(b"order_no,contact\nN1,li.lei@example.org\n", SHOP).find("N1")
    assert order is not None
    whole = replace(order, address=HERE, items=(replace(order.items[0], key_prints=(b"print",)),))
    bare = whole.without_secrets()
    assert (bare.contact, bare.address, bare.items[0].key_prints) == (None, None, ())
    assert "print" not in repr(whole.items)
