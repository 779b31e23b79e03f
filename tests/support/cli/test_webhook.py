"""`anxin shop webhook`, and the snippets of docs/webhooks.md as a merchant would run them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from support.cli.app import app
from support.cli.doctor import _events
from support.webhook_signature import key_of
from tests.conformance.host import Host, hosted
from tests.store_events import SECRET

DOCUMENT = Path(__file__).parents[3] / "docs" / "webhooks.md"
NAME = "SHOP_WEBHOOK_SECRET"
TABLE = f'\n[webhook]\nsecrets = ["env:{NAME}"]\n'
RUNNERS = {"sh": ["bash", "-c"], "php": ["php", "-r"], "python": [sys.executable, "-c"]}


def anxin(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new shop whose store tells of its orders."""
    folder = tmp_path_factory.mktemp("events") / "my-shop"
    assert anxin("shop", "new", folder).exit_code == 0
    with (folder / "shop.toml").open("a") as file:
        file.write(TABLE)
    return folder


@pytest.fixture(scope="module")
def host(untouched: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with pytest.MonkeyPatch.context() as environment, hosted(untouched, tmp_path_factory.mktemp("data")) as host:
        environment.setenv(NAME, SECRET)
        host.application.shops.import_folder(folder)
        yield host


def test_a_fresh_secret_is_printed_alone() -> None:
    assert len(key_of(anxin("shop", "webhook", "--secret").stdout)) == 32


def test_it_says_what_is_missing_step_by_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(NAME, raising=False)
    assert anxin("shop", "new", tmp_path / "moon").exit_code == 0
    told = anxin("shop", "webhook", tmp_path / "moon").stdout
    assert "not set up" in told
    assert f"{NAME}=whsec_" in told
    with (tmp_path / "moon" / "shop.toml").open("a") as file:
        file.write(TABLE)
    assert f"{NAME} is not set" in anxin("shop", "webhook", tmp_path / "moon").stdout
    untried = anxin("shop", "webhook", tmp_path / "moon", "--test")
    assert (untried.exit_code, f"{NAME} is not set" in untried.stderr) == (3, True)
    (tmp_path / ".env").write_text(f"{NAME}=not a secret\n")
    document = json.loads(anxin("shop", "webhook", tmp_path / "moon", "--json").stdout)
    assert (document["ready"], document["secrets"]) == (False, [NAME])
    assert "base64" in document["faults"][0]
    (tmp_path / ".env").write_text(f"{NAME}={SECRET}\n")
    ready = anxin("shop", "webhook", tmp_path / "moon").stdout
    assert "try it" in ready
    assert SECRET not in ready


def test_the_doctor_names_a_shop_whose_events_could_not_be_checked(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANXIN_DATA_DIR", str(tmp_path / "data"))
    assert "anxin shop webhook" in _events()
    assert anxin("shop", "import", folder).exit_code == 0
    with pytest.raises(LookupError, match=f"my-shop: {NAME} is not set"):
        _events()
    monkeypatch.setenv(NAME, SECRET)
    assert _events() == "taken from my-shop"


def test_an_event_is_sent_to_oneself_and_its_answer_is_shown(host: Host, folder: Path) -> None:
    ping = anxin("shop", "webhook", folder, "--test", "--url", host.base)
    assert (ping.exit_code, ": 200 " in ping.stdout) == (0, True)
    told = anxin("shop", "webhook", folder, "--test", "--event", "refunded", "--order", "sc1", "--amount", "3.00",
                 "--url", host.base, "--json")  # fmt: skip
    document = json.loads(told.stdout)
    assert (document["status"], document["answer"]["type"]) == (200, "order.refunded")
    assert document["answer"]["order"] == "SC1"
    wrong = anxin("shop", "webhook", folder, "--test", "--event", "refunded", "--order", "SC1", "--amount", "three",
                  "--url", host.base)  # fmt: skip
    assert (wrong.exit_code, "data.amount" in wrong.stdout) == (1, True)
    nobody = anxin("shop", "webhook", folder, "--test", "--url", "http://127.0.0.1:1")
    assert (nobody.exit_code, "anxin serve" in nobody.stderr) == (3, True)
    assert anxin("shop", "webhook", folder, "--test", "--event", "paid").exit_code == 2
    assert anxin("shop", "webhook", folder, "--test", "--event", "lost").exit_code == 2


def run(language: str, text: str) -> str:
    done = subprocess.run(
        [*RUNNERS[language], text], capture_output=True, text=True, check=False, env=os.environ | {NAME: SECRET}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "language",
    ["sh", "python", pytest.param("php", marks=pytest.mark.skipif(not shutil.which("php"), reason="no php here"))],
)
def test_the_documents_snippets_sign_as_the_server_checks(host: Host, language: str) -> None:
    [text] = re.findall(rf"```{language}\n(.+?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    own = text.replace("http://127.0.0.1:8000", host.base).replace("delivered-SAMPLE0001", f"by-{language}")
    answer = json.loads(run(language, own.removeprefix("<?php")))
    assert answer == {"id": f"by-{language}", "type": "order.delivered", "order": "SAMPLE0001"}


def test_the_printed_snippet_signs_as_the_server_checks(host: Host, folder: Path) -> None:
    printed = anxin("shop", "webhook", folder, "--url", host.base).stdout
    snippet = printed[printed.index("now=") : printed.index("\n\nPHP")]
    assert json.loads(run("sh", snippet))["type"] == "order.delivered"
