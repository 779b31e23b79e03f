"""What would have to be otherwise for a decision to come out otherwise: the fewest facts, found by trying.

Every change that is told was made and decided on by the engine itself; what no candidate value reaches is not told, so
that a missing answer never says that there is none. The way of explaining is that of Wachter, Mittelstadt and Russell
(2017).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations, product

from msgspec.structs import replace

from knowledge_base.facts import FACTS
from knowledge_base.policy import Clause, PolicyVersion
from support.policy.fact_values import FactValue, NotAFact, typed
from support.policy.replay import Came, Recorded, RecordedFact, Replay, came_of
from support.policy.versions import clauses_in_force, for_request, local_day

SUPPOSED = "supposed"
_VERDICTS = ("grant", "refer", "refuse", "need")
MOST_TRIES = 4000
MOST_TOLD = 5
FIXED = frozenset({
    "order.number", "order.currency", "order.note", "order.created_at", "order.paid_at", "item.product", "item.name",
    "claim.request", "claim.detail", "buyer.verified", "order.paid_amount", "order.refunded_amount", "item.unit_price",
    "item.paid_amount", "item.refunded_amount", "item.quantity",
})  # fmt: skip
"""What identifies the case or moves only an amount: another value would be another case."""
CLAIM = "claim."
"""What the buyer said stands; only what was not said yet is supposed."""
_TEXT = re.compile(r"\"([^\"\\]*)\"|'([^'\\]*)'")
_NUMBER = re.compile(r"(?<![\w.])([0-9]+(?:\.[0-9]+)?)(?![\w.])")
_SPAN = re.compile(r"([0-9]+)(h|m|s)")
_UNIT = {"h": "hours", "m": "minutes", "s": "seconds"}
_DAYS = ("item.warranty_days", "item.return_days")
_STEP = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Change:
    """Facts as they would have to be (None before: unknown), and what would then be decided."""

    facts: Mapping[str, tuple[FactValue | None, FactValue]]
    after: Came


def changes(versions: Iterable[PolicyVersion], recorded: Recorded, currency: str) -> tuple[Change, ...]:
    """The smallest changes that alter a recorded decision, towards a grant first; one for each new outcome."""
    policies = tuple(versions)
    again = Replay(policies, currency)
    before, clauses = came_of(recorded), _clauses(policies, recorded)
    candidates = _candidates(clauses, recorded)
    near = {name for clause in clauses if f"{clause.policy}/{clause.id}" == before.clause for name in _named(clause)}
    for size in (1, 2):
        found = [one for one in _tried(again, recorded, candidates, size) if _differs(one.after, before)]
        if found:
            return _best(found, near, set(recorded.missing))
    return ()


def _differs(after: Came, before: Came) -> bool:
    return (after.verdict, after.outcome) != (before.verdict, before.outcome) and after.verdict != "need"


def _best(found: list[Change], near: set[str], missing: set[str]) -> tuple[Change, ...]:
    """One for each fact, grants first: what is missing before what the clause rests on, and that before the rest.

    Of the values that a fact could have for one verdict, the nearest to the one that it has.
    """
    ranked = sorted(found, key=lambda one: (_VERDICTS.index(one.after.verdict), _distance(one)))
    told: dict[tuple[str, ...], Change] = {}
    for one in ranked:
        told.setdefault(tuple(one.facts), one)
    nearest = sorted(told.values(), key=lambda one: (not missing >= set(one.facts), not near >= set(one.facts)))
    return tuple(nearest[:MOST_TOLD])


def _distance(change: Change) -> float:
    """How far a change goes, in seconds or in the fact's own unit; words are all as near."""
    return sum(_apart(*pair) for pair in change.facts.values())


def _apart(before: FactValue | None, after: FactValue) -> float:
    if isinstance(before, datetime) and isinstance(after, datetime):
        return abs((after - before).total_seconds())
    if isinstance(before, int | float) and isinstance(after, int | float):
        return abs(float(after) - float(before))
    return 0.0


