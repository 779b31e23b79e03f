"""Data folders for tests, made once and copied."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from tests.side_by_side import SHARED
from ticketing.storage.database import open_engine, sqlite_url
from ticketing.storage.migrate import migrate

ENGINES = ("sqlite", "postgresql")
"""What every test of the record runs on."""


def made_once(name: str, own: Path, make: Callable[[Path], None]) -> Path:
    """A folder that one of the suites beside each other fills and the others wait for; in `own` for one alone."""
    place = Path(os.environ.get(SHARED) or own)
    with (place / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / f"{name}.made").exists():
            shutil.rmtree(place / name, ignore_errors=True)  # what one left that was ended in the middle
            (place / name).mkdir()
            make(place / name)
            (place / f"{name}.made").touch()
    return place / name


def empty_sqlite(folder: Path) -> str:
    """The URL of a database in `folder` with its tables and nothing in them; what was there before is gone."""
    for old in folder.glob("anxin.sqlite*"):
        old.unlink()
    shutil.copy(_empty_file(), folder)
    return sqlite_url(folder)


def migrate_by_copy(engine: sa.Engine) -> None:
    """`migrate`; a new database in a file begins as a copy of an empty one, for all the steps take half a second."""
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file and not Path(file).exists():
        shutil.copy(_empty_file(), file)
    migrate(engine)


@cache
def _empty_file() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = open_engine(sqlite_url(folder))
    migrate(engine)
    engine.dispose()
    return folder / "anxin.sqlite"
