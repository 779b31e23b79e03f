"""A large shop is ranked as a small one, from the nearest rows alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge_base.shop import ShopFolder
from retrieval import opening
from retrieval.chunking import passages_of
from retrieval.embedder import Embedder
from retrieval.ingest import build_index
from retrieval.near_ranking import NearRanking
from retrieval.opening import open_index
from retrieval.passage import Passage
from retrieval.search import Search

DAY = date(2026, 3, 1)
QUERIES = ("点卡怎么兑换", "有微信支付吗", "can I get an invoice", "未发货退款几天到账", "云海激活码还有货吗")


@pytest.fixture
def large(
    index_folder: Path,
    passages: tuple[Passage, ...],
    packaged: tuple[Embedder, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> Search:
    monkeypatch.setattr(opening, "EXACT_ROWS", 10)
    search = open_index(index_folder, "small", passages, packaged)
    assert isinstance(search._ranking, NearRanking)
    return search


@pytest.mark.parametrize("query", QUERIES)
def test_both_rank_alike(search: Search, large: Search, query: str) -> None:
    exact, near = search.search(query, k=4, on=DAY), large.search(query, k=4, on=DAY)
    assert [hit.passage.id for hit in exact.hits][:2] == [hit.passage.id for hit in near.hits][:2]
    assert near.answerable == pytest.approx(exact.answerable, abs=0.02)
    for one, other in zip(exact.hits, near.hits, strict=True):
        assert other.score == pytest.approx(one.score, abs=0.05)


def test_what_is_ruled_out_stays_out(large: Search) -> None:
    documents = [hit.passage for hit in large.search("退款核对流程", k=50, on=DAY).hits]
    assert all(passage.audience == "public" for passage in documents)
    clauses = [passage for passage in documents if passage.kind == "clause"]
    assert len(clauses) == 1
    assert "3 个" in clauses[0].text


def test_a_large_shop_is_built_and_found_through_chroma(
    tmp_path: Path, folder: ShopFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.retrieval.test_ingest import CountingEmbedder

    monkeypatch.setattr(opening, "EXACT_ROWS", 100)
    many = tuple(replace(folder.articles[3], id=f"a{number}", text=f"第{number}号说明。") for number in range(300))
    passages = passages_of(replace(folder, articles=(*folder.articles, *many)))
    model = CountingEmbedder()
    handle = build_index(tmp_path, "s", passages, [model])
    assert handle.rows > 300
    found = open_index(tmp_path, "s", passages, [model]).search("第217号说明", on=DAY)
    assert found.hits[0].passage.document == "a217"