def _tried(
    again: Replay, recorded: Recorded, candidates: Mapping[str, tuple[FactValue, ...]], size: int
) -> Iterator[Change]:
    tries = 0
    for names in combinations(candidates, size):
        for values in product(*(candidates[name] for name in names)):
            tries += 1
            if tries > MOST_TRIES:
                return
            supposed = dict(zip(names, values, strict=True))
            after = again.again(_with(recorded, supposed))
            yield Change({name: (_now(recorded, name), value) for name, value in supposed.items()}, after)


def _with(recorded: Recorded, supposed: Mapping[str, FactValue]) -> Recorded:
    facts = {name: RecordedFact(value, SUPPOSED, recorded.decided_at) for name, value in supposed.items()}
    now = supposed.get("now", recorded.decided_at)
    assert isinstance(now, datetime)
    return replace(recorded, facts=recorded.facts | facts, decided_at=now)


def _now(recorded: Recorded, name: str) -> FactValue | None:
    fact = recorded.facts.get(name)
    return None if fact is None else typed(name, fact.value)


def _clauses(versions: tuple[PolicyVersion, ...], recorded: Recorded) -> tuple[Clause, ...]:
    """The clauses that speak for the case's day and request."""
    moment = next(
        (_now(recorded, name) for name in ("order.paid_at", "order.created_at") if name in recorded.facts), None
    )
    moment = moment if isinstance(moment, datetime) else recorded.decided_at
    return for_request(clauses_in_force(versions, local_day(moment, recorded.zone)), recorded.request)


def _named(clause: Clause) -> Iterator[str]:
    yield from clause.then.facts
    for line in clause.when:
        yield from line.facts


def _candidates(clauses: Iterable[Clause], recorded: Recorded) -> dict[str, tuple[FactValue, ...]]:
    """For each fact that a line names, the other values at which a line may turn, in the order of the clauses."""
    found: dict[str, dict[FactValue, None]] = {}
    for clause in clauses:
        for line in clause.when:
            for name in line.facts:
                if name not in FIXED and (not name.startswith(CLAIM) or name in recorded.missing):
                    found.setdefault(name, {}).update(dict.fromkeys(_turning(name, line.text, recorded)))
    known = {name: _now(recorded, name) for name in found}
    kept = {name: tuple(value for value in values if value != known[name]) for name, values in found.items()}
    return {name: values for name, values in kept.items() if values}


def _turning(name: str, line: str, recorded: Recorded) -> Iterator[FactValue]:
    kind = FACTS[name].type
    if kind == "bool":
        yield from (True, False)
    elif kind == "string":
        yield from _texts(name, line)
    elif kind in {"int", "double"}:
        yield from _numbers(name, line, recorded)
    elif kind == "timestamp":
        yield from _times(name, line, recorded)


def _texts(name: str, line: str) -> Iterator[FactValue]:
    named = [one or other for one, other in _TEXT.findall(line)]
    yield from _allowed(name, named)
    yield from _allowed(name, [value for value in FACTS[name].values if value not in named][:1])


def _numbers(name: str, line: str, recorded: Recorded) -> Iterator[FactValue]:
    """Each number of the line and of its other facts, and the next ones on either side."""
    others = [_now(recorded, other) for other in FACTS if other != name and other in line]
    values = [float(text) for text in _NUMBER.findall(line)]
    values += [float(other) for other in others if isinstance(other, int | float) and not isinstance(other, bool)]
    step = 1.0 if FACTS[name].type == "int" else 0.01
    yield from _allowed(name, [near for value in values for near in (value, value - step, value + step) if near >= 0])


def _times(name: str, line: str, recorded: Recorded) -> Iterator[FactValue]:
    """The last moment within each span of the line, and the first one after it."""
    spans = [timedelta(**{_UNIT[unit]: int(number)}) for number, unit in _SPAN.findall(line)]
    spans += [timedelta(days=days) for one in _DAYS if one in line and isinstance(days := _now(recorded, one), int)]
    others = [_now(recorded, other) for other in FACTS if other != name and other in line]
    for moment in (other for other in others if isinstance(other, datetime)):
        for span in spans:
            yield from (
                (moment + span, moment + span + _STEP) if name == "now" else (moment - span, moment - span - _STEP)
            )


def _allowed(name: str, values: Iterable[object]) -> Iterator[FactValue]:
    for value in values:
        try:
            yield typed(name, value)
        except NotAFact:
            continue
