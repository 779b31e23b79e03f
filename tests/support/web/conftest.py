from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.web.desk_app import Desk, desk_over


@pytest.fixture(scope="session")
def desk(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One desk with its past, for the tests that read it."""
    with desk_over(untouched, tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture(scope="session")
def own(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Another without a past, for the tests that change its shops."""
    with desk_over(untouched, tmp_path_factory.mktemp("own"), past=False) as desk:
        yield desk
