"""Reading a store's database safely: nothing is written, nothing runs on, nothing is taken for missing."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from knowledge_base.shop import OrderSource
from support.orders.breaker import FAILURES
from support.orders.connector import StoreUnavailable
from support.orders.dujiaoka import Dujiaoka
from support.orders.sql_engine import CONNECTIONS, open_store
from support.orders.sql_store import SqlStore
from support.stores import connect_source
from tests.mariadb import MariaDb
from tests.support.orders.conftest import SHOP, OpenStore
from tests.support.orders.stores import dujiaoka
from tests.support.orders.stores.filling import fill, sqlite_running

StoreUrl = Callable[[str, str], str]
SHANGHAI = ZoneInfo("Asia/Shanghai")
ENGINES = ("mysql", "sqlite", "postgresql")
SLOW = {
    "mysql": "SELECT SLEEP(30)",
    "postgresql": "SELECT pg_sleep(30)",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n",
}


def opened(url: str, **options: float) -> Dujiaoka:
    """A connector of one's own."""
    return Dujiaoka(SqlStore(open_store(url, Path("/nowhere"), **options), Dujiaoka.NEEDS), SHANGHAI)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "statement", ["DELETE FROM orders", "INSERT INTO coupons_goods VALUES (9, 9, 9)", "CREATE TABLE x (i int)"]
)
def test_nothing_can_be_written(engine: str, statement: str, store_url: StoreUrl) -> None:
    store = open_store(store_url("dujiaoka", engine), Path("/nowhere"))
    with store.connect() as connection, pytest.raises(sa.exc.DBAPIError, match=r"(?i)read.?only"):
        connection.exec_driver_sql(statement)
    store.dispose()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_statement_is_stopped_at_its_time(engine: str, store_url: StoreUrl) -> None:
    connector = opened(store_url("dujiaoka", engine), timeout_seconds=0.5)
    with (
        pytest.raises(StoreUnavailable, match=r"max_statement_time|took too long|statement timeout"),
        connector.store.reading() as reader,
    ):
        reader._connection.exec_driver_sql(SLOW[engine]).all()
    connector.close()


@pytest.mark.parametrize("engine", ENGINES)
def test_lookups_share_a_few_connections_and_do_not_wait_for_ever(engine: str, store_url: StoreUrl) -> None:
    connector = opened(store_url("dujiaoka", engine))
    full, leave = threading.Barrier(CONNECTIONS + 1), threading.Event()

    def hold() -> None:
        with connector.store.reading():
            full.wait(60)
            leave.wait(60)

    threads = [threading.Thread(target=hold) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    full.wait(60)
    with pytest.raises(StoreUnavailable, match="connections to the store are busy"):
        connector.find("DELIVERED0000001")
    leave.set()
    for thread in threads:
        thread.join(60)
    assert connector.find("DELIVERED0000001") is not None
    connector.close()


def test_a_store_that_keeps_failing_is_left_alone(tmp_path: Path) -> None:
    connector = opened(f"sqlite:///{tmp_path / 'not-there.db'}")
    for _ in range(FAILURES):
        with pytest.raises(StoreUnavailable, match="unable to open"):
            connector.find("X1")
    with pytest.raises(StoreUnavailable, match="not tried"):
        connector.find("X1")
    assert not (tmp_path / "not-there.db").exists()


def test_a_write_ahead_log_is_read_and_a_relative_path_is_the_shop_folders(tmp_path: Path) -> None:
    with sqlite_running(tmp_path / "store.db", dujiaoka.SCHEMA, dujiaoka.ROWS):
        shutil.copy(tmp_path / "store.db", tmp_path / "without-log.db")
        with sqlite3.connect(tmp_path / "without-log.db") as alone:
            assert alone.execute("SELECT COUNT(*) FROM sqlite_master").fetchone() == (0,)
        connector = connect_source(OrderSource("dujiaoka", "sqlite:///store.db"), SHOP, tmp_path)
        assert connector.find("DELIVERED0000001") is not None
        connector.close()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_database_of_something_else_is_no_empty_store(engine: str, store_url: StoreUrl) -> None:
    connector = connect_source(OrderSource("acg_faka", store_url("dujiaoka", engine)), SHOP, Path())
    with pytest.raises(StoreUnavailable, match="lacks acg_order"):
        connector.find("100260301120000101")
    connector.close()


def test_a_missing_column_is_unknown_and_named(tmp_path: Path) -> None:
    schema = dujiaoka.SCHEMA.replace("`search_pwd` varchar(200) NOT NULL DEFAULT '',", "").replace("`is_loop`", "`was`")
    cells = {"search_pwd", "is_loop"}
    rows = {
        table: [{name: cell for name, cell in row.items() if name not in cells} for row in given]
        for table, given in dujiaoka.ROWS.items()
        if table not in ("coupons", "coupons_goods")
    }
    schema = schema[: schema.index("CREATE TABLE `coupons`")] + schema[schema.index("CREATE TABLE `pays`") :]
    schema = schema.replace("`was` tinyint NOT NULL DEFAULT 0,", "")
    with sqlite_running(tmp_path / "store.db", schema, rows) as url:
        connector = opened(url)
        assert connector.store.missing() == ("orders.search_pwd", "carmis.is_loop", "coupons", "coupons_goods")
        order = connector.find("DELIVERED0000001")
        assert order is not None
        assert order.proofs == ()
        twice = connector.find("TWICEA0000000020")
        assert twice is not None
        assert twice.items[0].duplicate_sale is None  # it may be a loop key
        connector.close()


def test_what_a_user_may_not_see_is_unknown_too(mariadb: MariaDb) -> None:
    name = mariadb.new_database()
    with mariadb.writing(name) as connection:
        fill(connection, dujiaoka.SCHEMA, dujiaoka.ROWS)
    columns = "id, order_sn, status, type, goods_id, buy_amount, actual_price, email, info"
    mariadb.order(
        f"CREATE USER {name}@localhost IDENTIFIED BY 'pw'",
        f"GRANT SELECT ({columns}) ON {name}.orders TO {name}@localhost",
    )
    connector = opened(mariadb.url(name, f"{name}:pw"))
    assert {"carmis", "goods", "coupons", "orders.search_pwd"} <= set(connector.store.missing())
    order = connector.find("DELIVERED0000001")
    assert order is not None
    assert (order.items[0].delivery_state, order.items[0].duplicate_sale) == ("delivered", False)
    connector.close()


def test_a_wrong_password_is_not_repeated(mariadb: MariaDb) -> None:
    connector = opened(mariadb.url("x", "reader:p4ssw0rd"))
    with pytest.raises(StoreUnavailable, match="Access denied") as raised:
        connector.find("X1")
    assert "p4ssw0rd" not in str(raised.value)
    assert raised.value.__cause__ is None
    connector.close()


@pytest.mark.parametrize("zone", ["+00:00", "+08:00"])
def test_the_servers_zone_moves_no_timestamp(zone: str, mariadb: MariaDb, open_store: OpenStore) -> None:
    open_store("dujiaoka", "mysql")
    mariadb.order(f"SET GLOBAL time_zone = '{zone}'")
    name = mariadb.new_database()
    with mariadb.writing(name) as connection:
        fill(connection, dujiaoka.SCHEMA, dujiaoka.ROWS)
    connector = opened(mariadb.url(name))
    order = connector.find("DELIVERED0000001")
    assert order is not None
    assert order.created_at is not None
    assert order.created_at.isoformat() == "2026-03-01T12:00:00+08:00"
    connector.close()
    mariadb.order("SET GLOBAL time_zone = 'SYSTEM'")
