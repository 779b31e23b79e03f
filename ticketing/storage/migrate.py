"""Bringing a database to the present tables."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

import sqlalchemy as sa
import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ticketing.storage.database import transaction, waited_in_vain

MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE_SECONDS = 600.0
"""A million messages take a minute; whoever writes else lets the lock go at once."""
log = structlog.get_logger()


def alembic_config(connection: sa.Connection) -> Config:
    """Alembic's settings, made here so that no file of its own is needed."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


@cache
def newest() -> str | None:
    """The revision of the present tables; read once, for it takes loading every migration."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def migrate(engine: sa.Engine) -> None:
    """Run the migrations that this database has not had; one process does, the others wait for it, for ten minutes.

    Raises one of BROKEN where the database fails, or somebody else writes for longer.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with transaction(engine) as connection:
                if MigrationContext.configure(connection).get_current_revision() != newest():
                    command.upgrade(alembic_config(connection), "head")
            return
        except sa.exc.OperationalError as error:
            if not waited_in_vain(error) or time.monotonic() > deadline:
                raise
            log.warning("waiting for another process that writes: it may be bringing the tables up to date")
