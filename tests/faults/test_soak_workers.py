"""The soak of two workers, short: nothing where nothing is wrong, and a fault that is put into the workers."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.faults.memory import Sample, growing
from tests.faults.seeds import seed
from tests.faults.served import served
from tests.faults.soak_workers import soak
from tests.faults.soaked import Soaked, Wanted

MINUTES, PAGES, RATE, EVERY = 0.2, 24, 12.0, 3.0


def soaked(folder: Path, planted: str = "") -> Soaked:
    wanted = Wanted(MINUTES, PAGES, RATE, EVERY, seed())
    with served(folder, planted=planted) as workers:
        return asyncio.run(soak(wanted, workers, lambda line: None))


@pytest.mark.soak
def test_two_workers_are_killed_with_what_they_stand_on_and_nothing_is_lost(tmp_path: Path) -> None:
    result = soaked(tmp_path)
    assert result.faults == [], f"seed {result.wanted.seed}: " + "\n".join(result.lines())
    assert sum(result.ends.values()) >= 1
    assert result.connects > PAGES
    assert 0 < result.acked == result.answered
    result.write(tmp_path / "build" / "soak.json")
    assert json.loads((tmp_path / "build" / "soak.json").read_text())["acked"] == result.acked


def test_a_fault_that_was_put_into_the_workers_is_found(tmp_path: Path) -> None:
    result = soaked(tmp_path, "cursor_one_too_near")
    assert any(" after n=" in fault for fault in result.faults), "\n".join(result.lines())


@pytest.mark.parametrize(
    ("last", "minutes", "grew"), [(400.0, 30, False), (409.0, 30, False), (416.0, 30, True), (416.0, 5, False)]
)
def test_memory_that_grows_through_a_long_life_is_a_fault_and_a_restart_begins_another(
    last: float, minutes: int, grew: bool
) -> None:
    def life(worker: int, begin: float, mib: float) -> list[Sample]:
        each = [300.0] * 5 + [400.0] * 5 + [mib] * 5
        return [Sample(begin + minutes * at / 14, worker, one, 50) for at, one in enumerate(each)]

    found = growing([*life(1, 0, last), *life(2, minutes, 400.0)], least_minutes=10)
    assert found == (["memory: worker 1 held 400 MiB, and then 416"] if grew else [])
