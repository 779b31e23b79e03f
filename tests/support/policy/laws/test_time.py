"""Days begin at the shop's midnight, clocks change, and a span is to the microsecond, in every zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from support.policy.decision import Decision
from support.policy.engine import decide
from support.policy.verify import verify
from tests.support.policy.case import NOW, clause, facts, version

ZONES = tuple(
    ZoneInfo(name)
    for name in (
        "Asia/Shanghai", "America/New_York", "Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe", "Asia/Beirut",
        "America/Santiago", "Africa/Casablanca", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC",
    )
)  # fmt: skip
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
MOMENTS = st.datetimes(datetime(2020, 1, 2), datetime(2030, 12, 30), timezones=st.just(UTC))
TICKS = st.sampled_from([timedelta(0), timedelta(microseconds=1), timedelta(microseconds=-1), timedelta(seconds=1)])


def _decided(days: list[date], paid_at: datetime, zone: ZoneInfo, now: datetime = NOW) -> Decision:
    versions = tuple(version(clause(str(day), kind="refer", value="low", effective=day)) for day in days)
    known = facts({"order.paid_at": paid_at.isoformat()})
    return decide(versions, "refund", known, now, zone, "CNY", 2)


def _begins(day: date, zone: ZoneInfo) -> datetime:
    """The instant of its midnight; where the clocks leap over it, the leap."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _expected(days: list[date], paid_at: datetime, zone: ZoneInfo) -> str | None:
    begun = [day for day in days if _begins(day, zone) <= paid_at]
    return str(max(begun)) if begun else None


@given(st.lists(DAYS, min_size=1, max_size=5, unique=True), MOMENTS, st.sampled_from(ZONES))
def test_the_newest_version_that_has_begun(days: list[date], paid_at: datetime, zone: ZoneInfo) -> None:
    decision = _decided(days, paid_at, zone)
    assert (decision.clause.id if decision.clause else None) == _expected(days, paid_at, zone)
    assert verify(decision.proof) == ()


@given(DAYS, st.sampled_from(ZONES), TICKS)
def test_a_version_begins_at_midnight_to_the_microsecond(day: date, zone: ZoneInfo, tick: timedelta) -> None:
    """Also on the days when Beirut's and Santiago's clocks leap over midnight."""
    before = day - timedelta(days=30)
    decision = _decided([before, day], _begins(day, zone) + tick, zone)
    assert decision.clause is not None
    assert decision.clause.id == str(before if tick < timedelta(0) else day)


@given(MOMENTS, st.sampled_from(ZONES), st.sampled_from(ZONES), DAYS)
def test_the_offset_in_which_a_time_is_written_is_nothing(
    moment: datetime, zone: ZoneInfo, written: ZoneInfo, day: date
) -> None:
    one, two = (_decided([day], given_, zone, now) for given_, now in (
        (moment, NOW), (moment.astimezone(written), NOW.astimezone(written)),
    ))  # fmt: skip
    assert one.proof == two.proof


@given(MOMENTS, st.integers(1, 24 * 400), TICKS, st.sampled_from(ZONES))
def test_a_span_ends_to_the_microsecond_whatever_the_clocks_do(
    paid_at: datetime, hours: int, tick: timedelta, zone: ZoneInfo
) -> None:
    within = version(clause("within", f'now - order.paid_at <= duration("{hours}h")', effective=date(2019, 1, 1)))
    now = paid_at + timedelta(hours=hours) + tick
    known = {name: replace(fact, at=paid_at) for name, fact in facts({"order.paid_at": paid_at.isoformat()}).items()}
    decision = decide((within,), "refund", known, now, zone, "CNY", 2)
    assert (decision.verdict == "grant") is (tick <= timedelta(0))
    assert verify(decision.proof) == ()
