"""The one specification on every connector, on its real engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from support.orders.connector import Connector
from tests.mariadb import MariaDb
from tests.postgres import Cluster
from tests.support.orders.conftest import SHOP, OpenStore
from tests.support.orders.least_privilege import OFFERED, WAYS, Granted, granted
from tests.support.orders.samples import CSV_SAMPLE, csv_store, http_connector, http_sample, sql_sample
from tests.support.orders.specification import ConnectorSpecification, Sample
from tests.support.orders.stores.http_shop import API_KEY, SECRET, HttpShop

SQL = (
    "dujiaoka-mysql",
    "dujiaoka-sqlite",
    "acg_faka-mysql",
    "acg_faka-sqlite",
    "dujiao_next-sqlite",
    "dujiao_next-postgresql",
    "sql-mysql",
    "sql-sqlite",
    "sql-postgresql",
)


class TestCsv(ConnectorSpecification):
    @pytest.fixture
    def connector(self) -> Connector:
        return csv_store(SHOP)

    @pytest.fixture
    def sample(self) -> Sample:
        return CSV_SAMPLE


@pytest.mark.parametrize("store", SQL)
class TestSql(ConnectorSpecification):
    @pytest.fixture
    def connector(self, store: str, open_store: OpenStore) -> Connector:
        return open_store(*store.split("-"))

    @pytest.fixture
    def sample(self, store: str) -> Sample:
        source, engine = store.split("-")
        return sql_sample(source, engine, SHOP)


@pytest.fixture(scope="module", params=[(store, way) for store in OFFERED for way in WAYS], ids="-".join)
def least(request: pytest.FixtureRequest, mariadb: MariaDb, postgres: Cluster) -> Iterator[Granted]:
    """A store as the user sees it whom the printed statements made."""
    with granted(request.param[0], request.param[1], mariadb, postgres) as made:
        yield made


class TestLeastPrivilege(ConnectorSpecification):
    """The printed statements are enough: under that user a connector does all that it does under any."""

    @pytest.fixture
    def connector(self, least: Granted) -> Connector:
        return least.connector

    @pytest.fixture
    def sample(self, least: Granted) -> Sample:
        return sql_sample(least.source, sa.make_url(least.user_url).get_backend_name(), SHOP)


@pytest.fixture(scope="module")
def shop() -> Iterator[HttpShop]:
    """A server that the tests share and nobody disturbs."""
    with HttpShop() as running:
        yield running


@pytest.mark.parametrize("store", ["http", "dujiao_next"])
class TestHttp(ConnectorSpecification):
    @pytest.fixture(autouse=True)
    def keys(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ANXIN_TEST_SHOP_KEY", API_KEY)
        monkeypatch.setenv("ANXIN_TEST_SHOP_SECRET", SECRET)

    @pytest.fixture
    def connector(self, store: str, shop: HttpShop, keys: None) -> Iterator[Connector]:
        connector = http_connector(store, shop.url, SHOP)
        yield connector
        connector.close()

    @pytest.fixture
    def sample(self, store: str) -> Sample:
        return http_sample(store, SHOP)
