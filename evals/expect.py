"""What must hold of an answer and of the record: state, never wording.

Keys of a turn's `expect`: `asks` (exactly these facts), `decision` (None, or what it must have: `verdict`, `clause`,
`amount`, `outcome`, `missing`), `decision_not` (a verdict that it must not be), `ticket` (None, or what it must have),
`cites` (one of these sources; empty for none), `lang`. Keys of a case's `end`: `verdicts` (of the stored decisions, in
order), `last` (what the last of them must have), `tickets` (what each must have, in order), `ticket_count`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from evals.stage import Json
from ticketing.ticket import Ticket

Wrong = Iterator[str]


class UnknownExpectation(Exception):
    """A case expects something that nothing checks: a slip of the pen would pass for ever."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"nothing checks {key!r}; known are {', '.join(sorted({*OF_A_TURN, *OF_THE_END}))}")


def of_turn(answer: Json, expect: Mapping[str, Any]) -> list[str]:
    """What is otherwise than expected in an answer. Raises UnknownExpectation."""
    return [wrong for key, want in expect.items() for wrong in _check(OF_A_TURN, key)(answer, want)]


def of_end(proofs: Sequence[Json], tickets: Sequence[Ticket], expect: Mapping[str, Any]) -> list[str]:
    """What is otherwise than expected in the record. Raises UnknownExpectation."""
    return [wrong for key, want in expect.items() for wrong in _check(OF_THE_END, key)(proofs, tickets, want)]


def _check(table: Mapping[str, Callable[..., Wrong]], key: str) -> Callable[..., Wrong]:
    if key not in table:
        raise UnknownExpectation(key)
    return table[key]


def _asks(answer: Json, want: Sequence[str]) -> Wrong:
    if sorted(answer["asks"]) != sorted(want):
        yield f"asks {answer['asks']} for {want}"


def _decision(answer: Json, want: Mapping[str, Any] | None) -> Wrong:
    yield from _fits(answer["decision"], want)


def _fits(got: Mapping[str, Any] | None, want: Mapping[str, Any] | None) -> Wrong:
    if want is None or got is None:
        if want is not got:
            yield f"decision {_short(got)} for {_short(want)}"
        return
    seen = {
        "verdict": got["verdict"], "clause": (got["clause"] or {}).get("id"), "outcome": got["outcome"],
        "missing": got["missing"], "amount": ((got["outcome"] or {}).get("refund") or {}).get("amount"),
    }  # fmt: skip
    yield from (f"{name} {seen[name]!r} for {value!r}" for name, value in want.items() if seen[name] != value)


def _short(decision: Mapping[str, Any] | None) -> str:
    if decision is None:
        return "none"
    clause = decision.get("clause") or ""
    return f"{decision.get('verdict')} {clause if isinstance(clause, str) else clause.get('id')}".strip()


def _decision_not(answer: Json, verdict: str) -> Wrong:
    if answer["decision"] and answer["decision"]["verdict"] == verdict:
        yield f"{verdict}, which must never be here"


def _ticket(answer: Json, want: Mapping[str, str] | None) -> Wrong:
    got = answer["ticket"]
    if want is None or got is None:
        if want is not got:
            yield f"ticket {got and got['reason']} for {want}"
        return
    yield from (f"ticket's {name} {got[name]} for {value}" for name, value in want.items() if got[name] != value)


def _cites(answer: Json, want: Sequence[str]) -> Wrong:
    cited = [citation["id"] for citation in answer["citations"]]
    if bool(want) != bool(set(want) & set(cited)) or (not want and cited):
        yield f"cites {cited} for {list(want)}"


def _lang(answer: Json, want: str) -> Wrong:
    if answer["lang"] != want:
        yield f"language {answer['lang']} for {want}"


def _verdicts(proofs: Sequence[Json], tickets: Sequence[Ticket], want: Sequence[str]) -> Wrong:
    got = [proof["verdict"] for proof in proofs]
    if got != list(want):
        yield f"stored verdicts {got} for {want}"


def _last(proofs: Sequence[Json], tickets: Sequence[Ticket], want: Mapping[str, Any]) -> Wrong:
    yield from _fits(proofs[-1] if proofs else None, want)


def _tickets(proofs: Sequence[Json], tickets: Sequence[Ticket], want: Sequence[Mapping[str, str]]) -> Wrong:
    got = [(ticket.reason, ticket.priority, ticket.queue) for ticket in tickets]
    if len(tickets) != len(want):
        yield f"stored tickets {got} for {want}"
        return
    for ticket, fields in zip(tickets, want, strict=True):
        yield from (f"stored ticket's {k} for {v}: {got}" for k, v in fields.items() if getattr(ticket, k) != v)


def _ticket_count(proofs: Sequence[Json], tickets: Sequence[Ticket], want: int) -> Wrong:
    if len(tickets) != want:
        yield f"{len(tickets)} tickets for {want}"


OF_A_TURN: Mapping[str, Callable[..., Wrong]] = {
    "asks": _asks, "decision": _decision, "decision_not": _decision_not, "ticket": _ticket, "cites": _cites,
    "lang": _lang,
}  # fmt: skip
OF_THE_END: Mapping[str, Callable[..., Wrong]] = {
    "verdicts": _verdicts, "last": _last, "tickets": _tickets, "ticket_count": _ticket_count,
}  # fmt: skip
