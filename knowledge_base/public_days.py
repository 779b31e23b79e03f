"""Public holidays of mainland China, and the weekend days that are worked for them (调休).

From the `chinesecalendar` package, which writes down what the State Council announces each November for the next year.
Of a year that it does not know nothing is guessed: such a day is an ordinary one.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from chinese_calendar.constants import holidays, workdays

PublicDay = Literal["holiday", "workday"]
PUBLIC_DAYS: tuple[PublicDay, ...] = ("holiday", "workday")
FIRST_YEAR, LAST_YEAR = int(min(holidays).year), int(max(holidays).year)


def public_day(day: date) -> PublicDay | None:
    """Whether a day is a public holiday, with its whole block, or a weekend day that is worked; None for any other."""
    if day in holidays:
        return "holiday"
    return "workday" if day in workdays else None


def is_known(day: date) -> bool:
    """Whether the announcement of the day's year is in the calendar."""
    return FIRST_YEAR <= day.year <= LAST_YEAR
