"""Single-field mutations of many proofs: `python -m tests.support.policy.proofs.exhaustive PROOFS SEED [OF_EACH]`.

All of each proof, or as many as OF_EACH: 1,000 proofs have some 750,000, for half an hour on one core. The tests take
a few of each.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from random import Random

from support.policy.verify import verify
from tests.support.policy.proofs.generated import Case, cases
from tests.support.policy.proofs.mutations import Mutation, Proof, engines_own, mutations, signed


class Tally:
    """What became of the mutations: `passed` by place, `broken` where the law does not hold."""

    def __init__(self) -> None:
        self.caught: Counter[str] = Counter()
        self.passed: Counter[str] = Counter()
        self.broken: list[str] = []

    def try_all(self, case: Case, proof: Proof, chosen: Iterable[Mutation]) -> None:
        """Each mutation with the old digest, which must be caught, and with a fitting one, by the law."""
        for mutation in chosen:
            changed = mutation.of(proof)
            faults = verify(changed)
            if not faults:
                self.broken.append(f"with its old digest: {mutation}")
            elif all(fault.startswith("digest: ") for fault in faults):
                self._forged(case, signed(changed), mutation)
            else:
                self.caught[mutation.how] += 1

    def said(self) -> str:
        """In one line."""
        caught, passed = self.caught.total(), self.passed.total()
        return (
            f"{caught + passed} mutations, all caught by the old digest; with a fitting one {caught} caught, "
            f"{passed} are the engine's own; broken {len(self.broken)}"
        )

    def _forged(self, case: Case, forged: Proof, mutation: Mutation) -> None:
        if not verify(forged) and engines_own(forged, case.currency):
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
