"""Clauses that can never decide, and pairs of which one grants what the other refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from knowledge_base.errors import Fault
from knowledge_base.policy import REQUESTS, Clause
from knowledge_base.rules import broken
from support.policy.cells import MOST_CASES, OTHER, Cell, Lines, Space

_OPPOSITE = frozenset({"grant", "refuse"})
_KINDS = {"refund": "a refund", "deliver": "delivery", "reissue": "a replacement", "exchange": "an exchange",
          "wait": "waiting"}  # fmt: skip
_KINDS_ZH = {"refund": "退款", "deliver": "补发", "reissue": "补换", "exchange": "更换", "wait": "等待"}


def overlaps(clauses: Sequence[Clause]) -> Iterator[Fault]:
    """Findings over clauses in the order in which they are tried."""
    space = Space(clauses)
    for place, lines in enumerate(space.lines):
        yield from _reached(space, lines, space.lines[:place])
    for place, lines in enumerate(space.lines):
        for earlier_place in range(place):
            yield from _opposed(space, space.lines[:earlier_place], space.lines[earlier_place], lines)


def _reached(space: Space, lines: Lines, earlier: Sequence[Lines]) -> Iterator[Fault]:
    """A clause that never holds, or never before one that stands in front of it."""
    clause, covering = lines.clause, dict[str, None]()
    cases = list(space.cases(lines))
    if not cases:
        yield broken("policy.never", clause.source, clause.line, clause=clause.id)
        return
    if len(cases) == MOST_CASES:
        return  # too many to know
    for request in clause.requests or REQUESTS:
        before = [one for one in earlier if _applies(one.clause, request)]
        for case in cases:
            settles = next((one for one in before if one.state(case) is True), None)
            if settles is None:
                return
            covering[settles.clause.id] = None
    names = " and ".join(repr(name) for name in covering)
    yield broken("policy.unreachable", clause.source, clause.line, clause=clause.id, earlier=names)


def _opposed(space: Space, before: Sequence[Lines], earlier: Lines, later: Lines) -> Iterator[Fault]:
    """One grants and the other refuses, and neither is the other's exception."""
    one, other = earlier.clause, later.clause
    if {_verdict(one), _verdict(other)} != _OPPOSITE:
        return
    requests = [each for each in REQUESTS if _applies(one, each) and _applies(other, each)]
    case = next((found for each in requests if (found := _both(space, before, earlier, later, each))), None)
    if case is None or not _without(space, earlier, later) or not _without(space, later, earlier):
        return
    granted = one if _verdict(one) == "grant" else other
    code = "policy.promise_before_refusal" if granted is one else "policy.refusal_before_promise"
    yield broken(
        code, one.source, one.line, earlier=one.id, later=other.id, later_file=other.source, later_line=other.line,
        case=_case(case), outcome=_KINDS[granted.then.kind], outcome_zh=_KINDS_ZH[granted.then.kind],
    )  # fmt: skip


def _both(
    space: Space, before: Sequence[Lines], earlier: Lines, later: Lines, request: str
) -> Mapping[str, Cell] | None:
    """A case of a request in which both hold and no clause in front of them certainly does."""
    for case in space.cases(earlier, later):
        if not any(one.state(case) is True for one in before if _applies(one.clause, request)):
            return case
    return None


def _without(space: Space, held: Lines, other: Lines) -> bool:
    """Whether a clause can hold where another does not."""
    return any(other.state(case) is not True for case in space.cases(held))


def _applies(clause: Clause, request: str) -> bool:
    return not clause.requests or request in clause.requests


def _verdict(clause: Clause) -> str:
    return clause.then.kind if clause.then.kind in {"refuse", "refer"} else "grant"


def _case(case: Mapping[str, Cell]) -> str:
    """`delivery.state = delivered, claim.reason = changed_mind`: the plain facts of a case."""
    told = []
    for term, cell in case.items():
        if "(" in term or " ? " in term or cell == OTHER:
            continue
        value = (
            str(cell).lower() if isinstance(cell, bool) else f"{float(cell):g}" if isinstance(cell, Fraction) else cell
        )
        told.append(f"{term} = {value}")
    return ", ".join(told)
