"""A clause's line in words: what it says, and no more. Where words would not be sure, the line is quoted."""

from __future__ import annotations

from dataclasses import dataclass, fields

from knowledge_base.cel_names import fact_of, text_of
from knowledge_base.cel_nodes import (
    Binary,
    Call,
    ListLiteral,
    LiteralValue,
    Method,
    Node,
    Ternary,
    Unary,
)
from knowledge_base.cel_parser import CelSyntaxError, parse
from knowledge_base.facts import FACTS
from support.assistant.why.quantities import Quantities, is_money, since
from support.assistant.why.speech import Speech, Unworded, Values

_ORDER = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_METHODS = {"contains": "contains", "startsWith": "starts", "endsWith": "ends", "matches": "matches"}
_EXACT = frozenset({"int", "timestamp", "duration"})
"""Types in which what is not less is equal or more; a double may be no number at all."""


def condition(speech: Speech, line: str, known: Values | None = None) -> str:
    """A `when` line in words; with `known`, the terms in it carry their values. What cannot be said is quoted."""
    return _said(speech, line, known or {}, negated=False)


def negation(speech: Speech, line: str, known: Values | None = None) -> str:
    """That a line does not hold, in words."""
    return _said(speech, line, known or {}, negated=True)


def condition_of(speech: Speech, line: str, node: Node, known: Values) -> str:
    """A condition within a longer expression. Raises Unworded."""
    return _Conditions(speech, line, known).said(node)


def _said(speech: Speech, line: str, known: Values, *, negated: bool) -> str:
    try:
        node = parse(line)
        conditions = _Conditions(speech, line, known)
        return conditions.negated(node) if negated else conditions.said(node)
    except (CelSyntaxError, Unworded, RecursionError):
        return speech.say("line.quote_not" if negated else "line.quote", line=" ".join(line.split()))


