from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from ticketing.deadlines import due, is_open, next_open

ZONE = ZoneInfo("Asia/Shanghai")
WEEK = {day: ((time(9), time(23)),) for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
NIGHT = {"mon": ((time(22), time(2)),)}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-03-02T10:00", 30, "2026-03-02T10:30"),  # a Monday, open
        ("2026-03-02T08:00", 30, "2026-03-02T09:30"),  # before opening
        ("2026-03-02T22:50", 30, "2026-03-03T09:20"),  # ten minutes left, twenty the next day
        ("2026-03-07T23:30", 30, "2026-03-09T09:30"),  # Saturday night; Sunday is closed
    ],
)
def test_minutes_count_while_the_shop_is_open(start: str, minutes: int, expected: str) -> None:
    assert due(WEEK, ZONE, at(start), minutes) == at(expected)


def test_a_shop_without_hours_is_always_open() -> None:
    moment = at("2026-03-01T03:00")
    assert is_open(None, ZONE, moment)
    assert next_open(None, ZONE, moment) == moment
    assert due(None, ZONE, moment, 30) == at("2026-03-01T03:30")


def test_a_span_may_end_after_midnight() -> None:
    assert is_open(NIGHT, ZONE, at("2026-03-03T01:59"))
    assert not is_open(NIGHT, ZONE, at("2026-03-03T02:00"))
    assert next_open(NIGHT, ZONE, at("2026-03-03T02:00")) == at("2026-03-09T22:00")


def test_hours_that_hold_nothing_make_nobody_wait_for_ever() -> None:
    assert next_open({}, ZONE, at("2026-03-02T10:00")) is None
    assert due({}, ZONE, at("2026-03-02T10:00"), 30) == at("2026-03-02T10:30")
