"""A Chroma server of the tests' own, which may be killed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.running import READY_SECONDS, free_port


@dataclass(frozen=True, slots=True)
class Chroma:
    """Its address, and the process."""

    url: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait()


@contextmanager
def chroma(folder: Path) -> Iterator[Chroma]:
    """A real server over a folder, ready, until the end of the block."""
    port, program = free_port(), Path(sys.executable).with_name("chroma")
    process = subprocess.Popen(
        [str(program), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)],
        env={**os.environ, "ANONYMIZED_TELEMETRY": "False"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(port, process)
        yield Chroma(f"http://127.0.0.1:{port}", process)
    finally:
        process.kill()
        process.wait(timeout=60)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the Chroma server ended at once"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the Chroma server did not start")