@dataclass(frozen=True, slots=True)
class _Conditions:
    speech: Speech
    line: str
    known: Values

    @property
    def quantities(self) -> Quantities:
        return Quantities(self.speech, self.line, self.said, self.known)

    def _say(self, key: str, **slots: object) -> str:
        return self.speech.say(f"line.{key}", **slots)

    def said(self, node: Node) -> str:
        """A condition; a part that has no words is quoted, where it stands by itself."""
        match node:
            case LiteralValue(value=bool(value)):
                return self._say("always" if value else "never")
            case Binary(op="&&" | "||"):
                return self._joined(node)
            case Unary(op="!", operand=operand):
                return self.negated(operand)
            case Ternary(condition=first, then=then, otherwise=otherwise):
                parts = {"condition": first, "then": then, "otherwise": otherwise}
                return self._say("choice", **{name: self._part(part) for name, part in parts.items()})
            case Call(function="known", arguments=(argument,)) if (name := fact_of(argument)) is not None:
                return self._say("known", a=self.speech.noun(name))
            case Binary():
                return self._compared(node, node.op)
            case Method():
                return self._method(node)
        name = fact_of(node)
        if name is None or FACTS[name].type != "bool":
            raise Unworded("no condition")
        return self.speech.say(f"holds.{name.replace('.', '_')}")

    def negated(self, node: Node) -> str:
        """That a condition does not hold."""
        name = fact_of(node)
        if name is not None and FACTS[name].type == "bool":
            return self.speech.say(f"lacks.{name.replace('.', '_')}")
        match node:
            case LiteralValue(value=bool(value)):
                return self._say("never" if value else "always")
            case Unary(op="!", operand=operand):
                return self.said(operand)
            case Call(function="known", arguments=(argument,)) if (asked := fact_of(argument)) is not None:
                return self._say("unknown", a=self.speech.noun(asked))
            case Binary(op="in"):
                return self._member(node, negated=True)
            case Binary(op="==" | "!="):
                return self._compared(node, _OPPOSITE[node.op])
            case Binary(op=op) if op in _OPPOSITE and self.quantities.kind(node.left) in _EXACT:
                return self._compared(node, _OPPOSITE[op])
        return self._say("not", a=self._part(node))

    def _joined(self, node: Binary) -> str:
        parts = []
        for side in (node.left, node.right):
            said = self._part(side)
            mixed = isinstance(side, Ternary) or (
                isinstance(side, Binary) and side.op in {"&&", "||"} and side.op != node.op
            )
            parts.append(self._say("group", a=said) if mixed else said)
        return self._say("and" if node.op == "&&" else "or", a=parts[0], b=parts[1])

    def _part(self, node: Node) -> str:
        """A part of a condition, quoted where it has no words."""
        try:
            return self.said(node)
        except Unworded:
            written = self.line[node.start : node.end]
            if not _is(written, node):
                raise
            return self._say("quote", line=" ".join(written.split()))

    def _compared(self, node: Binary, op: str) -> str:
        if op == "in":
            return self._member(node, negated=False)
        if op not in _ORDER:
            raise Unworded(op)
        left, right = node.left, node.right
        if isinstance(left, LiteralValue) or (since(right) and not since(left)):
            left, right, op = right, left, _FLIPPED[op]
        kinds = {self.quantities.kind(left), self.quantities.kind(right)}
        if len(kinds) != 1:
            raise Unworded("unlike types")
        (kind,) = kinds
        if kind == "bool":
            return self._truth(left, right, op)
        if kind == "string":
            return self._text(left, right, op)
        return self._quantity(left, right, op, kind)

    def _truth(self, left: Node, right: Node, op: str) -> str:
        if not isinstance(right, LiteralValue) or op not in {"==", "!="}:
            raise Unworded("two conditions compared")
        return self.said(left) if (right.value is True) is (op == "==") else self.negated(left)

    def _text(self, left: Node, right: Node, op: str) -> str:
        name, value = fact_of(left), text_of(right)
        if op not in {"==", "!="} or name is None:
            raise Unworded("texts in order")
        a = self.speech.noun(name)
        if value == "":
            return self._say("is_empty" if op == "==" else "is_not_empty", a=a)
        if value is not None:
            return self._say("is" if op == "==" else "is_not", a=a, b=self.speech.text(value, name))
        other = fact_of(right)
        if other is None:
            raise Unworded("a computed text")
        return self._say("same" if op == "==" else "different", a=a, b=self.speech.noun(other))

    def _quantity(self, left: Node, right: Node, op: str, kind: str) -> str:
        quantities, key = self.quantities, _ORDER[op]
        if kind == "duration" and (event := since(left)):
            name = self.speech.say(f"event.{event.replace('.', '_')}")
            return self.speech.say(f"compare_since.{key}", a=name, b=quantities.length(right))
        family = {"int": "number", "double": "number", "timestamp": "time", "duration": "span"}.get(kind)
        if family is None:
            raise Unworded(kind)
        money = is_money(left) or is_money(right)
        a, b = (quantities.said(side, money=money) for side in (left, right))
        return self.speech.say(f"compare_{family}.{key}", a=a, b=b)

    def _member(self, node: Binary, *, negated: bool) -> str:
        name = fact_of(node.right)
        if name is not None and (value := text_of(node.left)) is not None:
            return self._say("has_not" if negated else "has", a=self.speech.noun(name), b=self.speech.text(value))
        name = fact_of(node.left)
        if name is None or not isinstance(node.right, ListLiteral) or not node.right.items:
            raise Unworded("a computed list")
        words = [self._item(item, name) for item in node.right.items]
        one = len(words) == 1
        listed = self._say("comma").join(words[:-1]) + self._say("or_word") + words[-1] if not one else words[0]
        key = ("is_not" if one else "none_of") if negated else "is"
        return self._say(key, a=self.speech.noun(name), b=listed)

    def _item(self, item: Node, name: str) -> str:
        text = text_of(item)
        if text:
            return self.speech.text(text, name)
        if self.quantities.kind(item) in {"int", "double"}:
            return self.quantities.number(item).text
        raise Unworded("a computed item")

    def _method(self, node: Method) -> str:
        name = fact_of(node.target)
        if name is None or node.name not in _METHODS or self.quantities.kind(node) != "bool":
            raise Unworded(node.name)
        value = text_of(node.arguments[0])
        if not value:
            raise Unworded("a computed text")
        return self._say(_METHODS[node.name], a=self.speech.noun(name), b=self.speech.text(value))


def _is(text: str, node: Node) -> bool:
    """Whether a piece of the line, read by itself, is this node: brackets may have stood around its parts."""
    try:
        return _alike(parse(text), node)
    except CelSyntaxError:
        return False


def _alike(one: object, other: object) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    if not isinstance(one, Node):
        return one == other
    names = (field.name for field in fields(one) if field.name not in {"start", "end"})
    return all(_alike(getattr(one, name), getattr(other, name)) for name in names)
