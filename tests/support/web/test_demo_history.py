"""The demo's past over a real server: told in the background, once, and whole after an early end."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.service.demo_agents import LIN
from support.service.demo_history import read_stories
from support.service.demo_teller import Step
from support.web.demo_hints import HINTS
from tests.running import RunningServer

PATIENCE = 90.0


def test_every_story_is_written_so_that_it_can_be_told() -> None:
    stories = read_stories()
    for story in stories:
        steps = [Step.read(line) for line in story["steps"]]
        assert steps[0].kind == "buyer"
        assert story["lang"] in {"zh-CN", "en"}
        assert ("open" in story) != ("days" in story)
        assert ("order" in story) == ("proof" in story)
        assert story.get("order") not in HINTS
    assert sum("days" in story for story in stories) >= 40
    assert len({story["steps"][0] for story in stories}) == len(stories)


@pytest.mark.slow
def test_the_past_is_told_in_the_background_and_never_twice(untouched: Path, tmp_path: Path) -> None:
    shutil.copytree(untouched, tmp_path, dirs_exist_ok=True)
    server = RunningServer(tmp_path, ANXIN_DEMO_HISTORY="true").start()
    assert server.stop() == 0
    server.start()
    try:
        told = _settled(server)
        assert told["waiting"] == 10
        assert told["mine"] == 2
        assert told["all"] >= len(read_stories())
        assert "has no past" not in server.log()
    finally:
        assert server.stop() == 0
    server.start()
    try:
        time.sleep(2)
        assert _unhurried(_counts(server)) == _unhurried(told)
    finally:
        server.stop()


def _unhurried(counts: dict[str, Any]) -> dict[str, Any]:
    """Without what grows by the clock: what will soon be too late."""
    return {view: count for view, count in counts.items() if view != "overdue"}


def _settled(server: RunningServer) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    counts: dict[str, Any] = {}
    while time.monotonic() < deadline:
        before, counts = counts, _counts(server)
        if counts["waiting"] >= 10 and counts == before:
            return counts
        time.sleep(1)
    raise AssertionError(f"the past is not told: {counts}\n{server.log()}")


def _counts(server: RunningServer) -> dict[str, Any]:
    login = {"name": LIN.name, "password": LIN.password}
    token = httpx.post(f"{server.base}/api/v1/agent/session", json=login, timeout=60).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    counts: dict[str, Any] = httpx.get(f"{server.base}/api/v1/desk/queue", headers=headers, timeout=60).json()["counts"]
    return counts
