"""Amounts, times and names as people read them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from support.assistant.phrases import keys, label, listed, phrase
from support.policy.minor_units import minor_unit_of

SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "HKD": "HK$"}


def money(amount: Decimal | str, currency: str) -> str:
    """`¥30.00`, or `30.00 XYZ` where the currency has no sign of its own here."""
    digits = minor_unit_of(currency)
    text = f"{Decimal(amount):.{digits}f}"
    return f"{SIGNS[currency]}{text}" if currency in SIGNS else f"{text} {currency}"


def decimal_text(amount: Decimal | None) -> str | None:
    """An amount as frames carry it, None where it is unknown."""
    return None if amount is None else str(amount)


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A time in the shop's zone, to the minute."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def clock_time(at: datetime, now: datetime, zone: ZoneInfo, lang: str) -> str:
    """A time soon to come as people say it: today, tomorrow, or a day of the year, in the shop's zone."""
    there, days = at.astimezone(zone), (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    key = {0: "today", 1: "tomorrow"}.get(days, "day")
    month = label(lang, "month", str(there.month))
    return phrase(lang, f"clock.{key}", time=f"{there:%H:%M}", day=there.day, month=month)


def sentence(lang: str, *pieces: str) -> str:
    """Sentences set side by side as the language does."""
    return listed(lang, filter(None, pieces), "space")


def reason_word(lang: str, reason: str | None) -> str:
    """A reason as people call it."""
    return label(lang, "reason", reason)


def refusal_word(lang: str, key: str, title: str = "") -> str:
    """Why something is refused, as a sentence; where the shop made the key itself, its clause's title says it."""
    if f"refusal.{key}" in keys(lang):
        return phrase(lang, f"refusal.{key}")
    if title:
        return f"{title}{'。' if lang.startswith('zh') else '.'}"
    known = f"reason.{key}" in keys(lang)
    return phrase(lang, "refusal.of_reason", reason=reason_word(lang, key)) if known else phrase(lang, "refusal.other")


def fact_word(lang: str, name: str) -> str:
    """A fact's name as people call it, else the name itself."""
    words = label(lang, "fact", name.replace(".", "_"))
    return name if words == name.replace(".", " ").replace("_", " ") else words
