"""Recorded decisions made again under other policies: which would have come out otherwise, and what money moves.

A decision is made again from the facts that its own proof holds, at the time at which it was made, so that nothing but
the policies can make a difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from knowledge_base.policy import PolicyVersion
from support.policy.engine import ruling_on
from support.policy.fact_values import FactValue, typed
from support.policy.facts import Fact
from support.policy.ruling import AMOUNTS, Ruling, Trial
from support.policy.versions import TIMES

CURRENCY, ITEM, REASON = "order.currency", "order.item", "claim.reason"
NOTHING = Decimal(0)
MOST_VALUES = 50_000
"""Values of facts that a replay remembers as they were read."""


class RecordedFact(msgspec.Struct):
    """A fact as a proof writes it."""

    value: Any
    source: str
    at: datetime


class _Clause(msgspec.Struct):
    policy: str
    id: str


class Recorded(msgspec.Struct):
    """What replay reads of a proof."""

    verdict: str
    request: str
    facts: dict[str, RecordedFact]
    missing: list[str]
    minor_unit: int
    timezone: str
    decided_at: datetime
    clause: _Clause | None = None
    outcome: dict[str, Any] | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The shop's zone."""
        return ZoneInfo(self.timezone)

    @property
    def reason(self) -> str | None:
        """The buyer's reason, if one was given."""
        fact = self.facts.get(REASON)
        return None if fact is None else str(fact.value)


read_proof = msgspec.json.Decoder(Recorded).decode
"""A proof's JSON, as text or bytes. Raises msgspec.ValidationError, a ValueError."""


@dataclass(frozen=True, slots=True)
class Came:
    """What a decision came to: as far as two of them are compared."""

    verdict: str
    clause: str | None
    outcome: Mapping[str, Any] | None
    missing: tuple[str, ...]

    @property
    def refund(self) -> Decimal:
        """The money granted."""
        refund = (self.outcome or {}).get("refund")
        return Decimal(refund["amount"]) if self.verdict == "grant" and refund else NOTHING

    def __str__(self) -> str:
        return f"{self.verdict} {self.clause or '-'}"


@dataclass(frozen=True, slots=True)
class Flip:
    """A decision that would come out otherwise. `id` and `order_no` are those of its record."""

    id: str
    order_no: str | None
    request: str
    reason: str | None
    currency: str | None
    before: Came
    after: Came


@dataclass(slots=True)
class Tally:
    """What a replay came to, so far. Money is by currency, what would have been refunded less what was."""

    decisions: int = 0
    unreadable: list[str] = field(default_factory=list)
    flips: list[Flip] = field(default_factory=list)
    money: dict[str, Decimal] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """What another came to, after what this one did."""
        self.decisions += other.decisions
        self.unreadable += other.unreadable
        self.flips += other.flips
        for currency, moved in other.money.items():
            self.money[currency] = self.money.get(currency, NOTHING) + moved

    def groups(self) -> list[tuple[tuple[str, str, str | None], list[Flip]]]:
        """Flips by what they were, what they would be and the buyer's reason, the largest group first."""
        found: dict[tuple[str, str, str | None], list[Flip]] = {}
        for flip in self.flips:
            found.setdefault((str(flip.before), str(flip.after), flip.reason), []).append(flip)
        return sorted(found.items(), key=lambda group: (-len(group[1]), group[0][0], group[0][1], group[0][2] or ""))


class Replay:
    """Policies under which recorded decisions are made again."""

    def __init__(self, versions: Iterable[PolicyVersion], currency: str) -> None:
        self._versions, self._currency = tuple(versions), currency
        self._typed: dict[tuple[str, object, type], FactValue] = {}
        self._named = {*AMOUNTS, *TIMES, CURRENCY} | {
            name for version in self._versions for clause in version.clauses
            for names in (clause.then.facts, *(line.facts for line in clause.when)) for name in names
        }  # fmt: skip

    def over(self, rows: Iterable[tuple[str, str | None, str | bytes]], tally: Tally) -> Iterator[Tally]:
        """Add every `(id, order number, proof's JSON)` to the tally, which is given back after each."""
        for key, order_no, proof in rows:
            tally.decisions += 1
            try:
                recorded = read_proof(proof)
                before, after = came_of(recorded), self.again(recorded)
            except ValueError as error:
                tally.unreadable.append(f"{key}: {error}")
            else:
                if before != after:
                    _add(tally, Flip(key, order_no, recorded.request, recorded.reason, _paid_in(recorded),
                                     before, after), self._currency)  # fmt: skip
            yield tally

    def again(self, recorded: Recorded) -> Came:
        """What the policies make of a recorded case. Raises ValueError for facts that no table knows."""
        facts = {
            name: Fact(self._value(name, fact.value), fact.source, fact.at) for name, fact in recorded.facts.items()
        }
        trial = Trial(facts, _paid_in(recorded) or self._currency, recorded.minor_unit, traced=False)
        asks = (ITEM,) if recorded.missing == [ITEM] else ()
        ruling, _ = ruling_on(self._versions, recorded.request, trial, recorded.decided_at, recorded.zone, asks)
        return _came(ruling)

    def _value(self, name: str, value: Any) -> FactValue:
        """Only what a clause may read has to be read, and each value once: a replay's time would go into that."""
        if name not in self._named:
            kept: FactValue = value
            return kept
        if isinstance(value, list):
            return typed(name, value)
        key = (name, value, type(value))
        if key not in self._typed:
            if len(self._typed) >= MOST_VALUES:
                self._typed.clear()
            self._typed[key] = typed(name, value)
        return self._typed[key]


def came_of(recorded: Recorded) -> Came:
    """What the record says."""
    clause = recorded.clause
    name = None if clause is None else f"{clause.policy}/{clause.id}"
    return Came(recorded.verdict, name, recorded.outcome, tuple(recorded.missing))


def _came(ruling: Ruling) -> Came:
    clause = ruling.clause
    name = None if clause is None else f"{clause.policy}/{clause.id}"
    return Came(ruling.verdict, name, ruling.outcome, ruling.missing)


def _paid_in(recorded: Recorded) -> str | None:
    fact = recorded.facts.get(CURRENCY)
    return None if fact is None else str(fact.value)


def _add(tally: Tally, flip: Flip, currency: str) -> None:
    tally.flips.append(flip)
    add_money(tally.money, flip, currency)


def add_money(money: dict[str, Decimal], flip: Flip, currency: str) -> None:
    """Add what a flip moves, by the currency that was paid in, else the shop's."""
    moved = flip.after.refund - flip.before.refund
    if moved:
        paid_in = flip.currency or currency
        money[paid_in] = money.get(paid_in, NOTHING) + moved
