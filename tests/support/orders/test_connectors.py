"""The one specification on every connector, on its real engine."""

from __future__ import annotations

import pytest

from support.orders.connector import Connector
from tests.support.orders.conftest import SHOP, OpenStore
from tests.support.orders.samples import CSV_SAMPLE, csv_store, sql_sample
from tests.support.orders.specification import ConnectorSpecification, Sample

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
