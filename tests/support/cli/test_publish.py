"""`anxin policy draft`, `diff`, `check`, `publish`, `history` and `withdraw`, as a merchant runs them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from support.bootstrap import open_application
from support.cli.app import app
from support.cli.outcome import explained
from support.service.explain import ExplainCase, explain
from tests.support.service.small_shop import FILES, files
from ticketing.storage import cases

SOON = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small shop's folder, imported."""
    folder = tmp_path / "small"
    for name, content in files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    monkeypatch.setenv("ANXIN_DATA_DIR", str(tmp_path / "data"))
    assert run("shop", "import", folder, "--by", "li").exit_code == 0
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def policy(command: str, *arguments: str | Path) -> Result:
    return run("policy", command, "--shop", "small", *arguments)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def decided() -> None:
    """Record a decision on SP1: 30.00 back."""
    now = datetime.now(UTC)
    with open_application() as application:
        loaded = application.shop("small")
        proof = dict(explain(loaded.folder, loaded.connector, ExplainCase("SP1", "refund", now)).proof)

        def keep(tx: sa.Connection) -> None:
            cases.save_decision(tx, "small", "none", "SP1", proof, now)

        application.journal.write_now(keep)


def test_from_a_draft_to_the_history_and_back(shop: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft"
    written = policy("draft", draft, "--effective", SOON)
    assert (written.exit_code, str(draft / SOON / "after-sales.md") in written.stdout) == (0, True)
    edit(draft / SOON / "after-sales.md", "可全额退款", "可退一半")
    edit(draft / SOON / "after-sales.md", "item.paid_amount - item.refunded_amount}", "item.paid_amount / 2.0}")
    said = policy("diff", draft).stdout
    assert f"+ after-sales：新版本，{SOON} 起生效，接替 2026-01-01 起的版本" in said
    assert "    - 结果: 退款 item.paid_amount - item.refunded_amount  (实付, 已退)" in said
    assert "    + 结果: 退款 item.paid_amount / 2.0  (实付)" in said
    assert "+ then: refund item.paid_amount / 2.0  (" in policy("diff", draft, "--lang", "en").stdout
    assert policy("check", draft).exit_code == 0
    assert policy("publish", draft).exit_code == 2, "nobody can be asked, and --yes was not said"
    stale = policy("publish", draft, "--yes", "--if-rev", "7")
    assert (stale.exit_code, str(stale.exception)) == (1, "the shop was changed meanwhile: the last publication is 1, "
        "not 7; look at `anxin policy history`, then try again")  # fmt: skip
    done = policy("publish", draft, "--yes", "--by", "wang", "--note", "half", "--json")
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["publication"], report["by"], report["note"]) == (2, "wang", "half")
    assert report["versions"] == [{"policy": "after-sales", "effective": SOON, "change": "added"}]
    assert report["paths"] == [f"policies/{SOON}/after-sales.md"]
    assert "没有改动" in policy("publish", draft, "--yes").stdout
    history = json.loads(policy("history", "--json").stdout)["publications"]
    assert [(one["n"], one["by"], one["via"]) for one in history] == [(1, "li", "import"), (2, "wang", "publish")]
    plain = policy("history", "--diff", "2").stdout
    assert "wang  publish" in plain
    assert "    + 结果: 退款 item.paid_amount / 2.0" in plain
    assert policy("history", "--diff", "9").exit_code == 2
    assert policy("withdraw", "after-sales", SOON, "--yes").exit_code == 0
    gone = policy("withdraw", "after-sales", "2026-01-01", "--yes")
    assert "in force and is left out" in str(gone.exception)
    assert policy("withdraw", "after-sales", "soon", "--yes").exit_code == 2


def test_a_draft_that_may_not_be_published_says_where(shop: Path, tmp_path: Path) -> None:
    draft = tmp_path / "one.md"
    draft.write_bytes((shop / "policies/after-sales.md").read_bytes())
    edit(draft, "可全额退款", "可退一半")
    refused = policy("check", draft, "--json")
    (fault,) = json.loads(refused.stdout)["faults"]
    assert (refused.exit_code, fault["file"]) == (1, "policies/one.md")
    assert "is in force and reads otherwise than it was published" in fault["message"]
    assert policy("publish", draft, "--yes").exit_code == 1
    assert policy("diff", tmp_path / "nowhere").exit_code == 1
    edit(draft, "effective: 2026-01-01", f"effective: {SOON}")
    assert policy("check", draft).exit_code == 0


