"""Rules beyond a clause's grammar: what a refusal must say, and which reasons it is for."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge_base.cel_names import conjuncts, fact_of, text_of
from knowledge_base.cel_nodes import Binary, ListLiteral, LiteralValue, Node

CONFIRMED = "order.no_return_confirmed"
REASON = "claim.reason"
CHANGED_MIND = "changed_mind"


def refusal_problem(lines: Iterable[Node]) -> str | None:
    """Why a refusal with these lines cannot stand, None where it can.

    A refusal needs the buyer's confirmation as a line, or names the reasons that it is for, a changed mind not among
    them (消费者权益保护法 art. 25).
    """
    trees = tuple(lines)
    if any(_is_confirmation(tree) for tree in trees):
        return None
    named = _reasons_of_all(trees)
    if named is None:
        example = f'{REASON} in ["price_drop"]'
        line = f"the line {CONFIRMED} (what the buyer ticked at checkout)"
        return f"a refusal needs {line}, or a line that names the reasons it is for: {example}"
    if CHANGED_MIND in named:
        return (
            f"a refusal for {CHANGED_MIND} needs the line {CONFIRMED}: without the buyer's confirmation none may stand"
        )
    return None


def _is_confirmation(node: Node) -> bool:
    if isinstance(node, Binary) and node.op == "==":
        sides = (node.left, node.right)
        return any(fact_of(side) == CONFIRMED for side in sides) and any(_is_true(side) for side in sides)
    return fact_of(node) == CONFIRMED


def _is_true(node: Node) -> bool:
    return isinstance(node, LiteralValue) and node.value is True


def _reasons_of_all(trees: tuple[Node, ...]) -> frozenset[str] | None:
    """The reasons for which all trees can be true; None where none of them limits the reason."""
    limits = [found for tree in trees for part in conjuncts(tree) if (found := _reasons(part)) is not None]
    return frozenset.intersection(*limits) if limits else None


def _reasons(node: Node) -> frozenset[str] | None:
    if not isinstance(node, Binary):
        return None
    if node.op == "==":
        return _compared(node.left, node.right) or _compared(node.right, node.left)
    if node.op == "in" and fact_of(node.left) == REASON and isinstance(node.right, ListLiteral):
        texts = [text_of(item) for item in node.right.items]
        return frozenset(text for text in texts if text is not None) if all(texts) else None
    if node.op == "||":
        left, right = _reasons_of_all((node.left,)), _reasons_of_all((node.right,))
        return left | right if left is not None and right is not None else None
    return None


def _compared(fact: Node, value: Node) -> frozenset[str] | None:
    text = text_of(value)
    return frozenset((text,)) if fact_of(fact) == REASON and text else None
