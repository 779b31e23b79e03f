"""A proof's bytes."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from support.policy.proof import canonical, digest_of, utc
from tests.support.policy.case import LEFT, NOW, clause, decided, facts, version

VALUES = st.one_of(
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.sampled_from(["x:1.0,", ":-0", "[1e5]", "\u2028", "\x7f", "\x1f", "\U0001f600"]),
)
DOCUMENTS = st.recursive(
    VALUES, lambda inner: st.lists(inner) | st.dictionaries(st.text("abc._", min_size=1), inner), max_leaves=8
)


@given(st.dictionaries(st.text("abc._", min_size=1), DOCUMENTS))
def test_canonical_is_rfc_8785(document: dict[str, Any]) -> None:
    assert canonical(document) == rfc8785.dumps(document)


@pytest.mark.parametrize(
    "number", [30.0, -0.0, 1e16, 1e21, 1e-5, 0.0001, 1.5e300, 5e-324, 123456789.125, 1e15, 2.0**53]
)
def test_doubles_are_written_as_the_standard_says(number: float) -> None:
    assert canonical({"a": [number], "b": number, "c": number}) == rfc8785.dumps(
        {"a": [number], "b": number, "c": number}
    )


def test_times_are_in_utc_with_z() -> None:
    shanghai = timezone(timedelta(hours=8))
    assert utc(datetime(2026, 3, 1, 12, tzinfo=shanghai)) == "2026-03-01T04:00:00Z"
    assert utc(datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)) == "2026-03-01T12:00:00.000005Z"


def test_it_holds_every_known_fact_and_each_clause_tried() -> None:
    passed_over = clause("passed", "!order.paid", requests=("refund",))
    given_ = clause("given", "order.paid")
    known = facts({"risk.signals": ["vpn"], "order.note": "x"})
    decision = decided(version(passed_over, given_, clause("later")), known)
    proof = decision.proof
    assert set(proof["facts"]) == {*known, "now"}
    assert proof["facts"]["order.paid_at"] == {
        "value": "2026-03-01T03:01:00Z",
        "source": "store",
        "at": "2026-03-01T04:00:00Z",
    }
    assert proof["facts"]["risk.signals"]["value"] == ["vpn"]
    assert proof["clauses"] == [
        {
            "policy": "after-sales",
            "id": "passed",
            "effective": "2026-01-01",
            "requests": ["refund"],
            "when": ["!order.paid"],
            "then": {"grant": {"refund": LEFT}},
            "sha256": passed_over.sha256,
        },
        {
            "policy": "after-sales",
            "id": "given",
            "effective": "2026-01-01",
            "requests": [],
            "when": ["order.paid"],
            "then": {"grant": {"refund": LEFT}},
            "sha256": given_.sha256,
        },
    ]
    assert proof["trace"] == [
        {"clause": "after-sales/passed", "line": "!order.paid", "value": False},
        {"clause": "after-sales/given", "line": "order.paid", "value": True},
        {"clause": "after-sales/given", "line": "grant.refund", "value": 30},
    ]
    assert (proof["timezone"], proof["minor_unit"], proof["decided_at"]) == ("Asia/Shanghai", 2, "2026-03-01T04:00:00Z")
    assert {name: proof[name] for name in ("verdict", "clause", "outcome", "missing")} == decision.as_json(False)
    assert proof["request"] == "refund"
    assert proof["engine"].startswith("anxin-clauses/1 ")


def test_the_digest_is_of_the_canonical_bytes_without_itself() -> None:
    proof = decided(version(clause("given", "item.paid_amount > 0.5"))).proof
    rest = {name: value for name, value in proof.items() if name != "digest"}
    assert proof["digest"] == hashlib.sha256(rfc8785.dumps(rest)).hexdigest() == digest_of(proof)
    assert digest_of(json.loads(json.dumps(proof))) == proof["digest"]


def test_the_offset_of_the_clock_is_no_part_of_the_bytes() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-5)))
    one, two = decided(version(clause("x"))), decided(version(clause("x")), now=elsewhere)
    assert one.proof == two.proof
