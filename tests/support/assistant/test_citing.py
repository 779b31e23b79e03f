"""What of a passage is quoted."""

from __future__ import annotations

import pytest

from retrieval.passage import Passage
from support.assistant.citing import LONGEST, quote_of, telling_lines

NOT = "货到付款和银行转账。"
PAY = (
    "# 付款\n\n## 可以使用\n\n- 支付宝\n- 微信支付，"
    + "两种方式都不收手续费。" * 8
    + "\n\n## 不支持\n\n货到付款和银行转账。\n"
)
LONG = PAY.replace("两种", "两种" + "方式" * LONGEST)
FIRST = "先确认账号所在的区服，国服点卡只能充国服，兑换以后不能转移到别的账号。"
USE = f"# 怎么兑换\n\n{FIRST}\n\n## 步骤\n\n1. 登录。\n2. 输入卡密。\n"


def passage(document: str, text: str) -> Passage:
    start = document.index(text)
    return Passage("p", "article", "a", "题", text, "zh-CN", start, start + len(text), text)


@pytest.mark.parametrize("document", [PAY, LONG, USE])
def test_a_quote_is_an_exact_piece_of_its_document(document: str) -> None:
    text = document.rsplit("\n\n", maxsplit=1)[-1].strip()
    assert quote_of(passage(document, text), document, "x") in document


def test_what_stands_under_a_heading_is_never_shown_without_it() -> None:
    """“Cash on delivery” alone would say the contrary."""
    assert quote_of(passage(LONG, NOT), LONG, "支持哪些") == "## 不支持\n\n货到付款和银行转账。"


def test_a_short_article_is_quoted_from_its_beginning() -> None:
    assert quote_of(passage(PAY, NOT), PAY, "支持哪些").startswith("## 可以使用")


def test_the_next_section_is_left_out_unless_it_holds_the_steps() -> None:
    lead = passage(USE, FIRST)
    assert "步骤" not in quote_of(lead, USE, "区服")
    assert quote_of(lead, USE, "怎么兑换", steps=True).endswith("2. 输入卡密。")


def test_of_a_products_page_only_what_speaks_of_the_question_is_told() -> None:
    page = "星云点卡\n类型：点卡\n质保：31 天\n库存：3 件\n面值 50 元，仅限国服"
    assert telling_lines(page, "星云点卡质保多久") == "星云点卡\n质保：31 天"
    assert telling_lines(page, "星云点卡怎么样") == "星云点卡\n面值 50 元，仅限国服"
