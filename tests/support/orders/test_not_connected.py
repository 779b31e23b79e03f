"""A source whose place cannot be known."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge_base.reader import read_shop
from support.orders.connector import Connector, StoreUnavailable
from support.stores import connect, resolved


def connector(orders: str) -> Connector:
    """The connector of a shop with these lines in `[orders]`."""
    found = connect(read_shop({"shop.toml": f'id = "x"\nlanguages = ["en"]\n[orders]\n{orders}\n'.encode()}), Path())
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("orders", "why"),
    [
        ('source = "dujiaoka"\nurl = "env:ANXIN_TEST_NO_SUCH_STORE"', "ANXIN_TEST_NO_SUCH_STORE is not set"),
        ('source = "acg_faka"\nurl = "mysql://:::"', "no database url"),
    ],
)
def test_a_store_that_cannot_be_read_is_unavailable_and_never_empty(orders: str, why: str) -> None:
    store, now = connector(orders), datetime.now(UTC)
    for call in (
        lambda: store.find("A1"), lambda: store.of_buyer("b"), lambda: store.numbers(1),
        lambda: store.product("1", now), lambda: store.coupon("C", now),
    ):  # fmt: skip
        with pytest.raises(StoreUnavailable, match=why):
            call()


def test_an_address_may_lie_in_the_environment_or_in_dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("ANXIN_TEST_STORE=mysql://u:p%40$x@h/d\n")
    assert resolved("env:ANXIN_TEST_STORE") == "mysql://u:p%40$x@h/d"
    monkeypatch.setenv("ANXIN_TEST_STORE", "sqlite:///x.db")
    assert resolved("env:ANXIN_TEST_STORE") == "sqlite:///x.db"
    assert resolved("https://shop.example") == "https://shop.example"
