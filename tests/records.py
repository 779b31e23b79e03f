"""Empty records for tests, made once and copied."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from ticketing.storage.database import open_engine, sqlite_url
from ticketing.storage.migrate import migrate

ENGINES = ("sqlite", "postgresql")
"""What every test of the record runs on."""


def empty_sqlite(folder: Path) -> str:
    """The URL of a database in `folder` with its tables and nothing in them; what was there before is gone."""
    for old in folder.glob("anxin.sqlite*"):
        old.unlink()
    shutil.copy(_empty_file(), folder)
    return sqlite_url(folder)


@cache
def _empty_file() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = open_engine(sqlite_url(folder))
    migrate(engine)
    engine.dispose()
    return folder / "anxin.sqlite"
