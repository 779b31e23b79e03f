"""Processes that begin in a tenth of a second: forked from one that has imported and warmed everything.

The parent is a program that calls `answer_orders`; `Parent` starts it and gives it orders, a line of JSON each. What it
forks is a real process with sockets, files and an end of its own, which the parent tells when asked.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[1]
LOOK_SECONDS = 0.01
PR_SET_PDEATHSIG = 1
Json = dict[str, Any]


class Parent:
    """The warmed process."""

    def __init__(self, program: Sequence[str], log: Path, env: Mapping[str, str]) -> None:
        self._log = log
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *program], cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=file, start_new_session=True,
            )  # fmt: skip
        self._read()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End it, and with it whatever it has forked."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def fork(self, out: Path, err: Path, env: Mapping[str, str], **order: Any) -> Child:
        """A process that carries an order out, prints to the end of these files, and has this environment besides."""
        return Child(self, self._ask(do="start", out=str(out), err=str(err), env=dict(env), **order)["pid"])

    def status(self, pid: int) -> int | None:
        """How a child ended, as `wait` tells it, or None while it runs."""
        status: int | None = self._ask(do="look", pid=pid)["status"]
        return status

    def _ask(self, **order: Any) -> Json:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Json:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f"the parent ended: {self._log.read_text()}")
        return dict(json.loads(line))


class Child:
    """A forked process, with what `subprocess.Popen` has of these names."""

    def __init__(self, parent: Parent, pid: int) -> None:
        self._parent, self.pid = parent, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, negative for a signal, or None while it runs."""
        if self.returncode is None:
            status = self._parent.status(self.pid)
            self.returncode = None if status is None else os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code once it has ended. Raises TimeoutError after these seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise TimeoutError(f"process {self.pid} runs on after {timeout} s")
            time.sleep(LOOK_SECONDS)
        return code

    def send_signal(self, signal: signal.Signals) -> None:
        """Unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, signal)

    def kill(self) -> None:
        """`kill -9`."""
        self.send_signal(signal.SIGKILL)


def answer_orders(warm: Callable[[], None], carry_out: Callable[[Json], None]) -> None:
    """Warm up, then fork a child for each order until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    warm()
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        answer = {"pid": _fork(order, carry_out)} if order["do"] == "start" else {"status": _status(order["pid"])}
        print(json.dumps(answer), file=answers, flush=True)


def _status(pid: int) -> int | None:
    ended, status = os.waitpid(pid, os.WNOHANG)
    return status if ended else None


def _fork(order: Json, carry_out: Callable[[Json], None]) -> int:
    """The number of a child that carries it out."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        _be_a_child(order)
        carry_out(order)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _be_a_child(order: Json) -> None:
    """Die with the parent, hear Ctrl-C, and print where the order says."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    out, err = (os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND) for name in ("out", "err"))
    for old, new in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (err, 2)):
        os.dup2(old, new)
        os.close(old)
    os.environ.update(order["env"])
