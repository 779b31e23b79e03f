"""`anxin ticket list`: the same tickets as a table and as JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from support.bootstrap import open_application
from support.cli.app import app
from support.service.hand_off import Case, hand_off
from support.settings import Settings
from tests.support.web.desk_app import NOW
from tests.support.web.test_tickets_api import PAID
from ticketing.storage import talk


@pytest.fixture(scope="module")
def run(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = shutil.copytree(untouched, tmp_path_factory.mktemp("tickets"), dirs_exist_ok=True)
    with open_application(Settings.alone(data_dir=folder)) as own:
        shop = own.shops.get("star").folder.shop
        for subject in ("会员没有到账", "the key is used"):

            def open_one(tx: Any, subject: str = subject) -> None:
                row = talk.start(tx, "star", "buyer:U-1", "en", subject, NOW)
                hand_off(tx, shop, Case(row, "en", None), PAID, NOW)

            own.journal.write_now(open_one)
    env = {"ANXIN_DATA_DIR": str(folder)}
    return lambda *given: CliRunner().invoke(app, ["ticket", "list", "--shop", "star", *given], env=env)


def test_tickets_are_listed_and_searched(run: Any) -> None:
    told = json.loads(run("--search", "到账", "--state", "new", "--owner", "nobody", "--json").stdout)
    [row] = told["rows"]
    assert (row["ticket"]["number"], row["buyer"]["name"], told["behind"]) == ("T-1001", "U-1", 0)
    first = run("--limit", "1")
    assert first.stdout.startswith("  T-1002")
    assert "--after 1002" in first.stderr


@pytest.mark.parametrize("given", [("--state", "done"), ("--after", "x")])
def test_what_cannot_be_asked_is_wrong_usage(run: Any, given: tuple[str, str]) -> None:
    assert run(*given).exit_code == 2
