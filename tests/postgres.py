"""The PostgreSQL of the tests: a cluster in a folder that is thrown away, with one database that is lent on and on."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import ClassVar, Self

from bench.postgres import Server, programs
from ticketing.storage.database import open_engine, transaction
from ticketing.storage.migrate import migrate
from ticketing.storage.tables import metadata

__all__ = ["Cluster", "programs"]
EMPTIED = "emptied"


class Cluster(Server):
    """A small server: tests fill little, and many of them connect."""

    settings: ClassVar[Mapping[str, str]] = {
        "listen_addresses": "", "max_connections": "60", "shared_buffers": "32MB", "autovacuum": "off",
        "max_wal_size": "256MB",
    }  # fmt: skip

    def __enter__(self) -> Self:
        super().__enter__()
        self.order(f"CREATE DATABASE {EMPTIED}")
        self._emptying = open_engine(self.url(EMPTIED))
        migrate(self._emptying)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._emptying.dispose()
        super().__exit__(kind, error, trace)

    def empty(self) -> str:
        """The URL of a database with the tables and nothing in them: the same one each time, whoever had it before."""
        with transaction(self._emptying) as connection:
            emptied = (
                "".join(f"DELETE FROM {table.name};" for table in metadata.sorted_tables) + "DELETE FROM ticket_words;"
            )
            unguarded = "SET LOCAL session_replication_role = replica;"  # without the triggers that keep rows
            connection.exec_driver_sql(unguarded + emptied)
        return self.url(EMPTIED)

    @contextmanager
    def unsynced(self) -> Iterator[None]:
        """Nothing is synced meanwhile, for those who connect."""
        for value in ("off", "on"):
            self.order(f"ALTER SYSTEM SET fsync = {value}")
            self.order("SELECT pg_reload_conf()")
            while self.order("SHOW fsync") != value:
                time.sleep(0.01)
            if value == "off":
                yield
