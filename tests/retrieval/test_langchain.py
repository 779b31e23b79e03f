"""The retriever gives chains what the search gives us."""

from __future__ import annotations

from datetime import date

from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda

from retrieval.langchain import ShopRetriever
from retrieval.search import Search

DAY = date(2026, 3, 1)


def test_documents_are_the_hits_with_what_a_citation_needs(search: Search) -> None:
    documents = ShopRetriever(search=search, k=3, on=DAY).invoke("点卡怎么兑换")
    found = search.search("点卡怎么兑换", k=3, on=DAY)
    assert [one.id for one in documents] == [hit.passage.id for hit in found.hits]
    assert documents[0].page_content == found.hits[0].passage.text
    assert documents[0].metadata["document"] == "redeem"
    assert documents[0].metadata["answerable"] == found.answerable


def _kinds(found: list[Document]) -> list[str]:
    return [str(document.metadata["kind"]) for document in found]


def test_it_stands_in_a_chain(search: Search) -> None:
    chain = ShopRetriever(search=search, kinds=("product",), on=DAY) | RunnableLambda[list[Document], list[str]](_kinds)
    assert set(chain.invoke("点卡多少钱")) == {"product"}
