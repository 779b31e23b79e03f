"""A backup that was put back under pages that know more: each is told so, and shows what the record has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from support.cli.app import app
from tests.faults.page import differences
from tests.faults.record import faults_of
from tests.faults.server import fill
from tests.faults.spawner import MortalServer, Spawner
from tests.faults.visitor import Visitor, fresh_load
from tests.postgres import Cluster
from tests.waiting import until
from ticketing.ids import new_id


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, spawner: Spawner, tmp_path: Path) -> Iterator[MortalServer]:
    if request.param == "sqlite":
        with spawner.server(tmp_path / "data") as server:
            yield server.wait_ready()
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    with cluster.database() as url, spawner.server(tmp_path / "data", database_url=url) as server:
        fill(tmp_path / "data", url)
        yield server.wait_ready()


@pytest.fixture
def elsewhere(postgres: Cluster) -> Iterator[str]:
    """Another database, without any tables."""
    with postgres.database() as url:
        yield url


async def test_a_page_that_knows_more_than_the_restored_record_starts_over(
    server: MortalServer, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    old = Visitor(server.url, "old")
    async with old:
        conversation = await _ask(old, "new")
        kept, copy = dict(old.page.messages[conversation]), str(tmp_path / "backup.tar.gz")
        made = _anxin(server, "backup", copy, "--json")
        await _ask(old, conversation)
    cursor, lost = old.page.cursor, old.page.messages[conversation].keys() - kept.keys()
    assert (cursor is not None, len(lost)) == (True, 2)
    server.stop()
    if server.database_url is not None:
        server.database_url = request.getfixturevalue("elsewhere")
    told = _anxin(server, "restore", copy, "--replace", "--json")
    assert (told["shops"], told["engine"]) == (1, "postgresql" if server.database_url else "sqlite")
    assert told["sha256"] == made["sha256"]
    server.start().wait_ready()
    async with Visitor(server.url, "other") as other:
        elsewhere = await _ask(other, "new")
        while other.page.cursor is None or other.page.cursor <= (cursor or 0):
            await _ask(other, elsewhere)
    async with old:
        await until(lambda: old.page.resets >= 2 and old.page.cursor is not None)
        assert old.page.messages == {conversation: kept}
        await _ask(old, conversation)
        assert differences(old.page, await fresh_load(server.url, old.page)) == []
    assert faults_of(server.database_url or server.data_dir / "anxin.sqlite", [other]) == []


async def _ask(page: Visitor, conversation: str) -> str:
    """Say something and hear the answer; the conversation."""
    ack = await page.say(f"你好 {new_id()}", conversation)
    await page.answered(*page.said)
    return str(ack["conversation"])


def _anxin(server: MortalServer, *command: str) -> dict[str, Any]:
    """A command's answer, beside the server's own record."""
    env = {"ANXIN_DATA_DIR": str(server.data_dir), "ANXIN_DATABASE_URL": server.database_url}
    done = CliRunner().invoke(app, command, env=env)
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))
