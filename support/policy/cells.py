"""The fact space of clauses, cut into cells within which no line of theirs changes.

A comparison with constants cuts the values of what it compares into the constants and the gaps between; a flag has two
cells; what is neither is a cell pair of its own, by its text. Cells of different terms are taken as free of each
other, so that there are rather too many combinations than too few: what holds in all of them holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from itertools import islice, pairwise

from knowledge_base.cel_names import fact_of, facts_named, text_of
from knowledge_base.cel_nodes import Binary, Call, ListLiteral, LiteralValue, Node, Ternary, Unary
from knowledge_base.cel_parser import parse
from knowledge_base.cel_types import check
from knowledge_base.facts import FACTS
from knowledge_base.policy import Clause
from support.policy.tree_values import Undefined, instant, span

Cell = str | bool | Fraction
Assignment = Mapping[str, Cell]
Holds = Callable[[Assignment], bool | None]
"""Whether a line holds where some terms have a cell; None where that depends on the others."""
OTHER = "…"
MOST_CASES = 20_000
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_ORDER: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


@dataclass(frozen=True, slots=True)
class Lines:
    """A clause's lines over the cells, and the terms of each."""

    clause: Clause
    holds: tuple[Holds, ...]
    terms: tuple[tuple[str, ...], ...]

    def state(self, given: Assignment) -> bool | None:
        """Whether the clause holds: a false line settles it, an open one leaves it open."""
        values = [holds(given) for holds in self.holds]
        return False if False in values else None if None in values else True


