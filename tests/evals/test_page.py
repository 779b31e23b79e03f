"""The report's page needs nothing but itself, says what it was given in both languages, and lets no text act."""

from __future__ import annotations

import re
from pathlib import Path

from evals.baseline import Turned
from evals.fault import Bubble, Fault, Score
from evals.page.page import Page, title_of
from evals.report import Report, Row, share

EVIL = "<script>alert(1)</script>"


def page() -> Page:
    """A report with a bit of everything."""
    rows = (
        share("presale", 69, 75, bar=0.95),
        share("pass_hat_8", 52, 54, bar=0.95, samples=(0.99, 0.985, 0.98, 0.975, 0.97, 0.967, 0.965, 0.963)),
        Row("leaks", 0, "count", 140, bar=0, low_is_good=True, fatal=True),
        Row("retrieval_mrr", 0.84, "mean", 215, bar=0.8, baseline=0.71),
    )
    faults = (Fault("presale", "P1-zh-1", EVIL, ["product/aurora-month"], "cites nothing"),)
    talk = (
        Bubble("buyer", f"极光月卡还有货吗 {EVIL}", "topic stock 0.93"),
        Bubble("assistant", "**库存**\n还有 498 件。", did="product/x"),
    )
    scores = (
        Score("presale", "P1-zh-1", 0.0, faults, talk, "presale.yaml:5"),
        Score("presale", "P1-zh-2", 1.0),
        Score("pass_hat_8", "frozen", 0.875, faults),
    )
    turned = (Turned("presale", 75, ("P2-en-1",), ("P1-zh-1",)),)
    return Page(
        Report(rows), scores, turned, {"presale": 12.0, "safety": 30.0}, note=("自己的 & 偏好", "Ours & flattering.")
    )


def test_it_needs_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "build" / "eval.html"
    page().write(path)
    text = path.read_text("utf-8")
    assert "default-src 'none'" in text
    assert not re.search(r"(?:src|href)=|url\(|@import|https?://", text)


def test_a_failed_case_reads_as_a_chat_and_no_text_acts() -> None:
    text = page().html()
    assert EVIL not in text
    assert '<div class="bubble buyer"><p>' in text
    assert "topic stock 0.93" in text
    assert "<b>库存</b>" in text, "a heading is one, as in the chat"
    assert "presale.yaml:5" in text
    assert "88%" in text, "the share of its runs that were right"
    assert "product/aurora-month" in text
    assert "P1-zh-2" not in text, "a case that is right is not told"


def test_each_row_has_its_chart_and_each_word_both_languages() -> None:
    text = page().html()
    assert text.count('class="interval"') == 3, "a count has none"
    assert text.count('class="plot"') == 1
    assert text.count('<span lang="zh-CN"') == text.count('<span lang="en"')
    assert "+1 −1 / 75, p 1.000" in text
    assert "Ours &amp; flattering." in text
    assert "整段对话八次都对" in text


def test_the_row_of_one_language_is_named_after_its_suite() -> None:
    assert title_of("pass_hat_8_en") == (
        "整段对话八次都对：英文",
        "whole conversations right eight times of eight, English",
    )
    assert title_of("retrieval_recall5_en") == ("检索前五：英文", "found in five: English")
    assert title_of("something_new_en") is None


def test_nothing_failed_is_said() -> None:
    assert "No case failed." in Page(Report(()), ()).html()
