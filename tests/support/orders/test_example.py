"""docs/examples/kiosk.py, the connector of docs/extending.md, put where its two lines would put it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import knowledge_base.order_source_reader as reader
import support.stores as stores
from knowledge_base.folder import read_directory
from knowledge_base.reader import read_shop
from knowledge_base.template import new_shop_files
from support.orders.connector import Connector
from tests.mariadb import MariaDb
from tests.support.orders.samples import DOWN, KEYS
from tests.support.orders.specification import NEVER_KNOWN, ConnectorSpecification, Sample
from tests.support.orders.stores.filling import Rows, fill

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "kiosk.py"
SCHEMA = """
CREATE TABLE `sale` (
  `id` int NOT NULL PRIMARY KEY, `number` varchar(64) NOT NULL UNIQUE, `state` varchar(10) NOT NULL, `product` int,
  `title` varchar(255), `quantity` int, `total` decimal(10,2), `made_at` datetime, `paid_at` datetime,
  `mail` varchar(64), `pin` varchar(64), `codes` text, `member` int
)
"""
LI = {"product": 1, "title": "Card", "quantity": 2, "mail": "li.lei@example.org", "member": 7}
SALES: Rows = {
    "sale": [
        {
            "id": 1, "number": "KIOSKDELIVERED", "state": "sold", "total": "35.80", "made_at": "2026-03-01 12:00:00",
            "paid_at": "2026-03-01 12:01:00", "pin": "查询密码9", "codes": "\n".join(KEYS), **LI,
        },
        {**LI, "id": 2, "number": "KIOSKUNPAID", "state": "open", "total": "9.9", "mail": "h@example.org", "member": 8},
        {"id": 3, "number": "KIOSKLATER", "state": "sold", "total": "19.90", "made_at": "2026-03-02 12:00:00", **LI},
    ]
}  # fmt: skip


@pytest.fixture(scope="module")
def kiosk() -> Any:
    """The example as a module."""
    spec = importlib.util.spec_from_file_location("kiosk", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Kiosk


@pytest.fixture(scope="module")
def database(mariadb: MariaDb) -> str:
    """A filled kiosk's address."""
    name = mariadb.new_database()
    with mariadb.writing(name) as connection:
        fill(connection, SCHEMA, SALES)
    return mariadb.url(name)


@pytest.fixture(autouse=True)
def registered(kiosk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two lines of the page: the class among the stores, its name among the sources."""
    monkeypatch.setitem(stores.SQL_STORES, kiosk.SOURCE, kiosk)
    monkeypatch.setitem(reader._SCHEMES, kiosk.SOURCE, reader._SQL)
    monkeypatch.setattr(reader, "SOURCES", ("csv", *reader._SCHEMES))


def connected(url: str, folder: Path) -> Connector:
    """As a server opens it: from a shop folder that names the source."""
    for path, content in new_shop_files("my-shop").items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.replace(b'source = "csv"', f'source = "kiosk"\nurl = "{url}"'.encode()))
    connector = stores.connect(read_shop(read_directory(folder)), folder)
    assert connector is not None
    return connector


class TestKiosk(ConnectorSpecification):
    @pytest.fixture
    def connector(self, database: str, tmp_path: Path) -> Iterator[Connector]:
        connector = connected(database, tmp_path)
        yield connector
        connector.close()

    @pytest.fixture
    def sample(self, tmp_path: Path) -> Sample:
        return Sample(
            delivered="KIOSKDELIVERED", proofs=("查询密码9", "li.lei@example.org"), paid_amount=Decimal("35.80"),
            created_at=datetime(2026, 3, 1, 4, tzinfo=UTC), product_id="1", quantity=2, unpaid="KIOSKUNPAID",
            unpaid_proof="h@example.org", down=lambda: connected(DOWN["mysql"], tmp_path), keys=KEYS,
            buyers={"7": ("KIOSKLATER", "KIOSKDELIVERED")}, newest=("KIOSKLATER", "KIOSKUNPAID", "KIOSKDELIVERED"),
            unknown=(*NEVER_KNOWN, "order.frozen", "order.refunded_amount", "payment.count"),
        )  # fmt: skip


def test_it_stays_an_example_that_one_sitting_writes() -> None:
    assert len(EXAMPLE.read_text("utf-8").splitlines()) <= 80
