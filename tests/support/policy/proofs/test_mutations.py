"""1,000 proofs, each with fields dropped, changed and added, by one who writes a fitting digest and one who does not.

The law: a forged proof passes only where it is byte for byte the one that the engine makes of the facts and clauses
that it shows. So what can change unseen is what decides nothing: a fact that no tried clause names or that leaves all
lines as they were, a fact's source or time, the engine's name, a zone with the same day, a request that the tried
clauses are for alike, and digits of a currency that is not named. All mutations of all proofs: `exhaustive.py`.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from knowledge_base.cel_names import facts_named
from knowledge_base.cel_parser import parse
from support.policy.verify import verify
from tests.support.policy.proofs.exhaustive import Tally, read
from tests.support.policy.proofs.generated import Case, cases
from tests.support.policy.proofs.mutations import Mutation, Proof, engines_own, mutations, signed

PROOFS, OF_EACH = 1000, 3
UNSEEN = {"facts", "request", "minor_unit", "engine", "timezone"}


@pytest.fixture(scope="module")
def proofs() -> list[tuple[Case, Proof]]:
    return [(case, read(case)) for case in cases(20260308, PROOFS)]


def test_each_holds_and_is_the_engines_own_and_all_verdicts_are_there(proofs: list[tuple[Case, Proof]]) -> None:
    assert [verify(proof) for _, proof in proofs] == [()] * PROOFS
    assert all(engines_own(proof, case.currency) for case, proof in proofs[:200])
    verdicts = Counter(proof["verdict"] for _, proof in proofs)
    assert set(verdicts) == {"grant", "refuse", "refer", "need"}
    assert min(verdicts.values()) >= 30
    assert any("failure" in proof for _, proof in proofs)
    assert any(entry["line"] == "limit" for _, proof in proofs for entry in proof["trace"])


def test_single_fields_of_each_proof(proofs: list[tuple[Case, Proof]]) -> None:
    """Dropping or changing any cited fact is caught."""
    random, tally = Random(7), Tally()
    for case, proof in proofs:
        tally.try_all(case, proof, random.sample(list(mutations(proof)), OF_EACH))
    assert tally.broken == []
    assert tally.caught.total() > PROOFS
    assert {path.split()[1].split(".")[0] for path in tally.passed} <= UNSEEN


def test_a_fact_that_a_line_came_to_its_value_by_cannot_be_dropped(proofs: list[tuple[Case, Proof]]) -> None:
    random, tried = Random(8), 0
    for _, proof in proofs[: PROOFS // 2]:
        if cited := _cited(proof):
            dropped = Mutation("drop", ("facts", random.choice(cited)))
            assert verify(signed(dropped.of(proof))), dropped
            tried += 1
    assert tried > PROOFS / 4


def _cited(proof: Proof) -> list[str]:
    lines = [entry["line"] for entry in proof["trace"] if entry["value"] != "unknown" and entry["line"][:6] != "grant."]
    return sorted({name for line in lines if line != "limit" for name in facts_named(parse(line))})
