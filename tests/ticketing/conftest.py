from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest

from ticketing.storage.database import open_engine
from ticketing.storage.journal import Journal
from ticketing.storage.shops import save_files

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


@pytest.fixture
def journal(database_url: str) -> Iterator[Journal]:
    journal = Journal(open_engine(database_url))
    for shop in ("star", "moon"):
        files = {"shop.toml": b"id"}
        journal.write_now(partial(save_files, shop=shop, files=files, digest="d", origin="", at=NOW))
    yield journal
    journal.close()
