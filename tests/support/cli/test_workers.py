"""`anxin serve --workers`: several processes on one address, restarted when they die and one after the other."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from support.cli.app import app
from tests.nats import Broker
from tests.postgres import Cluster
from tests.running import PATIENCE, READY_SECONDS, Buyer, free_port, is_ready

ROOT = Path(__file__).parents[3]


@dataclass
class Several:
    """The parent of two workers; as clients see it, one server."""

    process: subprocess.Popen[bytes]
    port: int
    env: dict[str, str]
    log: Path

    @property
    def ws(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws"

    def workers(self) -> set[int]:
        """The processes that serve."""
        return children(self.process.pid)

    def doctor(self) -> dict[str, dict[str, object]]:
        done = subprocess.run(
            [sys.executable, "-m", "support", "doctor", "--json"], cwd=ROOT, env=self.env, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        return {one["name"]: one for one in json.loads(done.stdout)["checks"]}


def children(pid: int) -> set[int]:
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module")
def several(postgres: Cluster, untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Several]:
    folder, port = tmp_path_factory.mktemp("several"), free_port()
    with Broker() as broker, postgres.database() as url:
        env = os.environ | {
            "ANXIN_DATA_DIR": str(folder / "data"), "ANXIN_PORT": str(port), "ANXIN_DATABASE_URL": url,
            "ANXIN_NATS_URL": broker.url, "ANXIN_DEMO_HISTORY": "false", "OMP_NUM_THREADS": "1",
        }  # fmt: skip
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "support", "serve", "--demo", "--workers", "2"], cwd=ROOT, env=env, stdout=log,
                stderr=log,
            )  # fmt: skip
        found = Several(process, port, env, folder / "log")
        deadline = time.monotonic() + READY_SECONDS
        while not is_ready(port):
            assert process.poll() is None, found.log.read_text()
            assert time.monotonic() < deadline, found.log.read_text()
            time.sleep(0.1)
        yield found
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0, found.log.read_text()
        assert not is_ready(port)


@pytest.mark.soak
async def test_two_serve_one_address_and_the_doctor_knows_of_both(several: Several) -> None:
    until(lambda: len(several.workers()) == 2 and "2 workers" in several.log.read_text())
    async with Buyer(several) as buyer:
        _, done = await buyer.say("怎么兑换")
        assert done["t"] == "done"
    found = several.doctor()
    assert found["broker"]["says"] == "answers: workers hear of each other at once"
    told = str(found["workers"]["says"])
    assert told.startswith("2, heard of: ")
    assert told.count(" sockets, ") == 2


SERVING = """
import http.server, sys
from support.cli.workers import AsWorker
given = AsWorker(sys.argv[-1])
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler, bind_and_activate=False)
server.socket = given.socket
given.ready()
server.serve_forever()
"""
PARENT = """
import sys
from pathlib import Path
from support.cli.workers import Workers, listening
opened = listening("127.0.0.1", int(sys.argv[1]))
Workers([sys.executable, "-c", sys.argv[2]], 2, opened).run(lambda: print("ready", flush=True))
"""


@dataclass
class Parent:
    """A parent of two small workers, which answer 501 to whatever they are asked."""

    process: subprocess.Popen[str]
    port: int

    def workers(self) -> set[int]:
        """The processes that serve."""
        return children(self.process.pid)

    def answers(self) -> bool:
        with suppress(OSError):
            return httpx.get(f"http://127.0.0.1:{self.port}/", timeout=PATIENCE).status_code == 501
        return False


@pytest.fixture
def parent() -> Iterator[Parent]:
    port = free_port()
    command = [sys.executable, "-c", PARENT, str(port), SERVING]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Parent(process, port)
        process.kill()


def gone(pids: set[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_worker_that_dies_is_started_again_and_somebody_answers_meanwhile(parent: Parent) -> None:
    until(lambda: len(parent.workers()) == 2)
    first = parent.workers()
    os.kill(min(first), signal.SIGKILL)
    assert parent.answers()
    until(lambda: len(parent.workers() - first) == 1 and len(parent.workers()) == 2)


def test_a_restart_replaces_all_of_them_one_after_the_other(parent: Parent) -> None:
    until(lambda: len(parent.workers()) == 2)
    first = parent.workers()
    os.kill(parent.process.pid, signal.SIGHUP)
    until(lambda: parent.answers() and len(parent.workers()) == 2 and not parent.workers() & first)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_all_of_them(parent: Parent, how: signal.Signals) -> None:
    until(lambda: len(parent.workers()) == 2)
    first = parent.workers()
    os.kill(parent.process.pid, how)
    assert parent.process.wait(PATIENCE) == 0
    assert gone(first)


def test_they_end_where_the_parent_was_killed(parent: Parent) -> None:
    until(lambda: len(parent.workers()) == 2 and parent.answers())
    first = parent.workers()
    parent.process.kill()
    parent.process.wait()
    until(lambda: gone(first))


@pytest.mark.parametrize("given", [[], ["--demo"]])
def test_without_a_record_that_they_share_it_says_what_to_set(
    given: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANXIN_DATA_DIR", str(tmp_path))
    done = CliRunner().invoke(app, ["serve", *given, "--workers", "2"])
    assert done.exit_code != 0
    assert "ANXIN_DATABASE_URL=postgresql://" in str(done.exception)
