"""Cells of `orders.csv`: an empty or unreadable one is unknown, never false or zero."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import get_args

from support.orders.order import DeliveryKind, DeliveryState, Payment

KINDS: dict[str, DeliveryKind] = {kind: kind for kind in get_args(DeliveryKind)}
STATES: dict[str, DeliveryState] = {state: state for state in get_args(DeliveryState)}
FLAGS = {"true": True, "false": False}


def text(cell: str | None) -> str | None:
    """The cell without surrounding space, or None."""
    return (cell or "").strip() or None


def currency(cell: str | None) -> str | None:
    """A currency's code, in capitals."""
    return (text(cell) or "").upper() or None


def money(cell: str | None) -> Decimal | None:
    """Decimal text, zero or more; a negative or endless one is unknown."""
    try:
        amount = Decimal(text(cell) or "")
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None


def count(cell: str | None) -> int | None:
    """A whole number, zero or more, in at most 15 ASCII digits."""
    digits = text(cell) or ""
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 15 else None


def flag(cell: str | None) -> bool | None:
    """`true` or `false`, in any case; any other word is unknown, not false."""
    return FLAGS.get((text(cell) or "").lower())


def moment(cell: str | None) -> datetime | None:
    """ISO 8601 with an offset; a time without one is not a known time."""
    try:
        when = datetime.fromisoformat(text(cell) or "")
    except ValueError:
        return None
    return when if when.tzinfo else None


def delivery_kind(cell: str | None) -> DeliveryKind | None:
    """A kind of delivery by its own word, in lower case as `orders.csv` has it."""
    return KINDS.get(text(cell) or "")


def delivery_state(cell: str | None) -> DeliveryState | None:
    """A state of a delivery by its own word, in lower case as `orders.csv` has it."""
    return STATES.get(text(cell) or "")


def payments(cell: str | None) -> tuple[Payment, ...] | None:
    """`ref:amount;ref:amount`; a reference may hold colons. None if empty or if a part has no reference."""
    parts = [part.strip() for part in (text(cell) or "").split(";") if part.strip()]
    found = tuple(_payment(part) for part in parts)
    return found if found and all(payment.ref for payment in found) else None


def _payment(part: str) -> Payment:
    ref, colon, amount = part.rpartition(":")
    if colon and money(amount) is not None:
        return Payment(ref.strip(), money(amount))
    return Payment(part.strip().rstrip(":").strip())
