"""Values as stores keep them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from support.orders import store_values as values
from support.orders.keys import masked

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-01 12:00:00", datetime(2026, 3, 1, 12), "2026-03-01T04:00:00Z", "2026-03-01 04:00:00+00:00",
        "2026-03-01 04:00:00 +0000 UTC", "2026-03-01 04:00:00.000000000+00:00", 1772337600, "1772337600",
        1772337600000, Decimal(1772337600), "2026-03-01 04:00:00 +0000 UTC m=+0.1",
    ],
)  # fmt: skip
def test_times(written: object) -> None:
    assert values.moment(written, SHANGHAI) == NOON


@pytest.mark.parametrize(
    "written", [None, "", 0, "0", "0000-00-00 00:00:00", "0001-01-01 00:00:00+00:00", "soon", "1970-01-01 00:00:00", {}]
)
def test_no_times(written: object) -> None:
    assert values.moment(written, SHANGHAI) is None


@pytest.mark.parametrize(
    ("written", "code"), [("CNY", "CNY"), (" cny ", "CNY"), ("usdt", "USDT"), ("", None), (None, None)]
)
def test_currencies(written: object, code: str | None) -> None:
    assert values.currency(written) == code


@pytest.mark.parametrize(
    ("written", "unit", "amount"),
    [
        (1990, "0.01", "19.90"), ("19.90", "1", "19.90"), (19.9, "1", "19.9"), (Decimal("19.90"), "1", "19.90"),
        (0, "1", "0"), (b"5.50", "1", "5.50"),
    ],
)  # fmt: skip
def test_money(written: object, unit: str, amount: str) -> None:
    assert values.money(written, Decimal(unit)) == Decimal(amount)


@pytest.mark.parametrize("written", [None, "", "30元", "NaN", float("inf"), -1, True, [], "-0.01"])
def test_no_money(written: object) -> None:
    assert values.money(written) is None


@pytest.mark.parametrize(
    ("written", "flag"), [(1, True), (0, False), ("true", True), (True, True), ("2", None), (None, None)]
)
def test_flags(written: object, flag: bool | None) -> None:
    assert values.flag(written) is flag


@pytest.mark.parametrize(("written", "count"), [(3, 3), ("3", 3), (3.0, 3), (3.5, None), (-1, None), ("x", None)])
def test_counts(written: object, count: int | None) -> None:
    assert values.count(written) == count


def test_a_short_key_shows_nothing_at_all() -> None:
    assert masked(("ABCD-EFGH-IJKL", "12345678", " key-with-space-WXYZ ")) == ("••••IJKL", "••••", "••••WXYZ")
