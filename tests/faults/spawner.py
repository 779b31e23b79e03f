"""Servers to be killed: one warmed parent a test run, and a child of it for each start."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.faults.disk import FaultyDisk, build_disk
from tests.running import free_port
from tests.store_events import NAMES

ROOT = Path(__file__).parents[2]
READY_SECONDS = 30
SHOP = "my-shop"


class Spawner:
    """The warmed process, and an empty shop's data folder to begin each test with."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template"
        self._log = folder / "spawner.log"
        env = os.environ | {"LD_PRELOAD": str(build_disk(folder)), "OMP_NUM_THREADS": "1"} | NAMES
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.server", str(self._template)], cwd=ROOT, env=env,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._read()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def ask(self, **order: Any) -> dict[str, Any]:
        """Give an order and hear the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        return self._read()

    def server(self, data_dir: Path, *mutations: str, database_url: str | None = None) -> MortalServer:
        """A server over a fresh data folder, or another database beside it, not started yet."""
        shutil.copytree(self._template, data_dir, dirs_exist_ok=True)
        return MortalServer(self, data_dir, mutations, database_url)

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f"the parent of the servers ended: {self._log.read_text()}")
        return dict(json.loads(line))


class MortalServer:
    """A server on a port of its own, over a data folder that outlives it."""

    def __init__(
        self, spawner: Spawner, data_dir: Path, mutations: Sequence[str], database_url: str | None
    ) -> None:  # fmt: skip
        self._spawner, self.data_dir, self._mutations = spawner, data_dir, list(mutations)
        self.database_url = database_url
        self.port = free_port()
        self.url, self.base = f"ws://127.0.0.1:{self.port}/ws", f"http://127.0.0.1:{self.port}"
        self.disk = FaultyDisk(data_dir)
        self.pid: int | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.pid is not None:
            self.kill()

    def start(self) -> Self:
        """Begin to start; clients find out by themselves when it is there."""
        order = {
            "data_dir": str(self.data_dir), "port": self.port, "mutations": self._mutations, "env": self.disk.env,
            "database_url": self.database_url,
        }  # fmt: skip
        self.pid = self._spawner.ask(do="start", **order)["pid"]
        return self

    def wait_ready(self) -> Self:
        """Until it answers that it is ready."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.base}/readyz", timeout=2).status_code == 200:
                    return self
            except httpx.TransportError:
                pass
            time.sleep(0.01)
        raise AssertionError(f"not ready: {self.log()}")

    def kill(self) -> None:
        """`kill -9`, and wait until it is gone."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ctrl-C; the status that it left."""
        return self._end(signal.SIGINT)

    def get(self, path: str, **query: Any) -> dict[str, int]:
        """Ask one of the routes that only these servers have."""
        return dict(httpx.get(self.base + path, params=query, timeout=10).raise_for_status().json())

    def log(self) -> str:
        """What every server of this folder printed."""
        return (self.data_dir / "server.log").read_text()

    def _end(self, how: signal.Signals) -> int:
        assert self.pid is not None
        pid, self.pid = self.pid, None
        os.kill(pid, how)
        return int(self._spawner.ask(do="wait", pid=pid)["status"])
