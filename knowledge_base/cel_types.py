"""
The type check of a clause's expression. The CEL package checks no types and answers some mistakes silently with
false, so every mistake is found here, where the shop can still put it right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge_base.cel_functions import FUNCTIONS, METHODS, CallRule
from knowledge_base.cel_names import dotted, fact_of, text_of
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
from knowledge_base.cel_operators import ANY, EMPTY_LIST, Operand, alike, operate
from knowledge_base.facts import FACTS, ROOTS
from knowledge_base.findings import suggestion

Variables = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong at `position` (code points into the expression), and what to write instead."""

    position: int
    message: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The type of an expression (`bool`, …, `list(string)`; `any` where it is wrong) and all its mistakes."""

    type: str
    mistakes: tuple[Mistake, ...]


def check(node: Node, text: str) -> Checked:
    """The type of `node`, parsed from `text`, over the closed table of facts."""
    checker = _Checker(text)
    return Checked(checker.type_of(node, {}), tuple(checker.mistakes))


class _Checker:
    """One walk over a tree; `variables` are those of the macros around a node."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.mistakes: list[Mistake] = []

    def _wrong(self, node: Node, message: str) -> str:
        self.mistakes.append(Mistake(node.start, message))
        return ANY

    def _written(self, node: Node) -> str:
        return self.text[node.start : node.end]

    def type_of(self, node: Node, variables: Variables) -> str:
        """The node's type; each mistake at it or below it is noted once."""
        match node:
            case LiteralValue():
                return self._literal(node)
            case Name() | Member():
                return self._named(node, variables)
            case Index():
                return self._index(node)
            case Unary():
                return self._unary(node, variables)
            case Binary():
                return self._binary(node, variables)
            case Ternary():
                return self._ternary(node, variables)
            case Call():
                return self._call(node, variables)
            case Method():
                return self._method(node, variables)
            case Comprehension():
                return self._comprehension(node, variables)
            case ListLiteral():
                return self._list(node, variables)
            case MapLiteral():
                return self._wrong(node, "maps are not used in clauses; write a list, or a clause for each case")

    def _literal(self, node: LiteralValue) -> str:
        if node.value is None:
            return self._wrong(node, "null is not used: a fact is known or not known; write known(order.paid_at)")
        return {bool: "bool", int: "int", float: "double", str: "string"}[type(node.value)]

    def _named(self, node: Name | Member, variables: Variables) -> str:
        name = dotted(node) or ""
        if name in variables:
            return variables[name]
        if name in FACTS:
            return FACTS[name].type
        if name and name.split(".")[0] not in variables:
            return self._wrong(node, _unknown_name(name))
        if not name and isinstance(node, Member) and self.type_of(node.target, variables) == ANY:
            return ANY
        return self._wrong(node, f"{self._written(node)}: only facts have members, such as order.paid")

    def _index(self, node: Index) -> str:
        root, key = dotted(node.target), text_of(node.key)
        remedy = 'name the fact with a point, as order.paid, or write "x" in risk.signals'
        if root is not None and key is not None and f"{root}.{key}" in FACTS:
            remedy = f"write {root}.{key}"
        return self._wrong(node, f"the index form {self._written(node)} is not used; {remedy}")

    def _unary(self, node: Unary, variables: Variables) -> str:
        operand = self.type_of(node.operand, variables)
        allowed = ("bool", ANY) if node.op == "!" else ("int", "double", ANY)
        if operand in allowed:
            return operand
        wanted = "a bool" if node.op == "!" else "an int or a double"
        return self._wrong(node, f"{node.op} needs {wanted}, and {self._written(node.operand)} is {operand}")

    def _operand(self, node: Node, variables: Variables) -> Operand:
        return Operand(self.type_of(node, variables), self._written(node), isinstance(node, LiteralValue))

    def _binary(self, node: Binary, variables: Variables) -> str:
        result = operate(node.op, self._operand(node.left, variables), self._operand(node.right, variables))
        if result.problem is not None:
            self._wrong(node, result.problem)
        elif node.op in ("==", "!="):
            self._value_of(fact_of(node.left), node.right)
            self._value_of(fact_of(node.right), node.left)
        elif node.op == "in" and isinstance(node.right, ListLiteral):
            for item in node.right.items:
                self._value_of(fact_of(node.left), item)
        return result.type

    def _value_of(self, fact: str | None, node: Node) -> None:
        value = text_of(node)
        if fact is None or value is None:
            return
        values = FACTS[fact].values
        if values and value and value not in values:
            near = suggestion(value, values) or f"; it is one of {', '.join(values)}"
            self._wrong(node, f"{fact} is never {value!r}{near}")

    def _ternary(self, node: Ternary, variables: Variables) -> str:
        condition = self.type_of(node.condition, variables)
        if condition not in ("bool", ANY):
            self._wrong(node.condition, f"? needs a bool before it, and {self._written(node.condition)} is {condition}")
        then, otherwise = self.type_of(node.then, variables), self.type_of(node.otherwise, variables)
        if not alike(then, otherwise):
            return self._wrong(node, f"? gives {then} or {otherwise}; both must be of one type")
        return otherwise if then in (EMPTY_LIST, ANY) else then

    def _call(self, node: Call, variables: Variables) -> str:
        if node.function == "known":
            return self._known(node)
        if node.function == "has":
            return self._wrong(node, "has() is not used; write known(order.paid_at)")
        types = [self.type_of(argument, variables) for argument in node.arguments]
        rule = FUNCTIONS.get(node.function)
        if rule is None:
            return self._wrong(node, _unknown_function(node.function))
        if len(types) != 1:
            return self._wrong(node, f"{node.function}() takes one argument")
        self._applied(node, rule, node.function, types[0], node.arguments[0])
        if types[0] == "string":
            self._constant(node, rule, node.function, node.arguments[0])
        return rule.result

    def _applied(self, node: Node, rule: CallRule, name: str, found: str, value: Node) -> None:
        if found != ANY and not rule.takes(found):
            self._wrong(node, f"{name}() takes {' or '.join(rule.of)}, and {self._written(value)} is {found}")

    def _constant(self, node: Node, rule: CallRule, name: str, value: Node) -> None:
        if rule.constant is None:
            return
        text = text_of(value)
        if text is None and rule.result == "duration":
            text = _one_of(value)
        if text is None and not rule.written_out:
            return
        problem = f"{name}() takes a text written out, in quotes" if text is None else rule.constant(text)
        if problem is not None:
            self._wrong(node, problem)

    def _known(self, node: Call) -> str:
        if len(node.arguments) != 1 or fact_of(node.arguments[0]) is None:
            written = ", ".join(self._written(argument) for argument in node.arguments)
            near = suggestion(written.strip("\"'"), FACTS)
            self._wrong(node, f"known() takes one fact's name, such as known(order.paid_at){near}")
        return "bool"

    def _method(self, node: Method, variables: Variables) -> str:
        target = self.type_of(node.target, variables)
        types = [self.type_of(argument, variables) for argument in node.arguments]
        rule = METHODS.get(node.name)
        if rule is None:
            return self._wrong(node, f"there is no method {node.name}(){suggestion(node.name, METHODS)}")
        self._applied(node, rule, node.name, target, node.target)
        self._arguments(node, rule, types)
        return rule.result

    def _arguments(self, node: Method, rule: CallRule, types: list[str]) -> None:
        if len(types) != len(rule.arguments):
            self._wrong(node, f"{node.name}() takes {len(rule.arguments) or 'no'} argument(s)")
            return
        for argument, found, wanted in zip(node.arguments, types, rule.arguments, strict=True):
            if found not in (wanted, ANY):
                self._wrong(argument, f"{node.name}() takes a {wanted}, and {self._written(argument)} is {found}")
            self._constant(node, rule, node.name, argument)

    def _comprehension(self, node: Comprehension, variables: Variables) -> str:
        target = self.type_of(node.target, variables)
        if node.variable in ROOTS or node.variable in variables:
            return self._wrong(node, f"{node.variable!r} is taken; give the macro's variable another name")
        if target != ANY and not target.startswith("list("):
            return self._wrong(node, f"{node.macro}() needs a list, and {self._written(node.target)} is {target}")
        inner = {**variables, node.variable: target[5:-1] if target not in (ANY, EMPTY_LIST) else ANY}
        body = self.type_of(node.body, inner)
        if node.macro == "map" and node.result is None:
            return f"list({body})" if body != ANY else ANY
        if body not in ("bool", ANY):
            self._wrong(node.body, f"{node.macro}() needs a condition, and {self._written(node.body)} is {body}")
        return self._result(node, target, inner)

    def _result(self, node: Comprehension, target: str, inner: Variables) -> str:
        if node.result is not None:
            found = self.type_of(node.result, inner)
            return f"list({found})" if found != ANY else ANY
        return target if node.macro == "filter" else "bool"

    def _list(self, node: ListLiteral, variables: Variables) -> str:
        types = [self.type_of(item, variables) for item in node.items]
        if ANY in types:
            return ANY
        if len(set(types)) > 1:
            return self._wrong(node, f"a list holds one type, and this one {', '.join(sorted(set(types)))}")
        return f"list({types[0]})" if types else EMPTY_LIST


def _one_of(value: Node) -> str | None:
    """`1m` for `string(delivery.promised_minutes) + "m"`: how a number with its unit would be written."""
    if not isinstance(value, Binary) or value.op != "+" or not isinstance(value.left, Call):
        return None
    unit = text_of(value.right)
    return f"1{unit}" if unit is not None and value.left.function == "string" else None


def _unknown_name(name: str) -> str:
    for fact in FACTS:
        if name.startswith(fact + "."):
            return f"{name} is not a fact: {fact} has no members"
    if name in ROOTS:
        members = ", ".join(fact for fact in FACTS if fact.startswith(name + "."))
        return f"{name} alone is not a fact; write one of {members}"
    quoted = f'; write "{name}" if it is a text' if "." not in name else ""
    return f"{name} is not a fact{suggestion(name, FACTS) or quoted}"


def _unknown_function(name: str) -> str:
    if name in METHODS:
        return f"{name}() is written after its value, as claim.detail.{name}(…)"
    return f"there is no function {name}(){suggestion(name, (*FUNCTIONS, 'known'))}"
