"""A server that is killed, or loses its power, at random moments under load: `make soak` does the same for longer.

`FAULT_SEED=n` repeats a run's choices; what the machine's scheduler adds to them stays its own.
"""

from __future__ import annotations

from pathlib import Path

from tests.faults.rounds import killed
from tests.faults.seeds import seed
from tests.faults.spawner import Spawner

KILLS = 40
LOSSES = 10


async def test_nothing_acked_is_lost_doubled_or_out_of_order_when_the_server_is_killed(
    spawner: Spawner, tmp_path: Path
) -> None:
    tally = await killed(spawner, tmp_path, KILLS, seed())
    assert not tally.faults, f"{tally}\n" + "\n".join(tally.faults)
    assert tally.rounds == KILLS
    assert tally.acked == tally.answered >= KILLS


async def test_nothing_acked_is_lost_when_the_power_goes(spawner: Spawner, tmp_path: Path) -> None:
    for ending in ("power", "some power"):
        folder = tmp_path / ending.replace(" ", "-")
        folder.mkdir()
        tally = await killed(spawner, folder, LOSSES // 2, seed(), ending)
        assert not tally.faults, f"{ending}: {tally}\n" + "\n".join(tally.faults)
