"""The checks are checked: each fault that is put into the server on purpose is reported, by its own name."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from tests.faults.mutations import MUTATIONS
from tests.faults.rounds import Tally, cut, killed
from tests.faults.seeds import seed
from tests.faults.spawner import Spawner
from tests.faults.uploads import uploaded

PATIENCE = 2.0
Way = Literal["kill", "power", "cut", "uploads"]
EXPECTED: dict[str, tuple[Way, str]] = {
    "ack_before_commit": ("kill", "was acked"),
    "unsynced": ("power", "was acked"),
    "no_unique_key": ("cut", "stands 2 times"),
    "cursor_one_too_far": ("cut", " after seq="),
    "cursor_one_too_near": ("cut", " after n="),
    "done_sent_twice": ("cut", "done n="),
    "answered_twice": ("cut", "has not 1 done"),
    "owed_and_forgotten": ("kill", "was never answered"),
    "seq_skipped": ("cut", "has not the messages 1 to"),
    "heard_before_release": ("cut", " after "),
    "unsynced_uploads": ("uploads", "is not the file that was sent"),
}
TRIES = 4
EACH_TIME = ("ack_before_commit", "unsynced", "no_unique_key", "seq_skipped", "unsynced_uploads")
"""One at least of each way of looking; the others in `make soak`, for it is the checks that they check."""


def test_every_mutation_is_expected_to_be_reported() -> None:
    assert EXPECTED.keys() == MUTATIONS.keys()


@pytest.mark.parametrize(
    "mutation", [pytest.param(name, marks=[] if name in EACH_TIME else [pytest.mark.soak]) for name in EXPECTED]
)
async def test_a_fault_in_the_server_is_reported(spawner: Spawner, tmp_path: Path, mutation: str) -> None:
    way, words = EXPECTED[mutation]
    for number in range(TRIES):
        folder = tmp_path / str(number)
        folder.mkdir()
        tally = await _rounds(spawner, folder, way, mutation, seed() + number)
        if any(words in fault for fault in tally.faults):
            return
    pytest.fail(f"{mutation} went unseen, or was taken for something else: {tally}\n" + "\n".join(tally.faults[:10]))


async def _rounds(spawner: Spawner, folder: Path, way: Way, mutation: str, seed: int) -> Tally:
    if way == "cut":
        visitors = 1 if mutation.startswith("cursor") else 4
        return await cut(spawner, folder, 2.0, 0.2, seed, [mutation], PATIENCE, visitors)
    if way == "uploads":
        return Tally(seed, faults=await uploaded(spawner, folder, 6, seed, "power", [mutation]))
    rounds = 3 if mutation == "owed_and_forgotten" else 8
    return await killed(spawner, folder, rounds, seed, way, [mutation], patience=PATIENCE)
