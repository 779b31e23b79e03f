"""What the lines of a clause came to: each in words, with the facts that it looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge_base.cel_names import fact_of, facts_named, text_of
from knowledge_base.cel_nodes import Binary, Call, ListLiteral, LiteralValue, Node
from knowledge_base.cel_parser import CelSyntaxError, parse
from knowledge_base.facts import FACTS
from support.assistant.why.conditions import condition, negation
from support.assistant.why.speech import Speech, Unworded, Values, capital

Json = Mapping[str, Any]
_WHEN = {"order.paid": "order.paid_at", "delivery.redeemed": "delivery.redeemed_at"}
_NUMBERS = frozenset({"int", "double"})


@dataclass(frozen=True, slots=True)
class Told:
    """A line in words and whether it holds; None where facts are missing or it has no value."""

    text: str
    holds: bool | None
    line: str


def lines_told(speech: Speech, clause: Json, traced: Mapping[str, object], facts: Values) -> tuple[Told, ...]:
    """The lines of the deciding clause; that a fact is known is said by its value, where another line names it."""
    lines = [str(line) for line in clause["when"]]
    trees = {line: _tree(line) for line in lines}
    named = {name for tree in trees.values() if tree is not None for name in facts_named(tree)}
    return tuple(
        _told(speech, line, traced.get(line), trees[line], facts)
        for line in lines
        if _asked_after(trees[line]) not in named
    )


def not_met(speech: Speech, line: str, facts: Values) -> str:
    """Why a line does not hold: what is the case, where that is one value, else that it is not so."""
    tree = _tree(line)
    if said := _as_found(speech, tree, facts):
        return said
    said, detail = negation(speech, line, _inline(tree, facts)), _found(speech, tree, facts, holds=False)
    return speech.say("why.actual", line=said, facts=detail) if detail else said


def _told(speech: Speech, line: str, value: object, tree: Node | None, facts: Values) -> Told:
    holds = value if isinstance(value, bool) else None
    found = _as_found(speech, tree, facts) if holds else None
    text = found or condition(speech, line, _inline(tree, facts))
    if holds is None:
        said = "why.line_failed" if value == "error" else "why.line_unknown"
        return Told(capital(speech.say(said, line=text)), None, line)
    detail = _found(speech, tree, facts, holds=holds)
    return Told(capital(speech.say("why.actual", line=text, facts=detail) if detail else text), holds, line)


def _as_found(speech: Speech, tree: Node | None, facts: Values) -> str | None:
    """A fact that is compared with values of the table is said as what it is."""
    listed = isinstance(tree, Binary) and tree.op == "in" and isinstance(tree.right, ListLiteral)
    equal = isinstance(tree, Binary) and tree.op == "==" and text_of(tree.right) is not None
    if not isinstance(tree, Binary) or not (listed or equal):
        return None
    name = fact_of(tree.left)
    value = facts.get(name) if name else None
    if name is None or not isinstance(value, str) or value not in FACTS[name].values:
        return None
    try:
        return speech.say("line.is", a=speech.noun(name), b=speech.text(value, name))
    except Unworded:
        return None


def _found(speech: Speech, tree: Node | None, facts: Values, *, holds: bool) -> str:
    """The facts behind a line that its words do not tell yet."""
    if tree is None:
        return ""
    names = [*_untold(tree, facts, holds=holds), *_beside(tree, facts, holds=holds)]
    said = (speech.say("why.fact_said", a=speech.noun(name), b=speech.value(name, facts[name])) for name in names)
    return speech.say("line.comma").join(dict.fromkeys(said))


def _untold(tree: Node, facts: Values, *, holds: bool) -> Iterator[str]:
    inline = bool(_inline(tree, facts))
    for name in facts_named(tree):
        kind = FACTS[name].type
        if name not in facts or name == "now" or kind == "bool" or (kind in _NUMBERS and inline):
            continue
        if kind == "string" and not FACTS[name].values:
            continue  # what somebody wrote is not for every reader
        if not (holds and _settles(tree, name)):
            yield name


def _settles(tree: Node, name: str) -> bool:
    """Whether a line that holds tells the fact's value by itself."""
    if not isinstance(tree, Binary):
        return False
    literal = text_of(tree.right) is not None or isinstance(tree.right, LiteralValue | ListLiteral)
    return tree.op in {"==", "in"} and fact_of(tree.left) == name and literal


def _beside(tree: Node, facts: Values, *, holds: bool) -> Iterator[str]:
    """When it happened, beside that it did."""
    if not holds:
        return
    name = fact_of(tree)
    if name in _WHEN and _WHEN[name] in facts:
        yield _WHEN[name]
    delivered = isinstance(tree, Binary) and tree.op == "==" and text_of(tree.right) == "delivered"
    if delivered and "delivery.delivered_at" in facts:
        yield "delivery.delivered_at"


def _inline(tree: Node | None, facts: Values) -> Values:
    """The values to put beside the terms of a computation; a plain comparison tells them after it."""
    if not isinstance(tree, Binary) or tree.op in {"&&", "||"}:
        return {}
    plain = all(isinstance(side, LiteralValue) or fact_of(side) is not None for side in (tree.left, tree.right))
    return {} if plain else facts


def _asked_after(tree: Node | None) -> str | None:
    """The fact of a line that only asks whether it is known."""
    if isinstance(tree, Call) and tree.function == "known" and len(tree.arguments) == 1:
        return fact_of(tree.arguments[0])
    return None


def _tree(line: str) -> Node | None:
    try:
        return parse(line)
    except (CelSyntaxError, RecursionError):
        return None
