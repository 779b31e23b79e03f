"""300 proofs, each with fields dropped, changed and added, by one who writes a fitting digest and one who does not.

All mutations of all proofs: `exhaustive.py`.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from knowledge_base.cel_names import facts_named
from knowledge_base.cel_parser import parse
from support.policy.proof_shape import json_text
from support.policy.verify import verify
from tests.support.policy.proofs.exhaustive import DIGEST, Tally, read
from tests.support.policy.proofs.generated import Case, cases
from tests.support.policy.proofs.mutations import Mutation, Proof, engines_own, mutations, signed

PROOFS, OF_EACH = 300, 2
CURRENCY = ("outcome", "refund", "currency")
UNSEEN = {"facts", "request", "minor_unit", "engine", "timezone", "outcome"}


@pytest.fixture(scope="module")
def proofs() -> list[tuple[Case, Proof]]:
    return [(case, read(case)) for case in cases(20260302, PROOFS)]


def test_each_holds_and_is_the_engines_own_and_all_verdicts_are_there(proofs: list[tuple[Case, Proof]]) -> None:
    assert [verify(proof) for _, proof in proofs] == [()] * PROOFS
    assert all(engines_own(proof, case.currency) for case, proof in proofs[:100])
    verdicts = Counter(proof["verdict"] for _, proof in proofs)
    assert set(verdicts) == {"grant", "refuse", "refer", "need"}
    assert min(verdicts.values()) >= PROOFS * 0.03
    assert any("failure" in proof for _, proof in proofs)
    assert any(entry["line"] == "limit" for _, proof in proofs for entry in proof["trace"])


def test_single_fields_of_each_proof(proofs: list[tuple[Case, Proof]]) -> None:
    """A proof that was changed in any place no longer fits its digest.

    Whoever changes a proof and writes a fitting digest passes only where the engine itself, given the facts and clauses
    that the proof now shows, would have written it byte for byte.

    What can change unseen is what decides nothing: a fact that no tried clause names or that leaves every line and
    amount as it was, a fact's source or time before the decision, the engine's name, a time zone with
    the same day, another request that the same clauses are for where the buyer's own is not among the facts, and the
    currency or its digits where the order names none."""
    random, tally = Random(7), Tally()
    for case, proof in proofs:
        tally.try_all(case, proof, random.sample(list(mutations(proof)), OF_EACH))
    assert tally.broken == []
    assert tally.caught.total() > PROOFS
    assert {path.split()[1].split(".")[0] for path in tally.passed} <= UNSEEN


def test_with_the_digest_that_the_shop_named_nothing_changes_unseen(proofs: list[tuple[Case, Proof]]) -> None:
    """With the digest that the shop named when it decided (`anxin policy verify --digest`), nothing at all can change
    unseen."""
    random, passed = Random(10), 0
    for _, proof in proofs[: PROOFS // 10]:
        assert verify(proof, proof["digest"]) == ()
        for mutation in random.sample([one for one in mutations(proof) if one.path != ("digest",)], 4):
            forged = signed(mutation.of(proof))
            assert verify(forged, proof["digest"])[0].startswith("digest: it is not "), mutation
            alone = tuple(fault for fault in verify(mutation.of(proof)) if fault != DIGEST)
            assert verify(forged) == alone, "the digest is judged apart from all else"
            passed += not alone
    assert passed > PROOFS / 20


def test_a_fact_that_a_line_came_to_its_value_by_cannot_be_dropped(proofs: list[tuple[Case, Proof]]) -> None:
    """So the verdict, the outcome, the clause, what is missing, the trace and any single text of a clause cannot be
    changed by themselves, and no fact can be dropped that a tried line came to its value by."""
    random, tried = Random(8), 0
    for _, proof in proofs[: PROOFS // 2]:
        if cited := _cited(proof):
            dropped = Mutation("drop", ("facts", random.choice(cited)))
            assert verify(signed(dropped.of(proof))), dropped
            tried += 1
    assert tried > PROOFS / 4


def test_what_was_decided_cannot_be_changed_by_itself(proofs: list[tuple[Case, Proof]]) -> None:
    """So the verdict, the outcome, the clause, what is missing, the trace and any single text of a clause cannot be
    changed by themselves, and no fact can be dropped that a tried line came to its value by."""
    random, told = Random(9), ("verdict", "outcome", "clause", "missing", "trace", "clauses")
    for _, proof in proofs[: PROOFS // 4]:
        among = [mutation for mutation in mutations(proof) if mutation.path[0] in told and mutation.path != CURRENCY]
        for mutation in random.sample(among, 2):
            assert verify(signed(mutation.of(proof))), mutation


def test_a_failure_is_the_expression_that_has_no_value(proofs: list[tuple[Case, Proof]]) -> None:
    """Where the engine failed, `failure` is the expression that has no value, the first of the clause's lines or its
    outcome's, and no other text."""
    failed = [proof for _, proof in proofs if "failure" in proof]
    assert {proof["trace"][-1]["line"][:6] for proof in failed} > {"grant."}, "a line's, and an outcome's"
    for proof in failed:
        expected = (f"failure: it is {json_text(proof['failure'])} that has no value",)
        for other in ("", proof["failure"] + " ", proof["failure"] + ": division by zero", "order.paid"):
            assert verify(signed({**proof, "failure": other})) == expected
        assert verify(signed({name: value for name, value in proof.items() if name != "failure"})) == expected
    whole = next(proof for _, proof in proofs if "failure" not in proof)
    assert verify(signed({**whole, "failure": "order.paid"})) == ("failure: there is none",)


def _cited(proof: Proof) -> list[str]:
    lines = [entry["line"] for entry in proof["trace"] if entry["value"] != "unknown" and entry["line"][:6] != "grant."]
    return sorted({name for line in lines if line != "limit" for name in facts_named(parse(line))})
