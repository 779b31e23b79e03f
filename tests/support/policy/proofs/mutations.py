"""Every single-field mutation of a proof, and the one law by which a forged proof may pass."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import rfc8785

from knowledge_base.facts import FACTS
from knowledge_base.policy import REQUESTS, Clause, Outcome, PolicyVersion, WhenLine
from support.policy.engine import decide
from support.policy.fact_values import typed
from support.policy.facts import Fact

Path = tuple[Any, ...]
Proof = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mutation:
    """One field dropped, changed or added: `how` and where."""

    how: str
    path: Path
    value: Any = None

    def of(self, proof: Proof) -> Proof:
        """The proof with this one field otherwise."""
        changed = copy.copy(proof)
        place: Any = changed
        for key in self.path[:-1]:
            place[key] = copy.copy(place[key])
            place = place[key]
        if self.how == "drop":
            del place[self.path[-1]]
        elif isinstance(place, list) and self.how == "add":
            place.insert(self.path[-1], self.value)
        else:
            place[self.path[-1]] = self.value
        return changed


def signed(proof: Proof) -> Proof:
    """With the digest that fits whatever it says, as a forger would write it."""
    rest = {name: value for name, value in proof.items() if name != "digest"}
    return {**rest, "digest": hashlib.sha256(rfc8785.dumps(rest)).hexdigest()}


def mutations(proof: Proof) -> Iterator[Mutation]:
    """Each field at any depth: dropped, changed to other values of its kind and to none of it, and added to."""
    yield from _of(proof, ())
    for name in FACTS:
        if name not in proof["facts"]:
            value = _values_of(name, proof["decided_at"])[0]
            fact = {"value": value, "source": "store", "at": proof["decided_at"]}
            yield Mutation("add", ("facts", name), fact)


def _of(value: Any, path: Path) -> Iterator[Mutation]:
    if path:
        yield Mutation("drop", path)
    if isinstance(value, dict):
        yield Mutation("add", (*path, "more"), 1)
        for name, inner in value.items():
            yield from _of(inner, (*path, name))
    elif isinstance(value, list):
        yield Mutation("add", (*path, len(value)), copy.deepcopy(value[-1]) if value else "order.paid")
        for place, inner in enumerate(value):
            yield from _of(inner, (*path, place))
        if len(value) > 1:
            yield Mutation("change", path, value[::-1]) if value[::-1] != value else Mutation("change", path, [])
    else:
        yield from (Mutation("change", path, other) for other in _others(value, path) if _differs(other, value))


def _differs(one: Any, other: Any) -> bool:
    return type(one) is not type(other) or bool(one != other)


def _others(value: Any, path: Path) -> tuple[Any, ...]:
    if path[0] == "facts" and path[-1] == "value":
        return (*_values_of(path[1], value), None)
    if isinstance(value, bool):
        return (not value, int(value), None)
    if isinstance(value, int | float):
        return (value + 1, value - 1, -value, str(value))
    if not isinstance(value, str):
        return ("x", 0)
    if path == ("digest",):
        return (value[::-1], value.upper(), value[:-1], "", None)
    if path == ("request",):
        return tuple(REQUESTS)
    return (*_times_near(value), *_LIKE.get(value, ()), value + "x", "", None)


_LIKE: Mapping[str, tuple[str, ...]] = {
    "grant": ("refuse", "refer", "need"), "refuse": ("grant", "refer"), "refer": ("grant", "need"), "need": ("refer",),
    "Asia/Shanghai": ("Asia/Hong_Kong", "UTC", "Pacific/Kiritimati"), "CNY": ("USD", "JPY"),
    "store": ("catalogue", "buyer"), "normal": ("low", "high"), "urgent": ("low",),
}  # fmt: skip


def _times_near(text: str) -> tuple[str, ...]:
    try:
        moment = datetime.fromisoformat(text) if text.endswith("Z") else None
    except ValueError:
        return ()
    if moment is None:
        return ()
    spans = (timedelta(seconds=1), timedelta(seconds=-1), timedelta(days=400), timedelta(days=-400))
    return tuple((moment + span).isoformat().replace("+00:00", "Z") for span in spans)


def _values_of(name: str, like: Any) -> tuple[Any, ...]:
    kind = FACTS[name].type
    if kind == "bool":
        return (True, False)
    if kind in ("int", "double"):
        number = like if isinstance(like, int | float) else 1
        return (number + 1, number - 1, number + 0.01 if kind == "double" else number + 100, 0)
    if kind == "timestamp":
        return _times_near(like)
    return (["x"], []) if kind == "list(string)" else (*FACTS[name].values, "x", "")


def engines_own(proof: Proof, currency: str) -> bool:
    """The law: whether the engine, given this proof's facts and clauses, writes this very proof."""
    facts = {
        name: Fact(typed(name, fact["value"]), fact["source"], datetime.fromisoformat(fact["at"]))
        for name, fact in proof["facts"].items()
    }
    asks = ("order.item",) if proof["missing"] == ["order.item"] else ()
    paid_in = proof["facts"].get("order.currency", {}).get("value", currency)
    told = (proof["outcome"] or {}).get("refund", {}).get("currency", paid_in)
    now, zone, minor = datetime.fromisoformat(proof["decided_at"]), ZoneInfo(proof["timezone"]), proof["minor_unit"]
    tried = _versions(proof)
    made = (
        decide(versions, proof["request"], facts, now, zone, told, minor, asks=asks).proof
        for versions in ((tried,) if tried else (_NONE_FOR_THIS, ()))
    )
    return any(_alike(proof, each) for each in made)


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether the canonical bytes are equal, of all but the engine's name."""
    first, second = ({name: value for name, value in each.items() if name not in ("engine", "digest")}
                     for each in (one, other))  # fmt: skip
    quick = (msgspec.json.encode(each, order="sorted") for each in (first, second))
    return next(quick) == next(quick) or rfc8785.dumps(first) == rfc8785.dumps(second)


_NEVER = Clause("none", "none", "", "", "en", date(1, 1, 1), ("another",), (), Outcome("refer", "low"), "")
_NONE_FOR_THIS = (PolicyVersion("none", date(1, 1, 1), None, {}, (_NEVER,), {}),)
"""Where no clause was tried: those of the shop are for other requests, or it has none."""


def _versions(proof: Proof) -> tuple[PolicyVersion, ...]:
    """The clauses tried, as versions of their policies in the order in which they stand."""
    found: dict[str, list[Clause]] = {}
    for tried in proof["clauses"]:
        ((kind, value),) = tried["then"].items()
        if kind == "grant":
            ((kind, value),) = value.items()
        else:
            (value,) = value.values()
        when = tuple(WhenLine(text, (), 1) for text in tried["when"])
        read = Clause(
            tried["policy"], tried["id"], "", "", "en", date.fromisoformat(tried["effective"]),
            tuple(tried["requests"]), when, Outcome(kind, value), tried["sha256"],
        )  # fmt: skip
        found.setdefault(read.policy, []).append(read)
    return tuple(
        PolicyVersion(policy, clauses[0].effective, place, {}, tuple(clauses), {})
        for place, (policy, clauses) in enumerate(found.items())
    )
