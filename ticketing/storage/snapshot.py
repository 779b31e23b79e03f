"""A copy of the record as it was at one moment, made while it is written to, and the way back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ticketing.storage.database import open_engine, read_only
from ticketing.storage.migrate import MIGRATIONS

KINDS = {"sqlite": "anxin.sqlite", "postgresql": "record.dump"}
"""What a copy's file is called, by its engine."""
BESIDE = ("", "-wal", "-shm", "-journal")


class CannotCopy(Exception):
    """A record cannot be copied or put back; the message says why and what to do."""


def save(engine: sa.Engine, folder: Path) -> Path:
    """The record as of one moment, in one file of `folder`. Who writes meanwhile does not wait. Raises CannotCopy."""
    path = folder / KINDS[engine.dialect.name]
    if engine.dialect.name == "sqlite":
        _copy_sqlite(Path(str(engine.url.database)), path)
    else:
        _tool("pg_dump", engine.url, "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")
    return path


def put_back(url: str, copy: Path) -> None:
    """Make `copy` the record of an empty place. Raises CannotCopy where it is none."""
    where = sa.make_url(url)
    if where.get_backend_name() == "sqlite":
        copy.rename(Path(str(where.database)))
    else:
        options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
        _tool("pg_restore", where, *options, str(copy))


def schema_of(engine: sa.Engine) -> str:
    """The migration that the record's tables stand at; empty where it has none."""
    with read_only(engine).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def check_fits(url: str, engine: str, schema: str) -> None:
    """Raise CannotCopy where a copy cannot become the record of that place, or be read by this version."""
    here = sa.make_url(url).get_backend_name()
    if here != engine:
        wanted = "unset ANXIN_DATABASE_URL" if engine == "sqlite" else "name an empty database in ANXIN_DATABASE_URL"
        raise CannotCopy(f"the copy is of {engine} and this place is {here}: {wanted}")
    if schema not in {one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}:
        raise CannotCopy(f"the copy's tables stand at {schema}, of a newer version: install that one first")


def is_empty(url: str) -> bool:
    """Whether nothing lies where the record would."""
    where = sa.make_url(url)
    if where.get_backend_name() == "sqlite":
        return not Path(str(where.database)).exists()
    engine = open_engine(url)
    try:
        return not sa.inspect(engine).get_table_names()
    finally:
        engine.dispose()


def move_aside(url: str, folder: Path) -> None:
    """Take SQLite's record away into `folder`. Raises CannotCopy while anybody has it open, or for another engine."""
    where = sa.make_url(url)
    if where.get_backend_name() != "sqlite":
        raise CannotCopy("that database has tables: make an empty one with createdb and name it in ANXIN_DATABASE_URL")
    record = Path(str(where.database))
    with closing(sqlite3.connect(record, timeout=0)) as connection:
        try:  # which needs the file for itself
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise CannotCopy(f"{record} is in use: stop the server first") from error
        except sqlite3.DatabaseError:
            pass  # what is broken goes aside too
    folder.mkdir(0o700, parents=True)
    for path in (record.with_name(record.name + end) for end in BESIDE):
        if path.exists():
            path.rename(folder / path.name)


def _copy_sqlite(record: Path, path: Path) -> None:
    """Page by page, in one step: a copy in several would begin again with each commit between them."""
    try:
        with closing(sqlite3.connect(record)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
            found = target.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise CannotCopy(f"{record} cannot be copied: {error}") from error
    if found != "ok":
        raise CannotCopy(f"{record} is damaged: {found}")


def _tool(name: str, url: sa.URL, *arguments: str) -> None:
    """Run one of PostgreSQL's own; its password goes by the environment, which other users cannot read."""
    if shutil.which(name) is None:
        raise CannotCopy(f"{name} is not here: install PostgreSQL's client programs (Debian: postgresql-client)")
    shown = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment: dict[str, Any] = {**os.environ}
    if url.password:
        environment["PGPASSWORD"] = str(url.password)
    done = subprocess.run(  # noqa: S603  # a program of PostgreSQL, without a shell
        [name, f"--dbname={shown}", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise CannotCopy(" ".join(done.stderr.split()) or f"{name} ended with {done.returncode}")
