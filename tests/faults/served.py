"""`anxin serve --workers` as it is run in life, over a PostgreSQL and a NATS server of its own, all to be killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.postgres import Server
from support.settings import Settings
from tests.faults.server import SHOP, SHOP_FOLDER
from tests.nats import Broker
from tests.running import READY_SECONDS, free_port, is_ready

ROOT = Path(__file__).parents[2]
LOOK_SECONDS = 0.1
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Served:
    """The parent of the workers, and what they share. `killed` are the workers that were, by number of process."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    postgres: Server
    broker: Broker
    url: str
    """The database."""
    killed: set[int] = field(default_factory=set)

    @property
    def ws(self) -> str:
        """Where sockets connect, to any of the workers."""
        return f"ws://127.0.0.1:{self.port}/ws"

    def workers(self) -> list[int]:
        """The processes that serve, the eldest first; without those that were killed and not yet missed."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        found = [one for one in map(int, path.read_text().split()) if one not in self.killed]
        return sorted((one for one in found if lives(one)), key=began)

    def wait_for(self, count: int, without: Sequence[int] = ()) -> None:
        """Until so many others than those serve, and somebody answers. Raises AssertionError."""
        deadline = time.monotonic() + READY_SECONDS
        while len({*self.workers()} - {*without}) < count or not is_ready(self.port):
            assert self.process.poll() is None, f"all ended: {self.told()}"
            assert time.monotonic() < deadline, f"not ready: {self.told()}"
            time.sleep(LOOK_SECONDS)

    def kill(self, worker: int) -> None:
        """`kill -9` of a worker; the parent starts another."""
        self.killed.add(worker)
        os.kill(worker, signal.SIGKILL)

    def restart(self) -> None:
        """`kill -HUP`: one after the other, until each is another."""
        before = self.workers()
        self.process.send_signal(signal.SIGHUP)
        self.wait_for(len(before), before)

    def told(self) -> str:
        """The end of what it printed."""
        return self.log.read_text("utf-8", "replace")[-3000:]


@contextmanager
def served(folder: Path, workers: int = 2, planted: str = "") -> Iterator[Served]:
    """Serve the shop that a merchant begins with, without limits, until the end of the block."""
    shutil.copytree(SHOP_FOLDER, folder / "shops" / SHOP)
    port = free_port()
    with Server() as postgres, Broker() as broker, postgres.database() as url:
        program = ["tests.faults.planted", planted] if planted else ["support"]
        command = [sys.executable, "-m", *program, "serve", "--workers", str(workers)]
        with (folder / "log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
                env=_environment(folder, port, url, broker.url),
            )  # fmt: skip
        found = Served(process, port, folder / "log", postgres, broker, url)
        try:
            found.wait_for(workers)
            yield found
        finally:
            process.terminate()
            process.wait(READY_SECONDS)


def _environment(folder: Path, port: int, url: str, broker: str) -> dict[str, str]:
    without_limits = {f"ANXIN_{name.upper()}": "0" for name in Settings.model_fields if name.startswith("rate_")}
    return os.environ | without_limits | {
        "ANXIN_DATA_DIR": str(folder / "data"), "ANXIN_SHOPS_DIR": str(folder / "shops"), "ANXIN_PORT": str(port),
        "ANXIN_DATABASE_URL": url, "ANXIN_NATS_URL": broker, "OMP_NUM_THREADS": "1",
    }  # fmt: skip


def lives(process: int) -> bool:
    """Whether it is there and has not ended."""
    with suppress(OSError):
        return _stat(process)[0] != "Z"
    return False


def began(process: int) -> int:
    """When it began, in ticks since the machine did; 0 where it has just gone."""
    with suppress(OSError):
        return int(_stat(process)[19])
    return 0


def _stat(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()


def resident_mib(process: int) -> float:
    """Its resident memory."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE / 2**20


def open_files(process: int) -> int:
    """How many files and sockets it holds."""
    return len(os.listdir(f"/proc/{process}/fd"))
