"""The printed statements, carried out on a real server: the connector reads what it needs, and nothing else can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from support.orders.connector import Connector
from support.orders.grants import PASSWORD, USER, VIEWS, grants, views
from support.orders.sql_connector import SqlConnector
from support.orders.sql_engine import open_store
from support.orders.sql_store import SqlStore
from support.stores import PREFIXES, SQL_STORES
from tests.mariadb import MariaDb
from tests.postgres import Cluster
from tests.support.orders.conftest import STORES
from tests.support.orders.stores.filling import fill

Statements = Callable[..., str]
SECRETS = {
    "dujiaoka": ("merchant_key", "merchant_pem", "pays", "buy_ip"),
    "acg_faka": ("pay_config", "salt", "app_key", "create_ip", "`acg_user`"),
    "dujiao_next": ("password_hash", "client_ip", "cost_price", "browser_token_hash"),
}
TWICE = {"dujiaoka": "TWICEA0000000020", "acg_faka": "120260301120002020", "dujiao_next": "DJ2026TWICEA"}
UNSOLD = {
    "dujiaoka": ("carmis", "carmi"),
    "acg_faka": ("acg_card", "secret"),
    "dujiao_next": ("card_secrets", "secret"),
}


@dataclass
class Granted:
    """A store, and the connector of the user that the statements made."""

    source: str
    connector: Connector
    engine: sa.Engine
    by_views: bool


@pytest.fixture(params=[(source, made) for source in ("dujiaoka", "acg_faka") for made in (grants, views)])
def in_mariadb(request: pytest.FixtureRequest, mariadb: MariaDb) -> Iterator[Granted]:
    """Made in MariaDB."""
    source, made = request.param
    name = mariadb.new_database()
    with mariadb.writing(name) as connection:
        fill(connection, *STORES[source])
    text = made(SQL_STORES[source].NEEDS, PREFIXES.get(source, ""), "mysql", name)
    mariadb.order(*statements(text))
    url = mariadb.url(VIEWS if made is views else name, f"{USER}:{PASSWORD}")
    yield from granted(source, url, made)
    mariadb.order(f"DROP USER {USER}@localhost", f"DROP DATABASE IF EXISTS {VIEWS}")


@pytest.fixture(params=[grants, views])
def in_postgres(request: pytest.FixtureRequest, postgres: Cluster) -> Iterator[Granted]:
    """Made in PostgreSQL."""
    with postgres.database() as url:
        owner = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
        database = sa.make_url(url).database or ""
        text = request.param(SQL_STORES["dujiao_next"].NEEDS, "", "postgresql", database)
        schema, rows = STORES["dujiao_next"]
        with owner.begin() as connection:
            fill(connection, schema.replace("{time}", "timestamptz"), rows)
            for statement in statements(text):
                connection.exec_driver_sql(statement)
        yield from granted("dujiao_next", url.replace("anxin@", f"{USER}_reader:{PASSWORD}@"), request.param)
        with owner.begin() as connection:
            connection.exec_driver_sql(f"DROP OWNED BY {USER}_reader; DROP ROLE {USER}_reader")
        owner.dispose()


def statements(text: str) -> list[str]:
    """What a person would paste; the cluster's own administrator has the printed user's name already."""
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return [line.rstrip(";").replace(f'"{USER}"', f'"{USER}_reader"') for line in lines]


def granted(source: str, url: str, made: Statements) -> Iterator[Granted]:
    """The store as the new user sees it."""
    engine, kind = open_store(url, Path()), SQL_STORES[source]
    connector: SqlConnector = kind(SqlStore(engine, kind.NEEDS, PREFIXES.get(source, "")), ZoneInfo("Asia/Shanghai"))
    yield Granted(source, connector, engine, made is views)
    connector.close()


def check(store: Granted) -> None:
    """Everything that is needed can be read; what is not needed cannot, and by views no key that is for sale."""
    assert isinstance(store.connector, SqlConnector)
    assert store.connector.store.missing() == ()
    order = store.connector.find(TWICE[store.source])
    assert order is not None
    assert order.items[0].duplicate_sale is True
    table, column = UNSOLD[store.source]
    with store.engine.connect() as connection:
        column_of_keys: sa.ColumnClause[str] = sa.column(column)
        keys = {str(key) for key in connection.scalars(sa.select(column_of_keys).select_from(sa.table(table)))}
        assert ("UNSOLD-0001-AAAA" in keys) is not store.by_views
        assert any("TWICE" in key for key in keys)
        for denied in (
            "SELECT * FROM orders, buy_ip",
            "SELECT merchant_key FROM pays",
            "SELECT password_hash FROM users",
        ):
            with pytest.raises(sa.exc.DBAPIError):
                connection.exec_driver_sql(denied)
            connection.rollback()


def test_in_mariadb(in_mariadb: Granted) -> None:
    check(in_mariadb)


def test_in_postgresql(in_postgres: Granted) -> None:
    check(in_postgres)


@pytest.mark.parametrize("made", [grants, views])
@pytest.mark.parametrize("source", sorted(SECRETS))
@pytest.mark.parametrize("dialect", ["mysql", "postgresql"])
def test_no_secret_column_is_named_and_keys_are_explained(made: Statements, source: str, dialect: str) -> None:
    text = made(SQL_STORES[source].NEEDS, PREFIXES.get(source, ""), dialect, "shop")
    for secret in SECRETS[source]:
        assert secret not in text
    table, column = UNSOLD[source]
    assert f"-- {table.removeprefix('acg_')}.{column}: " in text
    assert "INSERT" not in text
    assert "ALL PRIVILEGES" not in text


def test_names_are_quoted() -> None:
    assert "`sh``op`" in grants(SQL_STORES["dujiaoka"].NEEDS, "", "mysql", "sh`op")
    assert "no users" in views(SQL_STORES["dujiaoka"].NEEDS, "", "sqlite", "")
