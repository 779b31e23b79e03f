from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest
import rfc8785

from knowledge_base.numbers_of_text import numbers
from tests.knowledge_base.small_folder import HEAD, clause, faults, policy, read

REFER = "then:\n  refer: {priority: low}"
EN = HEAD.replace("zh-CN", "en").replace("售后政策", "After-sales")


def test_a_version_holds_its_clauses_in_order() -> None:
    text = HEAD + "前言\n\n" + clause(REFER, "b") + "\n" + clause("requests: [refund]\n" + REFER, "a")
    (version,) = read(**{"policies/after-sales.md": text}).policies
    assert (version.policy, version.effective, version.order) == ("after-sales", date(2026, 1, 1), None)
    assert version.title == {"zh-CN": "售后政策"}
    assert [clause.id for clause in version.clauses] == ["b", "a"]
    assert set(version.translations) == {("zh-CN", "b"), ("zh-CN", "a")}


def test_the_hash_is_of_what_decides_alone() -> None:
    block = "requests: [refund]\nwhen:\n  - order.paid\nthen:\n  grant: {refund: 30.00}"
    (one,) = read(**{"policies/a.md": policy(block)}).policies[0].clauses
    (other,) = read(**{"policies/a.md": policy(block).replace("可以退款。", "另一段文字。")}).policies[0].clauses
    rule: dict[str, Any] = {
        "policy": "after-sales",
        "id": "refund",
        "effective": "2026-01-01",
        "requests": ["refund"],
        "when": ["order.paid"],
        "then": {"grant": {"refund": "30.00"}},
    }
    assert one.sha256 == hashlib.sha256(rfc8785.dumps(rule)).hexdigest()
    assert other.sha256 == one.sha256


def test_several_files_of_one_day_are_one_version() -> None:
    first, second = HEAD + clause(REFER, "a"), HEAD.replace("---\n", "---\n", 1) + clause(REFER, "b")
    (version,) = read(**{"policies/1.md": first, "policies/2.md": second}).policies
    assert [clause.id for clause in version.clauses] == ["a", "b"]


def test_versions_and_orders_are_kept_apart() -> None:
    old = HEAD.replace("2026-01-01", "2025-01-01") + clause(REFER)
    new = HEAD.replace("lang", "order: 3\nlang") + clause(REFER)
    versions = read(**{"policies/new.md": new, "policies/old/old.md": old}).policies
    assert [(version.effective.year, version.order) for version in versions] == [(2025, None), (2026, 3)]


def test_translations_may_repeat_or_leave_out_the_block() -> None:
    english = EN + "## Refund {#a}\nA refund.\n\n" + clause(REFER, "b", "Ask us.")
    folder = read(**{"policies/a.md": HEAD + clause(REFER, "a") + clause(REFER, "b"), "policies/a.en.md": english})
    (version,) = folder.policies
    translated = version.translations["en", "a"]
    assert (translated.text, translated.title, translated.lang) == ("A refund.", "Refund", "en")
    assert translated.sha256 == version.clauses[0].sha256
    assert translated.source == "policies/a.en.md"
    assert version.title == {"zh-CN": "售后政策", "en": "After-sales"}
    assert folder.warnings == ()


def test_the_first_of_the_shops_languages_that_a_version_has_decides() -> None:
    (version,) = read(**{"policies/a.md": EN + clause(REFER, "a", "Ask.")}).policies
    assert version.clauses[0].lang == "en"


@pytest.mark.parametrize(
    ("english", "line", "says"),
    [
        (clause("then:\n  refer: {priority: high}", "a"), 7, "differs"),
        (clause(REFER + "\n", "ghost"), 7, "not in the deciding language"),
        ("## A {#a}\nText.\n\n## A {#a}\nText.\n", 10, "stands on line 7 already"),
    ],
)
def test_translations_that_do_not_agree_are_faults(english: str, line: int, says: str) -> None:
    found = faults(**{"policies/a.md": HEAD + clause(REFER, "a"), "policies/a.en.md": EN + english})
    assert [(fault.file, fault.line) for fault in found] == [("policies/a.en.md", line)]
    assert says in found[0].message


def test_a_block_is_compared_without_its_line_ends() -> None:
    english = (EN + clause(REFER, "a")).replace("\n", "\r\n")
    assert read(**{"policies/a.md": HEAD + clause(REFER, "a"), "policies/a.en.md": english}).policies


