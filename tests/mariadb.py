"""A MariaDB of the tests' own: a server on a socket in a folder that is thrown away."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from ticketing.ids import new_id

READY_SECONDS = 60
MISSING = "missing: MariaDB — install it with: apt-get install mariadb-server-core"
TABLES = ("m*/m*_system_tables.sql", "m*/m*_system_tables_data.sql")
"""What makes the server's own tables: below `mysql` and so named in Debian 12, below `mariadb` in Debian 13."""
SMALL = ("--skip-log-bin", "--innodb-flush-log-at-trx-commit=2", "--innodb-log-file-size=8M")
"""No sync of the disk at a commit, but what is committed outlives `kill -9`: 0 would lose the last second of it."""


class MariaDb:
    """A server whose `root` needs no password on its socket; other users log in by theirs, by TCP with a `port`."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port
        program = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        assert program, MISSING
        self.folder = Path(tempfile.mkdtemp(prefix="anxin-maria-"))
        self.socket = self.folder / "socket"
        self._process: subprocess.Popen[bytes] | None = None
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:  # which the server refuses to run as
            owner = pwd.getpwnam("nobody")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self._user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        (self.folder / "data").mkdir()
        if self._user:
            os.chown(self.folder / "data", self._user["user"], self._user["group"])
        self._command = (
            program,
            "--no-defaults",
            f"--datadir={self.folder / 'data'}",
            f"--tmpdir={self.folder}",
            *SMALL,
        )

    def __enter__(self) -> Self:
        found = [sorted(Path("/usr/share").glob(pattern)) for pattern in TABLES]
        assert all(found), MISSING
        tables = "".join(paths[0].read_text() for paths in found)
        done = subprocess.run(
            [*self._command, "--bootstrap"], input=f"CREATE DATABASE mysql;\nUSE mysql;\n{tables}".encode(),
            capture_output=True, check=False, cwd=self.folder, **self._user,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Serve what is there, and wait until it is ready."""
        network = ("--skip-networking",) if self.port is None else ("--bind-address=127.0.0.1", f"--port={self.port}")
        serve = (*network, "--skip-name-resolve", "--innodb-buffer-pool-size=16M", f"--socket={self.socket}")
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command, *serve], stdout=log, stderr=log, cwd=self.folder, **self._user
            )
        self._wait_ready()

    def stop(self) -> None:
        """`kill -9`: who is connected finds nobody there."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def url(self, database: str = "", user: str = "root") -> str:
        """How to open a database of it; `user` may hold a password."""
        return f"mysql://{user}@localhost/{database}?unix_socket={self.socket}"

    def new_database(self) -> str:
        """The name of a new database."""
        name = f"own_{new_id().replace('-', '')}"
        self.order(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        return name

    def order(self, *statements: str) -> None:
        """Carry out statements as root."""
        with self.writing() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    @contextmanager
    def writing(self, database: str = "") -> Iterator[sa.Connection]:
        """A connection that may do anything, committed at the end of the block."""
        engine = sa.create_engine(self.url(database).replace("mysql:", "mysql+pymysql:"))
        with engine.begin() as connection:
            yield connection
        engine.dispose()

    def _wait_ready(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            assert self._process.poll() is None, (self.folder / "log").read_text()
            with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
                probe.connect(str(self.socket))
                return
            time.sleep(0.02)
        raise AssertionError(f"not ready: {(self.folder / 'log').read_text()}")
