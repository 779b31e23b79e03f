"""
CellError   a cell that does not hold what its column holds; says what to write

Cells of the shop's tables. Each reader takes the cell's text with content; an empty cell is unknown and is read by
`read_cell` as None, never as false or zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")


class CellError(ValueError):
    """A cell that cannot be read; the message says what would be right."""


_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,8})?", re.ASCII)
_INT = re.compile(r"[0-9]{1,9}", re.ASCII)
_FLAGS = {"true": True, "false": False}


def read_cell(cell: str | None, read: Callable[[str], T]) -> T | None:
    """None for an empty or missing cell, else what `read` makes of it. Raises CellError."""
    text = (cell or "").strip()
    return read(text) if text else None


def decimal(text: str) -> Decimal:
    """`30.00`: decimal text, without a currency sign or thousands separators."""
    if not _DECIMAL.fullmatch(text):
        raise CellError(f"{text!r} is no amount; write 30.00, without currency sign, spaces or thousands separators")
    return Decimal(text)


def amount(text: str) -> Decimal:
    """Decimal text, zero or more."""
    value = decimal(text)
    if value < 0:
        raise CellError(f"{text} is below zero; write 0.00 or more")
    return value


def count(text: str) -> int:
    """A whole number, zero or more."""
    if not _INT.fullmatch(text):
        raise CellError(f"{text!r} is no whole number; write 0, 1, 2, …")
    return int(text)


def flag(text: str) -> bool:
    """`true` or `false`, in any case, as spreadsheets write them."""
    if text.lower() not in _FLAGS:
        raise CellError(f"{text!r} is no flag; write true or false, or leave the cell empty for unknown")
    return _FLAGS[text.lower()]


def moment(text: str) -> datetime:
    """ISO 8601 with an offset: `2026-03-01T12:00:00+08:00`."""
    remedy = "write ISO 8601 with an offset, such as 2026-03-01T12:00:00+08:00"
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CellError(f"{text!r} is no time; {remedy}") from error
    if found.tzinfo is None:
        raise CellError(f"{text!r} has no offset; {remedy}")
    if not 1970 <= found.year < 2200:
        raise CellError(f"{text!r} is not a year of ours; {remedy}")
    return found


def day(text: str) -> date:
    """A day of the shop's calendar: `2026-03-01`."""
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        raise CellError(f"{text!r} is no day; write 2026-03-01") from error


def one_of(values: tuple[str, ...]) -> Callable[[str], str]:
    """A reader of one of `values`."""

    def read(text: str) -> str:
        if text not in values:
            raise CellError(f"{text!r} is not one of {', '.join(values)}")
        return text

    return read


def address(text: str) -> str:
    """A web address."""
    if not re.fullmatch(r"https?://[^\s<>\"']+", text):
        raise CellError(f"{text!r} is no web address; write https://…")
    return text


def plain(text: str) -> str:
    """Any text."""
    return text
