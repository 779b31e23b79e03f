"""Walks the syntax tree of an expression to its value, apart from the engine and its library."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import assert_never

import regex

from knowledge_base.cel_names import dotted
from knowledge_base.cel_nodes import (
    Binary,
    Call,
    Comprehension,
    Index,
    ListLiteral,
    LiteralValue,
    MapLiteral,
    Member,
    Method,
    Name,
    Node,
    Ternary,
    Unary,
)
from support.policy.tree_operators import operate
from support.policy.tree_values import (
    NANO,
    Instant,
    Span,
    Undefined,
    Value,
    instant,
    span,
    to_double,
    to_int,
    to_string,
    whole,
)

Values = Mapping[str, Value]
MOST_SECONDS = 1.0
"""For all patterns of one proof together: its author may have chosen some that backtrack for ever."""
MOST_OF_A_PATTERN = 4_000
_patience: ContextVar[float] = ContextVar("patience", default=MOST_SECONDS)


def with_patience() -> None:
    """Begin with all the time that the patterns of one proof may take."""
    _patience.set(MOST_SECONDS)


def walk(node: Node, facts: Values) -> Value:
    """The value of `node` where `facts` holds all that it names; `known(fact)` asks whether it does.

    Raises:
        Undefined: it has none.
    """
    match node:
        case LiteralValue(value=value):
            if value is None:
                raise Undefined("null is no value")
            return value
        case Name() | Member():
            return _named(node, facts)
        case ListLiteral(items=items):
            return [walk(item, facts) for item in items]
        case Unary():
            return _unary(node, facts)
        case Binary(op="&&" | "||"):
            return _logical(node, facts)
        case Binary():
            return operate(node.op, walk(node.left, facts), walk(node.right, facts))
        case Ternary(condition=condition, then=then, otherwise=otherwise):
            return walk(then if _truth(walk(condition, facts)) else otherwise, facts)
        case Call():
            return _call(node, facts)
        case Method():
            return _method(node, facts)
        case Comprehension():
            return _comprehension(node, facts)
        case Index() | MapLiteral():
            raise Undefined("neither maps nor the index form are used in clauses")
    assert_never(node)


def _named(node: Name | Member, facts: Values) -> Value:
    name = dotted(node)
    if name is None or name not in facts:
        raise Undefined(f"{name} is not known")
    return facts[name]


def _truth(value: Value) -> bool:
    if not isinstance(value, bool):
        raise Undefined(f"{value!r} is neither true nor false")
    return value


def _unary(node: Unary, facts: Values) -> Value:
    value = walk(node.operand, facts)
    if node.op == "!":
        return not _truth(value)
    if type(value) is int:
        return whole(-value)
    if type(value) is float:
        return -value
    raise Undefined(f"-{value!r}")


def _logical(node: Binary, facts: Values) -> bool:
    """Either side may settle it, even where the other has no value."""
    settles = node.op == "||"
    failed: Undefined | None = None
    for side in (node.left, node.right):
        try:
            if _truth(walk(side, facts)) is settles:
                return settles
        except Undefined as error:
            failed = error
    if failed is not None:
        raise failed
    return not settles


def _call(node: Call, facts: Values) -> Value:
    if len(node.arguments) != 1:
        raise Undefined(f"{node.function}() takes one argument")
    (argument,) = node.arguments
    if node.function == "known":
        return dotted(argument) in facts
    if node.function not in _FUNCTIONS:
        raise Undefined(f"there is no function {node.function}()")
    return _FUNCTIONS[node.function](walk(argument, facts))


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise Undefined(f"{value!r} is no text")
    return value


def _size(value: Value) -> int:
    """Of a list its items, of a text its bytes in UTF-8: so the engine's library counts."""
    if isinstance(value, list):
        return len(value)
    return len(_text(value).encode())


_FUNCTIONS: Mapping[str, Callable[[Value], Value]] = {
    "size": _size,
    "int": to_int,
    "double": to_double,
    "string": to_string,
    "duration": lambda value: span(_text(value)),
    "timestamp": lambda value: instant(_text(value)),
}


def _method(node: Method, facts: Values) -> Value:
    target = walk(node.target, facts)
    arguments = [walk(argument, facts) for argument in node.arguments]
    if node.name == "size" and not arguments:
        return _size(target)
    if node.name in _TEXTS and len(arguments) == 1:
        return _TEXTS[node.name](_text(target), _text(arguments[0]))
    if node.name in _LENGTHS and isinstance(target, Span) and not arguments:
        return target.parts(_LENGTHS[node.name])
    if node.name in _TIMES and isinstance(target, Instant) and not arguments:
        return _TIMES[node.name](target)
    raise Undefined(f"there is no {node.name}() of {target!r}")


def _matches(text: str, pattern: str) -> bool:
    """A search; `$` is the very end, as everywhere but in Python."""
    if len(pattern) > MOST_OF_A_PATTERN:
        raise Undefined("a pattern of this length is not read")
    ends = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$", lambda found: _END.get(found.group(), found.group()), pattern)
    began = time.monotonic()
    try:
        return regex.search(ends, text, timeout=max(_patience.get(), 0.0)) is not None
    except TimeoutError as error:
        raise Undefined(f"{pattern!r} takes too long") from error
    except (regex.error, RecursionError, OverflowError, MemoryError) as error:
        raise Undefined(f"{pattern!r} is no pattern: {error}") from error
    finally:
        _patience.set(_patience.get() - (time.monotonic() - began))


_END = {"$": r"\Z"}
_TEXTS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "matches": _matches,
}
_LENGTHS = {"getHours": 3600 * NANO, "getMinutes": 60 * NANO, "getSeconds": NANO, "getMilliseconds": NANO // 1000}
_TIMES: Mapping[str, Callable[[Instant], int]] = {
    "getFullYear": lambda moment: moment.local().year,
    "getMonth": lambda moment: moment.local().month - 1,
    "getDayOfYear": lambda moment: moment.local().timetuple().tm_yday - 1,
    "getDayOfMonth": lambda moment: moment.local().day - 1,
    "getDate": lambda moment: moment.local().day,
    "getDayOfWeek": lambda moment: moment.local().isoweekday() % 7,
    "getHours": lambda moment: moment.local().hour,
    "getMinutes": lambda moment: moment.local().minute,
    "getSeconds": lambda moment: moment.local().second,
    "getMilliseconds": lambda moment: moment.nanos % NANO // 1_000_000,
}


def _comprehension(node: Comprehension, facts: Values) -> Value:
    items = walk(node.target, facts)
    if not isinstance(items, list):
        raise Undefined(f"{node.macro}() needs a list")
    scopes = [{**facts, node.variable: item} for item in items]
    if node.macro == "map":
        kept = [scope for scope in scopes if node.result is None or _truth(walk(node.body, scope))]
        return [walk(node.result or node.body, scope) for scope in kept]
    if node.macro == "exists":
        return any(_truth(walk(node.body, scope)) for scope in scopes)
    if node.macro == "all":
        return all(_truth(walk(node.body, scope)) for scope in scopes)
    kept_items = [item for item, scope in zip(items, scopes, strict=True) if _truth(walk(node.body, scope))]
    return len(kept_items) == 1 if node.macro == "exists_one" else kept_items
