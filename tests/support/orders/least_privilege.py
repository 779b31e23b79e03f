"""A store whose connector logs in as the user whom the printed statements make, and as nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from knowledge_base.shop import OrderSource
from support.orders.connector import Connector
from support.orders.grants import PASSWORD, USER, VIEWS, grants, views
from support.orders.sql_mapping import read_sql_mapping
from support.orders.sql_store import TableNeeds
from support.stores import SQL_STORES, connect_source, prefix_of
from tests.mariadb import MariaDb
from tests.postgres import Cluster
from tests.support.orders.conftest import OPTIONS, SHOP, STORES, TIMES
from tests.support.orders.stores.filling import fill
from ticketing.ids import new_id

WAYS: dict[str, Callable[..., str]] = {"grants": grants, "views": views}
OFFERED = ("dujiaoka-mysql", "acg_faka-mysql", "dujiao_next-postgresql", "sql-mysql", "sql-postgresql")
"""Each store on the server that it runs on; the mapped one on both."""


@dataclass(frozen=True, slots=True)
class Granted:
    """A store as the new user sees it; `owner` may do anything there, and `user_url` is how the user logs in."""

    source: str
    way: str
    connector: Connector
    owner: sa.Engine
    user_url: str
    database: str


def needs_of(source: str) -> tuple[TableNeeds, ...]:
    """What a connector reads."""
    return read_sql_mapping(OPTIONS[source]).needs() if source in OPTIONS else SQL_STORES[source].NEEDS


def statements(text: str, name: str) -> list[str]:
    """What a person would paste, under a user and a schema of one's own: several are made side by side."""
    lines = [line.rstrip(";") for line in text.splitlines() if not line.startswith("--")]
    for quote in ("'", '"', "`"):
        lines = [line.replace(f"{quote}{USER}{quote}", f"{quote}{name}{quote}") for line in lines]
        lines = [line.replace(f"{quote}{VIEWS}{quote}", f"{quote}{name}_views{quote}") for line in lines]
    return lines


@contextmanager
def granted(store: str, way: str, mariadb: MariaDb, postgres: Cluster) -> Iterator[Granted]:
    """Make the store and its user by the printed statements."""
    source, engine = store.split("-")
    made = in_mariadb(source, way, mariadb) if engine == "mysql" else in_postgres(source, way, postgres)
    with made as (owner, url, database):
        connector = connect_source(OrderSource(source, url, None, OPTIONS.get(source, {})), SHOP, Path("/nowhere"))
        yield Granted(source, way, connector, owner, url, database)
        connector.close()


@contextmanager
def in_mariadb(source: str, way: str, server: MariaDb) -> Iterator[tuple[sa.Engine, str, str]]:
    """In MariaDB: what the administrator opens, what the user opens, and the store's database."""
    database, user = server.new_database(), f"u{new_id()[-12:]}"
    with server.writing(database) as connection:
        fill(connection, *STORES[source])
    text = WAYS[way](needs_of(source), prefix_of(OrderSource(source, "")), "mysql", database)
    server.order(*statements(text, user))
    owner = sa.create_engine(server.url(database).replace("mysql:", "mysql+pymysql:"))
    seen = f"{user}_views" if way == "views" else database
    yield owner, server.url(seen, f"{user}:{PASSWORD}"), database
    owner.dispose()


@contextmanager
def in_postgres(source: str, way: str, cluster: Cluster) -> Iterator[tuple[sa.Engine, str, str]]:
    """The same in PostgreSQL."""
    user, (schema, rows) = f"u{new_id()[-12:]}", STORES[source]
    with cluster.database() as url:
        owner = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
        database = sa.make_url(url).database or ""
        with owner.begin() as connection:
            connection.exec_driver_sql("SET timezone = 'UTC'")
            fill(connection, schema.replace("{time}", TIMES["postgresql"]), rows)
            for statement in statements(WAYS[way](needs_of(source), "", "postgresql", database), user):
                connection.exec_driver_sql(statement)
        yield owner, url.replace("anxin@", f"{user}:{PASSWORD}@"), database
        with owner.begin() as connection:
            connection.exec_driver_sql(f'DROP OWNED BY "{user}"; DROP ROLE "{user}"')
        owner.dispose()
