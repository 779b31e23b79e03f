"""Bringing a database to the present tables."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ticketing.storage.database import transaction


def alembic_config(connection: sa.Connection) -> Config:
    """Alembic's settings, made here so that no file of its own is needed."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrate(engine: sa.Engine) -> None:
    """Run the migrations that this database has not had; one process does, the others wait for it."""
    with transaction(engine) as connection:
        config = alembic_config(connection)
        head = ScriptDirectory.from_config(config).get_current_head()
        if MigrationContext.configure(connection).get_current_revision() != head:
            command.upgrade(config, "head")
