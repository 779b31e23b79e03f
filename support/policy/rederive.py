"""Derives a verdict again from a proof's facts and clauses: other code than the engine's, and no CEL library."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from typing import Any

from knowledge_base.cel_names import facts_named
from knowledge_base.cel_nodes import Node
from knowledge_base.cel_parser import CelSyntaxError, parse
from support.policy.tree import walk
from support.policy.tree_values import Undefined, Value

OF_AN_ORDER = frozenset({"order", "item", "delivery", "payment"})
NORMAL = {"priority": "normal"}


@dataclass(frozen=True, slots=True)
class Derived:
    """What a proof's clauses come to: the verdict as a proof writes it, and the place of the clause, or None.

    `failed` is the expression that has no value.
    """

    verdict: str
    clause: int | None
    outcome: Mapping[str, Any] | None
    missing: tuple[str, ...] = ()
    failed: str | None = None


@dataclass(slots=True)
class Derivation:
    """One walk over the clauses that a proof says were tried; `trace` is what it should say of their lines."""

    values: Mapping[str, Value]
    currency: str
    minor_unit: int
    trace: list[dict[str, Any]] = field(default_factory=list)

    def run(self, clauses: Sequence[Mapping[str, Any]]) -> Derived:
        """The verdict of the first clause that gives one; the last clause need not."""
        for place, clause in enumerate(clauses):
            if found := self._clause(place, clause):
                return found
        return Derived("refer", None, NORMAL)

    def _clause(self, place: int, clause: Mapping[str, Any]) -> Derived | None:
        where = f"{clause['policy']}/{clause['id']}"
        seen = [self._line(where, text) for text in clause["when"]]
        if False in seen:
            return None
        lacking = self._lacking(clause["when"])
        if lacking:
            return Derived("need", place, None, self._asked(lacking))
        if "error" in seen:
            return Derived("refer", place, NORMAL, failed=clause["when"][seen.index("error")])
        return self._then(place, where, clause["then"])

    def _line(self, where: str, text: str) -> bool | str:
        value = self._value_of_line(text)
        self.trace.append({"clause": where, "line": text, "value": value})
        return value

    def _value_of_line(self, text: str) -> bool | str:
        try:
            node = _tree(text)
            if set(facts_named(node)) - set(self.values):
                return "unknown"
            value = walk(node, self.values)
        except (Undefined, CelSyntaxError):
            return "error"
        return value if isinstance(value, bool) else "error"

    def _lacking(self, texts: Iterable[str], besides: Iterable[str] = ()) -> set[str]:
        named = set(besides)
        for text in texts:
            try:
                named.update(facts_named(_tree(text)))
            except CelSyntaxError:
                continue
        return named - set(self.values)

    def _asked(self, lacking: Iterable[str]) -> tuple[str, ...]:
        """Without any order, its number is asked for in place of all that is lacking of it."""
        if any(name.split(".")[0] in OF_AN_ORDER for name in self.values):
            return tuple(sorted(lacking))
        return tuple(sorted({"order.number" if name.split(".")[0] in OF_AN_ORDER else name for name in lacking}))

    def _then(self, place: int, where: str, then: Mapping[str, Any]) -> Derived:
        if "refuse" in then:
            return Derived("refuse", place, {"reason": then["refuse"]["reason"]})
        if "refer" in then:
            return Derived("refer", place, {"priority": then["refer"]["priority"]})
        ((kind, text),) = then["grant"].items()
        if kind == "exchange":
            return Derived("grant", place, {"exchange": text})
        try:
            return self._granted(place, where, kind, text)
        except (Undefined, CelSyntaxError):
            self.trace.append({"clause": where, "line": f"grant.{kind}", "value": "error"})
            return Derived("refer", place, NORMAL, failed=text)

    def _granted(self, place: int, where: str, kind: str, text: str) -> Derived:
        bounds = [f"{of}.{part}_amount" for of in ("item", "order") for part in ("paid", "refunded")]
        _tree(text)
        lacking = self._lacking([text], bounds if kind == "refund" else ())
        if lacking:
            return Derived("need", place, None, self._asked(lacking))
        wanted = _finite(walk(_tree(text), self.values))
        if kind != "refund":
            return self._counted(place, where, kind, wanted)
        self.trace.append({"clause": where, "line": "grant.refund", "value": wanted})
        return self._paid_back(place, where, wanted)

    def _counted(self, place: int, where: str, kind: str, wanted: float) -> Derived:
        if wanted != math.floor(wanted) or abs(wanted) >= 2**53:
            raise Undefined(f"{wanted} is no count")
        self.trace.append({"clause": where, "line": f"grant.{kind}", "value": int(wanted)})
        return Derived("grant", place, {kind: int(wanted)}) if wanted > 0 else Derived("refer", place, NORMAL)

    def _paid_back(self, place: int, where: str, wanted: float) -> Derived:
        left = min(
            Decimal(str(_finite(self.values[f"{of}.paid_amount"])))
            - Decimal(str(_finite(self.values[f"{of}.refunded_amount"])))
            for of in ("item", "order")
        )
        if left < max(_quiet(wanted), _in_units(_quiet(wanted), self.minor_unit)):
            self.trace.append({"clause": where, "line": "limit", "value": float(left)})
        amount = _cents(_quiet(wanted), left, self.minor_unit)
        if amount <= 0:
            return Derived("refer", place, NORMAL)
        text = f"{amount:.{self.minor_unit}f}"
        return Derived("grant", place, {"refund": {"amount": text, "currency": self.currency}})


@lru_cache(maxsize=4096)
def _tree(text: str) -> Node:
    return parse(text)


def _finite(value: Value) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Undefined(f"{value!r} is no amount")
    return float(value)


def _quiet(amount: float) -> Decimal:
    """Nine decimals, where binary noise has ended."""
    return Decimal(str(round(amount, 9)))


def _cents(wanted: Decimal, left: Decimal, minor_unit: int) -> Decimal:
    """The lesser of both in whole minor units: half up, or down where up would exceed what is left."""
    return min(_in_units(min(wanted, left), minor_unit), _in_units(left, minor_unit, ROUND_FLOOR))


def _in_units(amount: Decimal, minor_unit: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    """In whole minor units, of any size."""
    with localcontext() as context:
        context.prec = 400
        units = Decimal(10) ** minor_unit
        return (amount * units).to_integral_value(rounding) / units
