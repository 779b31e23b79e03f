"""A finished generation into a `Search`.

Up to EXACT_ROWS every row is scored, from the copy of the vectors, and Chroma is not even loaded: that is
quicker than asking it (0.2 ms for 2,000 rows against 5 ms a language) and saves the process 100 MiB. Beyond, the
nearest come from Chroma.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.background import Background, background_texts, background_vectors
from retrieval.chroma_index import ChromaStore
from retrieval.embedder import Embedder, Matrix
from retrieval.errors import IndexNotReady
from retrieval.generation import Generations, IndexHandle, distinct_keys, generation_name
from retrieval.keyword_index import KeywordIndex
from retrieval.near_ranking import LargeModel, NearRanking
from retrieval.passage import Passage
from retrieval.ranking import Ranking, Ranks
from retrieval.rows import Row, rows_of
from retrieval.search import Search
from retrieval.vector_index import VectorIndex

EXACT_ROWS = 40_000
"""Where scoring every row begins to cost more than asking Chroma for the nearest: 3 ms for 20,000 rows of 512 numbers,
against 4 to 7 ms for each language (Chroma 1.5, one core)."""


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model with its vectors: one for each distinct text, in the order of `distinct_keys`."""

    embedder: Embedder
    vectors: Matrix
    background: Background


def open_index(
    folder: Path,
    shop: str,
    passages: Sequence[Passage],
    embedders: Sequence[Embedder],
    chroma_url: str | None = None,
    today: Callable[[], date] = date.today,
) -> Search:
    """The finished index of exactly these passages and models. Raises IndexNotReady where there is none."""
    rows = rows_of(passages)
    generations = Generations(folder, shop)
    name = generation_name(passages, rows, embedders)
    handle = generations.find(name)
    if handle is None:
        raise IndexNotReady(shop, name)
    chroma = folder / "chroma"
    loaded = [_load(generations, handle, embedder, rows, chroma, chroma_url) for embedder in embedders]
    store = ChromaStore(chroma, chroma_url) if len(rows) > EXACT_ROWS else None
    return assembled(passages, rows, loaded, handle, store, today)


def current_index(folder: Path, shop: str) -> IndexHandle | None:
    """The generation in use: when its name changes, another process has indexed anew."""
    return Generations(folder, shop).current()


def assembled(
    passages: Sequence[Passage],
    rows: Sequence[Row],
    models: Sequence[LoadedModel],
    handle: IndexHandle,
    store: ChromaStore | None,
    today: Callable[[], date] = date.today,
) -> Search:
    """The search over loaded vectors; `store` is needed beyond `EXACT_ROWS`, and kept open then."""
    keywords = KeywordIndex([row.text for row in rows])
    places = _places(rows)
    ranking: Ranks
    if store is None or len(rows) <= EXACT_ROWS:
        ranking = Ranking(rows, keywords, [np.ascontiguousarray(model.vectors[places]) for model in models])
    else:
        large = [LargeModel(model.vectors, places, _indexes(store, handle, model.embedder)) for model in models]
        ranking = NearRanking(rows, keywords, large)
    embedders, backgrounds = [model.embedder for model in models], [model.background for model in models]
    return Search(passages, rows, ranking, keywords, embedders, backgrounds, handle.calibration, today)


def load_background(generations: Generations, name: str, embedder: Embedder) -> Background:
    """The background in the model's eyes, embedded once a generation."""
    kept = f"{embedder.name} background"
    vectors = generations.load_vectors(name, kept, len(background_texts()), embedder.dimension)
    if vectors is None:
        vectors = background_vectors(embedder)
        generations.save_vectors(name, kept, len(vectors), embedder.dimension, [vectors])
    return Background(np.array(vectors))


def _load(
    generations: Generations,
    handle: IndexHandle,
    embedder: Embedder,
    rows: Sequence[Row],
    chroma: Path,
    chroma_url: str | None,
) -> LoadedModel:
    keys = distinct_keys(rows)
    count = sum(map(len, keys.values()))
    vectors = generations.load_vectors(handle.name, embedder.name, count, embedder.dimension)
    if vectors is None:
        with ChromaStore(chroma, chroma_url) as store:
            indexes = _indexes(store, handle, embedder)
            parts = _from_chroma(indexes, handle, keys)
            vectors = generations.save_vectors(handle.name, embedder.name, count, embedder.dimension, parts)
    return LoadedModel(embedder, vectors, load_background(generations, handle.name, embedder))


def _indexes(store: ChromaStore, handle: IndexHandle, embedder: Embedder) -> dict[str, VectorIndex]:
    found: dict[str, VectorIndex] = {}
    for lang, name in handle.collections.get(embedder.name, {}).items():
        index = store.find(name, embedder.dimension)
        if index is None:
            raise IndexNotReady(handle.shop, handle.name)
        found[lang] = index
    return found


def _from_chroma(
    indexes: dict[str, VectorIndex], handle: IndexHandle, keys: dict[str, tuple[str, ...]]
) -> Iterator[Matrix]:
    for lang, held in keys.items():
        if not indexes[lang].keys().issuperset(held):
            raise IndexNotReady(handle.shop, handle.name)
        yield from indexes[lang].parts(held)


def _places(rows: Sequence[Row]) -> NDArray[np.intp]:
    """Of each row's vector: texts that are equal share theirs."""
    places = {key: place for place, key in enumerate(key for held in distinct_keys(rows).values() for key in held)}
    return np.array([places[row.key] for row in rows], np.intp)
