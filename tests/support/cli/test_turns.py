"""`anxin trace`: how the answers of a conversation came about, by its id and by its ticket."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from support.cli.app import app

SECRETS = ("SC2026", "lotus", "退款", "49.00", "星云")


@pytest.fixture(scope="module")
def folder(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(untouched, tmp_path_factory.mktemp("turns"), dirs_exist_ok=True)


def run(folder: Path, *given: str) -> Result:
    return CliRunner().invoke(app, [*given, "--shop", "star"], env={"ANXIN_DATA_DIR": str(folder)})


def test_each_turn_is_told_without_its_words(folder: Path) -> None:
    opened = ("--order", "SC20261118001", "--proof", "lotus-2026", "--conversation", "traced", "--json")
    asked = json.loads(run(folder, "ask", "没发货，我要退款", *opened).stdout)
    run(folder, "ask", "转人工", "--conversation", "traced")
    whole = run(folder, "trace", "T-1001", "--json")
    first, last = (turn["trace"] for turn in json.loads(whole.stdout)["turns"])
    assert (first["plan"], first["verdict"], last["topic"]) == ("case", "grant", "human")
    assert set(first["ms"]) == {"guard", "understand", "plan", "retrieve", "locate", "judge", "compose", "verify"}
    assert run(folder, "trace", asked["conversation"], "--json").stdout == whole.stdout
    shown = run(folder, "trace", "T-1001").stdout
    assert "verdict     grant" in shown
    assert not [secret for secret in SECRETS if secret in whole.stdout + shown]


def test_what_is_not_there_is_said(folder: Path) -> None:
    missing = run(folder, "trace", "T-9999")
    assert missing.exit_code == 1
    assert "T-9999" in missing.stderr
