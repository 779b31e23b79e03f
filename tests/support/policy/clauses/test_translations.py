"""A policy in two languages."""

from __future__ import annotations

import pytest

from tests.knowledge_base.small_folder import HEAD, clause, faults, read

REFER = "then:\n  refer: {priority: low}"
EN = HEAD.replace("zh-CN", "en").replace("售后政策", "After-sales")
CHINESE = HEAD + clause(REFER, "a", "7 天内由人工处理。")


def _both(english: str, chinese: str = CHINESE) -> dict[str, str]:
    return {"policies/a.md": chinese, "policies/a.en.md": english}


def test_a_file_of_another_language_with_the_same_ids() -> None:
    """A translation is a file of another `lang` with the same `policy`, `effective` and clause ids."""
    [version] = read(**_both(EN + "## Care {#a}\nA person within 7 days.\n")).policies
    assert {lang for lang, _ in version.translations} == {"zh-CN", "en"}
    assert version.translations["en", "a"].text == "A person within 7 days."
    [fault] = faults(**_both(EN + "## Care {#b}\nA person within 7 days.\n"))
    assert (fault.file, fault.line, "not in the deciding language" in fault.message) == ("policies/a.en.md", 7, True)
    later = EN.replace("2026-01-01", "2026-01-02") + clause(REFER, "a", "7 days.")
    assert len(read(**_both(later)).policies) == 2


@pytest.mark.parametrize("block", ["", f"```clause\n{REFER}\n```\n"])
def test_blocks_are_repeated_or_left_out(block: str) -> None:
    """It may repeat the blocks, then byte for byte, or leave them out."""
    assert faults(**_both(f"{EN}## Care {{#a}}\nA person within 7 days.\n{block}")) == ()


@pytest.mark.parametrize("other", [REFER.replace("low", "high"), REFER + "  ", REFER.replace(": low", ":  low")])
def test_a_block_that_differs_by_a_byte_is_a_fault(other: str) -> None:
    """It may repeat the blocks, then byte for byte, or leave them out."""
    english = f"{EN}## Care {{#a}}\nA person within 7 days.\n```clause\n{other}\n```\n"
    [fault] = faults(**_both(english))
    assert (fault.file, fault.line, "differs" in fault.message) == ("policies/a.en.md", 7, True)


def test_the_first_of_the_shops_languages_decides() -> None:
    """The first of the shop's `languages` decides."""
    both = _both(EN + clause(REFER, "a", "A person within 7 days."))
    shop = 'id = "moon"\nlanguages = ["{}", "{}"]\n'
    for languages in (("zh-CN", "en"), ("en", "zh-CN")):
        [version] = read(shop_toml=shop.format(*languages), **both).policies
        assert version.clauses[0].lang == languages[0]
    found = faults(shop_toml=shop.format("en", "zh-CN"), **_both(EN + "## Care {#a}\nA person within 7 days.\n"))
    assert "needs a ```clause block" in found[0].message


@pytest.mark.parametrize(
    ("chinese", "english", "number", "lacking"),
    [
        ("7 天内。", "Within 10 days.", "7", "en"),
        ("七天内。", "Within ten days.", "10", "zh-CN"),
        ("1 至 3 个工作日到账。", "In 3 working days, to an account.", "1", "en"),
        ("一般 3 天到账。", "In 1 to 3 days.", "1", "zh-CN"),
        ("退款 50 元。", "A refund.", "50", "en"),
    ],
)
def test_a_number_in_one_text_alone_is_reported(chinese: str, english: str, number: str, lacking: str) -> None:
    """A number in one text and not in the other is reported."""
    chinese_file = HEAD + clause(REFER, "a", chinese)
    warnings = read(**_both(EN + f"## Care {{#a}}\n{english}\n", chinese_file)).warnings
    there = "zh-CN" if lacking == "en" else "en"
    told = f": the number {number} of 'a' stands in {there} and not in {lacking}"
    assert [warning[:16] for warning in warnings if warning.endswith(told)] == ["policies/a.en.md"]


@pytest.mark.parametrize("english", ["Once, in 1 day.", "Within a working day.", "One day.", "Each day."])
def test_one_may_be_said_in_words(english: str) -> None:
    assert read(**_both(EN + f"## Care {{#a}}\n{english}\n", HEAD + clause(REFER, "a", "1 天内。"))).warnings == ()
