"""A PostgreSQL of one's own: a cluster in a folder that is thrown away. It syncs as in life."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

import psycopg

from ticketing.ids import new_id

READY_SECONDS = 60
MISSING = "missing: PostgreSQL's server — install it with: apt-get install postgresql"


def programs() -> Path:
    """The folder of the newest server's programs. Raises AssertionError, in the words of `tools.sh`."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("postgres")
    assert found or on_path, MISSING
    return found[-1].parent if found else Path(on_path or "").resolve().parent


class Server:
    """A server on a socket in a folder of its own, under `place` if given; may be killed and started again.

    Its default order of text is that of a language, so that nothing depends on it unseen.
    """

    settings: ClassVar[Mapping[str, str]] = {"listen_addresses": ""}
    """What it runs with, beside its own defaults."""

    def __init__(self, place: Path | None = None, listen: str = "") -> None:
        """`listen` is an address at which it takes connections too, from whoever can reach it."""
        self._programs = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="anxin-pg-", dir=place))
        self._data, self._listen = self.folder / "data", listen
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._user: dict[str, Any] = {}
        self._used: dict[str, int] = {}
        if os.geteuid() == 0:  # which the server refuses to run as
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self._user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}

    def __enter__(self) -> Self:
        self._run(
            "initdb", "--pgdata", str(self._data), "--username", "anxin", "--auth", "trust", "--no-sync",
            "--encoding", "UTF8", "--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "en-US",
        )  # fmt: skip
        if self._listen:
            with (self._data / "pg_hba.conf").open("a") as file:
                file.write(f"host all all {self._listen}/24 trust\n")
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        """How to open a database of it."""
        return f"postgresql://anxin@/{database}?host={self.folder}"

    def by_network(self, url: str) -> str:
        """The URL of the same database at the address where it listens."""
        return f"{url.partition('?')[0].replace('@', f'@{self._listen}')}"

    @contextmanager
    def database(self, how: str = "") -> Iterator[str]:
        """The URL of a database of one's own, without any tables. It takes a second."""
        name = f"own_{new_id().replace('-', '')}"
        self.order(f"CREATE DATABASE {name} {how}")
        yield self.url(name)
        self.order(f"DROP DATABASE {name} WITH (FORCE)")

    def start(self) -> None:
        """Start and wait until it takes connections."""
        given = {**self.settings} | ({"listen_addresses": self._listen} if self._listen else {})
        settings = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-k", str(self.folder), *settings]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, **self._user)
        end = ["sh", "-c", f"cat >/dev/null; kill -INT {self._process.pid}"]
        self._guard = subprocess.Popen(end, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
        self._wait_ready()

    def kill(self) -> None:
        """`kill -9` of the server and of every process that it has made."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGSTOP)  # so that it makes no more of them
            children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
            for process in (self._process.pid, *map(int, children)):
                os.kill(process, signal.SIGKILL)
        self._gone()

    def stop(self) -> None:
        """Stop at once in order: connections are cut."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        self._gone()

    def _gone(self) -> None:
        """Wait for the end of it and of its guard, who ends it where the tests are killed themselves."""
        assert self._process is not None
        assert self._guard is not None
        self._process.wait(READY_SECONDS)
        self._guard.kill()
        self._guard.communicate()

    def cpu_seconds(self) -> float:
        """What the processes of its connections have used of the processor, in all, those that ended among them."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for child in children:
            with suppress(FileNotFoundError, ProcessLookupError):
                if b"[local]" in Path(f"/proc/{child}/cmdline").read_bytes():
                    self._used[child] = int(Path(f"/proc/{child}/schedstat").read_text().split()[0])
        return sum(self._used.values()) / 1e9

    def order(self, statement: str) -> Any:
        """Run a statement in the database `postgres`; the first value that it gives, if any."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments], cwd=self.folder, capture_output=True, text=True, check=False,
            **self._user,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            assert self._process is not None
            assert self._process.poll() is None, (self.folder / "log").read_text()
            try:
                self.order("SELECT 1")
                return
            except psycopg.OperationalError:
                time.sleep(0.02)
        raise AssertionError(f"not ready: {(self.folder / 'log').read_text()}")
