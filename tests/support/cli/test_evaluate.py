"""`anxin eval` from outside: a small shop's own cases, its page, its slips, and drafts from resolved tickets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from evals.case import read_cases
from evals.own_shop import evaluate
from evals.shapes import OWN
from support.bootstrap import open_application
from support.cli.evaluate import eval_app
from support.service.ask import Question, ask
from support.service.case_drafts import HEAD, drafts
from ticketing.storage.tables import tickets

SHOP_TOML = 'id = "tiny"\nlanguages = ["en"]\n[name]\nen = "Tiny"\n'
ARTICLE = (
    "---\nid: ink\ntitle: Ink\nlang: en\nquestions:\n  - Which ink do you recommend?\n"
    "  - Let me speak to a human\n---\n"
    "Blue iron-gall ink suits every pen that we sell. Clean the pen once a month.\n"
)
GOOD = "- id: ink\n  lang: en\n  say: which ink do you recommend for my pen\n  expect: {cites: [ink], ticket: null}\n"
WRONG = "- id: off\n  lang: en\n  say: let me talk to a human\n  expect: {ticket: null}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shop = tmp_path_factory.mktemp("tiny")
    (shop / "shop.toml").write_text(SHOP_TOML, "utf-8")
    (shop / "articles").mkdir()
    (shop / "articles" / "ink.md").write_text(ARTICLE, "utf-8")
    (shop / "evals").mkdir()
    (shop / "evals" / "mine.yaml").write_text(GOOD + WRONG, "utf-8")
    return shop


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of its own, with a real record named in the environment that must not be touched."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANXIN_DATABASE_URL", "postgresql://127.0.0.1:9/never")


def _eval(*arguments: str) -> Result:
    return CliRunner().invoke(eval_app, list(arguments))


def test_a_shops_own_cases_and_questions_are_played_and_shown(folder: Path, tmp_path: Path) -> None:
    done = _eval("--shop", str(folder), "--json")
    assert done.exit_code == 1, done.output
    told = json.loads(done.stdout)
    assert {row["key"]: (row["value"], row["n"]) for row in told["rows"]} == {
        "shop_cases": (0.5, 2), "shop_questions": (1.0, 2), "shop_unfounded_quotes": (0, 4),
    }  # fmt: skip
    cases = {case["case"]: (case["value"], case["place"]) for case in told["cases"]}
    assert cases["ink"] == (1.0, "mine.yaml:1")
    assert cases["off"] == (0.0, "mine.yaml:5")
    page = (tmp_path / "eval.html").read_text("utf-8")
    assert "let me talk to a human" in page
    assert "which ink do you recommend for my pen" not in page


def test_a_slip_is_told_with_its_place_and_nothing_is_played(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "slip.yaml"
    for text, told in (
        (GOOD.replace("cites", "citse"), "slip.yaml:4: nothing reads 'citse'"),
        ("- {id: a, lang: en}\n", "slip.yaml:1: write either `turns`, or `say`"),
    ):
        file.write_text(text, "utf-8")
        done = _eval("--shop", str(folder), "--cases", str(file))
        assert (done.exit_code, told in done.stderr) == (2, True), done.output
    assert _eval("--shop", str(folder), "--cases", str(tmp_path / "none.yaml")).exit_code == 2
    assert "--shop FOLDER" in _eval().output


def test_a_shop_without_cases_is_asked_what_its_articles_say_they_answer(folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    found = evaluate(folder, told=lambda done, total: seen.append((done, total)))
    assert found.good
    assert seen == [(1, 2), (2, 2)]


def test_drafts_hold_what_was_said_and_nothing_that_opens_something(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANXIN_DATABASE_URL")
    monkeypatch.setenv("ANXIN_DATA_DIR", str(tmp_path / "data"))
    with open_application() as application:
        application.shops.import_folder(folder)
        assert "no ticket" in _eval("draft", "--shop", "tiny").stderr
        text = "My code ABCD-1234-EFGH-5678 is fake, call me: 138 1234 5678"
        assert ask(application.runtime(), Question("tiny", text, lang="en"))["ticket"]
        done = sa.update(tickets).values(
            state="resolved",
            resolved_at=tickets.c.created_at,
            resolution="Sent a new one to bob@mail.example: it works",
        )
        application.journal.write_now(lambda tx: tx.execute(done).rowcount)
        (made,) = application.journal.read_now(lambda tx: list(drafts(tx, "tiny", 10)))
    text = HEAD + made.as_yaml()
    for secret in ("1234", "ABCD", "bob@", "5678"):
        assert secret not in text
    (tmp_path / "drafted.yaml").write_text(text, "utf-8")
    (case,) = read_cases(tmp_path / "drafted.yaml", OWN)
    assert case["turns"][0]["say"].startswith("My code [")
    assert case["turns"][-1]["expect"] == {"ticket": {"reason": "counterfeit"}}
    done_again = _eval("draft", "--shop", "tiny", "-o", "drafts.yaml")
    assert done_again.exit_code == 0
    assert _eval("draft", "--shop", "tiny", "-o", "drafts.yaml").exit_code == 2
    assert _eval("--shop", str(folder), "--cases", "drafts.yaml").exit_code == 0
