"""Translations that have drifted apart are told at their line; those that say the same in other words are not."""

from __future__ import annotations

import pytest

from knowledge_base.errors import Fault
from knowledge_base.reader import read_shop
from knowledge_base.translations import changed_alone
from tests.knowledge_base.small_folder import HEAD, PRODUCT_COLUMNS, clause, files, read

BLOCK = "when:\n  - order.paid\nthen:\n  refer: {priority: low}"
ENGLISH = HEAD.replace("zh-CN", "en")


def of_article(zh: str, en: str, matter: str = "") -> tuple[Fault, ...]:
    head = "---\nid: a\ntitle: T\nlang: {}\n{}---\n"
    return read(**{
        "articles/a.zh.md": head.format("zh-CN", "") + zh, "articles/a.en.md": head.format("en", matter) + en,
    }).findings  # fmt: skip


def of_clause(zh: str, en: str) -> list[str]:
    there = clause(BLOCK, text=en).replace("标题", "Heading")
    found = read(**{"policies/a.md": HEAD + clause(BLOCK, text=zh), "policies/a.en.md": ENGLISH + there}).findings
    return [one.code for one in found]


@pytest.mark.parametrize(
    ("zh", "en", "codes"),
    [
        ("7 天内可退。", "Refunds within 7 days.", []),
        ("七天内可退。", "Refunds within seven days.", []),
        ("7 天内可退。", "Refunds within 8 days.", ["translation.number"] * 2),
        ("7 天内可退。", "Refunds within 7 hours.", ["translation.unit"]),
        ("24 小时内答复。", "Answered within 24 hours.", []),
        ("24小时内答复。", "A 24-hour answer.", []),
        ("3 个工作日到账。", "It arrives within 3 days.", ["translation.unit"]),
        ("3 个工作日到账。", "It arrives within 3 business days.", []),
        ("满 30 元。", "From ¥30 on.", []),
        ("满 30 元。", "From 30 % on.", ["translation.unit"]),
        ("7 天或 7 次。", "7 days or 7 times.", []),
        ("2026年3月1日起。", "From March 1, 2026 on.", []),
        ("2026 年 3 月 1 日起。", "From 2026-03-01 on.", []),
        ("3月1日起。", "From 2 March on.", ["translation.date"] * 2),
        ("12 月 31 日前。", "Before December 31.", []),
        ("可能延迟 2 次。", "It may 2 times be late.", []),
        ("限 1 份。", "Only one each.", []),
    ],
)
def test_numbers_units_and_dates(zh: str, en: str, codes: list[str]) -> None:
    assert of_clause(zh, en) == codes
    assert [one.code for one in of_article(zh, en)] == codes


def test_a_number_is_told_at_its_line() -> None:
    found = of_article("第一行\n\n第 9 条", "First line\n\nclause 8")
    assert [(one.file, one.line, one.code) for one in found] == [
        ("articles/a.en.md", 6, "translation.number"),
        ("articles/a.en.md", 8, "translation.number"),
    ]
    assert found[1].zh == "“a”里的数字 8 只在 en 里有，zh-CN 里没有"


def test_headings_and_what_an_article_holds_for() -> None:
    assert [one.code for one in of_article("## 一\n甲\n## 二\n乙", "## One\na")] == ["translation.headings"]
    assert of_article("## 一\n甲", "## One\na") == ()
    assert [one.code for one in of_article("甲", "a", "products: [moon-key]\n")] == ["translation.matter"]
    [other] = of_article("甲", "a", "valid_from: 2026-01-01\n")
    assert "valid_from" in other.zh


def test_a_clause_without_translation_and_an_older_version() -> None:
    missing = read(**{
        "policies/a.md": HEAD + clause(BLOCK) + clause(BLOCK, "second"), "policies/a.en.md": ENGLISH + clause(BLOCK),
    }).findings  # fmt: skip
    assert [(one.file, one.code) for one in missing] == [("policies/a.en.md", "translation.missing")]
    older = {
        "policies/old.md": HEAD.replace("2026", "2025") + clause(BLOCK),
        "policies/old.en.md": ENGLISH.replace("2026", "2025") + clause(BLOCK),
        "policies/new.md": HEAD + clause(BLOCK),
    }
    [one] = read(**older).findings
    assert (one.file, one.code) == ("policies/old.en.md", "translation.older")
    assert "2025-01-01" in one.zh
    assert read(**older, **{"policies/new.en.md": ENGLISH + clause(BLOCK)}).findings == ()


def test_products() -> None:
    columns = PRODUCT_COLUMNS.strip() + ",name_en,description,description_en\n"
    row = "k,钥匙 {},game_key,,,,,,,,,,Key {},{},{}\n"
    same = read(products=columns + row.format(5, 5, "有效 30 天", "valid for 30 days"))
    assert same.findings == ()
    found = read(products=columns + row.format(5, 6, "有效 30 天", "valid for 30 hours")).findings
    assert {one.line for one in found} == {2}
    assert sorted(one.code for one in found) == ["translation.number", "translation.number", "translation.unit"]


def test_a_text_that_changed_in_one_language_only() -> None:
    def folder(zh: str, en: str, rule: str = "可以退款。") -> dict[str, bytes]:
        head = "---\nid: a\ntitle: T\nlang: {}\n---\n"
        return files(**{
            "articles/a.zh.md": head.format("zh-CN") + zh, "articles/a.en.md": head.format("en") + en,
            "policies/a.md": HEAD + clause(BLOCK, text=rule), "policies/a.en.md": ENGLISH + clause(BLOCK),
        })  # fmt: skip

    before = read_shop(folder("甲", "a"))
    [one] = changed_alone(before, read_shop(folder("乙", "a")))
    assert (one.file, one.code) == ("articles/a.en.md", "translation.alone")
    assert list(changed_alone(before, read_shop(folder("乙", "b")))) == []
    assert list(changed_alone(before, before)) == []
    [other] = changed_alone(before, read_shop(folder("甲", "a", "都可以退款。")))
    assert other.file == "policies/a.en.md"
