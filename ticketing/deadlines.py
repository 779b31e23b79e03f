"""When a person answers: counted in the shop's open hours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from knowledge_base.public_days import public_day
from knowledge_base.shop import WEEKDAYS, Span

Hours = Mapping[str, tuple[Span, ...]] | None
DAY = timedelta(days=1)
HORIZON_DAYS = 60
"""A shop that does not open within this many days counts as always open: nobody is told to wait for ever."""


def is_open(hours: Hours, zone: ZoneInfo, at: datetime) -> bool:
    """Whether people are there at `at`."""
    return hours is None or any(start <= at < end for start, end in _spans(hours, zone, at))


def next_open(hours: Hours, zone: ZoneInfo, at: datetime) -> datetime | None:
    """When people are next there, `at` itself if they are; None if the hours hold nothing."""
    if hours is None:
        return at
    return next((max(start, at) for start, end in _spans(hours, zone, at) if end > at), None)


def due(hours: Hours, zone: ZoneInfo, at: datetime, minutes: int) -> datetime:
    """The moment at which `minutes` of open time have passed since `at`."""
    left = timedelta(minutes=minutes)
    if hours is None:
        return at + left
    for start, end in _spans(hours, zone, at):
        begin = max(start, at)
        if end - begin >= left:
            return begin + left
        left -= max(end - begin, timedelta())
    return at + timedelta(minutes=minutes)


def open_between(hours: Hours, zone: ZoneInfo, since: datetime, until: datetime) -> timedelta:
    """How much open time lies between two moments; all of it beyond the horizon that `due` knows."""
    if hours is None or until <= since:
        return max(until - since, timedelta())
    horizon = since + timedelta(days=HORIZON_DAYS - 2)
    beyond, until = max(until - horizon, timedelta()), min(until, horizon)
    near = takewhile(lambda span: span[0] < until + DAY, _spans(hours, zone, since))
    spans = ((max(start, since), min(end, until)) for start, end in near)
    return beyond + sum((end - start for start, end in spans if end > start), timedelta())


def spans_on(hours: Mapping[str, tuple[Span, ...]], day: date) -> tuple[Span, ...]:
    """A day's spans: those for a public holiday or a worked weekend where the shop has such, else the weekday's."""
    special = public_day(day)
    return hours[special] if special is not None and special in hours else hours.get(WEEKDAYS[day.weekday()], ())


def _spans(hours: Mapping[str, tuple[Span, ...]], zone: ZoneInfo, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    today = at.astimezone(zone).date()
    for offset in range(-1, HORIZON_DAYS):
        day = today + timedelta(days=offset)
        for start, end in spans_on(hours, day):
            yield _at(day, start, zone), _end(day, start, end, zone)


def _end(day: date, start: time, end: time, zone: ZoneInfo) -> datetime:
    """A span that ends at or before its start ends on the next day."""
    later = day + timedelta(days=1) if end <= start else day
    return _at(later, end, zone)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone)
