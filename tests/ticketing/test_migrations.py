from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from tests.postgres import Cluster
from tests.records import ENGINES
from ticketing.storage.database import open_engine, sqlite_url
from ticketing.storage.migrate import migrate
from ticketing.storage.tables import metadata


@pytest.fixture(params=ENGINES)
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any tables."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path)
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        with cluster.database() as url:
            yield url


def test_the_migrations_make_the_tables_that_the_code_names(bare: str) -> None:
    engine = open_engine(bare)
    migrate(engine)
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_no_text_of_postgresql_sorts_by_the_rules_of_a_language(postgres: Cluster) -> None:
    """Whose libraries may change them under an index: a migration writes `PlainText`, not `sa.String`."""
    engine = open_engine(postgres.empty())
    query = """SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
        AND data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C'
        AND table_name != 'alembic_version'"""
    with engine.connect() as connection:
        assert connection.execute(sa.text(query)).all() == []
    engine.dispose()


def test_every_table_leads_with_its_shop() -> None:
    keys = {table.name: next(iter(table.primary_key.columns)).name for table in metadata.sorted_tables}
    assert set(keys.values()) == {"shop"}
