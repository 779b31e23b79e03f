"""One specification, run on every vector index: in memory, Chroma in a folder, Chroma as a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from retrieval.chroma_index import ChromaStore
from retrieval.embedder import Matrix, unit_rows
from retrieval.errors import VectorStoreDown, WrongDimension
from retrieval.vector_index import VectorIndex
from tests.retrieval.exact_index import ExactIndex

Maker = Callable[[], VectorIndex]
_DIMENSION = 16


@pytest.fixture(scope="module")
def server_store(chroma_server: str) -> Iterator[ChromaStore]:
    with ChromaStore(Path(), chroma_server) as store:
        yield store


@pytest.fixture(scope="module")
def embedded_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaStore]:
    with ChromaStore(tmp_path_factory.mktemp("chroma")) as store:
        yield store


@pytest.fixture(params=["exact", "chroma in a folder", "chroma server"])
def maker(request: pytest.FixtureRequest) -> Maker:
    if request.param == "exact":
        return lambda: ExactIndex(_DIMENSION)
    store: ChromaStore = request.getfixturevalue("server_store" if "server" in request.param else "embedded_store")
    return lambda: store.create(f"anxin-test-{uuid4().hex}", _DIMENSION)


def test_it_starts_empty(maker: Maker) -> None:
    index = maker()
    assert len(index) == 0
    assert index.keys() == frozenset()
    keys, cosines = index.nearest(_vectors(1)[0], 3)
    assert keys == ()
    assert len(cosines) == 0
    assert index.vectors([]).shape == (0, _DIMENSION)


def test_the_nearest_come_first_with_their_cosines(maker: Maker) -> None:
    index, vectors = maker(), _vectors(200)
    names = [f"k{number}" for number in range(200)]
    index.add(names, vectors)
    for number in (0, 57, 199):
        keys, cosines = index.nearest(vectors[number], 5)
        expected = np.argsort(-(vectors @ vectors[number]))[:5]
        assert keys == tuple(names[place] for place in expected)
        np.testing.assert_allclose(cosines, (vectors @ vectors[number])[expected], atol=1e-5)


def test_vectors_come_back_in_the_order_asked(maker: Maker) -> None:
    index, vectors = maker(), _vectors(5)
    index.add(list("abcde"), vectors)
    np.testing.assert_allclose(index.vectors(["d", "a", "d"]), vectors[[3, 0, 3]], atol=1e-6)
    assert index.keys() == frozenset("abcde")


def test_a_key_added_again_replaces_its_vector(maker: Maker) -> None:
    index, vectors = maker(), _vectors(4)
    index.add(["a", "b"], vectors[:2])
    index.add(["b", "c", "c"], vectors[1:])
    assert len(index) == 3
    np.testing.assert_allclose(index.vectors(["a", "b", "c"]), vectors[[0, 1, 3]], atol=1e-6)


def test_more_are_asked_than_held(maker: Maker) -> None:
    index, vectors = maker(), _vectors(3)
    index.add(list("abc"), vectors)
    keys, _ = index.nearest(vectors[1], 50)
    assert set(keys) == set("abc")
    assert keys[0] == "b"


def test_vectors_of_another_model_are_refused_and_nothing_is_kept(maker: Maker) -> None:
    index = maker()
    with pytest.raises(WrongDimension, match="8 numbers for an index of 16"):
        index.add(["a"], np.ones((1, 8), np.float32))
    with pytest.raises(WrongDimension):
        index.nearest(np.ones(8, np.float32), 1)
    assert len(index) == 0


def test_a_key_that_is_not_held_is_an_error(maker: Maker) -> None:
    index = maker()
    index.add(["a"], _vectors(1))
    with pytest.raises(KeyError):
        index.vectors(["a", "missing"])


def test_a_store_finds_names_and_drops_collections(embedded_store: ChromaStore) -> None:
    embedded_store.create("anxin-drop-me", _DIMENSION).add(["a"], _vectors(1))
    assert set(embedded_store.names("anxin-drop-")) == {"anxin-drop-me"}
    found = embedded_store.find("anxin-drop-me", _DIMENSION)
    assert found is not None
    assert len(found) == 1
    embedded_store.drop("anxin-drop-me")
    embedded_store.drop("anxin-drop-me")
    assert embedded_store.find("anxin-drop-me", _DIMENSION) is None


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(VectorStoreDown, match=r"127\.0\.0\.1:9"):
        ChromaStore(Path(), "http://127.0.0.1:9")


def _vectors(count: int) -> Matrix:
    return unit_rows(np.random.default_rng(7).standard_normal((count, _DIMENSION)))
