"""Numbers of articles and texts that the policy or the catalogue decides otherwise, told at both places."""

from __future__ import annotations

import pytest

from knowledge_base.errors import Fault
from tests.knowledge_base.small_folder import HEAD, PRODUCT_COLUMNS, clause, read

COLUMNS = PRODUCT_COLUMNS.strip() + ",description\n"
ROW = "moon-key,月光激活码,game_key,,,30.00,31,10,,7,,,{}\nsun-key,日光激活码,game_key,,,20.00,,,,,,,\n"
DROP = """when:
  - claim.reason == "price_drop"
  - now - order.paid_at <= duration("168h")
then:
  grant: {refund: item.paid_amount - item.price_now}"""
PRIVACY = "requests: [privacy]\nwhen:\n  - 'true'\nthen:\n  refer: {priority: normal}"
HALF = "when:\n  - order.paid\nthen:\n  grant: {refund: item.paid_amount * 0.9}"
POLICY = (
    HEAD
    + clause(DROP, "drop", "自付款起 7 天内降价的，退还差价，1 至 3 个工作日到账。")
    + clause(PRIVACY, "privacy", "个人信息的请求 15 天内答复。")
)


def of_article(text: str, *, title: str = "说明", policy: str = POLICY, matter: str = "") -> list[Fault]:
    article = f"---\nid: a\ntitle: {title}\nlang: zh-CN\n{matter}---\n{text}\n"
    given = {"policies/p.md": policy, "articles/a.md": article, "products": COLUMNS + ROW.format("")}
    return list(read(**given).findings)


@pytest.mark.parametrize(
    ("text", "title", "found"),
    [
        ("自付款起 3 天内降价的，退还差价。", "说明", True),
        ("自付款起 7 天内降价的，退还差价。", "说明", False),
        ("168 小时内降价可退差价。", "说明", False),
        ("自付款起 3 天内可退差价。", "保价规则", True),
        ("If the price dropped within 3 days of payment, we refund the difference.", "说明", True),
        ("If the price dropped within 7 days of payment, we refund the difference.", "说明", False),
        ("If the price dropped within 7 hours of payment, we refund the difference.", "说明", True),
        ("降价退差价的款项 3 天内到账。", "说明", False),
        ("自付款起 3 天内可以申请退款。", "说明", False),
        ("个人信息的请求 24 小时内答复。", "说明", True),
        ("个人信息的请求 15 天内答复。", "说明", False),
        ("Requests about personal data are answered within 24 hours.", "说明", True),
        ("售后问题 24 小时内答复。", "说明", False),
        ("个人信息保存 3 年，记录保留 180 天。", "说明", False),
    ],
)
def test_periods_of_articles(text: str, title: str, found: bool) -> None:
    codes = [one.code for one in of_article(text, title=title)]
    assert codes == ["article.period"] * found


def test_a_contradiction_names_both_places() -> None:
    [one] = of_article("第一行\n自付款起 3 天内降价的，退还差价。")
    assert (one.file, one.line, one.severity) == ("articles/a.md", 7, "warning")
    assert "after-sales/drop' (policies/p.md:7), which says 7 days (168h)" in one.en
    assert one.zh == "“自付款起 3 天内降价的”与条款“after-sales/drop”（policies/p.md:7）不一致，那里是 7 天（168 小时）"


def test_what_an_older_version_says_is_no_contradiction() -> None:
    older = POLICY.replace("2026-01-01", "2025-01-01").replace("168h", "72h").replace("7 天", "3 天")
    article = "---\nid: a\ntitle: 保价\nlang: zh-CN\n---\n{}自付款起 3 天内退差价。现在自付款起 7 天内退差价。\n"
    for told, codes in (("以前", []), ("2026-01-01 之前付款的，", []), ("", ["article.period"])):
        given = {"policies/p.md": POLICY, "policies/o.md": older, "articles/a.md": article.format(told)}
        assert [one.code for one in read(**given).findings] == codes, told


