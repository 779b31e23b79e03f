"""Our search as a LangChain retriever: the only importer of LangChain in this room."""

from __future__ import annotations

from datetime import date
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from knowledge_base.article import Audience
from retrieval.passage import Hit, Kind
from retrieval.search import Search


class ShopRetriever(BaseRetriever):
    """`Search` for chains and graphs: `ShopRetriever(search=…, k=5).invoke("怎么退款")`.

    Each document is one passage; its metadata has what a citation needs (kind, document, title, lang, start, end),
    its score, and `answerable`, the probability that any of them answers the question. Where hardly anything of the
    shop's can be meant there is none.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search: Search
    k: int = 5
    lang: str | None = None
    on: date | None = None
    kinds: tuple[Kind, ...] | None = None
    audience: Audience = "public"
    product: str | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        found = self.search.search(
            query, self.k, lang=self.lang, on=self.on, kinds=self.kinds, audience=self.audience, product=self.product
        )
        return [document_of(hit, found.answerable) for hit in found.shown]


def document_of(hit: Hit, answerable: float) -> Document:
    """One hit as LangChain has it."""
    passage = hit.passage
    metadata: dict[str, Any] = {
        "kind": passage.kind,
        "document": passage.document,
        "title": passage.title,
        "lang": passage.lang,
        "start": passage.start,
        "end": passage.end,
        "score": hit.score,
        "answerable": answerable,
    }
    return Document(id=passage.id, page_content=passage.text, metadata=metadata)
