"""Indexes shared by the tests of this room: each built once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge_base.shop import ShopFolder
from retrieval.chunking import passages_of
from retrieval.embedder import Embedder
from retrieval.ingest import build_index, open_index
from retrieval.models import embedders_for
from retrieval.passage import Passage
from retrieval.search import Search
from tests.retrieval.small_shop import small_shop
from tests.running import free_port


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
    port = free_port()
    folder = tmp_path_factory.mktemp("chroma-server")
    chroma = Path(sys.executable).with_name("chroma")
    process = subprocess.Popen(
        [str(chroma), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)],
        env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        assert process.poll() is None, "the Chroma server ended at once"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the Chroma server did not start")
