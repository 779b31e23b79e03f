"""Bringing a database to the present tables."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ticketing.storage.database import transaction

MIGRATIONS = Path(__file__).parent / "migrations"


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
    """Run the migrations that this database has not had; one process does, the others wait for it."""
    with transaction(engine) as connection:
        if MigrationContext.configure(connection).get_current_revision() != newest():
            command.upgrade(alembic_config(connection), "head")
