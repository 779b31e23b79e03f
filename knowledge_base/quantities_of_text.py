"""Quantities and dates that a text names in digits, in Chinese or English: `7 天`, `24 hours`, `¥30`, `March 1`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_UNITS: tuple[tuple[str, str], ...] = (
    ("workday", r"个?工作日|(?:working|business)[- ]days?\b"),
    ("day", r"个?自然日|天|日(?!期)|(?:calendar )?days?\b"),
    ("hour", r"个?小时|个?钟头|hours?\b|h\b"),
    ("minute", r"分钟|minutes?\b|mins?\b"),
    ("second", r"秒|seconds?\b"),
    ("week", r"个?星期|周(?!岁)|weeks?\b"),
    ("month", r"个月|months?\b"),
    ("year", r"年|years?\b"),
    ("money", r"元|块钱|yuan\b|CNY\b|RMB\b|dollars?\b|USD\b"),
    ("percent", r"%|percent\b"),
)
_NUMBER = r"(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?)"
_QUANTITY = re.compile(
    rf"(?<![0-9A-Za-z.,])(?P<sign>[¥￥$€]\s*)?{_NUMBER}(?:\s*[-‑]?\s*(?:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS)
    + "))?",
    re.IGNORECASE,
)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MONTH = "|".join(_MONTHS)
_DATE = re.compile(
    r"(?P<y1>[0-9]{4})-(?P<m1>[0-9]{1,2})-(?P<d1>[0-9]{1,2})(?![0-9])"
    r"|(?:(?P<y2>[0-9]{4})\s*年\s*)?(?P<m2>[0-9]{1,2})\s*月\s*(?P<d2>[0-9]{1,2})\s*[日号]"
    rf"|\b(?P<m3>{_MONTH})\s+(?P<d3>[0-9]{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y3>[0-9]{{4}}))?"
    rf"|\b(?P<d4>[0-9]{{1,2}})(?:st|nd|rd|th)?\s+(?P<m4>{_MONTH})\b(?:,?\s+(?P<y4>[0-9]{{4}}))?",
)
"""Months with a capital: you may see it twice."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit (`day`, `money` …; empty for none), as it stands at `start` of `text`."""

    number: Decimal
    unit: str
    text: str
    start: int

    @property
    def seconds(self) -> Decimal | None:
        """A length of time; None for anything else, for months, years and working days."""
        size = SECONDS.get(self.unit)
        return None if size is None else self.number * size


class _Plain(dict[int, str]):
    """By a sign's code its plain one, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKC", chr(code))
        self[code] = plain if len(plain) == 1 else chr(code)
        return self[code]


_PLAIN = _Plain()


def folded(text: str) -> str:
    """Full-width digits and signs as plain ones, one character for one."""
    return text.translate(_PLAIN)


def quantities(text: str) -> Iterator[Quantity]:
    """Those of a text, dates excepted."""
    for match in _QUANTITY.finditer(without_dates(text)):
        unit = next((name for name, _ in _UNITS if match.group(name)), "money" if match.group("sign") else "")
        yield Quantity(Decimal(match.group("number").replace(",", "")), unit, match.group().strip(), match.start())


def dates(text: str) -> frozenset[str]:
    """The days that a text names, as `2026-03-01`, or `03-01` without a year."""
    return frozenset(_day(match) for match in _DATE.finditer(folded(text)))


def without_dates(text: str) -> str:
    """The text with its dates blanked out; every place stays."""
    plain = folded(text)
    for match in reversed(list(_DATE.finditer(plain))):
        plain = plain[: match.start()] + " " * (match.end() - match.start()) + plain[match.end() :]
    return plain


def _day(match: re.Match[str]) -> str:
    found = {
        part: next((match.group(f"{part}{place}") for place in range(1, 5) if match.group(f"{part}{place}")), None)
        for part in "md"
    }
    year = next((match.group(f"y{place}") for place in range(1, 5) if match.group(f"y{place}")), None)
    month = found["m"] or ""
    number = int(month) if month.isdecimal() else _MONTHS.index(month) + 1
    day = f"{number:02d}-{int(found['d'] or 0):02d}"
    return f"{year}-{day}" if year else day
