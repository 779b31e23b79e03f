"""A NATS server of one's own; may be killed and started again."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

READY_SECONDS = 60
MISSING = "missing: NATS's server — install it with: apt-get install nats-server"


class Broker:
    """`nats-server` on a port of its own, on this machine alone."""

    def __init__(self, port: int | None = None, host: str = "127.0.0.1") -> None:
        self.host, self.port = host, port or _any_port(host)
        self.url = f"nats://{host}:{self.port}"
        self._folder = Path(tempfile.mkdtemp(prefix="anxin-nats-"))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self.kill()
        shutil.rmtree(self._folder)

    def start(self) -> Self:
        """Start and wait until it takes connections."""
        program = shutil.which("nats-server")
        assert program, MISSING
        command = [program, "--addr", self.host, "--port", str(self.port)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder)
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            assert self._process.poll() is None, (self._folder / "log").read_text()
            with suppress(OSError), socket.create_connection((self.host, self.port), 1):
                return self
            time.sleep(0.02)
        raise AssertionError(f"not ready: {(self._folder / 'log').read_text()}")

    def kill(self) -> None:
        """`kill -9`."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """It hangs: connections stand, and nothing comes of them."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """It goes on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(READY_SECONDS)
        self._process = None


def _any_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
