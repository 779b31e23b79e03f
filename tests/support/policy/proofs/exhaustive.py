"""Single-field mutations of many proofs: `python -m tests.support.policy.proofs.exhaustive PROOFS SEED [OF_EACH]`.

All of each proof, or as many as OF_EACH: 1,000 proofs have some 700,000, for a quarter of an hour on one core. The
tests take a few of each.

A mutation is caught where it no longer holds as it stands. It is also tried as a forger would write it, with a digest
that fits: caught by what it says, or else only by the digest that the shop named, and then the law of `engines_own`.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from random import Random

from support.policy.verify import verify
from tests.support.policy.proofs.generated import Case, cases
from tests.support.policy.proofs.mutations import Mutation, Proof, engines_own, mutations

DIGEST = "digest: it is not the SHA-256 of the rest of the proof"


class Tally:
    """What became of the mutations: `caught` by what they say, by how; `passed` with a fitting digest, by place;
    `broken` where one holds as it stands or passes against the law."""

    def __init__(self) -> None:
        self.caught: Counter[str] = Counter()
        self.passed: Counter[str] = Counter()
        self.broken: list[str] = []

    def try_all(self, case: Case, proof: Proof, chosen: Iterable[Mutation]) -> None:
        """Each mutation with the old digest, which must be caught, and with a fitting one, by the law.

        The digest is judged apart from all else, so its fault alone means that with a fitting one there is none.
        """
        for mutation in chosen:
            changed = mutation.of(proof)
            faults = verify(changed)
            if not faults:
                self.broken.append(f"with its old digest: {mutation}")
            elif faults == (DIGEST,) and mutation.path != ("digest",):
                self._forged(case, changed, mutation)
            else:
                self.caught[mutation.how] += 1

    def said(self) -> str:
        """In one line."""
        caught, passed = self.caught.total(), self.passed.total()
        return (
            f"{caught + passed + len(self.broken)} mutations, {caught + passed} caught: {caught} also with a fitting "
            f"digest, {passed} by the digest alone, as the engine's own; not caught or against the law "
            f"{len(self.broken)}"
        )

    def _forged(self, case: Case, forged: Proof, mutation: Mutation) -> None:
        if engines_own(forged, case.currency):
            self.passed[f"{mutation.how} {place(mutation)}"] += 1
        else:
            self.broken.append(f"with a fitting digest: {mutation}")


def place(mutation: Mutation) -> str:
    """Where a mutation is, the names of facts left out: `facts.*.value`."""
    first, *rest = mutation.path
    parts = ["*", *(str(part) for part in rest[1:2])] if first == "facts" else [str(part) for part in rest]
    return ".".join((str(first), *parts))


def read(case: Case) -> Proof:
    """The proof as a file holds it."""
    proof: Proof = json.loads(json.dumps(case.decided().proof))
    return proof


def main(proofs: int, seed: int, of_each: int | None = None) -> None:
    """Print the figures."""
    tally, random = Tally(), Random(seed)
    for number, case in enumerate(cases(seed, proofs), 1):
        proof = read(case)
        chosen = list(mutations(proof))
        tally.try_all(case, proof, chosen if of_each is None else random.sample(chosen, of_each))
        if number % 50 == 0 or number == proofs:
            print(f"{number} proofs: {tally.said()}", flush=True)
    print(json.dumps({"caught": tally.caught, "passed": tally.passed, "broken": tally.broken[:20]}, indent=1))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
