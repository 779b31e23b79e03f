from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from ticketing.storage.database import open_engine, sqlite_url
from ticketing.storage.journal import Journal
from ticketing.storage.migrate import migrate
from ticketing.storage.shops import save_files

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    engine = open_engine(sqlite_url(tmp_path))
    migrate(engine)
    journal = Journal(engine)
    for shop in ("star", "moon"):
        files = {"shop.toml": b"id"}
        journal.write_now(partial(save_files, shop=shop, files=files, digest="d", origin="", at=NOW))
    yield journal
    journal.close()
