"""Servers to be killed: one warmed parent a test run, and a child of it for each start."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.faults.disk import FaultyDisk, build_disk
from tests.forking import Child, Parent
from tests.running import free_port, is_ready
from tests.store_events import NAMES

ROOT = Path(__file__).parents[2]
READY_SECONDS = 60
SHOP = "my-shop"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens: an address, and the network namespace that has it."""

    host: str = "127.0.0.1"
    namespace: str | None = None


class Spawner:
    """The warmed process, and an empty shop's data folder to begin each test with."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template"
        env = os.environ | {"LD_PRELOAD": str(build_disk(folder)), "OMP_NUM_THREADS": "1"} | NAMES
        self.parent = Parent(["tests.faults.server", str(self._template)], folder / "spawner.log", env)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.parent.close()

    def server(
        self, data_dir: Path, *mutations: str, database_url: str | None = None, nats_url: str | None = None,
        at: Place | None = None,
    ) -> MortalServer:  # fmt: skip
        """A server over a fresh data folder, or another database beside it, not started yet; on a network `at` which
        there is, or on this one."""
        shutil.copytree(self._template, data_dir, dirs_exist_ok=True)
        return MortalServer(self.parent, data_dir, mutations, database_url, nats_url, at or Place())


class MortalServer:
    """A server on a port of its own, over a data folder that outlives it."""

    def __init__(
        self, parent: Parent, data_dir: Path, mutations: Sequence[str], database_url: str | None,
        nats_url: str | None = None, at: Place | None = None,
    ) -> None:  # fmt: skip
        self._parent, self.data_dir, self._mutations = parent, data_dir, list(mutations)
        self.database_url, self.nats_url = database_url, nats_url
        self.port, self._at = free_port(), at or Place()
        self.url, self.base = f"ws://{self._at.host}:{self.port}/ws", f"http://{self._at.host}:{self.port}"
        self.ws = self.url
        self.disk = FaultyDisk(data_dir)
        self._process: Child | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self.kill()

    def start(self) -> Self:
        """Begin to start; clients find out by themselves when it is there."""
        log = self.data_dir / "server.log"
        self._process = self._parent.fork(
            log, log, self.disk.env, data_dir=str(self.data_dir), port=self.port, mutations=self._mutations,
            database_url=self.database_url, nats_url=self.nats_url, host=self._at.host, namespace=self._at.namespace,
        )  # fmt: skip
        return self

    def wait_ready(self) -> Self:
        """Until it answers that it is ready."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if is_ready(self.port, self._at.host):
                return self
            time.sleep(0.01)
        raise AssertionError(f"not ready: {self.log()}")

    def kill(self) -> None:
        """`kill -9`, and wait until it is gone."""
        self._end(signal.SIGKILL)

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Ctrl-C; its exit code."""
        return self._end(how)

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """Ask one of the routes that only these servers have, or another that answers with an object."""
        return dict(httpx.get(self.base + path, params=query, timeout=60).raise_for_status().json())

    def log(self) -> str:
        """What every server of this folder printed."""
        return (self.data_dir / "server.log").read_text()

    def pause(self) -> None:
        """It hangs: it holds what it holds, and does nothing, until `resume`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """It goes on, and knows of no pause."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    @property
    def pid(self) -> int | None:
        """The number of the process that runs, if one does."""
        return None if self._process is None else self._process.pid

    def _end(self, how: signal.Signals) -> int:
        assert self._process is not None
        process, self._process = self._process, None
        process.send_signal(how)
        return process.wait()
