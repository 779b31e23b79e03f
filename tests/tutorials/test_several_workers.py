"""docs/several-workers.md, walked on a real PostgreSQL and NATS, and one of the two workers killed."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from tests.nats import Broker
from tests.postgres import Cluster
from tests.running import PATIENCE
from tests.tutorials.walk import Walk

PAGES_DATABASE = "postgresql://anxin:…@127.0.0.1/anxin"
PAGES_BROKER = "nats://127.0.0.1:4222"


def workers(port: int) -> set[int]:
    """The processes that serve behind a port."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            mine = f"ANXIN_PORT={port}\0".encode() in (folder / "environ").read_bytes()
            if mine and b"--as-worker" in (folder / "cmdline").read_bytes():
                found.add(int(folder.name))
    return found


def until_two_are_heard_of(walk: Walk) -> None:
    deadline = time.monotonic() + PATIENCE * 3
    while "workers: 2, heard of" not in walk.run(".venv/bin/anxin doctor"):
        assert time.monotonic() < deadline, walk.printed


def test_two_workers_of_which_one_is_killed(postgres: Cluster, tmp_path: Path) -> None:
    with (
        postgres.database() as url,
        Broker() as broker,
        Walk(tmp_path, {PAGES_DATABASE: url, PAGES_BROKER: broker.url}) as walk,
    ):
        walk.along("several-workers.md")
        until_two_are_heard_of(walk)
        before = workers(walk.port)
        assert len(before) == 2
        os.kill(min(before), signal.SIGKILL)
        assert "09:00" in walk.run("echo 人工客服营业时间 | .venv/bin/anxin chat --shop star")
        deadline = time.monotonic() + PATIENCE
        while len(now := workers(walk.port)) < 2 or min(before) in now:
            assert time.monotonic() < deadline
            time.sleep(0.1)
