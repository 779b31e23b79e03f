"""Which facts an expression names: the static reading, with no short cut through `||`, `&&` or `?:`."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge_base.cel_nodes import Binary, Call, LiteralValue, Member, Name, Node, children
from knowledge_base.facts import FACTS


def dotted(node: Node) -> str | None:
    """`order.paid` for a name or a chain of members, else None."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Member):
        target = dotted(node.target)
        return None if target is None else f"{target}.{node.field}"
    return None


def fact_of(node: Node) -> str | None:
    """The fact's name where the node is exactly one fact of the table."""
    name = dotted(node)
    return name if name in FACTS else None


def facts_named(node: Node) -> tuple[str, ...]:
    """The facts that must be known, sorted, each once; those inside `known(...)` need not be."""
    return tuple(sorted(set(_needed(node))))


def _needed(node: Node) -> Iterator[str]:
    pending = [node]
    while pending:
        current = pending.pop()
        name = fact_of(current)
        if name is not None:
            yield name
        elif not (isinstance(current, Call) and current.function == "known"):
            pending.extend(children(current))


def conjuncts(node: Node) -> tuple[Node, ...]:
    """The parts of an expression that must all be true: `a && b && c` gives three."""
    found: list[Node] = []
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, Binary) and current.op == "&&":
            pending.extend((current.right, current.left))
        else:
            found.append(current)
    return tuple(found)


def text_of(node: Node) -> str | None:
    """The value of a text literal, else None."""
    return node.value if isinstance(node, LiteralValue) and isinstance(node.value, str) else None
