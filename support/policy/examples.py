"""The worked examples beside clauses, run: what a clause says it does, and what it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from knowledge_base.errors import Fault
from knowledge_base.policy import Clause, Example, PolicyVersion
from knowledge_base.shop import Shop, ShopFolder
from support.policy.engine import asking_for_the_order
from support.policy.fact_values import FactValue, typed
from support.policy.facts import ASSUMED, Fact
from support.policy.minor_units import minor_unit_of
from support.policy.ruling import TO_A_PERSON, Ruling, Trial
from support.policy.versions import for_request, order_is_known

GIVEN = "example"


@dataclass(frozen=True, slots=True)
class Told:
    """An example by its place, and what it expects: `grant: refund: 30.00`."""

    policy: str
    effective: str
    clause: str
    file: str
    line: int
    request: str
    expect: str


def examples_of(versions: Iterable[PolicyVersion]) -> Iterator[Told]:
    """All examples of these versions, in their order."""
    for version in versions:
        for clause in version.clauses:
            for example in clause.examples:
                yield Told(version.policy, version.effective.isoformat(), clause.id, clause.source, example.line,
                           example.request, _written(example.expect))  # fmt: skip


def run_examples(folder: ShopFolder) -> tuple[Fault, ...]:
    """A fault for each example that does not come out, at its file and line.

    An example gives only the facts that it is about. So a clause before its own that lacks facts is passed over, while
    one that decides is a fault; amounts that limit a refund and are not given do not limit it; and what the shop
    assumes may stand in.
    """
    return tuple(fault for version in folder.policies for fault in _of_version(folder.shop, version))


def _of_version(shop: Shop, version: PolicyVersion) -> Iterator[Fault]:
    for clause in version.clauses:
        for example in clause.examples:
            if problem := _Case(shop, version, clause, example).problem():
                yield Fault(clause.source, example.line, f"example of {clause.id!r}: {problem}")


@dataclass(frozen=True, slots=True)
class _Case:
    shop: Shop
    version: PolicyVersion
    clause: Clause
    example: Example

    def problem(self) -> str | None:
        """What is wrong with the example, None where it comes out."""
        told: str | None = None
        for assume, strict in ((False, True), (True, False), (False, False)):
            trial = self._trial(assume, strict)
            told = self._problem(trial)
            if told is None:
                return None
        return told

    def _trial(self, assume: bool, strict: bool) -> Trial:
        return Trial(self._facts(assume), self.shop.currency, minor_unit_of(self.shop.currency), strict)

    def _facts(self, assume: bool) -> dict[str, Fact]:
        now = self._now()
        values: dict[str, object] = {"claim.request": self.example.request, **self.example.facts, "now": now}
        facts = {name: Fact(typed(name, value), GIVEN, now) for name, value in values.items()}
        if not assume:
            return facts
        assumed = {name: Fact(typed(name, value), ASSUMED, now) for name, value in self.shop.assume.items()}
        return {**assumed, **facts}

    def _now(self) -> datetime:
        """The example's clock; without one the latest time of its facts, else noon of the clause's first day."""
        if self.example.now:
            return datetime.fromisoformat(self.example.now)
        given = (typed(name, value) for name, value in self.example.facts.items())
        times: list[FactValue] = [value for value in given if isinstance(value, datetime)]
        noon = datetime.combine(self.clause.effective, time(12), UTC)
        return max((value for value in times if isinstance(value, datetime)), default=noon)

    def _problem(self, trial: Trial) -> str | None:
        clauses = for_request(self.version.clauses, self.example.request)
        own = next((place for place, clause in enumerate(clauses) if clause.id == self.clause.id), None)
        before = None if own is None else _deciding(clauses[:own], trial)
        if before is not None and before.clause is not None:
            return f"the clause {before.clause.id!r} decides first, with {_shown(before)}"
        ruling = _deciding(clauses, trial) if own is None else trial.rule(clauses[own])
        ruling = ruling or _deciding(clauses, trial)
        found = ruling or Ruling("refer", outcome=TO_A_PERSON)
        if any(_expected(self.example.expect, each) for each in (found, _asked(found, trial))):
            return None
        return f"{_of(self.clause, found)}{_shown(found)}, and {_written(self.example.expect)} is expected"


def _asked(ruling: Ruling, trial: Trial) -> Ruling:
    return ruling if order_is_known(trial.facts) else asking_for_the_order(ruling)


def _deciding(clauses: Sequence[Clause], trial: Trial) -> Ruling | None:
    """The first that decides; facts that an example leaves out are not what it is about."""
    rulings = (trial.rule(clause) for clause in clauses)
    return next((ruling for ruling in rulings if ruling and ruling.verdict != "need"), None)


def _expected(expect: Mapping[str, object], ruling: Ruling) -> bool:
    ((verdict, wanted),) = expect.items()
    if verdict != ruling.verdict or ruling.error:
        return False
    if verdict == "need":
        return isinstance(wanted, list | tuple) and sorted(map(str, wanted)) == list(ruling.missing)
    if not isinstance(wanted, Mapping) or ruling.outcome is None or set(wanted) != set(ruling.outcome):
        return False
    return all(_equal(value, ruling.outcome[kind]) for kind, value in wanted.items())


def _equal(wanted: object, given: Any) -> bool:
    if isinstance(given, str):
        return str(wanted) == given
    amount = given["amount"] if isinstance(given, Mapping) else given
    try:
        return Decimal(str(wanted)) == Decimal(str(amount))
    except InvalidOperation:
        return False


def _of(clause: Clause, ruling: Ruling) -> str:
    if ruling.clause is None:
        return "no clause decides: "
    return "" if ruling.clause.id == clause.id else f"the clause does not apply, and {ruling.clause.id!r} decides: "


def _shown(ruling: Ruling) -> str:
    if ruling.error:
        return f"an error ({ruling.error.words})"
    if ruling.verdict == "need":
        return f"need of {', '.join(ruling.missing)}"
    return _written({ruling.verdict: dict(ruling.outcome or {})})


def _written(value: object) -> str:
    """As a clause writes it: `grant {refund 30.00}`."""
    if isinstance(value, Mapping):
        if "amount" in value:
            return f"{value['amount']} {value.get('currency', '')}".strip()
        return " ".join(f"{name}: {_written(inner)}" for name, inner in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
