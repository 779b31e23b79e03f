"""A decision's form, and its proof's."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
import rfc8785

from knowledge_base.policy import OutcomeKind
from support.policy.decision import Decision
from support.policy.examples import run_examples
from support.policy.verify import verify
from tests.knowledge_base.small_folder import read
from tests.support.policy.case import clause, decided, facts, version
from tests.support.policy.clauses.page import worked_example
from tests.support.policy.clauses.told import NOON, small, told

ROW = "A,steam,1,0,30.00,CNY,DAY,failed,0"


def _shown(decision: Decision) -> Any:
    return json.loads(json.dumps(decision.as_json(with_proof=False)))


def test_the_worked_example_decides_as_it_says() -> None:
    """A policy file is what people read and what decides, side by side."""
    folder = read(**{"policies/after-sales.md": worked_example()})
    [read_] = folder.policies
    assert read_.clauses[0].text == "付款后尚未交付的订单，买家可申请全额退款，款项原路退回，1 至 3 个工作日到账。"
    assert decided(read_).outcome == {"refund": {"amount": "30.00", "currency": "CNY"}}


def test_examples_are_run() -> None:
    """A clause's `examples` are run by `anxin shop check`, and one that comes out otherwise is a fault at its line."""
    assert run_examples(read(**{"policies/a.md": worked_example()})) == ()
    wrong = worked_example().replace("refund: 30.00", "refund: 29.00")
    [fault] = run_examples(read(**{"policies/a.md": wrong}))
    assert "29.00 is expected" in fault.message
    assert "- {request: refund, now:" in wrong.splitlines()[fault.line - 1]


def test_a_decision_has_four_parts() -> None:
    """A decision is `{verdict: grant|refuse|refer|need, clause: {policy, id, effective, sha256} or null, outcome,
    missing}`."""
    given = clause("given", "order.paid")
    assert _shown(decided(version(given))) == {
        "verdict": "grant",
        "clause": {"policy": "after-sales", "id": "given", "effective": "2026-01-01", "sha256": given.sha256},
        "outcome": {"refund": {"amount": "30.00", "currency": "CNY"}},
        "missing": [],
    }
    none = _shown(decided(version(clause("never", "!order.paid"))))
    assert none == {"verdict": "refer", "clause": None, "outcome": {"priority": "normal"}, "missing": []}


@pytest.mark.parametrize(
    ("kind", "value", "verdict", "outcome"),
    [
        ("refund", "30", "grant", {"refund": {"amount": "30.00", "currency": "CNY"}}),
        ("deliver", "2", "grant", {"deliver": 2}),
        ("reissue", "1.0", "grant", {"reissue": 1}),
        ("exchange", "id", "grant", {"exchange": "id"}),
        ("wait", "10", "grant", {"wait": 10}),
        ("refuse", "used", "refuse", {"reason": "used"}),
        ("refer", "high", "refer", {"priority": "high"}),
        ("refund", "item.price_now", "need", None),
    ],
)
def test_each_outcome(kind: OutcomeKind, value: str, verdict: str, outcome: object) -> None:
    """`outcome` is `{"refund": {"amount": "30.00", "currency": "CNY"}}`, `{"deliver": 2}`, `{"reissue": 1}`,
    `{"exchange": "id"}`, `{"wait": 10}`, `{"reason": "…"}` or `{"priority": "high"}`, and null for a need."""
    shown = _shown(decided(version(clause("x", kind=kind, value=value))))
    assert (shown["verdict"], shown["outcome"]) == (verdict, outcome)
    assert all(type(value) is not float for value in (shown["outcome"] or {}).values())


def test_the_clause_of_a_need_is_the_one_that_lacks_the_facts() -> None:
    """In a need the clause is the one that lacks the facts."""
    clauses = (clause("false", "!order.paid", "order.frozen"), clause("lacking", "order.frozen"), clause("x"))
    assert _shown(decided(version(*clauses)))["clause"]["id"] == "lacking"


def test_the_proof_holds_all_that_is_needed() -> None:
    """Its proof adds `request`, `facts: {name: {value, source, at}}` (every fact known of the order, not only those
    that a clause named), `clauses: [{policy, id, effective, requests, when, then, sha256}]` for each one tried, `trace:
    [{clause, line, value}]`, `timezone`, `minor_unit`, `decided_at`, `engine`, `digest`."""
    decision = told(small(ROW))
    proof, four = decision.proof, {"verdict", "clause", "outcome", "missing"}
    added = {"request", "facts", "clauses", "trace", "timezone", "minor_unit", "decided_at", "engine", "digest"}
    assert set(proof) == four | added
    assert {name: proof[name] for name in four} == decision.as_json(with_proof=False)
    assert {"item.kind", "item.region", "order.created_at", "item.return_days", "claim.request"} <= set(proof["facts"])
    assert [tried["id"] for tried in proof["clauses"]] == ["frozen", "undelivered-refund"]
    keys = {"policy", "id", "effective", "requests", "when", "then", "sha256"}
    assert all(set(tried) == keys for tried in proof["clauses"])
    assert proof["trace"] == [
        {"clause": "after-sales/frozen", "line": "order.frozen", "value": False},
        {"clause": "after-sales/undelivered-refund", "line": "order.paid", "value": True},
        {
            "clause": "after-sales/undelivered-refund",
            "line": 'delivery.state in ["not_delivered", "failed"]',
            "value": True,
        },
        {"clause": "after-sales/undelivered-refund", "line": "grant.refund", "value": 30},
    ]
    assert (proof["request"], proof["timezone"], proof["minor_unit"]) == ("refund", "Asia/Shanghai", 2)
    assert proof["decided_at"] == NOON.isoformat().replace("+00:00", "Z")


def test_the_digest_is_of_the_canonical_bytes() -> None:
    """Canonical JSON (RFC 8785), times in UTC with `Z`, digest = SHA-256 without itself: equal input gives equal
    bytes."""
    known = facts({"order.note": "é\u2028\x07", "item.unit_price": 1e-7, "item.price_now": 1e21})
    proof = decided(version(clause("x", "item.unit_price > 0.0")), known).proof
    rest = {name: value for name, value in proof.items() if name != "digest"}
    assert proof["digest"] == hashlib.sha256(rfc8785.dumps(rest)).hexdigest()
    times = [fact["value"] for name, fact in proof["facts"].items() if name.endswith("_at")]
    assert all(time.endswith("Z") for time in (*times, proof["decided_at"], proof["facts"]["now"]["at"]))


def test_the_verdict_is_derived_from_the_proof_alone() -> None:
    """`anxin policy verify` re-derives the verdict from the proof alone, in code that does not share the engine's
    evaluation."""
    read_back = json.loads(json.dumps(told(small(ROW)).proof))
    assert verify(read_back) == ()
    for name, other in (("verdict", "refuse"), ("missing", ["order.paid"]), ("outcome", None)):
        rest = {**read_back, name: other}
        del rest["digest"]
        forged = {**rest, "digest": hashlib.sha256(rfc8785.dumps(rest)).hexdigest()}
        assert any(fault.startswith(f"{name}: ") for fault in verify(forged))
