"""LangChain's own way to search by keywords and meaning together, put together as its guide does.

Needs the extra: `pip install 'anxin[bench]'`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from retrieval.analysis import terms
from retrieval.embedder import Embedder


class SameModel(Embeddings):
    """Our model behind LangChain's port."""

    def __init__(self, model: Embedder) -> None:
        self._model = model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [list(map(float, row)) for row in self._model.embed_passages(texts)]

    def embed_query(self, text: str) -> list[float]:
        return list(map(float, self._model.embed_queries([text])[0]))


def ensemble(
    model: Embedder, texts: Sequence[str], folder: str, k: int = 5
) -> Callable[[str], list[Document]]:  # fmt: skip
    """One search of BM25 over our own terms and Chroma, `k` documents each, half and half. Raises ImportError.

    Each document found has its place among `texts` as `row`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from langchain_chroma import Chroma
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.retrievers import BM25Retriever
    rows = [{"row": place} for place in range(len(texts))]
    keywords = BM25Retriever.from_texts(list(texts), metadatas=rows, preprocess_func=terms)
    keywords.k = k
    vectors = Chroma.from_texts(list(texts), SameModel(model), metadatas=rows, persist_directory=folder)
    nearest = vectors.as_retriever(search_kwargs={"k": k})
    both = EnsembleRetriever(retrievers=[keywords, nearest], weights=[0.5, 0.5])
    find: Callable[[str], list[Document]] = both.invoke
    return find
