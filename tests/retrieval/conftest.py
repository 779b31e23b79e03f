"""Indexes shared by the tests of this room: each built once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge_base.shop import ShopFolder
from retrieval.chunking import passages_of
from retrieval.embedder import Embedder
from retrieval.ingest import build_index
from retrieval.models import embedders_for
from retrieval.opening import open_index
from retrieval.passage import Passage
from retrieval.search import Search
from tests.chroma import chroma
from tests.retrieval.small_shop import small_shop


@pytest.fixture(scope="session")
def folder() -> ShopFolder:
    return small_shop()


@pytest.fixture(scope="session")
def passages(folder: ShopFolder) -> tuple[Passage, ...]:
    return passages_of(folder)


@pytest.fixture(scope="session")
def packaged() -> tuple[Embedder, ...]:
    return embedders_for()


@pytest.fixture(scope="session")
def index_folder(
    tmp_path_factory: pytest.TempPathFactory, passages: tuple[Passage, ...], packaged: tuple[Embedder, ...]
) -> Path:
    folder = tmp_path_factory.mktemp("index")
    build_index(folder, "small", passages, packaged)
    return folder


@pytest.fixture(scope="session")
def search(index_folder: Path, passages: tuple[Passage, ...], packaged: tuple[Embedder, ...]) -> Search:
    return open_index(index_folder, "small", passages, packaged)


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server process; its address."""
    with chroma(tmp_path_factory.mktemp("chroma-server")) as server:
        yield server.url
