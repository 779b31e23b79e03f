from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.spawner import Spawner


@pytest.fixture(scope="session")
def spawner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spawner]:
    """The warmed process whose children these tests kill."""
    with Spawner(tmp_path_factory.mktemp("spawner")) as spawner:
        yield spawner
