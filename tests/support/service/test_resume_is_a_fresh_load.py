"""Random histories, cut at every cursor: a page that resumes shows what a page that was never here is shown."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from support.chat.frames import event_frame, frame
from support.service.connect import Missed, missed
from tests.examples import examples
from tests.support.service.test_nobody_is_left import Takeover

JUDGE = Path(__file__).parents[3] / "widget" / "test" / "resumed.mjs"
Json = dict[str, Any]
PLAYS = {"sqlite": examples(9), "postgresql": 2}
"""The second engine is slower: there, it is the queries that are looked at."""


def test_every_resume_of_every_play_is_a_fresh_load(empty_record: Callable[[], str], tmp_path: Path) -> None:
    plays: list[Json] = []

    class Watched(Takeover):
        def teardown(self) -> None:
            plays.append(self._play())
            super().teardown()

        def _play(self) -> Json:
            fresh = self._missed(None, None)
            resumed = [self._missed(n, fresh.epoch) for n in range(fresh.n + 1)]
            assert {gap.resume for gap in resumed} == {"ok"}
            return {"epoch": fresh.epoch, "fresh": told(fresh), "resumed": [told(gap) for gap in resumed]}

        def _missed(self, cursor: int | None, epoch: str | None) -> Missed:
            return self.house.read(lambda tx: missed(tx, self.house.buyer(), cursor, epoch))

    few = settings(
        max_examples=PLAYS[empty_record().partition(":")[0]], stateful_step_count=25, deadline=None,
        suppress_health_check=list(HealthCheck), derandomize=True,
    )  # fmt: skip
    run_state_machine_as_test(lambda: Watched(empty_record), settings=few)  # type: ignore[arg-type]  # whatever makes one will do
    file = tmp_path / "plays.json"
    file.write_text(json.dumps(plays), "utf-8")
    judged = subprocess.run(["node", JUDGE, file], capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stderr
    verdict = json.loads(judged.stdout)
    assert verdict["differences"] == 0, "\n".join(verdict["first"])
    assert verdict["compared"] == sum(len(play["resumed"]) for play in plays) > 100


def told(gap: Missed) -> list[Json]:
    """The frames that a socket writes of it."""
    texts = [event_frame(event) for event in gap.events]
    texts += [frame("snapshot", gap.snapshot)] if gap.snapshot else []
    return [json.loads(text) for text in (*texts, frame("synced", {"n": gap.n}))]
