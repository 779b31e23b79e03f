"""Passages are exact slices, end where sentences do, and know their headings."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.spans import MOST, spans_of
from tests.examples import examples


def _texts(text: str) -> list[str]:
    return [text[span.start : span.end] for span in spans_of(text)]


def test_headings_part_passages_and_are_remembered_from_the_outermost_in() -> None:
    text = "# 兑换\n\n先登录。\n\n## 步骤\n\n打开充值页。\n\n### 手机\n\n点右上角。\n\n## 常见问题\n\n输错会锁定。\n"
    spans = spans_of(text)
    assert [span.headings for span in spans] == [
        ("兑换",), ("兑换", "步骤"), ("兑换", "步骤", "手机"), ("兑换", "常见问题"),
    ]  # fmt: skip
    assert _texts(text) == ["先登录。", "打开充值页。", "点右上角。", "输错会锁定。"]


def test_short_neighbours_are_joined_and_stay_one_exact_slice() -> None:
    text = "第一段。\n\n第二段。\n\n- 甲\n- 乙\n"
    assert _texts(text) == ["第一段。\n\n第二段。\n\n- 甲\n- 乙"]


def test_a_long_paragraph_is_cut_at_sentence_ends_only() -> None:
    text = "".join(f"这是第{number}句话，讲的是一件需要说明白的事情。" for number in range(60))
    pieces = _texts(text)
    assert len(pieces) > 2
    assert all(piece.endswith("。") and len(piece) <= MOST for piece in pieces)
    assert "".join(pieces) == text


def test_an_english_abbreviation_inside_a_number_does_not_end_a_sentence() -> None:
    text = " ".join(f"Card {number} costs 3.50 yuan and works at once." for number in range(40))
    assert all(piece.endswith("once.") for piece in _texts(text))


def test_fenced_code_is_kept_whole_with_its_blank_lines_and_hashes() -> None:
    text = "前文。\n\n```\n# not a heading\n\nstill code\n```\n\n后文。\n"
    spans = spans_of(text)
    assert [span.headings for span in spans] == [()]
    assert text[spans[0].start : spans[0].end] == text.strip()


@pytest.mark.parametrize("text", ["", "\n\n", "# only a heading\n", "   \n\t\n"])
def test_nothing_to_say_gives_no_passage(text: str) -> None:
    assert spans_of(text) == ()


@given(st.text(alphabet="a中。.#\n `~ -1", max_size=900))
@settings(max_examples=examples(200), deadline=None)
def test_spans_are_in_order_never_overlap_and_never_begin_or_end_in_space(text: str) -> None:
    spans = spans_of(text)
    for span in spans:
        assert text[span.start : span.end].strip() == text[span.start : span.end] != ""
    assert all(before.end <= after.start for before, after in pairwise(spans))


@given(st.text(alphabet="a中。.\n ", max_size=900))
@settings(max_examples=examples(100), deadline=None)
def test_without_headings_no_character_but_space_is_lost(text: str) -> None:
    assert "".join("".join(_texts(text)).split()) == "".join(text.split())
