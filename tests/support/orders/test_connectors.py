"""The one specification on every connector, on its real engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.orders.connector import Connector
from tests.support.orders.conftest import SHOP, OpenStore
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
