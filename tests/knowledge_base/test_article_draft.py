"""A draft holds the buyers' words in the format of a shop folder, and is no article before somebody answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.article import Article
from knowledge_base.article_draft import MOST_QUESTIONS, ArticleDraft, article_draft
from knowledge_base.article_reader import ArticleReader
from knowledge_base.findings import Findings

AWKWARD = ['- "quoted": yes', "# 开头是井号", "key: [a, b]", "@at & *star", "off", "2026-01-01", "是否'可以'？"]


def _read(draft: ArticleDraft, answer: str) -> tuple[Article | None, Findings]:
    findings = Findings()
    reader = ArticleReader(("zh-CN", "en"), frozenset(), findings)
    return reader.read(draft.path, (draft.text + answer).encode()), findings


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_with_an_answer_it_is_an_article_that_is_asked_for_in_the_buyers_words(lang: str) -> None:
    draft = article_draft("asked-1a2b", lang, AWKWARD)
    article, findings = _read(draft, "答案。\n")
    assert article is not None
    assert not findings.faults
    assert not findings.warnings
    assert (article.id, article.lang, article.title) == ("asked-1a2b", lang, AWKWARD[0])
    assert list(article.questions) == AWKWARD
    assert article.text == "答案。\n"


def test_without_an_answer_it_cannot_be_imported() -> None:
    article, findings = _read(article_draft("asked-1", "zh-CN", ["怎么导出"]), "")
    assert article is None
    assert [fault.message for fault in findings.faults] == ["the article is empty; write its text"]


def test_what_was_taken_out_of_the_words_is_no_way_of_asking() -> None:
    draft = article_draft("asked-1", "en", ["why is [order] late", "[phone]", "why is [order] late", "where is it"])
    article, _ = _read(draft, "x")
    assert article is not None
    assert article.questions == ("why is late", "where is it")


@given(st.lists(st.text(max_size=200), max_size=20))
def test_whatever_is_asked_the_draft_reads_back(asked: list[str]) -> None:
    article, findings = _read(article_draft("asked-1", "zh-CN", asked), "答案")
    assert article is not None
    assert not findings.faults
    assert len(article.questions) <= MOST_QUESTIONS
