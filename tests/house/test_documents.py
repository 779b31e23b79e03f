from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from knowledge_base.authorisation_reader import AUTHORISATION_COLUMNS
from knowledge_base.order_rows import ORDER_COLUMNS
from knowledge_base.product_reader import product_columns
from knowledge_base.rules import rules_table
from support.cli import reference
from support.cli.app import app
from support.settings import Settings, UnusableSettings, check_settings, settings_table
from ticketing.storage.data_map import data_map_table
from ticketing.storage.sealed import sealed_table

ROOT = Path(__file__).parents[2]


def test_every_setting_is_in_the_table() -> None:
    assert settings_table() in (ROOT / "docs" / "settings.md").read_text("utf-8")


def test_every_command_is_in_its_page_with_all_that_it_takes() -> None:
    assert reference.PAGE.read_text("utf-8") == reference.page(), "run `make contract`"


def test_every_rule_of_the_check_is_in_its_table() -> None:
    assert rules_table() in (ROOT / "docs" / "checks.md").read_text("utf-8")


def test_the_map_of_peoples_data_is_in_its_page() -> None:
    assert data_map_table() in (ROOT / "docs" / "privacy.md").read_text("utf-8")


def test_the_sealed_columns_are_in_the_page_of_peoples_data() -> None:
    assert sealed_table() in (ROOT / "docs" / "privacy.md").read_text("utf-8")


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_opens_with_both_commands_and_its_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    first_screen = "\n".join(text.splitlines()[:25])
    assert "make run" in first_screen
    assert "make test" in first_screen
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (ROOT / link).exists(), link


def test_the_commands_of_the_readme_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for words in set(re.findall(r"\.venv/bin/anxin ([a-z]+(?: [a-z]+)?)", text)):
        command = words.split() if words.split()[0] in {"shop", "policy"} else words.split()[:1]
        done = CliRunner().invoke(app, [*command, "--help"])
        assert done.exit_code == 0, (words, done.output)


def test_nothing_heavy_and_nothing_of_the_demos_past_is_loaded_by_the_web_application() -> None:
    code = (
        "import sys, support.cli.app, support.web.app; "
        "heavy = {'torch', 'chromadb', 'langchain', 'langgraph', 'sentence_transformers', 'nats'}; "
        "print([m for m in sys.modules if m in heavy or 'demo_history' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "settings",
    [
        {"workers": 2},
        {"workers": 2, "database_url": "postgresql://u:secret@127.0.0.1/x"},
        {"nats_url": "nats://127.0.0.1"},
        {"database_url": "mysql://u:secret@127.0.0.1/x"},
    ],
)
def test_settings_that_cannot_work_say_why_and_never_print_a_secret(settings: dict[str, object]) -> None:
    with pytest.raises(UnusableSettings) as raised:
        check_settings(Settings.alone(**settings))
    assert "ANXIN_" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_the_project_speaks_of_itself_alone() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    private = re.compile(r"(?<![\w.])/(?:work|farm|root)/|\.\./shared|\.\./\.library")
    found = []
    for name in tracked:
        path = ROOT / name
        if path.suffix in {".npz", ".png", ".lock"} or name == "tests/house/test_documents.py" or not path.is_file():
            continue
        if private.search(path.read_text("utf-8", errors="ignore")):
            found.append(name)
    assert found == []


def test_every_trap_of_a_store_is_held_by_a_test_that_is_there() -> None:
    rows = re.findall(r"\| `(\w+\.py)::(\w+)` \|", (ROOT / "docs" / "connect.md").read_text("utf-8"))
    assert len(rows) > 20
    for file, test in rows:
        assert f"def {test}(" in (ROOT / "tests" / "support" / "orders" / file).read_text("utf-8"), (file, test)


def test_every_guard_against_a_threat_is_held_by_a_test_that_is_there() -> None:
    rows = [line.rpartition("| ")[2] for line in (ROOT / "docs" / "threats.md").read_text("utf-8").splitlines()]
    named = [row[: -len(" |")].strip("`") for row in rows if row.startswith("`")]
    assert len(named) > 35
    for one in named:
        file, _, test = one.partition("::")
        path = ROOT / ("tests" if test else "widget/test") / file
        assert path.is_file(), one
        assert f"def {test}(" in path.read_text("utf-8") or not test, one


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    page = (ROOT / "docs" / "decisions" / "0029-what-is-installed-and-why.md").read_text("utf-8")
    told = {
        name for row in re.findall(r"^\| (`[^|]+) \|", page, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)
    }
    assert told == {re.split(r"[^\w.-]", one, maxsplit=1)[0] for one in wanted}


def test_each_column_of_the_orders_table_is_told() -> None:
    told = (ROOT / "docs" / "connect.md").read_text("utf-8").split("## Orders in a table")[1].split("\n## ")[0]
    columns = {
        name for row in told.split("\n") if row.startswith("| `") for name in re.findall("`(.+?)`", row.split("|")[1])
    }
    assert columns == set(ORDER_COLUMNS.known)


def test_each_column_of_the_catalogue_and_of_the_authorisations_is_told() -> None:
    page = (ROOT / "docs" / "shop-files.md").read_text("utf-8").split("## The catalogue")[1].split("\n## ")[0]
    for file, columns in (("products.csv", product_columns(("en",))), ("authorisations.csv", AUTHORISATION_COLUMNS)):
        missing = {name for name in columns.known if f"`{name}`" not in page}
        assert missing == set(), file


@pytest.mark.parametrize(("name", "fence"), [("PYTHON", "python"), ("NODE", "js")])
def test_the_code_that_signs_is_the_desks(name: str, fence: str) -> None:
    desks = (ROOT / "widget" / "src" / "desk" / "settings" / "snippet.ts").read_text("utf-8")
    code = desks.split(f"const {name} = `")[1].split("`;")[0].replace("SHOP", "star")
    assert f"```{fence}\n{code}\n```" in (ROOT / "docs" / "embedding.md").read_text("utf-8")
