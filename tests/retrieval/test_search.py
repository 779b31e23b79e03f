"""A question finds the right document, in the right version and language, and nothing that may not be shown."""

from __future__ import annotations

from datetime import date

import pytest

from retrieval.embedder import Embedder
from retrieval.ingest import build_index
from retrieval.langchain import ShopRetriever
from retrieval.opening import open_index
from retrieval.passage import SearchResult
from retrieval.search import Search

DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("query", "document"),
    [
        ("点卡怎么兑换", "redeem"),
        ("how to use my card code", "redeem"),
        ("有微信支付吗", "payment-methods"),
        ("退款多久到账", "after-sales/undelivered"),
        ("云海激活码还有货吗", "product/sea-key"),
        ("在哪查我的订單", "order-lookup"),
    ],
)
def test_the_right_document_is_first(search: Search, query: str, document: str) -> None:
    assert _documents(search.search(query, on=DAY))[0] == document


@pytest.mark.parametrize(
    ("query", "document"), [("能开发票吗", "invoice"), ("do you accept alipay", "payment-methods")]
)
def test_a_document_in_the_other_language_only_is_found(search: Search, query: str, document: str) -> None:
    assert _documents(search.search(query, on=DAY))[0] == document


def test_documents_are_folded_and_counted(search: Search) -> None:
    documents = _documents(search.search("点卡怎么兑换", k=4, on=DAY))
    assert len(documents) == len(set(documents)) == 4


def test_scores_fall_and_are_comparable_within_a_search(search: Search) -> None:
    scores = [hit.score for hit in search.search("怎么退款", k=6, on=DAY).hits]
    assert scores == sorted(scores, reverse=True)


def test_the_passage_shown_is_the_documents_own_text_in_the_language_wanted(search: Search) -> None:
    hit = search.search("点卡怎么兑换", on=DAY).hits[0]
    assert (hit.passage.lang, "充值页面" in hit.passage.text) == ("zh-CN", True)
    english = search.search("点卡怎么兑换", lang="en", on=DAY).hits[0]
    assert (english.passage.document, english.passage.lang) == ("redeem", "en")
    only_chinese = search.search("do you accept alipay", lang="en", on=DAY).hits[0]
    assert only_chinese.passage.lang == "zh-CN"


@pytest.mark.parametrize(("on", "days"), [(date(2025, 12, 31), "7 个"), (date(2026, 1, 1), "3 个")])
def test_only_the_version_in_force_is_returned(search: Search, on: date, days: str) -> None:
    hits = [hit for hit in search.search("未发货退款几天到账", k=9, on=on).hits if hit.passage.kind == "clause"]
    assert len(hits) == 1
    assert days in hits[0].passage.text


def test_before_the_first_version_there_is_none(search: Search) -> None:
    hits = search.search("未发货退款", k=9, on=date(2024, 1, 1)).hits
    assert all(hit.passage.kind != "clause" for hit in hits)


@pytest.mark.parametrize(
    ("on", "found"),
    [(date(2026, 1, 31), False), (date(2026, 2, 1), True), (date(2026, 2, 15), True), (date(2026, 2, 16), False)],
)
def test_an_article_speaks_on_its_days_both_inclusive(search: Search, on: date, found: bool) -> None:
    assert ("spring-sale" in _documents(search.search("春节有折扣吗", k=9, on=on))) is found


def test_what_is_for_agents_is_not_shown_to_buyers(search: Search) -> None:
    assert "staff-notes" not in _documents(search.search("退款核对流程", k=20, on=DAY))
    assert _documents(search.search("退款核对流程", on=DAY, audience="agents"))[0] == "staff-notes"


def test_kinds_and_product_narrow_the_search(search: Search) -> None:
    assert {hit.passage.kind for hit in search.search("点卡", kinds=["product"], on=DAY).hits} == {"product"}
    documents = _documents(search.search("激活码", k=20, product="star-50", on=DAY))
    assert "product/star-50" in documents
    assert "product/sea-key" not in documents
    assert "redeem" in documents


@pytest.mark.parametrize("query", ["", "  \n", "？？？", "\0", "😀" * 2_000])
def test_strange_questions_neither_fail_nor_hang(search: Search, query: str) -> None:
    result = search.search(query, on=DAY)
    assert 0 <= result.answerable <= 1
    assert query.strip() or result == SearchResult((), 0.0)


def test_an_answerable_question_looks_more_so_than_another(search: Search) -> None:
    good = min(search.search(query, on=DAY).answerable for query in ("点卡在哪里用啊", "有微信支付吗"))
    bad = max(search.search(query, on=DAY).answerable for query in ("红烧排骨怎么炖", "Who was Napoleon?"))
    assert good > 0.6 > 0.4 > bad


def test_a_shop_without_anything_answers_nothing(
    tmp_path_factory: pytest.TempPathFactory, packaged: tuple[Embedder, ...]
) -> None:
    folder = tmp_path_factory.mktemp("empty")
    build_index(folder, "empty", (), packaged)
    assert open_index(folder, "empty", (), packaged).search("退款") == SearchResult((), 0.0)


def _documents(result: SearchResult) -> list[str]:
    return [hit.passage.document for hit in result.hits]


@pytest.mark.parametrize("text", ["zzzzqqqq", "jkjkjk", "wqeqwe", "哦哦"])
def test_what_asks_nothing_finds_nothing(search: Search, text: str) -> None:
    found = search.search(text, on=DAY)
    assert found.hits
    assert (found.answerable, found.shown) == (0.0, ())
    assert ShopRetriever(search=search, on=DAY).invoke(text) == []


@pytest.mark.parametrize("text", ["退款", "微信", "paypal", "redeem", "Do you sell cheats?"])
def test_a_word_that_the_shop_does_not_have_is_no_noise_for_that(search: Search, text: str) -> None:
    assert search.search(text, on=DAY).answerable > 0
