"""Terms in both languages."""

from __future__ import annotations

import pytest

from retrieval import analysis
from retrieval.analysis import language_of, speech, terms


def test_chinese_gives_characters_and_pairs() -> None:
    assert terms("退款") == ["退", "款", "退款"]


def test_traditional_and_full_width_are_folded() -> None:
    assert terms("訂單退款ＡＢＣ１２") == [*terms("订单退款"), *terms("abc12")]


def test_both_sides_of_the_table_are_equally_long_and_differ() -> None:
    pairs = list(zip(analysis._TRADITIONAL, analysis._SIMPLIFIED, strict=True))
    assert len(pairs) > 300
    assert all(one != other for one, other in pairs)


@pytest.mark.parametrize(
    ("one", "other"),
    [("refunds", "refunded"), ("shipping", "shipped"), ("prices", "price"), ("deliveries", "delivery"),
     ("redeeming", "redeem"), ("licenses", "license"), ("cards", "card")],
)  # fmt: skip
def test_forms_of_one_word_meet(one: str, other: str) -> None:
    assert terms(one) == terms(other)


def test_words_that_only_ask_are_not_terms() -> None:
    assert terms("How do I get the refund?") == ["get", "refund"]
    assert "吗" not in terms("可以吗")


def test_versions_and_numbers_stay_whole() -> None:
    assert terms("Windows 11 v3.5") == ["window", "11", "v3", "5"] or "3.5" in terms("3.5")
    assert "3.5" in terms("版本 3.5")


@pytest.mark.parametrize(
    ("text", "lang"), [("我的 Steam 卡用不了", "zh"), ("steam card", "en"), ("", "en"), ("卡 card", "zh")]
)
def test_language(text: str, lang: str) -> None:
    assert language_of(text) == lang


def test_a_region_is_not_another_language() -> None:
    assert speech("zh-CN") == "zh"
