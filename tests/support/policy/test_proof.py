"""A proof's bytes."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from support.policy.canonical import is_spelled_alike
from support.policy.proof import digest_of, utc
from tests.support.policy.case import LEFT, NOW, clause, decided, facts, version

DOUBLES = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text() | st.sampled_from(["x:1.0,", "\u2028", "\x7f", "\x1f\b\f\n\r\t", "\U0001f600", '"\\/</script>'])


@given(st.lists(DOUBLES, max_size=3), TEXTS, st.integers(-(2**53) + 1, 2**53 - 1))
def test_a_proof_is_written_as_rfc_8785_says(amounts: list[float], text: str, count: int) -> None:
    doubles = dict(zip(("item.paid_amount", "item.unit_price", "item.price_now"), amounts, strict=False))
    known = facts({**doubles, "order.note": text, "payment.count": count, "risk.signals": [text]})
    proof = decided(version(clause("x", "order.paid")), known).proof
    assert proof["digest"] == digest_of(proof)


@pytest.mark.parametrize("number", [30.5, 0.1 + 0.2, 0.0001, 0.00012345, 999999999999999.5, 123456789.125, -0.5])
def test_doubles_that_are_spelled_alike(number: float) -> None:
    assert is_spelled_alike(number)
    assert msgspec.json.encode(number) == rfc8785.dumps(number)


@given(DOUBLES)
def test_no_other_double_is_taken_for_one(number: float) -> None:
    assert not is_spelled_alike(number) or msgspec.json.encode(number) == rfc8785.dumps(number)


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
