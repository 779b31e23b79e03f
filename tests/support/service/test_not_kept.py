"""What a shop does not want to have is nowhere in its record: taken out before a message is kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.support.service.takeover import House
from ticketing.storage import talk
from ticketing.storage.tables import metadata

IDENTITY, CARD, PHONE = "11010519491231002X", "6222021234567890128", "13812345678"
SAID = f"身份证{IDENTITY}，卡{CARD}，\n手机{PHONE}，订单 NO-1 付了49.00元"


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url, '\n[privacy]\nwithout = ["identity", "bank_card"]\n')
    yield house
    house.journal.close()


def test_numbers_of_the_kinds_named_are_kept_nowhere_and_the_rest_is_as_it_was_written(house: House) -> None:
    chat = house.says(SAID)
    house.says(f"再说一次 {IDENTITY}", chat)
    first, *_ = house.read(lambda tx: talk.page(tx, "small", chat, None, 10))
    assert first.text == f"身份证[identity number]，卡[bank card]，\n手机{PHONE}，订单 NO-1 付了49.00元"

    def rows(tx: sa.Connection) -> str:
        tables = [table for table in metadata.sorted_tables if table.name not in {"shop_files"}]
        return "".join(repr(row) for table in tables for row in tx.execute(sa.select(table)))

    kept = house.read(rows)
    assert PHONE in kept
    assert IDENTITY not in kept
    assert CARD not in kept
