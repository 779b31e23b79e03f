"""
Unworded   what cannot be said surely; it is quoted as it is written

Numbers, amounts, times and values of facts as people read them: in a language, the shop's zone and a currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from knowledge_base.facts import FACTS
from support.assistant.phrases import keys, label, phrase, template
from support.assistant.wording import SIGNS
from support.policy.fact_values import FactValue
from support.policy.minor_units import minor_unit_of

MONEY = frozenset({
    "order.paid_amount", "order.refunded_amount", "item.unit_price", "item.paid_amount", "item.refunded_amount",
    "item.price_now",
})  # fmt: skip
_LABELS = {"delivery.state": "state", "claim.reason": "reason", "claim.request": "request", "item.kind": "value",
           "delivery.kind": "value"}  # fmt: skip
_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
_LARGEST = Decimal(10) ** 15


class Unworded(Exception):
    """No words would say exactly this."""


@dataclass(frozen=True, slots=True)
class Speech:
    """How values are said; `currency` None leaves amounts without a sign."""

    lang: str
    zone: ZoneInfo
    currency: str | None = None

    def say(self, key: str, **slots: object) -> str:
        """A phrase. In Chinese a slot stands off from the words around it only where it begins or ends in Latin."""
        words = template(self.lang, key)
        if self.lang.startswith("zh"):
            for name, value in slots.items():
                text = str(value)
                words = words.replace(f" {{{name}}}", f"{{{name}}}") if _wide(text[:1]) else words
                words = words.replace(f"{{{name}}} ", f"{{{name}}}") if _wide(text[-1:]) else words
        return words.format(**slots)

    def noun(self, name: str) -> str:
        """A fact by its name, as a noun."""
        key = f"noun.{name.replace('.', '_')}"
        return phrase(self.lang, key) if key in keys(self.lang) else name

    def text(self, value: str, fact: str | None = None) -> str:
        """A text in quotes; a value of the table by its word."""
        if fact in _LABELS and value in FACTS[fact].values:
            return self.say("line.text", a=label(self.lang, _LABELS[fact], value))
        if not value.isprintable() or any(sign in value for sign in '“”"'):
            raise Unworded(value)
        return self.say("line.text", a=value)

    def number(self, value: Decimal | float) -> str:
        """A plain number with every digit that it has."""
        exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not exact.is_finite() or abs(exact) >= _LARGEST:
            raise Unworded(str(value))
        text = f"{exact.normalize():f}"
        return "0" if text == "-0" else text.replace("-", "−")

    def amount(self, value: Decimal | float) -> str:
        """`¥30.00`, with more digits where it has them."""
        text = self.number(value)
        sign, digits = ("−", text[1:]) if text.startswith("−") else ("", text)
        whole, _, fraction = digits.partition(".")
        if self.currency is None:
            return text
        unit = minor_unit_of(self.currency)
        shown = f"{whole}.{fraction.ljust(unit, '0')}" if unit or fraction else whole
        known = SIGNS.get(self.currency)
        return f"{sign}{known}{shown}" if known else f"{sign}{shown} {self.currency}"

    def seconds(self, total: int) -> str:
        """A length of time: `7 天`, `1 hour 30 minutes`; under two days in hours."""
        if total < 0:
            raise Unworded(str(total))
        if total % 86400 == 0 and total >= 2 * 86400:
            return self._count("day", total // 86400)
        parts = []
        for unit, size in _UNITS[1:]:
            count, total = divmod(total, size)
            if count:
                parts.append(self._count(unit, count))
        return " ".join(parts) or self._count("second", 0)

    def _count(self, unit: str, count: int) -> str:
        return self.say(f"span.{unit}_one" if count == 1 else f"span.{unit}", n=count)

    def moment(self, at: datetime, *, seconds: bool = False) -> str:
        """A time in the shop's zone, to the minute; to the second where it is asked for and there are any."""
        there = at.astimezone(self.zone)
        clock = f"{there:%H:%M:%S}" if seconds and there.second else f"{there:%H:%M}"
        month = label(self.lang, "month", str(there.month))
        return self.say("time.minute", year=there.year, month=month, day=there.day, time=clock)

    def value(self, name: str, value: FactValue, *, seconds: bool = False) -> str:
        """A fact's value."""
        if isinstance(value, bool):
            return label(self.lang, "value", str(value).lower())
        if isinstance(value, datetime):
            return self.moment(value, seconds=seconds)
        if isinstance(value, str):
            return label(self.lang, _LABELS[name], value) if name in _LABELS else value
        if isinstance(value, tuple):
            return self.say("line.comma").join(label(self.lang, "risk_name", one) for one in value) or "—"
        return self.amount(value) if name in MONEY else self.number(value)


def capital(text: str) -> str:
    """The text with a capital first."""
    return text[:1].upper() + text[1:]


def _wide(sign: str) -> bool:
    return sign >= "\u2e80" or sign in "“”"


Values = Mapping[str, FactValue]
