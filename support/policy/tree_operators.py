"""The binary operators of an expression's tree, on values of like types."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from support.policy.tree_values import Instant, Span, Undefined, Value, divided, moved, quotient, remainder, whole

_LIKE_TYPES = (int, float, str, Span)


def operate(op: str, left: Value, right: Value) -> Value:
    """`left op right`, for all operators but && and ||. Unlike types have no value together."""
    if op == "in":
        if not isinstance(right, list):
            raise Undefined("in needs a list")
        return any(_equal(left, item) for item in right)
    if op in ("==", "!="):
        return _equal(left, right) is (op == "==")
    if op in _ORDERINGS:
        return _ordered(op, left, right)
    return _computed(op, left, right)


def _equal(left: Value, right: Value) -> bool:
    if type(left) is not type(right):
        raise Undefined(f"{left!r} and {right!r} are of unlike types")
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    if isinstance(left, Instant) and isinstance(right, Instant):
        return left.nanos == right.nanos
    return left == right


_ORDERINGS: Mapping[str, Callable[[int], bool]] = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
}


def _ordered(op: str, left: Value, right: Value) -> bool:
    return _ORDERINGS[op](_sign(left, right))


def _sign(left: Value, right: Value) -> int:
    """-1, 0 or 1 for less, equal or more; texts by code points."""
    if isinstance(left, Instant) and isinstance(right, Instant):
        return (left.nanos > right.nanos) - (left.nanos < right.nanos)
    for kind in _LIKE_TYPES:
        if type(left) is kind and type(right) is kind:
            if isinstance(left, float) and isinstance(right, float) and (math.isnan(left) or math.isnan(right)):
                break
            return (left > right) - (left < right)  # type: ignore[operator]  # both are of this kind
    raise Undefined(f"{left!r} and {right!r} have no order")


def _computed(op: str, left: Value, right: Value) -> Value:
    if type(left) is int and type(right) is int:
        return _INTS[op](left, right)
    if type(left) is float and type(right) is float and op in _DOUBLES:
        return _DOUBLES[op](left, right)
    if op == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    if op == "+" and isinstance(left, list) and isinstance(right, list):
        return left + right
    return _timed(op, left, right)


_INTS: Mapping[str, Callable[[int, int], int]] = {
    "+": lambda left, right: whole(left + right),
    "-": lambda left, right: whole(left - right),
    "*": lambda left, right: whole(left * right),
    "/": quotient,
    "%": remainder,
}
_DOUBLES: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": divided,
}


def _timed(op: str, left: Value, right: Value) -> Value:
    sign = {"+": 1, "-": -1}.get(op)
    if sign is not None and isinstance(right, Span):
        if isinstance(left, Instant):
            return moved(left, sign * right.nanos)
        if isinstance(left, Span):
            return Span(left.nanos + sign * right.nanos)
    if op == "-" and isinstance(left, Instant) and isinstance(right, Instant):
        return Span(left.nanos - right.nanos)
    raise Undefined(f"{left!r} {op} {right!r}")
