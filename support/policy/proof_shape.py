"""The shape of a proof: what must be there, and of which kind, before its meaning can be judged."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from knowledge_base.facts import FACTS
from support.policy.tree_values import Undefined, instant

Check = Callable[[Any], bool]
LONGEST = 120

_HEX = re.compile(r"[0-9a-f]{64}")
_AMOUNT = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)
_COUNTED = ("deliver", "reissue", "wait")


def shape_faults(proof: Mapping[str, Any]) -> tuple[str, ...]:
    """What is missing, unknown or of the wrong kind, each with its place."""
    return tuple(_object("", proof, _PROOF, optional=("failure",)))


def json_text(value: Any) -> str:
    """A value as JSON writes it, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _object(where: str, value: Any, checks: Mapping[str, Check], optional: tuple[str, ...] = ()) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{where or 'proof'}: it is not an object"
        return
    for name in sorted(set(value) - set(checks), key=str):
        yield f"{where}{name}: no proof has this"
    for name, check in checks.items():
        if name not in value:
            if name not in optional:
                yield f"{where}{name}: it is missing"
        elif not check(value[name]):
            yield f"{where}{name}: {json_text(value[name])} cannot be"


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return (_int(value) or isinstance(value, float)) and math.isfinite(value)


def _time(value: Any) -> bool:
    return isinstance(value, str) and _utc(value)


@lru_cache(maxsize=1024)
def _utc(text: str) -> bool:
    """Whether it is a time in UTC, with `Z`; most facts of a proof were read at one."""
    try:
        return text.endswith("Z") and instant(text).local() is not None
    except Undefined:
        return False


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _zone(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(ZoneInfo(value).key)
    except (ValueError, OSError, KeyError):
        return False


def _sha256(value: Any) -> bool:
    return isinstance(value, str) and bool(_HEX.fullmatch(value))


def _is(checks: Mapping[str, Check]) -> Check:
    return lambda value: (
        isinstance(value, dict)
        and value.keys() == checks.keys()
        and all(check(value[name]) for name, check in checks.items())
    )


def _list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


_VALUES: Mapping[str, Check] = {
    "bool": lambda value: isinstance(value, bool),
    "int": lambda value: _int(value) and abs(value) < 2**53,
    "double": _number,
    "string": _text,
    "timestamp": _time,
    "list(string)": _texts,
}


_FACT = {kind: _is({"value": check, "source": _text, "at": _time}) for kind, check in _VALUES.items()}


def _fact(name: Any, fact: Any) -> bool:
    if name not in FACTS or not _FACT[FACTS[name].type](fact):
        return False
    return not FACTS[name].values or fact["value"] in FACTS[name].values


def _facts(value: Any) -> bool:
    return isinstance(value, Mapping) and all(_fact(name, fact) for name, fact in value.items())


_GIVEN = {"refund", "exchange", *_COUNTED}


def _then(value: Any) -> bool:
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    ((kind, given),) = value.items()
    if kind == "grant":
        return isinstance(given, Mapping) and len(given) == 1 and set(given) <= _GIVEN and _texts(list(given.values()))
    return _is({"reason": _text})(given) if kind == "refuse" else kind == "refer" and _is({"priority": _text})(given)


def _outcome(value: Any) -> bool:
    if value is None:
        return True
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    ((kind, given),) = value.items()
    if kind == "refund":
        return _is({"amount": _amount, "currency": _currency})(given)
    return _int(given) if kind in _COUNTED else kind in ("exchange", "reason", "priority") and _text(given)


def _amount(value: Any) -> bool:
    return isinstance(value, str) and bool(_AMOUNT.fullmatch(value))


def _currency(value: Any) -> bool:
    """ISO 4217 by rule; a store may name any other, such as USDT."""
    return isinstance(value, str) and bool(value)


_REF: Mapping[str, Check] = {"policy": _text, "id": _text, "effective": _day, "sha256": _sha256}
_CLAUSE: Mapping[str, Check] = {**_REF, "requests": _texts, "when": _texts, "then": _then}
_ENTRY: Mapping[str, Check] = {
    "clause": _text,
    "line": _text,
    "value": lambda value: isinstance(value, bool) or _number(value) or value in ("unknown", "error"),
}
_PROOF: Mapping[str, Check] = {
    "verdict": lambda value: value in ("grant", "refuse", "refer", "need"),
    "clause": lambda value: value is None or _is(_REF)(value),
    "outcome": _outcome,
    "missing": _texts,
    "failure": _text,
    "request": _text,
    "facts": _facts,
    "clauses": _list_of(_is(_CLAUSE)),
    "trace": _list_of(_is(_ENTRY)),
    "timezone": _zone,
    "minor_unit": lambda value: _int(value) and 0 <= value <= 4,
    "decided_at": _time,
    "engine": _text,
    "digest": _sha256,
}
