"""What each set of cases is made of, so that a slip of the pen is found when a file is read and not when it passes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong, and the keys and places that lead there."""

    way: tuple[str | int, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Need:
    """A field that a case cannot do without."""

    shape: Any


@dataclass(frozen=True, slots=True)
class Optional:
    """What may be null."""

    shape: Any


TEXTS = [str]
LANG = ("zh-CN", "en")
NUMBER = (int, float)
DECISION: Mapping[str, Any] = {
    "verdict": str, "clause": Optional(str), "outcome": Optional(dict), "missing": TEXTS, "amount": Optional(str),
}  # fmt: skip
TICKET: Mapping[str, Any] = {"reason": str, "priority": str, "queue": str}
EXPECT: Mapping[str, Any] = {
    "asks": TEXTS, "decision": Optional(DECISION), "decision_not": str, "ticket": Optional(TICKET), "cites": TEXTS,
    "lang": LANG,
}  # fmt: skip
TURN: Mapping[str, Any] = {
    "say": Need((str, list)), "slots": dict, "facts": dict, "wait": NUMBER, "expect": EXPECT,
}  # fmt: skip
END: Mapping[str, Any] = {"verdicts": TEXTS, "last": Optional(DECISION), "tickets": [TICKET], "ticket_count": int}
CONVERSATION: dict[str, Any] = {
    "id": Need(str), "lang": Need(LANG), "locale": LANG, "turns": Need([TURN]), "end": END, "now": str,
    "apart": NUMBER, "never": TEXTS,
}  # fmt: skip
OWN: Mapping[str, Any] = {
    "id": Need(str), "lang": Need(LANG), "locale": LANG, "now": str, "turns": [TURN], "end": END,
    "say": str, "slots": dict, "facts": dict, "expect": EXPECT,
}  # fmt: skip
"""A shop's own case: a conversation of `turns`, or of one message with `say` and `expect`."""
SIDE: Mapping[str, Any] = {"slots": Need(dict), "facts": dict, "now": str, "expect": Need(EXPECT)}
MESSAGE: dict[str, Any] = {"id": Need(str), "lang": Need(LANG), "kind": Need(str), "say": Need(str)}
SHAPES: Mapping[str, Mapping[str, Any]] = {
    "conversations": CONVERSATION,
    "adversarial": CONVERSATION,
    "types": CONVERSATION | {"kind": Need(str)},
    "types_held": CONVERSATION | {"kind": Need(str)},
    "counterfactual": {
        "id": Need(str), "lang": Need(LANG), "what": Need(str), "say": Need(str), "sides": Need([SIDE]),
    },
    "must_escalate": MESSAGE | {"priority": Need(Optional(str))},
    "must_escalate_held": MESSAGE | {"priority": Need(Optional(str))},
    "near_misses": MESSAGE,
    "prohibited": {"id": Need(str), "lang": Need(LANG), "say": Need(str), "refused": Need(bool)},
    "presale": MESSAGE | {"cites": Need(TEXTS), "shows": TEXTS},
    "retrieval": {"id": Need(str), "pair": Need(str), "text": Need(str), "relevant": Need(TEXTS)},
    "understanding": {
        "text": Need(str), "lang": Need(LANG), "topic": Need(str), "request": Need(str), "stance": Need(str),
    },
}  # fmt: skip
"""A set's name and its fields: a type, a tuple of types or of words, a list of one shape, or fields again."""


def faults_in(value: Any, shape: Any, way: tuple[str | int, ...] = ()) -> Iterator[Wrong]:
    """What of a value does not have the shape."""
    if isinstance(shape, Optional):
        yield from faults_in(value, shape.shape, way) if value is not None else ()
    elif isinstance(shape, Mapping):
        yield from _fields(value, shape, way)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield Wrong(way, f"{_name(way)} is {value!r}: write a list")
            return
        for place, item in enumerate(value):
            yield from faults_in(item, shape[0], (*way, place))
    elif not _is(value, shape):
        yield Wrong(way, f"{_name(way)} is {value!r}: write {_told(shape)}")


def _fields(value: Any, shape: Mapping[str, Any], way: tuple[str | int, ...]) -> Iterator[Wrong]:
    if not isinstance(value, dict):
        yield Wrong(way, f"{_name(way)} is {value!r}: write fields of {', '.join(shape)}")
        return
    if missing := [name for name, of in shape.items() if isinstance(of, Need) and name not in value]:
        yield Wrong(way, f"without {', '.join(missing)}: needed are {', '.join(_needed(shape))}")
    for name, item in value.items():
        if name not in shape:
            yield Wrong((*way, name), f"nothing reads {name!r}; known are {', '.join(shape)}")
        else:
            of = shape[name]
            yield from faults_in(item, of.shape if isinstance(of, Need) else of, (*way, name))


def _needed(shape: Mapping[str, Any]) -> list[str]:
    return [name for name, of in shape.items() if isinstance(of, Need)]


def _is(value: Any, shape: Any) -> bool:
    if isinstance(shape, tuple):
        return any(_is(value, one) for one in shape)
    if isinstance(shape, type):
        return isinstance(value, shape) and (shape is bool or not isinstance(value, bool))
    return bool(value == shape)


def _told(shape: Any) -> str:
    if isinstance(shape, tuple):
        return " or ".join(_told(one) for one in shape)
    words: Mapping[Any, str] = {
        str: "text, a number in quotes",
        dict: "fields",
        list: "a list",
        int: "a whole number",
        float: "a number",
    }
    return words.get(shape, str(shape))


def _name(way: tuple[str | int, ...]) -> str:
    return next((str(step) for step in reversed(way) if isinstance(step, str)), "a case")
