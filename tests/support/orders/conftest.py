from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from knowledge_base.shop import OrderSource, Shop
from support.orders.connector import Connector
from support.stores import connect_source
from tests.mariadb import MariaDb
from tests.postgres import Cluster
from tests.support.orders.stores import acg_faka, dujiao_next, dujiaoka, qs_faka
from tests.support.orders.stores.filling import Rows, fill, sqlite_running

SHOP = Shop("star", ("zh-CN",), timezone=ZoneInfo("America/New_York"))
"""A shop whose own zone is not its store's: what depends on the wrong one shows."""
STORES: dict[str, tuple[str, Rows]] = {
    "dujiaoka": (dujiaoka.SCHEMA, dujiaoka.ROWS),
    "acg_faka": (acg_faka.SCHEMA, acg_faka.ROWS),
    "dujiao_next": (dujiao_next.SCHEMA, dujiao_next.rows()),
    "sql": (qs_faka.SCHEMA, qs_faka.ROWS),
}
OPTIONS = {"sql": qs_faka.OPTIONS}
TIMES = {"sqlite": "datetime", "mysql": "datetime", "postgresql": "timestamptz"}
OpenStore = Callable[[str, str], Connector]


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    """A MariaDB server of the tests' own."""
    with MariaDb() as server:
        yield server


@pytest.fixture(scope="session")
def store_url(
    mariadb: MariaDb, postgres: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str, str], str]]:
    """The url of a filled store, by its source and engine; each is filled once, and nobody writes into it."""
    made: dict[tuple[str, str], str] = {}
    with ExitStack() as running:

        def url(source: str, engine: str) -> str:
            if (source, engine) not in made:
                schema, rows = STORES[source]
                schema = schema.replace("{time}", TIMES[engine])
                if engine == "sqlite":
                    path = tmp_path_factory.mktemp(source) / "store.db"
                    made[source, engine] = running.enter_context(sqlite_running(path, schema, rows))
                elif engine == "mysql":
                    made[source, engine] = in_mariadb(mariadb, schema, rows)
                else:
                    made[source, engine] = in_postgres(running.enter_context(postgres.database()), schema, rows)
            return made[source, engine]

        yield url


@pytest.fixture(scope="session")
def open_store(store_url: Callable[[str, str], str]) -> Iterator[OpenStore]:
    """A connector to a filled store."""
    opened: dict[tuple[str, str], Connector] = {}

    def connector(source: str, engine: str) -> Connector:
        if (source, engine) not in opened:
            given = OrderSource(source, store_url(source, engine), options=OPTIONS.get(source, {}))
            opened[source, engine] = connect_source(given, SHOP, Path("/nowhere"))
        return opened[source, engine]

    yield connector
    for one in opened.values():
        one.close()


def in_mariadb(server: MariaDb, schema: str, rows: Rows) -> str:
    name = server.new_database()
    with server.writing(name) as connection:
        fill(connection, schema, rows)
    return server.url(name)


def in_postgres(url: str, schema: str, rows: Rows) -> str:
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.exec_driver_sql("SET timezone = 'UTC'")
        fill(connection, schema, rows)
    engine.dispose()
    return url
