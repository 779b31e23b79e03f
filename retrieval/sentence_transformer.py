"""Any sentence-transformers model, by name or folder. Needs the extra: `pip install 'anxin[models]'`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from retrieval.embedder import Matrix, unit_rows
from retrieval.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_EXTRA = "install it with `pip install 'anxin[models]'`"


class SentenceTransformerEmbedder:
    """A sentence-transformers model on the CPU.

    Prompts named `query` and `passage` or `document` in the model's own configuration are used; for models of the
    e5 family, which need them and do not always say so, `query: ` and `passage: ` are written.
    """

    def __init__(self, model: str) -> None:
        self._source = model
        self.name = _name_of(model)
        self._lock = Lock()
        self._model: SentenceTransformer | None = None

    def __reduce__(self) -> tuple[Callable[[str], SentenceTransformerEmbedder], tuple[str]]:
        return sentence_transformer, (self._source,)

    @property
    def dimension(self) -> int:
        model = self._loaded()
        # Renamed in version 5.3; the old name warns there and the new one does not exist before.
        ask = getattr(model, "get_embedding_dimension", None) or model.get_sentence_embedding_dimension
        return int(ask() or 0)

    def warm(self) -> None:
        """Load torch and the model (seconds, and some hundred MiB)."""
        self._loaded()

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self._encode(texts, ("query",), "query: ")

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._encode(texts, ("passage", "document"), "passage: ")

    def _encode(self, texts: Sequence[str], prompts: tuple[str, ...], e5: str) -> Matrix:
        model = self._loaded()
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        known = model.prompts or {}
        prompt = next((known[name] for name in prompts if known.get(name)), None)
        if prompt is None:
            prompt = e5 if "e5" in self.name.lower() else ""
        return unit_rows(model.encode(list(texts), prompt=prompt or None, show_progress_bar=False))

    def _loaded(self) -> SentenceTransformer:
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> SentenceTransformer:
        try:
            import torch
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ModelUnavailable(self._source, f"{error.name} is not installed", _EXTRA) from error
        torch.set_num_threads(1)
        try:
            return SentenceTransformer(self._source, device="cpu")
        except (OSError, ValueError) as error:
            remedy = "give the name of a model that can be fetched from here, or the folder of one"
            raise ModelUnavailable(self._source, str(error).splitlines()[0], remedy) from error


@cache
def sentence_transformer(model: str) -> SentenceTransformerEmbedder:
    """This process's only embedder of that name or folder."""
    return SentenceTransformerEmbedder(model)


def _name_of(model: str) -> str:
    """The name, or for a folder its last part and a hash of what its configuration and weights are."""
    folder = Path(model)
    if not folder.is_dir():
        return model
    seal = sha256()
    for file in sorted(folder.rglob("*")):
        if file.suffix in (".json", ".safetensors", ".bin"):
            seal.update(f"{file.relative_to(folder)} {file.stat().st_size}\n".encode())
            if file.suffix == ".json" and file.stat().st_size < 100_000:
                seal.update(file.read_bytes())
    return f"{re.sub(r'[^A-Za-z0-9]+', '-', folder.resolve().name)}-{seal.hexdigest()[:8]}"
