"""
HoursError   a day's hours cannot be read; says what to write

Opening hours of a day, as `09:00-12:00, 13:00-23:00`.
"""

from __future__ import annotations

import re
from datetime import time
from itertools import pairwise

from knowledge_base.shop import Span

_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-–—]\s*([0-9]{1,2}):([0-9]{2})", re.ASCII)
_DAY = 24 * 60


class HoursError(ValueError):
    """Hours that cannot be read; the message says what would be right."""


def read_hours(text: str) -> tuple[Span, ...]:
    """The spans of one day, empty for closed.

    A span whose end is not after its start runs past midnight into the next day (`22:00-02:00`); `24:00` is read as
    midnight, so `00:00-24:00` is the whole day. Raises HoursError.
    """
    parts = [part.strip() for part in re.split(r"[,，、]", text) if part.strip()]
    minutes = [_minutes(part) for part in parts]
    _refuse_overlaps(text, sorted(minutes))
    return tuple((_clock(start), _clock(end)) for start, end in minutes)


def _minutes(part: str) -> tuple[int, int]:
    match = _SPAN.fullmatch(part)
    if match is None:
        raise HoursError(f'{part!r} is no span of hours; write "09:00-23:00", or "" for closed')
    start_hour, start_minute, end_hour, end_minute = (int(group) for group in match.groups())
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if start_minute > 59 or end_minute > 59 or start >= _DAY or end > _DAY:
        raise HoursError(f"{part!r}: hours run from 00:00 to 24:00")
    if start == end:
        raise HoursError(f'{part!r} is no time at all; write "00:00-24:00" for the whole day, or "" for closed')
    return start, end if end > start else end + _DAY


def _refuse_overlaps(text: str, minutes: list[tuple[int, int]]) -> None:
    for (_, end), (start, _) in pairwise(minutes):
        if start < end:
            raise HoursError(f"the spans of {text!r} overlap; write them one after the other")


def _clock(minutes: int) -> time:
    return time(minutes % _DAY // 60, minutes % 60)
