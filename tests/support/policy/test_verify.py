"""A decision derived again from its proof alone."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from support.policy.decision import Decision
from support.policy.verify import in_chinese, verify
from tests.examples import examples
from tests.support.policy.case import LEFT, clause, decided, facts, version
from tests.support.policy.proofs.mutations import Mutation, mutations, signed

GRANT = version(
    clause("minor", "known(claim.reason)", 'claim.reason == "minor"', kind="refer", value="urgent"),
    clause("frozen", "order.frozen", kind="refer", value="high", requests=("refund",)),
    clause("fresh", "order.paid", 'now - order.paid_at <= duration("24h")', requests=("refund", "cancel")),
    order=1,
)
SECOND = version(clause("late", "order.paid", kind="wait", value="10", policy="waiting"), order=9)
CASES: dict[str, Decision] = {
    "grant": decided((GRANT, SECOND), facts({"order.frozen": False, "order.currency": "CNY", "item.quantity": 3})),
    "cut": decided(version(clause("all", value="100.5")), facts({"order.refunded_amount": 12.34})),
    "need": decided((GRANT, SECOND)),
    "need amount": decided(version(clause("all", value=LEFT)), facts(without=("order.refunded_amount",))),
    "need item": decided(version(clause("all")), {"order.paid_at": facts()["order.paid_at"]}, asks=("order.item",)),
    "need time": decided(version(clause("all")), {"order.paid": facts()["order.paid"]}),
    "need order": decided(version(clause("all", "order.paid", "claim.evidence > 0")), {}),
    "refuse": decided(version(clause("no", "order.paid", kind="refuse", value="used"))),
    "refer": decided((GRANT, SECOND), facts({"claim.reason": "minor"})),
    "second": decided((GRANT, SECOND), facts({"order.frozen": False, "order.paid_at": "2026-02-01T00:00:00Z"})),
    "none": decided(version(clause("never", "!order.paid"))),
    "no policy": decided(()),
    "error": decided(version(clause("broken", "item.quantity / item.delivered_quantity == 1"))),
    "outcome error": decided(version(clause("broken", kind="deliver", value="1 / item.delivered_quantity"))),
    "nothing": decided(version(clause("nothing", value="0.0"))),
    "exchange": decided(version(clause("other", kind="exchange", value="psn"))),
    "deliver": decided(version(clause("rest", kind="deliver", value="item.quantity - item.delivered_quantity"))),
    "yen": decided(version(clause("yen", value="12.5")), currency="JPY", minor_unit=0),
}


def _as_read(decision: Decision) -> dict[str, Any]:
    """The proof as a file holds it."""
    read: dict[str, Any] = json.loads(json.dumps(decision.proof))
    return read


def _signed(proof: dict[str, Any]) -> dict[str, Any]:
    """The proof with a digest that fits whatever it says."""
    rest = {name: value for name, value in proof.items() if name != "digest"}
    return {**rest, "digest": hashlib.sha256(rfc8785.dumps(rest)).hexdigest()}


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list) and value:
        keys = value.keys() if isinstance(value, dict) else range(len(value))
        for key in keys:
            yield from _leaves(value[key], (*path, key))
    else:
        yield path


def _changed(proof: dict[str, Any], path: tuple[Any, ...], new: Any) -> dict[str, Any]:
    changed = copy.deepcopy(proof)
    place: Any = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = new
    return changed


def _at(proof: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        proof = proof[key]
    return proof


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value}x" if isinstance(value, str) else "x"


@pytest.mark.parametrize("name", CASES)
def test_a_proof_holds(name: str) -> None:
    assert verify(_as_read(CASES[name])) == ()


@pytest.mark.parametrize("name", CASES)
def test_a_decision_that_carries_its_proof_holds_and_must_agree_with_it(name: str) -> None:
    document = json.loads(json.dumps(CASES[name].as_json()))
    assert verify(document) == ()
    assert verify({**document, "missing": ["order.paid", "x"]}) == ("decision: it differs from the one in its proof",)
    assert verify({**document, "proof": 5}) == ("proof: it is not an object",)


@pytest.mark.parametrize("name", CASES)
def test_every_changed_leaf_is_caught(name: str) -> None:
    proof = _as_read(CASES[name])
    for path in _leaves(proof):
        assert verify(_changed(proof, path, _other(_at(proof, path)))), path


@given(st.sampled_from(sorted(CASES)), st.data())
def test_every_change_of_any_kind_is_caught(name: str, data: st.DataObject) -> None:
    proof = _as_read(CASES[name])
    path = data.draw(st.sampled_from(list(_leaves(proof))))
    new: Any = data.draw(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just([]) | st.just({})
    )
    old = _at(proof, path)
    if type(new) is type(old) and new == old:
        return
    if not isinstance(new, bool) and not isinstance(old, bool) and new == old:
        return
    assert verify(_changed(proof, path, new)), (path, old, new)


@pytest.mark.parametrize("name", CASES)
def test_what_was_decided_cannot_be_changed_even_with_a_fitting_digest(name: str) -> None:
    proof = _as_read(CASES[name])
    for path in _leaves(proof):
        bears = path != ("minor_unit",) or "refund" in (proof["outcome"] or {})
        if path == ("outcome", "refund", "currency") and "order.currency" not in proof["facts"]:
            continue  # the shop's own, which its proof cannot know
        if bears and path[0] not in ("request", "facts", "clauses", "engine", "digest"):
            forged = _signed(_changed(proof, path, _other(_at(proof, path))))
            assert verify(forged), path


@pytest.mark.parametrize("name", CASES)
def test_a_missing_or_added_part_is_caught(name: str) -> None:
    proof = _as_read(CASES[name])
    for part in proof:
        assert verify(_signed({key: value for key, value in proof.items() if key != part}) if part != "digest" else {})
    assert "more: no proof has this" in verify(_signed({**proof, "more": 1}))


def _forged(name: str, *changes: tuple[tuple[Any, ...], Any]) -> tuple[str, ...]:
    proof = _as_read(CASES[name])
    for path, value in changes:
        proof = _changed(proof, path, value)
    return verify(_signed(proof))


def test_another_fact_gives_another_verdict() -> None:
    faults = _forged("grant", (("facts", "order.frozen", "value"), True))
    assert any(fault.startswith('verdict: "refer" follows') for fault in faults)


def test_a_higher_amount_does_not_follow() -> None:
    faults = _forged("grant", (("outcome", "refund", "amount"), "31.00"))
    assert any(fault.startswith("outcome:") for fault in faults)


def test_a_clause_rewritten_does_not_fit_its_hash() -> None:
    assert any("its sha256" in fault for fault in _forged("grant", (("clauses", 0, "when"), ["known(order.paid)"])))


def test_a_clause_of_later_effect_was_not_in_force() -> None:
    later = version(clause("x", kind="refer", value="low", effective=date(2026, 3, 2)))
    proof = _as_read(decided(later, {}, now=datetime(2026, 3, 2, 4, tzinfo=UTC)))
    assert verify(proof) == ()
    moved = _changed(proof, ("facts", "order.paid_at"), {**proof["facts"]["now"], "value": "2026-03-01T15:59:59Z"})
    assert any("took effect on 2026-03-02" in fault for fault in verify(_signed(moved)))
    zone = _changed(moved, ("facts", "order.paid_at", "value"), "2026-03-01T16:00:00Z")
    assert verify(_signed(zone)) == ()
    assert verify(_signed(_changed(zone, ("timezone",), "Europe/London")))


def test_clauses_out_of_order_or_twice_are_caught() -> None:
    proof = _as_read(CASES["second"])
    shuffled = _signed({**proof, "clauses": [*proof["clauses"][1:], *proof["clauses"][:1]]})
    assert verify(shuffled)
    twice = _signed({**proof, "clauses": [*proof["clauses"], proof["clauses"][-1]]})
    assert "clauses: one is tried twice" in verify(twice)
    apart = _signed({**proof, "clauses": [proof["clauses"][0], proof["clauses"][-1], *proof["clauses"][1:-1]]})
    assert "clauses: those of one policy do not stand together" in verify(apart)


def test_what_a_proof_cannot_show_by_itself() -> None:
    """A proof cannot show by itself that its facts were true, that these were all of the shop's clauses, or that nobody
    wrote another one: compare the clauses' hashes with the published policy and the digest with the one that the shop
    recorded."""
    fewer = decided(SECOND, facts({"order.frozen": False, "order.currency": "CNY", "item.quantity": 3}))
    assert verify(_as_read(fewer)) == () == verify(_as_read(CASES["grant"]))
    assert fewer.outcome != CASES["grant"].outcome
    hashes = {clause["sha256"] for clause in fewer.proof["clauses"]}
    assert hashes == {clause.sha256 for clause in SECOND.clauses}
    assert fewer.proof["digest"] != CASES["grant"].proof["digest"]


def test_a_left_out_clause_shows_in_the_trace() -> None:
    proof = _as_read(CASES["grant"])
    assert any(fault.startswith("trace:") for fault in verify(_signed({**proof, "clauses": proof["clauses"][1:]})))


def test_the_buyers_word_makes_only_claims_known() -> None:
    faults = _forged("grant", (("facts", "order.paid", "source"), "buyer"))
    assert "facts.order.paid: the buyer's word makes only claims known" in faults


def test_another_request_than_the_buyers_is_caught() -> None:
    asked = decided(SECOND, facts({"claim.request": "refund"}))
    proof = _as_read(asked)
    assert verify(_signed(_changed(proof, ("facts", "claim.request", "source"), "buyer"))) == ()
    forged = _changed(_changed(proof, ("facts", "claim.request", "source"), "buyer"), ("request",), "cancel")
    assert "request: the buyer asked for refund, and cancel is decided" in verify(_signed(forged))


def test_an_order_without_its_time_has_no_clauses_in_force() -> None:
    proof = _as_read(CASES["second"])
    kept = {name: fact for name, fact in proof["facts"].items() if name not in ("order.paid_at", "order.created_at")}
    assert any("cannot be known without" in fault for fault in verify(_signed({**proof, "facts": kept})))


@pytest.mark.parametrize(("part", "value"), [("source", "store"), ("at", "2026-03-01T03:59:59Z")])
def test_the_clock_is_the_decisions_own(part: str, value: str) -> None:
    assert "facts.now: it is not the clock's time of the decision" in _forged("grant", (("facts", "now", part), value))


def test_which_item_is_asked_only_once_the_orders_time_is_known() -> None:
    known = {name: facts()[name] for name in ("order.paid_at", "order.paid")}
    proof = _as_read(decided(version(clause("all")), known, asks=("order.item",)))
    assert verify(proof) == ()
    assert verify(signed(Mutation("drop", ("facts", "order.paid_at")).of(proof)))


def test_a_value_that_its_fact_never_has_is_caught() -> None:
    assert any(fault.startswith("facts:") for fault in _forged("none", (("facts", "delivery.state", "value"), "lost")))


def test_an_amount_finer_than_the_currency_is_cut_and_the_trace_says_so() -> None:
    odd = {"item.paid_amount": 10.5, "order.paid_amount": 10.5}
    decision = decided(version(clause("all")), facts(odd), currency="JPY", minor_unit=0)
    assert decision.outcome == {"refund": {"amount": "10", "currency": "JPY"}}
    assert {"clause": "after-sales/all", "line": "limit", "value": 10.5} in decision.proof["trace"]
    assert verify(decision.proof) == ()


def test_a_fact_read_after_the_decision_is_caught() -> None:
    assert any(
        "read after" in fault for fault in _forged("grant", (("facts", "order.paid", "at"), "2027-01-01T00:00:00Z"))
    )


def test_another_currency_than_the_orders_is_caught() -> None:
    assert any("paid in CNY" in fault for fault in _forged("grant", (("outcome", "refund", "currency"), "USD")))
    assert any("minor_unit" in fault for fault in _forged("cut", (("outcome", "refund", "currency"), "JPY")))


@pytest.mark.parametrize("text", ["((", "order.paid &&", "x" * 3000, "(" * 200 + ")" * 200])
def test_lines_that_cannot_be_read_are_not_followed(text: str) -> None:
    assert _forged("refuse", (("clauses", 0, "when"), [text]))


@settings(max_examples=examples(25))
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_any_document_gets_an_answer(value: Any) -> None:
    proof = _as_read(CASES["grant"])
    for name in ("facts", "clauses", "trace", "outcome", "clause", "timezone", "decided_at", "missing", "verdict"):
        if value != proof[name]:
            assert verify({**proof, name: value})


def test_every_fault_is_told_in_chinese_too_and_with_plain_values() -> None:
    """Over all single-field changes of every kind of decision: whoever words a fault words it twice."""
    told = {
        fault
        for decision in CASES.values()
        for mutation in list(mutations(json.loads(json.dumps(decision.proof))))[::60]
        for fault in verify(mutation.of(json.loads(json.dumps(decision.proof))))
    }
    assert len(told) > 30
    for fault in told:
        assert re.search("[一-鿿]", in_chinese(fault)), fault
        assert not re.search(r"\bTrue\b|\bFalse\b|\bNone\b", fault), fault
    assert in_chinese("facts.now: it was read after the decision") == "facts.now：读取时间晚于决定的时间"


def test_a_pattern_that_backtracks_for_ever_does_not_hold_and_takes_no_time() -> None:
    """By whoever writes a proof to keep its verifier busy: all patterns of one proof share one second."""
    slow = tuple(f'order.note.matches("^(a+)+${n}")' for n in range(50))
    proof = signed({**decided(version(clause("c", *slow)), facts({"order.note": "a" * 5_000 + "!"})).proof})
    began = time.monotonic()
    assert any(fault.startswith("trace: ") for fault in verify(proof))
    assert time.monotonic() - began < 5
    held = decided(version(clause("c", 'order.note.matches("^a+!$")')), facts({"order.note": "a" * 5_000 + "!"})).proof
    assert verify(held) == ()
