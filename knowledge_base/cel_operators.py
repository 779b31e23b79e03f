"""What the binary operators take and give. Unlike types are never compared or computed with one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ANY = "any"
"""The type of what is already reported as wrong, so that one mistake is told once."""
EMPTY_LIST = "list()"

_ORDERED = ("int", "double", "string", "timestamp", "duration")
_ARITHMETIC: Mapping[tuple[str, str, str], str] = {
    **{("int", op, "int"): "int" for op in "+-*/%"},
    **{("double", op, "double"): "double" for op in "+-*/"},
    ("string", "+", "string"): "string",
    ("timestamp", "-", "timestamp"): "duration",
    ("timestamp", "-", "duration"): "timestamp",
    ("timestamp", "+", "duration"): "timestamp",
    ("duration", "+", "duration"): "duration",
    ("duration", "-", "duration"): "duration",
}


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of an operator: its type, how it is written, and whether it is a literal."""

    type: str
    written: str
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The type of an operation, and what is wrong with it, if anything."""

    type: str
    problem: str | None = None


def alike(left: str, right: str) -> bool:
    """Whether values of the two types can be equal; an empty list is like any list."""
    if ANY in (left, right) or left == right:
        return True
    return EMPTY_LIST in (left, right) and left.startswith("list(") and right.startswith("list(")


def operate(op: str, left: Operand, right: Operand) -> Result:
    """The type of `left op right`."""
    if op in ("&&", "||"):
        return _logical(op, left, right)
    if op == "in":
        return _membership(left, right)
    if op in ("+", "-", "*", "/", "%"):
        return _arithmetic(op, left, right)
    return _comparison(op, left, right)


def _logical(op: str, left: Operand, right: Operand) -> Result:
    for side in (left, right):
        if side.type not in ("bool", ANY):
            return Result("bool", f"{op} needs bools, and {side.written} is {side.type}; compare it with something")
    return Result("bool")


def _membership(left: Operand, right: Operand) -> Result:
    if ANY in (left.type, right.type):
        return Result("bool")
    if right.type == "string":
        remedy = f"write {right.written}.contains({left.written})"
        return Result("bool", f"in needs a list, and {right.written} is a text; {remedy}")
    if not right.type.startswith("list("):
        return Result("bool", f"in needs a list, and {right.written} is {right.type}; write [a, b]")
    if right.type not in (EMPTY_LIST, f"list({left.type})"):
        return Result(
            "bool", f"{left.type} in {right.type}: unlike types are never equal; {_remedy('in', left, right)}"
        )
    return Result("bool")


def _comparison(op: str, left: Operand, right: Operand) -> Result:
    if not alike(left.type, right.type):
        problem = f"{left.type} {op} {right.type}: unlike types do not compare; {_remedy(op, left, right)}"
        return Result("bool", problem)
    if op not in ("==", "!=") and ANY not in (left.type, right.type) and left.type not in _ORDERED:
        return Result("bool", f"{left.type} has no order; compare with == or !=")
    return Result("bool")


def _arithmetic(op: str, left: Operand, right: Operand) -> Result:
    if ANY in (left.type, right.type):
        return Result(ANY)
    if op in ("/", "%") and right.literal and right.written.strip("0.") == "":
        return Result(ANY, "division by zero")
    if op == "+" and left.type.startswith("list(") and alike(left.type, right.type):
        return Result(right.type if left.type == EMPTY_LIST else left.type)
    found = _ARITHMETIC.get((left.type, op, right.type))
    if found is None:
        return Result(ANY, f"{left.type} {op} {right.type} cannot be computed; {_remedy(op, left, right)}")
    return Result(found)


def _remedy(op: str, left: Operand, right: Operand) -> str:
    for side, other in ((left, right), (right, left)):
        if advice := _advice(side, other):
            return advice
    if op == "%" and left.type == right.type == "double":
        return "write int(…) % int(…)"
    return "both sides must be of one type"


def _advice(side: Operand, other: Operand) -> str | None:
    if side.type == "int" and other.type in ("double", "list(double)"):
        return f"write {side.written}.0" if side.literal else f"write double({side.written})"
    if side.type == "duration" and other.type == "timestamp":
        return f"write {other.written} + {side.written}, the timestamp first"
    if side.type == "bool" and not side.literal:
        return f"write {side.written} or !{side.written} alone"
    if side.type == "string" and side.literal and other.type in ("timestamp", "duration"):
        return f"write {other.type}({side.written})"
    if other.type == "duration" and side.type in ("int", "double"):
        return 'write the time as duration("24h")'
    return None
