"""`anxin unanswered`: the list, the article for a group, and taking it off."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from support.bootstrap import open_application
from support.cli.app import app
from support.service.ask import Question, ask
from tests.support.service.small_shop import files


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small shop's folder, imported, and asked twice what it does not answer."""
    folder = tmp_path / "small"
    for name, content in files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    monkeypatch.setenv("ANXIN_DATA_DIR", str(tmp_path / "data"))
    with open_application() as application:
        application.shops.import_folder(folder)
        for text in ("怎么创建一个公会", "公会怎么创建"):
            ask(application.runtime(), Question("small", text))
    return folder


def test_a_question_becomes_an_article_and_leaves_the_list(shop: Path) -> None:
    told = json.loads(run("unanswered", "small", "--json").stdout)
    assert (told["questions"], told["n"]) == (2, 1)
    (group,) = told["clusters"]
    name = group["id"][-8:]
    plain = run("unanswered", "small").stdout
    assert name in plain
    assert all(said["text"] in plain for said in group["asked"])

    assert run("unanswered", "small", "--draft", name, "--into", shop).exit_code == 0
    (written,) = (shop / "articles").rglob("*.md")
    checked = run("shop", "check", shop)
    assert (checked.exit_code, "the article is empty" in checked.output) == (1, True)
    assert run("unanswered", "small", "--draft", name, "--into", shop).exit_code == 1
    written.write_text(written.read_text("utf-8") + "在公会页面点“创建公会”，取个名字就行。\n", "utf-8")
    assert run("shop", "import", shop).exit_code == 0
    answer = json.loads(run("ask", "--shop", "small", "--json", "怎么创建一个公会").stdout)
    assert [one["id"] for one in answer["citations"]] == [written.stem]

    assert run("unanswered", "small", "--dismiss", name).exit_code == 0
    assert json.loads(run("unanswered", "small", "--json").stdout)["n"] == 0


def test_wrong_usage_is_said(shop: Path) -> None:
    assert run("unanswered", "small", "--draft", "nothing").exit_code == 1
    assert run("unanswered", "small", "--draft", "a", "--dismiss", "a").exit_code == 2
    assert run("unanswered", "small", "--into", shop).exit_code == 2
    assert run("unanswered", "small", "--days", "0").exit_code == 2


def test_feedback_is_exported_to_a_file_or_printed(shop: Path, tmp_path: Path) -> None:
    place = tmp_path / "feedback.jsonl"
    told = run("feedback", "export", "small", "--since", "1d", "-o", place)
    assert (told.exit_code, place.read_text("utf-8")) == (0, "")
    assert told.stderr.startswith("0 rows since ")
    assert run("feedback", "export", "small", "--since", "soon").exit_code == 2
