"""True, false and unknown: the engine against a reference, and what learning a fact can and cannot change."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from support.policy.decision import Decision
from support.policy.facts import Fact
from support.policy.verify import verify
from tests.support.policy.case import NOW, clause, decided, version
from tests.support.policy.laws.written import CLAUSES, NAMES, VALUES, Condition, Values

Clauses = list[list[Condition]]


def _expected(clauses: Clauses, known: Values) -> tuple[str, str | None, tuple[str, ...]]:
    """Verdict, clause and missing facts, as the page says."""
    for place, lines in enumerate(clauses):
        values = [line.line(known) for line in lines]
        if False in values:
            continue
        if "unknown" in values:
            missing = {name for line in lines for name in line.names if name not in known}
            return "need", f"c{place}", tuple(sorted(missing))
        return "refuse", f"c{place}", ()
    return "refer", None, ()


def _decided(clauses: Clauses, known: Values) -> Decision:
    written = [
        clause(f"c{place}", *(line.text for line in lines), kind="refuse", value="no")
        for place, lines in enumerate(clauses)
    ]
    given: dict[str, Any] = {**known, "order.number": "A", "order.paid_at": NOW}
    return decided(version(*written), {name: Fact(value, "store", NOW) for name, value in given.items()})


def _told(decision: Decision) -> tuple[str, str | None, tuple[str, ...]]:
    return decision.verdict, decision.clause.id if decision.clause else None, decision.missing


@given(CLAUSES, VALUES)
def test_the_engine_reads_unknown_as_the_page_says(clauses: Clauses, known: Values) -> None:
    decision = _decided(clauses, known)
    assert _told(decision) == _expected(clauses, known)
    tried = clauses[: len(decision.proof["clauses"])]
    assert [entry["value"] for entry in decision.proof["trace"]] == [
        one.line(known) for lines in tried for one in lines
    ]
    assert verify(decision.proof) == ()


@given(CLAUSES, VALUES, st.data())
def test_what_is_decided_stays_decided_whatever_else_is_learned(
    clauses: Clauses, known: Values, data: st.DataObject
) -> None:
    """But for `known(…)`: a fact that no tried line asks after by it may come to be known without any change."""
    before = _decided(clauses, known)
    tried = clauses[: len(before.proof["clauses"])]
    asked = {name for lines in tried for line in lines for name in line.asked}
    free = [name for name in NAMES if name not in known and name not in asked]
    assume(before.verdict != "need" and free)
    name = data.draw(st.sampled_from(free))
    learned = {**known, name: data.draw(_value(name))}
    assert _told(_decided(clauses, learned)) == _told(before)


@given(CLAUSES, VALUES, st.sampled_from(NAMES), st.data())
def test_a_need_changes_only_by_what_it_lacks(clauses: Clauses, known: Values, name: str, data: st.DataObject) -> None:
    """Learning another fact changes nothing; learning one that is missing takes it off, or settles the clause."""
    before = _decided(clauses, known)
    tried = clauses[: len(before.proof["clauses"])]
    assume(name not in known and before.verdict == "need")
    assume(not any(name in line.asked for lines in tried for line in lines))
    after = _decided(clauses, {**known, name: data.draw(_value(name))})
    if name not in before.missing:
        assert _told(after) == _told(before)
    elif _told(after)[:2] == _told(before)[:2]:
        assert set(after.missing) == set(before.missing) - {name}
    elif after.clause == before.clause:
        assert set(before.missing) == {name}
    else:
        assert any(line.line({**known, name: after.proof["facts"][name]["value"]}) is False for line in tried[-1])


@given(CLAUSES, VALUES, st.randoms())
def test_the_order_of_lines_does_not_matter(clauses: Clauses, known: Values, random: Any) -> None:
    shuffled = [random.sample(lines, len(lines)) for lines in clauses]
    assert _told(_decided(shuffled, known)) == _told(_decided(clauses, known))


@given(CLAUSES, VALUES)
def test_everything_known_leaves_no_need(clauses: Clauses, known: Values) -> None:
    full: Values = dict.fromkeys(NAMES, False) | dict.fromkeys(COUNTED, 1) | {"claim.reason": "coupon", **known}
    assert _decided(clauses, full).verdict != "need"


COUNTED = ("item.quantity", "buyer.claims_90d", "claim.evidence")


def _value(name: str) -> st.SearchStrategy[Any]:
    if name in COUNTED:
        return st.integers(0, 4)
    return st.sampled_from(("changed_mind", "key_used", "coupon")) if name == "claim.reason" else st.booleans()
