from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from knowledge_base import csv_cells
from knowledge_base.csv_cells import CellError, read_cell


def test_an_empty_cell_is_unknown() -> None:
    assert read_cell("", csv_cells.flag) is None
    assert read_cell("  ", csv_cells.amount) is None
    assert read_cell(None, csv_cells.count) is None


def test_cells_are_read() -> None:
    assert read_cell(" 30.00 ", csv_cells.amount) == Decimal("30.00")
    assert csv_cells.decimal("-0.5") == Decimal("-0.5")
    assert csv_cells.count("12") == 12
    assert csv_cells.flag("true") is True
    assert csv_cells.flag("FALSE") is False
    assert csv_cells.day("2026-02-28") == date(2026, 2, 28)
    assert csv_cells.moment("2026-03-01T12:00:00+08:00").isoformat() == "2026-03-01T12:00:00+08:00"
    assert csv_cells.moment("2026-03-01T04:00:00Z") == csv_cells.moment("2026-03-01T12:00:00+08:00")
    assert csv_cells.address("https://shop.example/p?a=1") == "https://shop.example/p?a=1"


@pytest.mark.parametrize(
    ("read", "text", "remedy"),
    [
        (csv_cells.amount, "¥30", "30.00"),
        (csv_cells.amount, "1,000.00", "thousands"),
        (csv_cells.amount, "３０", "30.00"),
        (csv_cells.amount, "1e3", "30.00"),
        (csv_cells.amount, "NaN", "30.00"),
        (csv_cells.amount, "-1.00", "below zero"),
        (csv_cells.count, "1.5", "whole number"),
        (csv_cells.count, "-1", "whole number"),
        (csv_cells.count, "9" * 30, "whole number"),
        (csv_cells.flag, "yes", "true or false"),
        (csv_cells.flag, "1", "true or false"),
        (csv_cells.moment, "2026-03-01 12:00:00", "offset"),
        (csv_cells.moment, "2026-03-01", "offset"),
        (csv_cells.moment, "yesterday", "ISO 8601"),
        (csv_cells.moment, "0001-01-01T00:00:00+08:00", "year"),
        (csv_cells.day, "2026-02-30", "2026-03-01"),
        (csv_cells.day, "20260301", "2026-03-01"),
        (csv_cells.address, "javascript:alert(1)", "https://"),
        (csv_cells.one_of(("a", "b")), "c", "a, b"),
    ],
)
def test_wrong_cells_say_what_to_write(read: Callable[[str], object], text: str, remedy: str) -> None:
    with pytest.raises(CellError, match=remedy):
        read(text)
