"""One line for each of many decisions: `python -m tests.support.policy.proofs.digests SEED COUNT SHUFFLE`.

SHUFFLE orders each case's facts and versions otherwise, which its proof must not show.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from random import Random
from typing import TypeVar

from tests.support.policy.proofs.generated import Case, cases

T = TypeVar("T")


def digests(seed: int, count: int, shuffle: int) -> list[str]:
    """Each proof's digest, the SHA-256 of its canonical bytes."""
    random = Random(shuffle)
    return [_otherwise(case, random).decided().proof["digest"] for case in cases(seed, count)]


def _otherwise(case: Case, random: Random) -> Case:
    facts = dict(_shuffled(list(case.facts.items()), random))
    return replace(case, facts=facts, versions=tuple(_shuffled(list(case.versions), random)))


def _shuffled(items: list[T], random: Random) -> list[T]:
    random.shuffle(items)
    return items


if __name__ == "__main__":
    print("\n".join(digests(*map(int, sys.argv[1:4]))))