def test_a_title_does_not_save_a_text_that_differs() -> None:
    text = "自付款起 3 天内降价的，退还差价。"
    titled = clause(DROP, "drop", text).replace("标题", "7 天内降价退差价")
    assert [one.code for one in read(**{"policies/p.md": HEAD + titled}).findings] == ["policy.text_differs"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("自付款起 3 天内降价的，退还差价。", True),
        ("自付款起 7 天内降价的，退还差价。", False),
        ("7 天（168 小时）内降价的，退还差价。", False),
        ("降价的，退还差价，24 小时内答复，3 天内到账。", False),
        ("降价的，退还差价。", False),
    ],
)
def test_a_clause_whose_text_differs_from_its_rule(text: str, found: bool) -> None:
    findings = read(**{"policies/p.md": HEAD + clause(DROP, "drop", text)}).findings
    assert [one.code for one in findings] == ["policy.text_differs"] * found
    if found:
        assert (findings[0].line, findings[0].zh) == (
            7, "条款“drop”的文字写的是 3 天，而第 12 行的规则是 7 天（168 小时）",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "policy", "found"),
    [
        ("退款收取 5% 手续费。", POLICY, True),
        ("只退还 90%。", POLICY, True),
        ("A fee of 5% is deducted from a refund.", POLICY, True),
        ("退款不收 5% 手续费。", POLICY, False),
        ("会员价九折，优惠 10%。", POLICY, False),
        ("退款扣除 10%。", HEAD + clause(HALF, "half", "可以退款。"), False),
        ("只退还 90%。", HEAD + clause(HALF, "half", "可以退款。"), False),
        ("只退还 80%。", HEAD + clause(HALF, "half", "可以退款。"), True),
    ],
)
def test_shares_that_no_clause_keeps(text: str, policy: str, found: bool) -> None:
    assert [one.code for one in of_article(text, policy=policy)] == ["article.share"] * found


@pytest.mark.parametrize(
    ("text", "matter", "codes"),
    [
        ("质保 30 天。", "products: [moon-key]\n", ["article.product"]),
        ("质保 31 天。", "products: [moon-key]\n", []),
        ("质保 31 天。", "", []),
        ("本店商品质保 15 天。", "", ["article.product"]),
        ("All keys carry a warranty of 15 days.", "", ["article.product"]),
        ("支持 15 天无理由退款。", "", ["article.product"]),
        ("2026-01-01 之前付款的，质保 15 天。", "", ["article.product"]),
        ("质保 7 天。", "products: [moon-key]\n", ["article.product"]),
        ("A warranty of 30 days.", "products: [moon-key]\n", ["article.product"]),
        ("质保 30 天。", "products: [sun-key]\n", ["article.no_column"]),
        ("承诺 20 分钟内发货。", "products: [moon-key]\n", ["article.product"]),
        ("承诺 10 分钟内发货。", "products: [moon-key]\n", []),
        ("支持 15 天无理由退款。", "products: [moon-key]\n", ["article.product"]),
        ("支持 7 天无理由退款。", "products: [moon-key]\n", []),
        ("售价 35 元。", "products: [moon-key]\n", ["article.product"]),
        ("售价 30 元，面值 50 元。", "products: [moon-key]\n", []),
        ("售价 20 元或 30 元。", "products: [moon-key, sun-key]\n", []),
        ("售价 35 元。", "", []),
    ],
)
def test_what_the_catalogue_says_of_the_products(text: str, matter: str, codes: list[str]) -> None:
    assert [one.code for one in of_article(text, matter=matter)] == codes


WARRANTY = """when:
  - claim.reason in ["key_invalid", "key_used"]
  - now - delivery.delivered_at <= duration("168h")
then:
  grant: {reissue: 1}"""


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("质保 15 天。", ["article.period"]),
        ("卡密的质保期为 15 天", ["article.period"]),
        ("收到卡密 15 天内无法使用的，可以申请补发。", ["article.period"]),
        ("Keys have a 15-day warranty.", ["article.period"]),
        ("质保 7 天。", []),
        ("质保 31 天。", []),
        ("收到卡密 7 天内无法使用的，可以申请补发。", []),
        ("质保问题 15 天内答复。", []),
        ("订单记录保留 15 天。", []),
    ],
)
def test_a_warranty_that_the_policy_has_otherwise(text: str, codes: list[str]) -> None:
    policy = HEAD + clause(WARRANTY, "warranty", "卡密自交付起质保 7 天，无效或已被使用的可补发。")
    found = of_article(text, policy=policy)
    assert [one.code for one in found] == codes
    assert all("p.md:7" in one.en and "7 days (168h)" in one.en for one in found)


def test_a_description_that_differs_from_its_own_columns() -> None:
    found = read(products=COLUMNS + ROW.format("质保 90 天")).findings
    assert [(one.file, one.line, one.code) for one in found] == [("products.csv", 2, "article.product")]
    assert "warranty_days 是 31" in found[0].zh
    assert read(products=COLUMNS + ROW.format("质保 31 天")).findings == ()
