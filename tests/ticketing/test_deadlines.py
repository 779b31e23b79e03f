from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from knowledge_base.public_days import is_known
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


HOLIDAYS = WEEK | {"holiday": ((time(10), time(12)),), "workday": ((time(9), time(18)),)}


@pytest.mark.parametrize(
    ("hours", "moment", "opens"),
    [
        (HOLIDAYS, "2026-10-01T09:30", "2026-10-01T10:00"),  # National Day, a Thursday: the holiday's hours
        (HOLIDAYS, "2026-09-20T08:00", "2026-09-20T09:00"),  # a Sunday that is worked (调休)
        (HOLIDAYS, "2026-09-13T08:00", "2026-09-14T09:00"),  # any other Sunday is closed
        (HOLIDAYS | {"holiday": ()}, "2026-09-30T23:30", "2026-10-08T09:00"),  # closed over the whole holiday
        (WEEK, "2026-10-01T08:00", "2026-10-01T09:00"),  # a shop that says nothing of holidays keeps its week
        (HOLIDAYS, "2099-10-01T08:00", "2099-10-01T09:00"),  # of a year that is not announced nothing is guessed
    ],
)
def test_public_holidays_and_worked_weekends_have_hours_of_their_own(
    hours: dict[str, tuple[tuple[time, time], ...]], moment: str, opens: str
) -> None:
    assert next_open(hours, ZONE, at(moment)) == at(opens)


def test_a_promise_made_before_a_holiday_counts_from_the_next_working_day() -> None:
    closed = HOLIDAYS | {"holiday": ()}
    assert due(closed, ZONE, at("2026-09-30T22:50"), 30) == at("2026-10-08T09:20")
    assert (is_known(at("2026-10-01T00:00").date()), is_known(at("2099-01-01T00:00").date())) == (True, False)
