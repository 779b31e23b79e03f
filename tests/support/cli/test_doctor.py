from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from support.cli import doctor
from support.cli.outcome import UNAVAILABLE
from tests.postgres import Cluster
from ticketing.errors import UnfitDatabase
from ticketing.storage.database import described, open_engine


def record_of(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the doctor says about the record, by itself."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(doctor, "CHECKS", [one for one in doctor.CHECKS if one[0] == "record"])
    app = typer.Typer()
    app.command()(doctor.doctor)
    env = {"ANXIN_DATA_DIR": str(folder), "ANXIN_DATABASE_URL": url}
    done = CliRunner().invoke(app, ["--json"], env=env)
    [check] = json.loads(done.stdout)["checks"]
    assert done.exit_code == (0 if check["ok"] else UNAVAILABLE)
    return dict(check)


def test_the_doctor_says_which_engine_keeps_the_record_and_where(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = record_of(database_url, tmp_path, monkeypatch)
    assert check["ok"], check
    engine, place = (
        ("SQLite 3.", str(tmp_path)) if database_url.startswith("sqlite") else ("PostgreSQL 1", "/anxin-pg-")
    )
    assert check["says"].startswith(engine)
    assert place in check["says"]


def test_the_doctor_says_why_a_database_does_not_answer_and_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = record_of("postgresql://u:secret@127.0.0.1:1/x", tmp_path, monkeypatch)
    assert not check["ok"]
    assert "ANXIN_DATABASE_URL" in check["says"]
    assert "refused" in check["says"]
    assert "\n" not in check["says"]
    assert "secret" not in check["says"]


def test_a_server_that_only_pretends_to_sync_is_unfit(postgres: Cluster) -> None:
    engine = open_engine(postgres.empty())
    with engine.connect() as connection:
        assert "PostgreSQL" in described(connection)
    with postgres.unsynced(), pytest.raises(UnfitDatabase, match="fsync = off"), engine.connect() as connection:
        described(connection)
    engine.dispose()
