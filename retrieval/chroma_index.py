"""Chroma, embedded in a folder or as a server: the vectors' store of record.

Nothing but keys and vectors is written: texts and dates live in the shop's own tables, and an update of Chroma's
metadata would merge with the old instead of replacing it. A collection that is open does not see what another process
writes to it, so a finished collection never changes: what changes gets a new one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from retrieval.embedder import Matrix, unit_rows
from retrieval.errors import VectorStoreDown
from retrieval.locks import chroma_lock, locked
from retrieval.vector_index import check_dimension

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

_BATCH = 1_000
# Chroma shares what it opened between clients of one folder, and counts them without a lock.
_OPENING = Lock()


class ChromaIndex:
    """One collection behind the port of vector indexes."""

    def __init__(self, collection: Any, dimension: int) -> None:
        self.dimension = dimension
        self._collection = collection

    def __len__(self) -> int:
        return int(self._collection.count())

    def keys(self) -> frozenset[str]:
        return frozenset(self._collection.get(include=[])["ids"])

    def add(self, keys: Sequence[str], vectors: Matrix) -> None:
        check_dimension(self.dimension, vectors)
        # One call refuses a key given twice: the last one counts, as everywhere.
        last = {key: place for place, key in enumerate(keys)}
        held, rows = list(last), vectors[list(last.values())]
        for start in range(0, len(held), _BATCH):
            part = slice(start, start + _BATCH)
            self._collection.upsert(ids=held[part], embeddings=rows[part])

    def vectors(self, keys: Sequence[str]) -> Matrix:
        found: dict[str, NDArray[Any]] = {}
        distinct = list(dict.fromkeys(keys))
        for start in range(0, len(distinct), _BATCH):
            answer = self._collection.get(ids=distinct[start : start + _BATCH], include=["embeddings"])
            found.update(zip(answer["ids"], answer["embeddings"], strict=True))
        if not keys:
            return np.zeros((0, self.dimension), np.float32)
        return unit_rows(np.array([found[key] for key in keys], np.float32))

    def parts(self, keys: Sequence[str]) -> Iterator[Matrix]:
        return (self.vectors(keys[start : start + _BATCH]) for start in range(0, len(keys), _BATCH))

    def nearest(self, vector: NDArray[np.float32], count: int) -> tuple[tuple[str, ...], NDArray[np.float32]]:
        check_dimension(self.dimension, vector)
        # Asking for more than is held is no error; to count first would take as long as the question itself.
        answer = self._collection.query(query_embeddings=[vector], n_results=count, include=["distances"])
        return tuple(answer["ids"][0]), 1 - np.array(answer["distances"][0], np.float32)


class ChromaStore:
    """Collections by name in one Chroma: at `url` where given, else embedded in `folder`. Close it, or use `with`."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.place = url or str(folder)
        with _OPENING:
            self._client: Any = _open(folder, url)

    def __enter__(self) -> ChromaStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files and sockets; the collections that came from here answer no more."""
        with _OPENING:
            self._client.close()
        # A client and the administrator inside it keep their connections to a server when they are closed.
        for one in (self._client, getattr(self._client, "_admin_client", None)):
            connections = getattr(getattr(one, "_server", None), "_session", None)
            if connections is not None:
                connections.close()

    def create(self, name: str, dimension: int) -> ChromaIndex:
        """The collection, made where it is missing, compared by cosine."""
        collection = self._client.get_or_create_collection(
            name,
            embedding_function=None,
            metadata={"created": int(time.time())},
            configuration={"hnsw": {"space": "ip", "ef_search": 200}},
        )
        return ChromaIndex(collection, dimension)

    def find(self, name: str, dimension: int) -> ChromaIndex | None:
        """The collection, or None where there is none of that name."""
        from chromadb.errors import NotFoundError

        try:
            return ChromaIndex(self._client.get_collection(name, embedding_function=None), dimension)
        except (NotFoundError, ValueError):
            return None

    def names(self, prefix: str) -> dict[str, int]:
        """Collections whose names begin so, with the second (Unix time) in which each was made."""
        pages: list[Any] = []
        while page := self._client.list_collections(limit=500, offset=len(pages)):
            pages.extend(page)
        return {
            item.name: int((item.metadata or {}).get("created", 0)) for item in pages if item.name.startswith(prefix)
        }

    def drop(self, name: str) -> None:
        """Delete the collection; one that another process has just deleted is no error."""
        from chromadb.errors import NotFoundError

        try:
            self._client.delete_collection(name)
        except (NotFoundError, ValueError):
            return


def _open(folder: Path, url: str | None) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    try:
        if url is None:
            folder.mkdir(parents=True, exist_ok=True)
            with locked(chroma_lock(folder)):  # of two that find an empty folder, one would fail on the other's tables
                return chromadb.PersistentClient(str(folder), settings=settings)
        parts = urlsplit(url if "//" in url else f"http://{url}")
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 8000)
        return chromadb.HttpClient(host=parts.hostname or "localhost", port=port, ssl=secure, settings=settings)
    except Exception as error:  # the client raises bare ValueError, httpx, OS and Rust errors alike
        raise VectorStoreDown(url or str(folder), str(error) or type(error).__name__) from error