class Space:
    """The cells of all these clauses together."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self._numbers: defaultdict[str, set[Fraction]] = defaultdict(set)
        self._whole: set[str] = set()
        self._texts: defaultdict[str, set[str]] = defaultdict(set)
        self._cells: dict[str, tuple[Cell, ...]] = {}
        self.lines = tuple(self._lines(clause) for clause in clauses)

    def cells(self, term: str) -> tuple[Cell, ...]:
        """The cells of a term."""
        if term not in self._cells:
            self._cells[term] = self._cut(term)
        return self._cells[term]

    def cases(self, *clauses: Lines) -> Iterator[dict[str, Cell]]:
        """Every combination of cells in which all these clauses hold, at most MOST_CASES."""
        terms = tuple(dict.fromkeys(term for one in clauses for line in one.terms for term in line))
        yield from islice(self._filled({}, terms, clauses), MOST_CASES)

    def _filled(
        self, given: dict[str, Cell], terms: Sequence[str], clauses: Sequence[Lines]
    ) -> Iterator[dict[str, Cell]]:
        if any(one.state(given) is False for one in clauses) or _impossible(given):
            return
        if not terms:
            yield dict(given)
            return
        for cell in self.cells(terms[0]):
            yield from self._filled({**given, terms[0]: cell}, terms[1:], clauses)

    def _cut(self, term: str) -> tuple[Cell, ...]:
        if term in self._numbers:
            return _around(sorted(self._numbers[term]), whole=term in self._whole)
        if term in self._texts:
            fact = FACTS.get(term)
            return fact.values if fact and fact.values else (*sorted(self._texts[term]), OTHER)
        return (True, False)

    def _lines(self, clause: Clause) -> Lines:
        known = {name for line in clause.when for name in facts_named(parse(line.text))}
        holds, terms = [], []
        for line in clause.when:
            reader = _Reader(self, line.text, frozenset(known))
            holds.append(reader.holds(parse(line.text)))
            terms.append(tuple(dict.fromkeys(reader.terms)))
        return Lines(clause, tuple(holds), tuple(terms))

    def number(self, term: str, value: Fraction, *, whole: bool) -> None:
        """A constant that a term is compared with."""
        self._numbers[term].add(value)
        if whole:
            self._whole.add(term)

    def text(self, term: str, value: str) -> None:
        """A text that a term is compared with."""
        self._texts[term].add(value)


class _Reader:
    """Reads one line; `known` are the facts that its clause needs to be known anyway."""

    def __init__(self, space: Space, line: str, known: frozenset[str]) -> None:
        self._space, self._line, self._known = space, line, known
        self.terms: list[str] = []

    def holds(self, node: Node) -> Holds:
        """The node over cells."""
        match node:
            case LiteralValue(value=bool(value)):
                return lambda given: value
            case Unary(op="!", operand=operand):
                return _not(self.holds(operand))
            case Binary(op="&&" | "||", left=left, right=right):
                return _joined(self.holds(left), self.holds(right), settles=node.op == "||")
            case Ternary(condition=condition, then=then, otherwise=otherwise):
                return _chosen(self.holds(condition), self.holds(then), self.holds(otherwise))
            case Call(function="known", arguments=(argument,)) if (name := fact_of(argument)) is not None:
                return (lambda given: True) if name in self._known else self._flag(f"known({name})")
            case Binary():
                return self._compared(node) or self._flag(_shape(node))
        return self._flag(fact_of(node) or _shape(node))

    def _flag(self, term: str) -> Holds:
        self.terms.append(term)
        return lambda given: None if term not in given else given[term] is True

    def _compared(self, node: Binary) -> Holds | None:
        left, right, op = node.left, node.right, str(node.op)
        if op == "in":
            return self._member(left, right)
        if op not in _FLIPPED:
            return None
        if isinstance(left, LiteralValue) or _constant(left) is not None:
            left, right, op = right, left, _FLIPPED[op]
        if isinstance(right, LiteralValue) and isinstance(right.value, bool):
            inner = self.holds(left)
            return inner if right.value is (op == "==") else _not(inner)
        if (text := text_of(right)) is not None and op in {"==", "!="}:
            return self._texts(left, (text,), equal=op == "==")
        value = _constant(right)
        if value is not None:
            return self._number(left, op, value)
        return self._ordered(left, right, op)

    def _texts(self, left: Node, values: tuple[str, ...], *, equal: bool) -> Holds:
        term = fact_of(left) or _shape(left)
        self.terms.append(term)
        for value in values:
            self._space.text(term, value)
        return lambda given: None if term not in given else (given[term] in values) is equal

    def _member(self, left: Node, right: Node) -> Holds | None:
        if not isinstance(right, ListLiteral):
            return None
        texts = [text_of(item) for item in right.items]
        if all(text is not None for text in texts):
            return self._texts(left, tuple(text for text in texts if text is not None), equal=True)
        each = [self._number(left, "==", value) for item in right.items if (value := _constant(item)) is not None]
        if len(each) < len(right.items):
            return None
        return lambda given: _any_of(holds(given) for holds in each)

    def _number(self, left: Node, op: str, value: Fraction) -> Holds:
        term = fact_of(left) or _shape(left)
        self.terms.append(term)
        self._space.number(term, value, whole=check(left, self._line).type == "int")
        return _compared(term, op, value)

    def _ordered(self, left: Node, right: Node, op: str) -> Holds:
        """Two terms compared: less, equal or more."""
        one, other = _shape(left), _shape(right)
        if one > other:
            one, other, op = other, one, _FLIPPED[op]
        term = f"{one} ? {other}"
        self.terms.append(term)
        self._space.number(term, Fraction(0), whole=True)
        return _compared(term, op, Fraction(0))


def _compared(term: str, op: str, value: Fraction) -> Holds:
    compare = _ORDER[op]

    def compared(given: Assignment) -> bool | None:
        cell = given.get(term)
        return compare(cell, value) if isinstance(cell, Fraction) else None

    return compared


def _not(holds: Holds) -> Holds:
    def negated(given: Assignment) -> bool | None:
        value = holds(given)
        return None if value is None else not value

    return negated


def _joined(left: Holds, right: Holds, *, settles: bool) -> Holds:
    def joined(given: Assignment) -> bool | None:
        values = (left(given), right(given))
        return settles if settles in values else None if None in values else not settles

    return joined


def _chosen(condition: Holds, then: Holds, otherwise: Holds) -> Holds:
    def chosen(given: Assignment) -> bool | None:
        value = condition(given)
        if value is None:
            return then(given) if then(given) is otherwise(given) else None
        return then(given) if value else otherwise(given)

    return chosen


def _any_of(values: Iterable[bool | None]) -> bool | None:
    found = list(values)
    return True if True in found else None if None in found else False


def _constant(node: Node) -> Fraction | None:
    """A number, a duration in seconds or a time in seconds since 1970."""
    match node:
        case LiteralValue(value=bool() | str() | None):
            return None
        case LiteralValue(value=value):
            return Fraction(str(value))
        case Call(function="duration" | "timestamp", arguments=(argument,)) if (text := text_of(argument)) is not None:
            try:
                nanos = span(text).nanos if node.function == "duration" else instant(text).nanos
            except Undefined:
                return None
            return Fraction(nanos, 10**9)
    return None


def _around(points: list[Fraction], *, whole: bool) -> tuple[Fraction, ...]:
    """Each constant, and one value in every gap beside it."""
    if whole:
        near = {point + step for point in points for step in (-1, 0, 1)}
        return tuple(sorted(near))
    gaps = [(one + other) / 2 for one, other in pairwise(points)]
    return tuple(sorted({*points, *gaps, points[0] - 1, points[-1] + 1}))


_UNPAID = frozenset({"unpaid", "expired"})


def _impossible(given: Assignment) -> bool:
    """An order that is unpaid is in no state but these, and the other way about."""
    state, paid = given.get("delivery.state"), given.get("order.paid")
    return state is not None and paid is not None and (state in _UNPAID) is (paid is True)


def _shape(node: object) -> str:
    """What a node is, whatever its spaces and brackets."""
    if isinstance(node, tuple):
        return f"({' '.join(map(_shape, node))})"
    if not isinstance(node, Node):
        return repr(node)
    name = fact_of(node)
    if name is not None:
        return name
    parts = (getattr(node, one.name) for one in fields(node) if one.name not in {"start", "end"})
    return f"{type(node).__name__}({' '.join(map(_shape, parts))})"
