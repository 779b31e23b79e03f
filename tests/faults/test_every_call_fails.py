"""One conversation, over and over; each time another call of the database, the sockets, the shop's orders … fails."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.failing import POINTS
from tests.faults.record import faults_of
from tests.faults.script import converse
from tests.faults.spawner import MortalServer, Spawner
from tests.faults.visitor import Visitor, compare_with_fresh

TALK_SECONDS = 60
RETRIED = {"unavailable", "internal"}
TWICE = 2
OFTEN = ("read", "write", "begin", "send")
"""A conversation comes to these dozens of times, each of which is a conversation of its own."""


@pytest.fixture
def failing_server(spawner: Spawner, tmp_path: Path) -> Iterator[MortalServer]:
    with spawner.server(tmp_path / "data") as server:
        yield server.wait_ready()


@pytest.mark.parametrize(
    "point", [pytest.param(point, marks=[pytest.mark.soak] if point in OFTEN else []) for point in POINTS]
)
async def test_a_conversation_survives_each_of_its_calls_failing(failing_server: MortalServer, point: str) -> None:
    server = failing_server
    await _talked(server, f"{point} warm")
    found, calls = await _talked(server, f"{point} whole")
    assert found == []
    assert calls[point] > 0, "the conversation never comes to this point"
    for n in range(1, calls[point] + 1):
        server.get("/faults/arm", point=point, n=n)
        found += (await _talked(server, f"{point} {n} of {calls[point]}"))[0]
    assert found == []


async def test_a_conversation_survives_several_commits_failing_in_a_row(failing_server: MortalServer) -> None:
    for n in (1, 3, 5):
        failing_server.get("/faults/arm", point="commit", n=n, times=TWICE)
        found, _ = await _talked(failing_server, f"commits from {n}")
        assert found == []


async def _talked(server: MortalServer, name: str) -> tuple[list[str], dict[str, int]]:
    """Talk the script through, disarm, and look: what is wrong, and how often each point was passed."""
    async with Visitor(server.url, name) as visitor:
        try:
            async with asyncio.timeout(TALK_SECONDS):
                await converse(visitor)
        except TimeoutError:
            return [f"{name}: without an ack {visitor.unacked()}, an answer {visitor.unanswered()}"], server.get(
                "/faults/arm"
            )
        calls = server.get("/faults/arm")
        found = await compare_with_fresh(server.url, [visitor])
        found += visitor.page.wrong + faults_of(server.data_dir / "anxin.sqlite", [visitor])
        found += [f"{name}: told {code}" for code in visitor.errors if code not in RETRIED]
        return [f"{name}: {fault}" for fault in found], calls
