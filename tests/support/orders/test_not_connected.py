from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.reader import read_shop
from support.bootstrap import connect
from support.orders.connector import StoreUnavailable

TOML = 'id = "x"\nlanguages = ["en"]\n[orders]\nsource = "dujiaoka"\nurl = "mysql://u@127.0.0.1/db"\n'


def test_a_store_that_cannot_be_read_is_unavailable_and_never_empty() -> None:
    connector = connect(read_shop({"shop.toml": TOML.encode()}), Path())
    assert connector is not None
    for call in (lambda: connector.find("A1"), lambda: connector.of_buyer("b"), lambda: connector.numbers(1)):
        with pytest.raises(StoreUnavailable, match="dujiaoka"):
            call()
