"""docs/tutorials/connect-dujiaoka.md, walked to a dujiaoka's tables in a real MariaDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mariadb import MariaDb
from tests.support.orders.stores import dujiaoka
from tests.support.orders.stores.filling import fill
from tests.tutorials.walk import ROOT, Walk, blocks


@pytest.fixture
def store() -> Iterator[MariaDb]:
    """A server with the store of the page."""
    with MariaDb() as server:
        server.order("CREATE DATABASE dujiaoka CHARACTER SET utf8mb4")
        with server.writing("dujiaoka") as connection:
            fill(connection, dujiaoka.SCHEMA, dujiaoka.ROWS)
        yield server


def test_from_a_user_that_can_only_read_to_a_buyers_order(store: MariaDb, tmp_path: Path) -> None:
    with Walk(tmp_path, {"/run/mysqld/mysqld.sock": str(store.socket)}) as walk:
        for block in blocks(ROOT / "docs/tutorials/connect-dujiaoka.md"):
            if block.more == "administrator":  # there is no client here, so the statements go another way
                lines = (tmp_path / "reader.sql").read_text("utf-8").splitlines()
                store.order(*(line.rstrip(";") for line in lines if not line.startswith("--")))
            else:
                walk.take(block)
        assert "a-password-of-your-own" not in (tmp_path / "my-shop/shop.toml").read_text("utf-8")