def test_numbers_and_clauses_that_a_translation_lacks_are_warned_of() -> None:
    chinese = HEAD + clause(REFER, "a", "7 天内退款，1 次。") + clause(REFER, "b")
    folder = read(**{"policies/a.md": chinese, "policies/a.en.md": EN + "## T {#a}\nRefund within 10 days, once.\n"})
    assert [warning for warning in folder.warnings if "policies" in warning] == [
        "policies/a.en.md:1: the clause 'b' is not translated into en; its text is shown in zh-CN",
        "policies/a.en.md:7: the number 7 of 'a' stands in zh-CN and not in en",
        "policies/a.en.md:8: the number 10 of 'a' stands in en and not in zh-CN",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1 至 3 个工作日", {"1", "3"}),
        ("七天内", {"7"}),
        ("十五个工作日、二十元", {"15", "20"}),
        ("within seven days, 1,000.50 yuan", {"7", "1000.5"}),
        ("３０ 分钟", {"30"}),
        ("SKU-A1b2", {"1"} - {"1"}),
        ("12315", {"12315"}),
        ("30.00 元", {"30"}),
    ],
)
def test_numbers_are_read_in_digits_and_words(text: str, found: set[str]) -> None:
    assert numbers(text) == frozenset(found)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("## T {#a}\nText.\n", 1, "policy is missing"),
        (HEAD.replace("effective: 2026-01-01\n", "") + clause(REFER), 1, "effective is missing"),
        (HEAD.replace("2026-01-01", "2026-13-01") + clause(REFER), 5, "2026-03-01"),
        (HEAD.replace("lang", "order: first\nlang") + clause(REFER), 4, "whole number"),
        (HEAD.replace("after-sales", "after sales") + clause(REFER), 2, "one word"),
        (HEAD.replace("zh-CN", "chinese"), 4, "language tag"),
        (HEAD + "## T {#a}\nText.\n", 7, "needs a ```clause block"),
        (HEAD + clause(REFER).replace(" {#refund}", ""), 7, "needs an id"),
        (HEAD + clause(REFER).replace("#refund", "#a b"), 7, "is no id"),
        (HEAD + clause(REFER) + clause(REFER), 13, "stands on line 7 already"),
        (HEAD + clause(REFER) + "```clause\n" + REFER + "\n```\n", 13, "second block"),
        (HEAD + clause(REFER, text=""), 7, "no text"),
        (HEAD + "## T {#a}\nText.\n```clause\n" + REFER + "\n", 9, "never closed"),
        (HEAD.replace("---\n##", "##").rstrip("-\n") + "\n", 1, "never closed"),
        (HEAD.replace("title: 售后政策", "title: a\ntitle: b"), 4, "stands twice"),
        ("---\n- a\n---\n", 2, "key: value"),
    ],
)
def test_mistakes_of_a_policy_file(text: str, line: int, says: str) -> None:
    found = faults(**{"policies/a.md": text})
    assert (line, True) in [(fault.line, says in fault.message) for fault in found], found


def test_differing_orders_of_one_version_are_a_fault() -> None:
    one = HEAD.replace("lang", "order: 1\nlang") + clause(REFER, "a")
    two = HEAD.replace("lang", "order: 2\nlang") + clause(REFER, "b")
    (found,) = faults(**{"policies/1.md": one, "policies/2.md": two})
    assert "order 2 differs from 1" in found.message


def test_headings_inside_other_blocks_are_text() -> None:
    text = (
        HEAD
        + "## T {#a}\nText.\n\n````text\n## not {#b}\n```clause\n````\n\n### More\n\n```clause\n"
        + REFER
        + "\n```\n"
    )
    (version,) = read(**{"policies/a.md": text}).policies
    assert [clause.id for clause in version.clauses] == ["a"]
    assert "## not {#b}" in version.clauses[0].text
    assert "### More" in version.clauses[0].text


def test_a_section_without_id_and_block_is_warned_of() -> None:
    folder = read(**{"policies/a.md": HEAD + "## Note\nText.\n" + clause(REFER)})
    assert folder.warnings[0].startswith("policies/a.md:7: the section 'Note' is no clause")


def test_lines_stay_right_with_crlf_and_byte_order_mark() -> None:
    text = HEAD + clause("when:\n  - order.payd\n" + REFER)
    for written in (text, text.replace("\n", "\r\n"), "\ufeff" + text):
        assert [fault.line for fault in faults(**{"policies/a.md": written})] == [11]


def test_exchange_is_not_checked_where_the_store_holds_the_catalogue() -> None:
    from knowledge_base.reader import read_shop

    shop = b'id = "m"\nlanguages = ["zh-CN"]\n[orders]\nsource = "sql"\nurl = "env:X"\n'
    text = policy("then:\n  grant: {exchange: ghost}")
    assert read_shop({"shop.toml": shop, "policies/a.md": text.encode()}).policies[0].clauses[0].then.value == "ghost"