def test_what_is_published_is_written_out_for_the_shops_own_folder(shop: Path, tmp_path: Path) -> None:
    draft = tmp_path / "one.md"
    draft.write_bytes((shop / "policies/after-sales.md").read_bytes())
    edit(draft, "effective: 2026-01-01", f"effective: {SOON}")
    assert policy("publish", draft, "--yes").exit_code == 0
    refused, kept = run("shop", "import", shop, "--strict"), run("shop", "import", shop)
    assert (refused.exit_code, "was published and is not there" in refused.stdout) == (1, True)
    assert (kept.exit_code, "was published and is kept" in kept.output) == (0, True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("LC_ALL", "zh_CN.UTF-8")
        assert "起的版本已经发布，这里却没有：请用 " in run("shop", "import", shop, "--strict").stdout
        assert "可查找的段落" in run("shop", "import", shop).stdout
    assert policy("draft", shop / "policies", "--published").exit_code == 0
    assert run("shop", "import", shop).exit_code == 0
    edit(shop / "policies/after-sales.md", "可全额退款", "可退一半")
    assert policy("draft", shop / "policies", "--published").exit_code == 2
    assert policy("draft", shop / "policies").exit_code == 2


def test_replay_tries_a_draft_as_if_it_had_been_in_force(shop: Path, tmp_path: Path) -> None:
    decided()
    draft = tmp_path / "one.md"
    draft.write_bytes((shop / "policies/after-sales.md").read_bytes())
    edit(draft, "effective: 2026-01-01", f"effective: {SOON}")
    report = json.loads(policy("replay", "--policies", draft, "--json").stdout)
    assert report["decisions"] == 1
    assert (report["flips"], report["as_if"]) == (0, [{"policy": "after-sales", "effective": SOON}])
    edit(draft, "item.paid_amount - item.refunded_amount}", "item.paid_amount / 2.0}")
    flipped = json.loads(policy("replay", "--policies", draft, "--json").stdout)
    assert (flipped["flips"], flipped["money"]) == (1, {"CNY": "-15.00"})
    proof = policy("proof", flipped["groups"][0]["flips"][0]["decision"])
    assert json.loads(proof.stdout)["outcome"] == {"refund": {"amount": "30.00", "currency": "CNY"}}
    assert policy("proof", "none").exit_code == 1
    plain = policy("replay", "--policies", draft).stdout
    assert f"after-sales from {SOON} is tried as if it had been in force all along" in plain
    assert policy("replay", "--policies", tmp_path / "nowhere").exit_code == 2


def test_a_first_import_is_the_first_of_the_history_whatever_the_demo_shop_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "own"
    for name, content in files(**{"shop.toml": FILES["shop.toml"].replace('"small"', '"star"')}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    monkeypatch.setenv("ANXIN_DATA_DIR", str(tmp_path / "data"))
    assert run("shop", "import", folder, "--by", "li").exit_code == 0
    (first,) = json.loads(run("policy", "history", "--shop", "star", "--json").stdout)["publications"]
    assert (first["by"], [one["policy"] for one in first["versions"]]) == ("li", ["after-sales"])


EXAMPLE = """examples:
  - {request: refund, facts: {order.paid: true, delivery.state: failed, item.paid_amount: 30.00,
     item.refunded_amount: 0.00}, expect: {grant: {refund: 30.00}}}
"""


def exemplified(tmp_path: Path) -> Path:
    """A draft whose clause has an example."""
    draft = tmp_path / "draft"
    policy("draft", draft, "--effective", SOON)
    edit(draft / SOON / "after-sales.md", "item.refunded_amount}\n", f"item.refunded_amount}}\n{EXAMPLE}")
    return draft


def test_the_gate_speaks_the_terminals_language(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(command: str, *arguments: str | Path) -> str:
        with pytest.raises(SystemExit, match="1"), explained():
            app(["policy", command, "--shop", "small", *map(str, arguments), "--yes"])
        return capsys.readouterr().err

    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    draft = exemplified(tmp_path)
    assert "1 个示例都成立" in policy("check", draft).stdout
    edit(draft / SOON / "after-sales.md", "item.paid_amount - item.refunded_amount}", "item.paid_amount / 2.0}")
    said = policy("check", draft).stdout
    assert "的示例：结果是 " in said
    assert "1 处错误" in said
    assert "的示例：结果是 " in refused("publish", draft)
    early = tmp_path / "early"
    policy("draft", early, "--effective", "2026-02-01")
    assert "会管到过去" in refused("publish", early)
    assert "没有 “nosuch” 自 2026-02-01 起的版本" in refused("withdraw", "nosuch", "2026-02-01")


def test_the_check_names_every_example_that_it_ran(shop: Path, tmp_path: Path) -> None:
    draft = exemplified(tmp_path)
    told = json.loads(policy("check", draft, "--json").stdout)
    assert told["ok"] is True
    held = [one for one in told["examples"] if one["effective"] == SOON]
    assert {"policy", "clause", "file", "line", "request", "expect"} < held[0].keys()
    said = policy("check", draft).stdout
    assert said.count("✓ ") == len(told["examples"])
    assert f"{len(told['examples'])} example(s) came out" in said


def test_a_draft_that_is_published_is_still_tried_beside_what_is_in_force(shop: Path, tmp_path: Path) -> None:
    decided()
    draft = exemplified(tmp_path)
    for _ in range(2):
        told = json.loads(policy("replay", "--policies", draft, "--json").stdout)
        assert (told["decisions"], told["flips"]) == (1, 0)
        policy("publish", draft, "--yes")


def test_two_published_versions_are_compared(shop: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft"
    policy("draft", draft, "--effective", SOON)
    edit(draft / SOON / "after-sales.md", "可全额退款", "可以全额退款")
    assert policy("publish", draft, "--yes").exit_code == 0
    two = ("--policy", "after-sales", "--from", "2026-01-01", "--to", SOON)
    said = policy("diff", *two).stdout
    assert "接替 2026-01-01 起的版本" in said
    assert "可以全额退款" in said
    (change,) = json.loads(policy("diff", *two, "--json").stdout)["versions"]
    assert (change["effective"], change["against"]) == (SOON, "2026-01-01")
    assert policy("diff", "--policy", "after-sales", "--from", SOON, "--to", "2026-01-01").exit_code == 1
    assert policy("diff", *two[:3], "2026-01-02", *two[4:]).exit_code == 1
    assert policy("diff").exit_code == 2
    assert policy("diff", draft, *two).exit_code == 2


def test_a_clause_that_is_new_has_lost_nothing(shop: Path) -> None:
    lines = [
        line for line in policy("history", "--diff", "1").stdout.splitlines() if "新增条款" in line or "- " in line
    ]
    assert any("新增条款" in line for line in lines)
    assert not any(line.lstrip().startswith("- ") for line in lines)
