"""Several workers of `anxin serve` on one address: the parent listens, they serve, and none that ends is missed.

The parent opens the socket and starts the same command once for each, with the socket and two pipes: on one a worker
says that it is ready, the other ends with the parent, and every worker with it. SIGTERM or Ctrl-C stops all of them in
order; SIGHUP restarts one after the other, so that somebody always serves.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

BACKLOG = 2048
READY_SECONDS, STOP_SECONDS = 180.0, 30.0
LOOK_SECONDS, SOON, PAUSE = 0.2, 5.0, 1.0
"""Between two looks; a worker that lived so short is started again only after a pause."""
AS_WORKER = "--as-worker"
log = structlog.get_logger()


def listening(host: str, port: int) -> socket.socket:
    """A socket that takes connections for every worker. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.bind((host, port))
    opened.listen(BACKLOG)
    return opened


@dataclass(slots=True)
class Worker:
    """A process, and the pipe on which it says that it is ready."""

    process: subprocess.Popen[bytes]
    said: int
    begun: float

    def ends(self) -> bool:
        """Whether it has ended."""
        return self.process.poll() is not None

    def wait_ready(self, called_off: Callable[[], bool]) -> bool:
        """Until it says so, ends, or nobody waits any more."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and not self.ends() and not called_off():
            if select.select([self.said], [], [], LOOK_SECONDS)[0]:
                return os.read(self.said, 1) != b""
        return False

    def stop(self) -> None:
        """In order, and by force where that takes too long."""
        if not self.ends():
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.said)


class Workers:
    """The parent of so many workers, each started by `command`."""

    def __init__(self, command: Sequence[str], count: int, opened: socket.socket) -> None:
        self._command, self._count, self._opened = list(command), count, opened
        self._life, self._held = os.pipe()
        self._workers: list[Worker] = []
        self._wanted: set[signal.Signals] = set()

    def run(self, ready: Callable[[], None]) -> None:
        """Serve until SIGTERM or Ctrl-C; `ready` is called once the first worker is."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda got, frame: self._wanted.add(signal.Signals(got)))
        try:
            self._workers = [self._start() for _ in range(self._count)]
            if self._workers[0].wait_ready(self._stopping):
                ready()
            while not self._stopping():
                self._look()
                time.sleep(LOOK_SECONDS)
        finally:
            self._stop_all()

    def _stopping(self) -> bool:
        return bool(self._wanted & {signal.SIGTERM, signal.SIGINT})

    def _look(self) -> None:
        if signal.SIGHUP in self._wanted:
            self._wanted.discard(signal.SIGHUP)
            self._one_after_the_other()
        for place, worker in enumerate(self._workers):
            if worker.ends():
                log.error("a worker ended and is started again", code=worker.process.returncode)
                os.close(worker.said)
                if time.monotonic() - worker.begun < SOON:
                    time.sleep(PAUSE)
                self._workers[place] = self._start()

    def _one_after_the_other(self) -> None:
        for place, worker in enumerate(self._workers):
            worker.stop()
            self._workers[place] = fresh = self._start()
            if not fresh.wait_ready(self._stopping):
                return

    def _start(self) -> Worker:
        said, says = os.pipe()
        given = self._opened.fileno(), says, self._life
        env = os.environ | {"ANXIN_WORKERS": "1"}
        process = subprocess.Popen(  # noqa: S603  # this command itself
            [*self._command, AS_WORKER, ",".join(map(str, given))], pass_fds=given, env=env, start_new_session=True
        )
        os.close(says)
        return Worker(process, said, time.monotonic())

    def _stop_all(self) -> None:
        for worker in self._workers:
            if not worker.ends():
                worker.process.send_signal(signal.SIGTERM)
        for worker in self._workers:
            worker.stop()
        os.close(self._held)
        os.close(self._life)
        self._opened.close()


class AsWorker:
    """What a worker was given by its parent: `numbers` as the parent wrote them."""

    def __init__(self, numbers: str) -> None:
        opened, self._says, self._life = map(int, numbers.split(","))
        self.socket = socket.socket(fileno=opened)
        threading.Thread(target=self._end_with_parent, name="anxin-parent", daemon=True).start()

    def ready(self) -> None:
        """Tell the parent."""
        os.write(self._says, b".")

    def _end_with_parent(self) -> None:
        os.read(self._life, 1)
        os.kill(os.getpid(), signal.SIGTERM)


def this_command() -> list[str]:
    """What was called, to be called again."""
    return [sys.executable, *sys.orig_argv[1:]]
