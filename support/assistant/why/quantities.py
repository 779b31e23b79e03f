"""The numbers, amounts, times and lengths of time of an expression in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from knowledge_base.cel_names import fact_of, text_of
from knowledge_base.cel_nodes import Binary, Call, LiteralValue, Method, Node, Ternary, Unary
from knowledge_base.cel_types import check
from support.assistant.why.speech import MONEY, Speech, Unworded, Values
from support.policy.tree_values import NANO, Undefined, instant, span

SUM, PRODUCT, ATOM = 1, 2, 3
_OPS = {"+": ("+", SUM), "-": ("−", SUM), "*": ("×", PRODUCT), "/": ("÷", PRODUCT)}
_LENGTHS = {"h": "hour", "m": "minute", "s": "second"}
_TERMS = {"item.warranty_days": "day", "item.return_days": "day", "delivery.promised_minutes": "minute"}
_A_DAY_IN_HOURS = 24


@dataclass(frozen=True, slots=True)
class Said:
    """Words, and how loosely they bind: a sum within a product needs brackets."""

    text: str
    level: int = ATOM


@dataclass(frozen=True, slots=True)
class Quantities:
    """Says the values of one line; `condition` says a condition within it, `known` puts values to the facts."""

    speech: Speech
    line: str
    condition: Callable[[Node], str]
    known: Values = field(default_factory=dict)

    def kind(self, node: Node) -> str:
        """The type of a node: `int`, `double`, `timestamp` …; `any` where it has none."""
        found = check(node, self.line)
        return "any" if found.mistakes else found.type

    def said(self, node: Node, *, money: bool = False) -> str:
        """A number, time or length of time. Raises Unworded."""
        kind = self.kind(node)
        if kind in {"int", "double"}:
            return self.number(node, money=money or is_money(node)).text
        if kind == "timestamp":
            return self.time(node)
        if kind == "duration":
            return self.length(node)
        raise Unworded(kind)

    def number(self, node: Node, *, money: bool = False) -> Said:
        """A number; literals beside an amount are amounts. Raises Unworded."""
        match node:
            case LiteralValue(value=bool() | str() | None):
                raise Unworded("no number")
            case LiteralValue(value=int() | float() as value):
                said = self.speech.amount(value) if money else self.speech.number(value)
                return Said(said, ATOM if value >= 0 else SUM)
            case Unary(op="-", operand=operand):
                return Said(f"−{self._within(operand, ATOM, money=money)}", SUM)
            case Binary(op=op) if op in _OPS or op == "%":
                return self._computed(node, money=money)
            case Ternary(condition=condition, then=then, otherwise=otherwise):
                one, other = (self.number(part, money=money or is_money(node)).text for part in (then, otherwise))
                choice = self.speech.say(
                    "number.choice", condition=self.condition(condition), then=one, otherwise=other
                )
                return Said(choice)
            case Call(function="double", arguments=(argument,)) if self.kind(argument) in {"int", "double"}:
                return self.number(argument, money=money)
            case Call(function="int", arguments=(argument,)) if self.kind(argument) == "int":
                return self.number(argument, money=money)
            case Call(function="int", arguments=(argument,)) if self.kind(argument) == "double":
                return self._whole(argument)
            case Call(function="size", arguments=(argument,)) | Method(name="size", target=argument, arguments=()):
                return self._size(argument)
        return self._fact(node)

    def _fact(self, node: Node) -> Said:
        name = fact_of(node)
        if name is None:
            raise Unworded("no fact")
        if name in self.known:
            return Said(f"{self.speech.noun(name)} {self.speech.value(name, self.known[name])}")
        return Said(self.speech.noun(name))

    def _within(self, node: Node, level: int, *, money: bool) -> str:
        said = self.number(node, money=money)
        return said.text if said.level >= level else self.speech.say("line.group", a=said.text)

    def _computed(self, node: Binary, *, money: bool) -> Said:
        if node.op == "%" or (node.op == "/" and self.kind(node) == "int"):
            return self._divided(node)
        sign, level = _OPS[node.op]
        beside = level == SUM and (money or is_money(node))
        left = self._within(node.left, level, money=beside)
        right = self._within(node.right, level if node.op == "+" else level + 1, money=beside)
        return Said(f"{left} {sign} {right}", level)

    def _divided(self, node: Binary) -> Said:
        left, right = (self._within(part, ATOM, money=False) for part in (node.left, node.right))
        if node.op == "%":
            said = self.speech.say("number.remainder", a=left, b=right)
        else:
            said = self.speech.say("number.whole", a=self.speech.say("line.group", a=f"{left} ÷ {right}"))
        return Said(self.speech.say("line.group", a=said))

    def _whole(self, node: Node) -> Said:
        said = self.speech.say("number.whole", a=self._within(node, ATOM, money=is_money(node)))
        return Said(self.speech.say("line.group", a=said))

    def _size(self, node: Node) -> Said:
        name = fact_of(node)
        if name is None or self.kind(node) != "list(string)":
            raise Unworded("the size of a text is in bytes")
        return Said(self.speech.say("number.size", a=self.speech.noun(name)))

    def time(self, node: Node) -> str:
        """A point in time. Raises Unworded."""
        match node:
            case Call(function="timestamp", arguments=(argument,)) if (text := text_of(argument)) is not None:
                return self._point(text)
            case Binary(op="+" | "-", left=left, right=right):
                key = "time.after" if node.op == "+" else "time.before"
                return self.speech.say("line.group", a=self.speech.say(key, a=self.time(left), b=self.length(right)))
        name = fact_of(node)
        if name is None or self.kind(node) != "timestamp":
            raise Unworded("no time")
        return self.speech.noun(name)

    def _point(self, text: str) -> str:
        try:
            at = instant(text)
            if at.nanos % NANO:
                raise Unworded(text)
            return self.speech.moment(at.local(), seconds=True)
        except (Undefined, OverflowError, ValueError) as error:
            raise Unworded(text) from error

    def length(self, node: Node) -> str:
        """A length of time. Raises Unworded."""
        match node:
            case Call(function="duration", arguments=(argument,)):
                text = text_of(argument)
                return self._of_number(argument) if text is None else self._literal_length(text)
            case Binary(op="-", left=left, right=right) if self.kind(left) == "timestamp":
                return self.speech.say("span.between", a=self.time(right), b=self.time(left))
            case Binary(op="+" | "-", left=left, right=right):
                sign = _OPS[node.op][0]
                return self.speech.say("line.group", a=f"{self.length(left)} {sign} {self.length(right)}")
        raise Unworded("no length of time")

    def _literal_length(self, text: str) -> str:
        try:
            nanos = span(text).nanos
        except Undefined as error:
            raise Unworded(text) from error
        if nanos % NANO:
            raise Unworded(text)
        return self.speech.seconds(nanos // NANO)

    def _of_number(self, node: Node) -> str:
        """`string(item.warranty_days * 24) + "h"`: a number of hours, minutes or seconds."""
        match node:
            case Binary(op="+", left=Call(function="string", arguments=(number,)), right=LiteralValue(value=unit)):
                if unit not in _LENGTHS or self.kind(number) != "int":
                    raise Unworded(str(unit))
                name = _term(number, str(unit))
                return self._term(name) if name else self._counted(number, str(unit))
        raise Unworded("no written length")

    def _term(self, name: str) -> str:
        said = self.speech.say(f"term.{name.replace('.', '_')}")
        value = self.known.get(name)
        if not isinstance(value, int):
            return said
        size = 86400 if _TERMS[name] == "day" else 60
        return self.speech.say("span.valued", a=said, b=self.speech.seconds(value * size))

    def _counted(self, number: Node, unit: str) -> str:
        return self.speech.say(f"span.of_{_LENGTHS[unit]}", a=self._within(number, ATOM, money=False))


def since(node: Node) -> str | None:
    """The event of `now - order.paid_at`, as a fact's name."""
    if isinstance(node, Binary) and node.op == "-" and fact_of(node.left) == "now":
        name = fact_of(node.right)
        return name if name != "now" else None
    return None


def _term(number: Node, unit: str) -> str | None:
    """The fact whose own unit this is: days as hours times 24, minutes as they are."""
    name = fact_of(number)
    if name is not None:
        return name if _TERMS.get(name) == "minute" and unit == "m" else None
    if isinstance(number, Binary) and number.op == "*" and unit == "h":
        for one, other in ((number.left, number.right), (number.right, number.left)):
            name = fact_of(one) or ""
            if isinstance(other, LiteralValue) and other.value == _A_DAY_IN_HOURS and _TERMS.get(name) == "day":
                return name
    return None


def is_money(node: Node) -> bool:
    """Whether a number is an amount of money."""
    match node:
        case Binary(op="+" | "-", left=left, right=right):
            return is_money(left) or is_money(right)
        case Binary(op="*", left=left, right=right):
            return is_money(left) != is_money(right)
        case Binary(op="/", left=left, right=right):
            return is_money(left) and not is_money(right)
        case Unary(operand=operand):
            return is_money(operand)
        case Ternary(then=then, otherwise=otherwise):
            return is_money(then) or is_money(otherwise)
        case Call(function="double", arguments=(argument,)):
            return is_money(argument)
    return fact_of(node) in MONEY
