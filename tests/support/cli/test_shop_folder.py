"""`anxin shop new` and `anxin shop check`, as a shop runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from support.bootstrap import DEMO_SHOPS
from support.cli.shop import shop_app


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(shop_app, [str(argument) for argument in arguments])


def new_shop(tmp_path: Path) -> Path:
    folder = tmp_path / "Moon Shop"
    assert run("new", folder).exit_code == 0
    return folder


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_a_new_folder_passes_the_check(tmp_path: Path) -> None:
    folder = new_shop(tmp_path)
    result = run("check", folder)
    assert (result.exit_code, "no fault" in result.output, "warning" in result.output) == (0, True, False)
    assert "shop moon-shop: 2 articles, 1 policy, 4 clauses, 4 examples, 2 products" in result.output


def test_a_folder_with_files_is_not_written_over(tmp_path: Path) -> None:
    folder = new_shop(tmp_path)
    replace(folder / "shop.toml", "示例小店", "我的小店")
    assert run("new", folder).exit_code == 2
    assert "我的小店" in (folder / "shop.toml").read_text()
    assert run("new", folder / "shop.toml").exit_code == 2


def test_every_fault_is_told_with_file_and_line(tmp_path: Path) -> None:
    folder = new_shop(tmp_path)
    replace(folder / "shop.toml", 'currency = "CNY"', 'currency = "rmb"')
    replace(folder / "policies/after-sales.zh-CN.md", "- order.paid\n", "- order.paid == 1\n")
    result = run("check", folder)
    assert result.exit_code == 1
    assert "shop.toml:6: currency 'rmb'" in result.output
    assert "policies/after-sales.zh-CN.md:20: order.paid == 1: bool == int" in result.output
    assert "2 faults" in result.output


GAP = "no clause speaks for refund [refund]"


def test_beside_a_fault_of_a_table_the_rest_is_still_looked_for(tmp_path: Path) -> None:
    folder = new_shop(tmp_path)
    replace(
        folder / "policies/after-sales.zh-CN.md",
        "requests: [refund, cancel, reissue, deliver, exchange]\n",
        "requests: [cancel]\n",
    )
    replace(folder / "policies/after-sales.zh-CN.md", "{grant: {refund: 30.00}}", "{grant: {refund: 31.00}}")
    replace(folder / "products.csv", ",15.00,", ",fifteen,")
    told = run("check", folder).output
    assert "products.csv:3: price: 'fifteen' is no amount" in told
    assert "refund: 31.00 is expected" in told
    assert GAP in told
    assert "not looked for" not in told


def test_what_rests_on_a_faulty_file_is_not_looked_for_and_said_so(tmp_path: Path) -> None:
    folder = new_shop(tmp_path)
    replace(folder / "policies/after-sales.zh-CN.md", "- order.paid\n", "- order.pade\n")
    assert (
        "not looked for until these faults are mended: whether the examples come out, clauses"
        in run("check", folder).output
    )
    assert "没有检查：示例是否成立，条款有没有" in run("check", folder, "--lang", "zh").output
    assert json.loads(run("check", folder, "--json").output)["not_looked_for"] == ["examples", "coverage"]
    replace(folder / "shop.toml", 'currency = "CNY"', 'currency = "rmb"')
    document = json.loads(run("check", folder, "--json").output)
    assert document["not_looked_for"] == ["examples", "coverage", "mapping"]
    [currency] = [one for one in document["findings"] if one["file"] == "shop.toml"]
    assert currency["message"]["zh"] == "currency “rmb” 必须是 ISO 4217 货币代码，例如 CNY"


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("nosuchkey", "write one of already_refunded, no_return_confirmed, "),
        ("no_return_confirmd", "write one of no_return_confirmed\n"),
        ("out_of_warranty", ""),
    ],
)
def test_a_refusal_whose_reason_has_no_words_is_told(tmp_path: Path, reason: str, told: str) -> None:
    folder = new_shop(tmp_path)
    replace(
        folder / "policies/after-sales.zh-CN.md",
        "refuse: {reason: no_return_confirmed}",
        f"refuse: {{reason: {reason}}}",
    )
    replace(
        folder / "policies/after-sales.zh-CN.md",
        "{refuse: {reason: no_return_confirmed}}",
        f"{{refuse: {{reason: {reason}}}}}",
    )
    output = run("check", folder).output
    assert (
        "warning: policies/after-sales.zh-CN.md:42: the clause 'no-return-confirmed' refuses with" in output
    ) is bool(told)
    assert told in output
    assert bool(told) is ("没有对应的话术" in run("check", folder, "--lang", "zh").output)


def test_an_example_that_does_not_come_out_is_a_fault(tmp_path: Path) -> None:
    folder = new_shop(tmp_path)
    replace(
        folder / "policies/after-sales.zh-CN.md", "expect: {grant: {refund: 30.00}}", "expect: {grant: {refund: 31.00}}"
    )
    result = run("check", folder, "--json")
    assert result.exit_code == 1
    (fault,) = json.loads(result.output)["faults"]
    assert (fault["file"], fault["line"]) == ("policies/after-sales.zh-CN.md", 25)


def test_json_is_one_document(tmp_path: Path) -> None:
    folder = new_shop(tmp_path)
    replace(folder / "articles/redeem-card.md", "卡密只能使用 1 次", "一经售出概不退换。卡密只能使用 1 次")
    result = run("check", folder, "--json")
    document = json.loads(result.output)
    assert (result.exit_code, document["ok"], document["faults"]) == (0, True, [])
    assert document["warnings"][0].startswith("articles/redeem-card.md:16: “一经售出概不退换”")
    assert document["found"]["clauses"] == 4


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    result = run("check", tmp_path / "nowhere")
    assert (result.exit_code, "no such folder" in result.output) == (1, True)


def test_warnings_are_told_beside_faults(tmp_path: Path) -> None:
    folder = new_shop(tmp_path)
    replace(folder / "shop.toml", 'currency = "CNY"', 'curency = "CNY"\nlanguage = "en"\n')
    replace(folder / "shop.toml", "Asia/Shanghai", "Mars")
    result = run("check", folder, "--json")
    document = json.loads(result.output)
    assert (result.exit_code, document["ok"], document["found"]) == (1, False, None)
    assert any("curency" in warning for warning in document["warnings"])


def test_findings_have_code_place_and_words_in_both_languages(tmp_path: Path) -> None:
    folder = new_shop(tmp_path)
    replace(folder / "articles/redeem-card.md", "卡密只能使用 1 次", "最终解释权归本店。卡密只能使用 1 次")
    replace(folder / "policies/after-sales.zh-CN.md", "- order.paid\n", "- order.pade\n")
    document = json.loads(run("check", folder, "--json").output)
    faults = [one for one in document["findings"] if one["severity"] == "fault"]
    assert [(one["file"], one["line"], one["code"]) for one in faults] == [
        ("policies/after-sales.zh-CN.md", 20, "expression.unknown_fact")
    ]
    assert faults[0]["message"]["zh"].startswith("“order.pade”")
    [warning] = [one for one in document["findings"] if one["code"] == "void.interpretation"]
    assert (warning["severity"], warning["file"], warning["line"]) == ("warning", "articles/redeem-card.md", 16)
    assert set(warning["message"]) == set(warning["remedy"]) == {"en", "zh"}
    assert warning["remedy"]["zh"] == "请删去"


def test_findings_are_told_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    folder = new_shop(tmp_path)
    replace(folder / "articles/redeem-card.md", "卡密只能使用 1 次", "最终解释权归本店。卡密只能使用 1 次")
    chinese = run("check", folder, "--lang", "zh").output
    assert "警告：articles/redeem-card.md:16: “最终解释权”：单方或最终解释权的条款无效" in chinese
    assert "没有错误" in chinese
    assert "warning: articles/redeem-card.md:16" in run("check", folder, "--lang", "en").output
    assert run("check", folder, "--lang", "fr").exit_code == 2


def test_notes_are_shown_where_they_are_asked_for() -> None:
    plain, noted = run("check", DEMO_SHOPS / "star", "--lang", "en"), run("check", DEMO_SHOPS / "star", "--notes")
    assert "warning" not in plain.output
    assert "notes worth knowing" in plain.output
    assert noted.output.count("note: ") >= 3


def test_an_import_tells_of_a_translation_that_was_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANXIN_DATA_DIR", str(tmp_path / "data"))
    folder = new_shop(tmp_path)
    first = json.loads(run("import", folder, "--json").stdout)
    replace(folder / "articles/redeem-card.md", "卡密只能使用 1 次", "卡密只能用 1 次")
    second = json.loads(run("import", folder, "--json").stdout)
    assert not any("was changed in" in one for one in first["warnings"])
    [told] = [one for one in second["warnings"] if "was changed in" in one]
    assert told.startswith("articles/redeem-card.en.md:")
