"""Every passage is an exact slice of a document that can be shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from knowledge_base.shop import ShopFolder
from retrieval.chunking import passages_of, source_text
from retrieval.passage import Passage


def test_each_passage_is_the_slice_that_it_says(folder: ShopFolder, passages: tuple[Passage, ...]) -> None:
    for passage in passages:
        day = passage.effective or passage.valid_from
        source = source_text(folder, passage.kind, passage.document, passage.lang, day)
        assert source is not None
        assert source.text[passage.start : passage.end] == passage.text
        assert passage.title in (source.title, passage.title)


def test_identities_are_unique_and_follow_the_content(folder: ShopFolder, passages: tuple[Passage, ...]) -> None:
    assert len({passage.id for passage in passages}) == len(passages)
    assert [passage.id for passage in passages_of(folder)] == [passage.id for passage in passages]
    changed = replace(folder, articles=(replace(folder.articles[0], text="改了。"), *folder.articles[1:]))
    before, after = {one.id for one in passages}, {one.id for one in passages_of(changed)}
    assert len(after - before) == 1
    assert len(before - after) == 2


def test_clauses_carry_the_days_between_which_their_version_is_in_force(passages: tuple[Passage, ...]) -> None:
    clauses = [one for one in passages if one.kind == "clause" and one.lang == "zh-CN"]
    assert [(one.effective, one.superseded) for one in clauses] == [
        (date(2025, 1, 1), date(2026, 1, 1)),
        (date(2026, 1, 1), None),
    ]
    assert {one.document for one in clauses} == {"after-sales/undelivered"}
    assert "售后政策" in clauses[0].index_text


def test_the_source_of_a_clause_is_the_version_of_the_day(folder: ShopFolder) -> None:
    old = source_text(folder, "clause", "after-sales/undelivered", "zh-CN", date(2025, 6, 1))
    new = source_text(folder, "clause", "after-sales/undelivered", "zh-CN")
    assert old is not None
    assert new is not None
    assert "7 个工作日" in old.text
    assert "3 个工作日" in new.text
    assert source_text(folder, "clause", "after-sales/undelivered", "zh-CN", date(2024, 1, 1)) is None


def test_a_product_reads_like_an_article_and_leaves_out_what_is_unknown(folder: ShopFolder) -> None:
    chinese = source_text(folder, "product", "product/sea-key", "zh-CN")
    english = source_text(folder, "product", "product/star-50", "en")
    assert chinese is not None
    assert english is not None
    assert "价格：68.00 CNY" in chinese.text
    assert "暂时缺货" in chinese.text
    assert "质保" not in chinese.text
    assert "Nebula card 50" in english.text
    assert "Limit 5 per order" in english.text


def test_what_does_not_exist_has_no_source(folder: ShopFolder) -> None:
    assert source_text(folder, "article", "invoice", "zh-CN") is None
    assert source_text(folder, "product", "product/none", "zh-CN") is None
    assert source_text(folder, "product", "product/star-50", "fr") is None


def test_ways_of_asking_lead_to_one_passage_of_their_article(passages: tuple[Passage, ...]) -> None:
    redeem = [one for one in passages if one.document == "redeem" and one.lang == "zh-CN"]
    assert [bool(one.questions) for one in redeem] == [True, False]
