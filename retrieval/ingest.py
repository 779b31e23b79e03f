"""Indexing: passages into a finished generation.

What was embedded before is not embedded again: equal texts keep their vectors from one generation to the next, and a
build that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np

from retrieval.calibrate import calibrated
from retrieval.chroma_index import ChromaStore
from retrieval.embedder import Embedder, Matrix
from retrieval.fan_out import embedded
from retrieval.generation import (
    Generations,
    IndexHandle,
    collection_name,
    collection_prefix,
    distinct_keys,
    generation_name,
)
from retrieval.locks import chroma_lock, locked
from retrieval.opening import LoadedModel, assembled, load_background
from retrieval.passage import Passage
from retrieval.rows import Row, rows_of
from retrieval.vector_index import VectorIndex

Progress = Callable[[int, int], None]

# How long collections that are no longer in use are kept for those who still read them, in seconds.
GRACE = 3_600.0
# Vectors that Chroma is given at a time: a third of the processor's time, and of the waiting, of 32 at a time.
_AT_ONCE = 256


def build_index(
    folder: Path,
    shop: str,
    passages: Sequence[Passage],
    embedders: Sequence[Embedder],
    chroma_url: str | None = None,
    progress: Progress = lambda done, total: None,
    grace: float = GRACE,
    workers: int = 1,
) -> IndexHandle:
    """Index what is not indexed yet and put it in use; quick where nothing changed.

    Args:
        folder: where indexes live; Chroma too, unless `chroma_url` names a server.
        progress: told (texts done, texts in all), from the calling thread.
        grace: seconds for which what went out of use stays readable.
        workers: processes that embed, where there is much to embed.
    Raises:
        ModelUnavailable, WorkerEnded, VectorStoreDown.
    """
    rows = rows_of(passages)
    generations = Generations(folder, shop)
    name = generation_name(passages, rows, embedders)
    with generations.building(name):
        handle = generations.find(name)
        if handle is None:
            with ChromaStore(folder / "chroma", chroma_url) as store:
                handle = _Job(folder, generations, store, rows, progress, workers).run(name, passages, embedders)
        current = generations.current()
        if current is None or current.name != name:
            generations.put_in_use(handle)
            _drop_unused(folder, generations, handle, chroma_url, grace)
    return handle


@dataclass(frozen=True, slots=True)
class _Job:
    """One generation being built."""

    folder: Path
    generations: Generations
    store: ChromaStore
    rows: tuple[Row, ...]
    progress: Progress
    workers: int

    def run(self, name: str, passages: Sequence[Passage], embedders: Sequence[Embedder]) -> IndexHandle:
        keys = distinct_keys(self.rows)
        count, done = sum(map(len, keys.values())), 0
        total = len(embedders) * count
        collections: dict[str, dict[str, str]] = {}
        loaded = []
        for embedder in embedders:
            filled: list[tuple[VectorIndex, tuple[str, ...]]] = []
            for lang, held in keys.items():
                collection = collection_name(self.generations.shop, embedder.name, lang, held)
                collections.setdefault(embedder.name, {})[lang] = collection
                filled.append((self._filled(collection, embedder, held, done, total), held))
                done += len(held)
                self.progress(done, total)
            parts = chain.from_iterable(index.parts(held) for index, held in filled)
            vectors = self.generations.save_vectors(name, embedder.name, count, embedder.dimension, parts)
            loaded.append(LoadedModel(embedder, vectors, load_background(self.generations, name, embedder)))
        handle = IndexHandle(self.generations.shop, name, collections, len(self.rows))
        handle = replace(handle, calibration=calibrated(assembled(passages, self.rows, loaded, handle, self.store)))
        self.generations.finish(handle)
        return handle

    def _filled(self, collection: str, embedder: Embedder, keys: tuple[str, ...], done: int, total: int) -> VectorIndex:
        """One collection whole, embedding only what is nowhere to be found."""
        with _writing(self.folder):
            index = self.store.create(collection, embedder.dimension)
        held = index.keys()
        missing = self._copied(index, embedder, [key for key in keys if key not in held])
        texts = {row.key: row.text for row in self.rows}
        ready, waiting = len(keys) - len(missing), _Waiting(self.folder, index, missing)
        try:
            for vectors in embedded(embedder, [texts[key] for key in missing], self.workers):
                waiting.take(vectors)
                self.progress(done + ready + waiting.taken, total)
        finally:  # also what an interrupted build has embedded
            waiting.write()
        return index

    def _copied(self, index: VectorIndex, embedder: Embedder, missing: list[str]) -> list[str]:
        """Take over what the generation in use has embedded; what is still missing comes back."""
        current = self.generations.current()
        for name in (current.collections.get(embedder.name, {}) if current else {}).values():
            previous = self.store.find(name, embedder.dimension) if missing else None
            if previous is None:
                continue
            held = previous.keys()
            known = [key for key in missing if key in held]
            with _writing(self.folder):
                index.add(known, previous.vectors(known))
            missing = [key for key in missing if key not in held]
        return missing


class _Waiting:
    """Vectors in the order of their keys, written many at a time: each write waits for the disk."""

    def __init__(self, folder: Path, index: VectorIndex, keys: Sequence[str]) -> None:
        self.taken = 0
        self._folder, self._index, self._keys = folder, index, keys
        self._held: list[Matrix] = []
        self._written = 0

    def take(self, vectors: Matrix) -> None:
        """The next ones."""
        self._held.append(vectors)
        self.taken += len(vectors)
        if self.taken - self._written >= _AT_ONCE:
            self.write()

    def write(self) -> None:
        """All that were taken."""
        if self._held:
            with _writing(self._folder):
                self._index.add(self._keys[self._written : self.taken], np.concatenate(self._held))
            self._held.clear()
            self._written = self.taken


def _drop_unused(
    folder: Path, generations: Generations, handle: IndexHandle, chroma_url: str | None, grace: float
) -> None:
    """Delete generations and collections that are neither in use nor young."""
    latest = time.time() - grace
    for name, touched in generations.names().items():
        if name != handle.name and touched < latest:
            generations.forget(name)
    kept = [found for name in generations.names() if (found := generations.find(name))]
    used = {collection for found in kept for by_lang in found.collections.values() for collection in by_lang.values()}
    with ChromaStore(folder / "chroma", chroma_url) as store:
        for collection, created in store.names(collection_prefix(generations.shop)).items():
            if collection not in used and created < latest:
                with _writing(folder):
                    store.drop(collection)


def _writing(folder: Path) -> AbstractContextManager[None]:
    """Chroma in a folder is written by one process at a time; embedding goes on outside."""
    return locked(chroma_lock(folder / "chroma"))
