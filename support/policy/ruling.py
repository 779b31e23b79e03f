"""One clause tried: its lines, and what it gives where all of them are true."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from knowledge_base.policy import Clause
from support.policy.canonical import EXACT
from support.policy.decision import Failure, Verdict
from support.policy.expression import ExpressionError, Facts, expression
from support.policy.facts import Fact
from support.policy.money import exact, rounded, without_noise

AMOUNTS = ("item.paid_amount", "item.refunded_amount", "order.paid_amount", "order.refunded_amount")
TO_A_PERSON: Mapping[str, str] = {"priority": "normal"}
UNKNOWN, ERROR = "unknown", "error"
UNBOUNDED = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one clause, or none, makes of a case."""

    verdict: Verdict
    clause: Clause | None = None
    outcome: Mapping[str, Any] | None = None
    missing: tuple[str, ...] = ()
    error: Failure | None = None


@dataclass(slots=True)
class Trial:
    """A case before its clauses: `trace` keeps what every line came to."""

    facts: Mapping[str, Fact]
    currency: str
    minor_unit: int
    strict_limits: bool = True
    """Whether an unknown amount that bounds a refund is a need; a worked example leaves out what it is not about."""
    traced: bool = True
    """Whether every line of a clause is tried for the trace; the first false one settles the clause."""
    trace: list[dict[str, Any]] = field(default_factory=list)
    seen: Facts = field(init=False)
    values: dict[str, bool | str] = field(default_factory=dict)
    """What each line came to: many clauses begin with the same ones."""

    def __post_init__(self) -> None:
        self.seen = Facts(self.facts)

    def rule(self, clause: Clause) -> Ruling | None:
        """What the clause decides; None where it does not apply."""
        values, errors = self._lines(clause)
        if any(value is False for value in values):
            return None
        if missing := self.unknown(name for line in clause.when for name in self._named(line.text)):
            return Ruling("need", clause, missing=missing)
        if errors:
            return Ruling("refer", clause, TO_A_PERSON, error=errors[0])
        try:
            return self._outcome(clause)
        except ExpressionError as error:
            self._note(clause, f"grant.{clause.then.kind}", ERROR)
            return Ruling("refer", clause, TO_A_PERSON, error=Failure(clause.then.value, str(error)))

    def unknown(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those that are not known, sorted."""
        return tuple(sorted({name for name in names if name not in self.facts}))

    def _lines(self, clause: Clause) -> tuple[list[object], list[Failure]]:
        """The value of each line that was tried."""
        values: list[object] = []
        errors: list[Failure] = []
        for line in clause.when:
            try:
                value = self._line(line.text)
            except ExpressionError as error:
                value = ERROR
                errors.append(Failure(line.text, str(error)))
            values.append(value)
            if value is False and not self.traced:
                break
            self._note(clause, line.text, value)
        return values, errors

    def _line(self, text: str) -> bool | str:
        if text not in self.values:
            self.values[text] = self._value(text)
        return self.values[text]

    def _value(self, text: str) -> bool | str:
        read = expression(text)
        if not all(map(self.facts.__contains__, read.facts)):
            return UNKNOWN
        value = read.value(self.seen)
        if not isinstance(value, bool):
            raise ExpressionError(f"{text!r} is {value!r}, neither true nor false")
        return value

    def _named(self, text: str) -> tuple[str, ...]:
        try:
            return expression(text).facts
        except ExpressionError:
            return ()

    def _outcome(self, clause: Clause) -> Ruling:
        kind, value = clause.then.kind, clause.then.value
        if kind == "refund":
            return self._refund(clause)
        if kind == "refuse":
            return Ruling("refuse", clause, {"reason": value})
        if kind == "refer":
            return Ruling("refer", clause, {"priority": value})
        if kind == "exchange":
            return Ruling("grant", clause, {"exchange": value})
        return self._quantity(clause)

    def _quantity(self, clause: Clause) -> Ruling:
        read = expression(clause.then.value)
        if missing := self.unknown(read.facts):
            return Ruling("need", clause, missing=missing)
        number = _number(read.text, read.value(self.seen))
        if not float(number).is_integer() or abs(number) >= EXACT:
            raise ExpressionError(f"{read.text!r} is {number}, not a whole number")
        self._note(clause, f"grant.{clause.then.kind}", int(number))
        if number <= 0:
            return Ruling("refer", clause, TO_A_PERSON)
        return Ruling("grant", clause, {clause.then.kind: int(number)})

    def _refund(self, clause: Clause) -> Ruling:
        read = expression(clause.then.value)
        bounds = AMOUNTS if self.strict_limits else ()
        if missing := self.unknown((*read.facts, *bounds)):
            return Ruling("need", clause, missing=missing)
        value = _number(read.text, read.value(self.seen))
        self._note(clause, "grant.refund", value)
        wanted, limit = without_noise(value), min(self._left("item"), self._left("order"))
        amount, uncut = (rounded(wanted, most, self.minor_unit) for most in (limit, UNBOUNDED))
        if limit < max(wanted, uncut):
            self._note(clause, "limit", float(limit))
        if amount <= 0:
            return Ruling("refer", clause, TO_A_PERSON)
        return Ruling("grant", clause, {"refund": {"amount": f"{amount:f}", "currency": self.currency}})

    def _left(self, of: str) -> Decimal:
        """What was paid less what went back; without bound where an example does not say."""
        if self.unknown((f"{of}.paid_amount", f"{of}.refunded_amount")):
            return UNBOUNDED
        return self._amount(f"{of}.paid_amount") - self._amount(f"{of}.refunded_amount")

    def _amount(self, name: str) -> Decimal:
        return exact(_number(name, self.facts[name].value))

    def _note(self, clause: Clause, line: str, value: object) -> None:
        if self.traced:
            self.trace.append({"clause": f"{clause.policy}/{clause.id}", "line": line, "value": value})


def _number(text: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ExpressionError(f"{text!r} is {value!r}, not an amount")
    return float(value)
