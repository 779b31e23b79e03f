"""The syntax tree of a clause's expression. Positions are code points into its text, `end` exclusive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

UnaryOp = Literal["!", "-"]
BinaryOp = Literal["||", "&&", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%"]
Macro = Literal["exists", "all", "exists_one", "filter", "map"]


@dataclass(frozen=True, slots=True)
class LiteralValue:
    """A literal; a text's escapes are already read. `value` is None for `null`."""

    value: bool | int | float | str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Name:
    """A bare identifier."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Member:
    """`target.field`."""

    target: Node
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Index:
    """`target[key]`."""

    target: Node
    key: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments)`."""

    function: str
    arguments: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Method:
    """`target.name(arguments)`, macros excepted."""

    target: Node
    name: str
    arguments: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Comprehension:
    """`target.macro(variable, body)`, or `target.map(variable, body, result)` with body as its filter."""

    target: Node
    macro: Macro
    variable: str
    body: Node
    result: Node | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unary:
    """`!operand` or `-operand`."""

    op: UnaryOp
    operand: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Binary:
    """`left op right`."""

    op: BinaryOp
    left: Node
    right: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Ternary:
    """`condition ? then : otherwise`."""

    condition: Node
    then: Node
    otherwise: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """`[a, b]`."""

    items: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MapLiteral:
    """`{key: value}`."""

    entries: tuple[tuple[Node, Node], ...]
    start: int
    end: int


Node: TypeAlias = (
    LiteralValue
    | Name
    | Member
    | Index
    | Call
    | Method
    | Comprehension
    | Unary
    | Binary
    | Ternary
    | ListLiteral
    | MapLiteral
)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in the order of the text."""
    match node:
        case LiteralValue() | Name():
            return ()
        case Member(target=target):
            return (target,)
        case Index(target=target, key=key):
            return (target, key)
        case Call(arguments=arguments):
            return arguments
        case Method(target=target, arguments=arguments):
            return (target, *arguments)
        case Comprehension(target=target, body=body, result=result):
            return (target, body) if result is None else (target, body, result)
        case Unary(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Ternary(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case ListLiteral(items=items):
            return items
        case MapLiteral(entries=entries):
            return tuple(part for entry in entries for part in entry)


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, parents first."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(children(current)))
