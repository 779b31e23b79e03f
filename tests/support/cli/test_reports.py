"""`anxin reports` as a table, as CSV and as JSON: the same numbers."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from support.cli.app import app
from ticketing.reports import MEASURES


@pytest.fixture(scope="module")
def run(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = shutil.copytree(untouched, tmp_path_factory.mktemp("reports"), dirs_exist_ok=True)
    env = {"ANXIN_DATA_DIR": str(folder)}
    return lambda *given: CliRunner().invoke(app, ["reports", "--shop", "star", *given], env=env)


def test_every_measure_is_a_row_in_each_form(run: Any) -> None:
    told = json.loads(run("--json").stdout)
    assert [row["key"] for row in told["rows"]] == list(MEASURES)
    table = list(csv.DictReader(io.StringIO(run("--csv").stdout)))
    assert [row["key"] for row in table] == list(MEASURES)
    assert {row["label"] for row in table} >= {"Contacted again within 72 h", "Refunded, by reason"}
    assert len(run().stdout.splitlines()) == len(MEASURES)


def test_what_cannot_be_told_is_wrong_usage(run: Any) -> None:
    assert run("--behind", "nothing").exit_code == 2
    assert run("--csv", "--json").exit_code == 2
    assert json.loads(run("--behind", "handoffs", "--json").stdout)["rows"] == []
