"""The demo shop's orders, dated by the day on which they are shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from knowledge_base.reader import read_directory, read_shop
from support.bootstrap import DEMO_SHOPS, connect_as_if_today
from support.orders.csv_file import CsvConnector
from support.orders.demo_days import LEADS_UP_TO, as_if_today

STAR = read_shop(read_directory(DEMO_SHOPS / "star"))
ORDERS = STAR.orders_csv or b""
UNUSED, OF_AN_OLD_POLICY = "SC20261118002", "SC20251231001"


def test_on_its_own_day_the_file_is_as_it_was_written() -> None:
    assert as_if_today(ORDERS, LEADS_UP_TO + timedelta(hours=23)) == ORDERS


@pytest.mark.parametrize("days", [-200, 1, 400])
def test_what_was_bought_lately_moves_by_whole_days_and_what_is_old_stays(days: int) -> None:
    moved = CsvConnector(as_if_today(ORDERS, LEADS_UP_TO + timedelta(days=days, hours=3)), STAR.shop)
    still = CsvConnector(ORDERS, STAR.shop)
    then, now = still.find(UNUSED), moved.find(UNUSED)
    assert then
    assert now
    assert then.paid_at
    assert now.paid_at
    assert now.paid_at - then.paid_at == timedelta(days=days)
    assert moved.find(OF_AN_OLD_POLICY) == still.find(OF_AN_OLD_POLICY)
    assert (now.proofs, now.items[0].redeemed) == (then.proofs, then.items[0].redeemed)


def test_the_demo_shows_its_unused_card_within_its_seven_days_and_no_other_shops_orders_move() -> None:
    shown, other = connect_as_if_today(STAR, DEMO_SHOPS / "star"), connect_as_if_today(STAR, Path("/elsewhere/star"))
    assert shown
    assert other
    order, as_written = shown.find(UNUSED), other.find(UNUSED)
    assert order
    assert order.paid_at
    assert as_written
    assert timedelta() < datetime.now(UTC) - order.paid_at < timedelta(days=7)
    assert as_written == CsvConnector(ORDERS, STAR.shop).find(UNUSED)
