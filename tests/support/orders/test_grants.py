"""The printed statements, carried out on a real server: the connector reads what it needs, and nothing else can be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from knowledge_base.shop import OrderSource
from support.cli.app import app
from support.orders.grants import PASSWORD, grants, views
from support.orders.sql_connector import SqlConnector
from support.orders.sql_engine import open_store
from support.stores import SQL_STORES, prefix_of
from tests.mariadb import MariaDb
from tests.postgres import Cluster
from tests.running import free_port
from tests.support.orders.least_privilege import OFFERED, WAYS, Granted, granted, needs_of
from tests.support.orders.stores import dujiaoka
from tests.support.orders.stores.filling import fill

Statements = Callable[..., str]
SECRETS = {
    "dujiaoka": ("merchant_key", "merchant_pem", "pays", "coupon_ret_back"),
    "acg_faka": ("pay_config", "salt", "app_key", "create_device", "`acg_user`"),
    "dujiao_next": ("password_hash", "affiliate_code", "cost_price", "browser_token_hash"),
}
UNSOLD = {
    "dujiaoka": ("carmis", "carmi"),
    "acg_faka": ("acg_card", "secret"),
    "dujiao_next": ("card_secrets", "secret"),
}


@pytest.fixture(scope="module", params=[(store, way) for store in OFFERED for way in WAYS], ids="-".join)
def store(request: pytest.FixtureRequest, mariadb: MariaDb, postgres: Cluster) -> Iterator[Granted]:
    """A store as the user sees it whom the printed statements made."""
    with granted(request.param[0], request.param[1], mariadb, postgres) as made:
        yield made


def columns(store: Granted) -> set[tuple[str, str]]:
    """Every column of every table of the store."""
    where = "table_schema = DATABASE()" if store.owner.dialect.name == "mysql" else "table_schema = 'public'"
    query = f"SELECT table_name, column_name FROM information_schema.columns WHERE {where}"
    with store.owner.connect() as connection:
        return {(str(table), str(column)) for table, column in connection.exec_driver_sql(query)}


def allowed(connection: sa.Connection, statement: str) -> bool:
    """Whether it is carried out; a refusal is one of the server's, or of the session, which only reads."""
    try:
        connection.exec_driver_sql(statement)
    except sa.exc.DBAPIError as error:
        if not re.search("denied|permission|read.only", str(error.orig), re.IGNORECASE):
            raise
        return False
    finally:
        connection.rollback()
    return True


def test_of_every_column_those_can_be_read_that_are_needed_and_none_can_be_written(store: Granted) -> None:
    by_views, engine = store.way == "views", open_store(store.user_url, Path())
    maria, prefix = engine.dialect.name == "mysql", prefix_of(OrderSource(store.source, ""))
    needed = {
        (prefix + table.name, column) for table in needs_of(store.source) for column in table.required + table.wanted
    }
    quote, place = ("`", f"`{store.database}`") if maria else ('"', "public")
    found = columns(store)
    assert needed <= found
    with engine.connect() as connection:
        for table, column in sorted(found):
            named, column_named = f"{place}.{quote}{table}{quote}", f"{quote}{column}{quote}"
            can = allowed(connection, f"SELECT {column_named} FROM {named} LIMIT 1")
            assert can is ((table, column) in needed and not by_views), (table, column)
            assert not allowed(connection, f"UPDATE {named} SET {column_named} = {column_named}")
        assert not allowed(connection, f"DELETE FROM {named}")
    engine.dispose()


def test_nothing_that_is_needed_is_missing_and_by_views_no_key_that_is_for_sale_can_be_read(store: Granted) -> None:
    assert isinstance(store.connector, SqlConnector)
    assert store.connector.store.missing() == ()
    if store.source not in UNSOLD:
        return
    table, column = UNSOLD[store.source]
    by_views, engine = store.way == "views", open_store(store.user_url, Path())
    with engine.connect() as connection:
        keys = {str(key) for (key,) in connection.exec_driver_sql(f"SELECT {column} FROM {table}")}
    engine.dispose()
    assert ("UNSOLD-0001-AAAA" in keys) is not by_views
    assert any("TWICE" in key for key in keys)


@pytest.mark.parametrize("made", [grants, views])
@pytest.mark.parametrize("source", sorted(SECRETS))
@pytest.mark.parametrize("dialect", ["mysql", "postgresql"])
def test_no_secret_column_is_named_and_keys_are_explained(made: Statements, source: str, dialect: str) -> None:
    text = made(SQL_STORES[source].NEEDS, SQL_STORES[source].PREFIX, dialect, "shop")
    for secret in SECRETS[source]:
        assert secret not in text
    table, column = UNSOLD[source]
    assert f"-- {table.removeprefix('acg_')}.{column}: " in text
    assert "INSERT" not in text
    assert "ALL PRIVILEGES" not in text


def test_the_user_is_made_for_where_the_server_sees_it_come_from() -> None:
    """A server that resolves no names, as container images are set: `localhost` is its socket alone."""
    with MariaDb(free_port()) as server:
        server.order("CREATE DATABASE shop CHARACTER SET utf8mb4")
        with server.writing("shop") as connection:
            fill(connection, dujiaoka.SCHEMA, dujiaoka.ROWS)
        asked = ("shop", "connect", "--grants", "--source", "dujiaoka", "--url")
        printed = CliRunner().invoke(app, [*asked, f"mysql://root@127.0.0.1:{server.port}/shop"])
        server.order(*(one for one in printed.stdout.splitlines() if not one.startswith("--")))
        engine = open_store(f"mysql://anxin:{PASSWORD}@127.0.0.1:{server.port}/shop", Path())
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(order_sn) FROM orders").scalar_one() == len(dujiaoka.ORDERS)
        engine.dispose()


@pytest.mark.parametrize(
    ("url", "user"),
    [
        ("mysql://root@localhost/shop?unix_socket=/run/mysqld/mysqld.sock", "'anxin'@'localhost'"),
        ("mysql://root@127.0.0.1/shop?unix_socket=/run/mysqld/mysqld.sock", "'anxin'@'localhost'"),
        ("mysql://root@localhost/shop", "'anxin'@'localhost'"),
        ("mysql://root@127.0.0.1/shop", "'anxin'@'127.0.0.1'"),
        ("mysql://root@db.internal/shop", "'anxin'@'%'"),
        ("env:ANXIN_TESTS_NOWHERE", "'anxin'@'localhost'"),
    ],
)
@pytest.mark.parametrize("how", ["--grants", "--views"])
def test_statements_name_one_user(url: str, user: str, how: str) -> None:
    done = CliRunner().invoke(app, ["shop", "connect", "--grants", how, "--source", "dujiaoka", "--url", url])
    assert set(re.findall(r"'anxin'@'[^']*'", done.stdout)) == {user}


def test_names_are_quoted() -> None:
    assert "`sh``op`" in grants(SQL_STORES["dujiaoka"].NEEDS, "", "mysql", "sh`op")
    assert "no users" in views(SQL_STORES["dujiaoka"].NEEDS, "", "sqlite", "")
