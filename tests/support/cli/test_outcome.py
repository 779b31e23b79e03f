"""How commands end: exit codes, and what stands on which stream."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from support.bootstrap import open_application
from support.cli.app import app
from support.cli.outcome import UNAVAILABLE, USAGE, explained
from support.cli.token import token_app
from support.settings import Settings


def test_a_data_folder_that_is_a_file_is_one_line_and_exit_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "data"
    taken.write_text("no folder")
    with pytest.raises(SystemExit) as ended, explained(), open_application(Settings(data_dir=taken)):
        pass
    said = capsys.readouterr()
    assert ended.value.code == UNAVAILABLE
    assert str(taken) in said.err
    assert "ANXIN_DATA_DIR" in said.err
    assert said.err.count("\n") == 1


def test_a_database_that_is_none_is_one_line_and_exit_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "anxin.sqlite").write_text("this is no database, and long enough to be read as one " * 50)
    with pytest.raises(SystemExit) as ended, explained(), open_application(Settings(data_dir=tmp_path)):
        pass
    assert ended.value.code == UNAVAILABLE
    assert "not a database" in capsys.readouterr().err


def test_a_fault_is_logged_beside_the_answer_and_without_local_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_application(Settings(data_dir=tmp_path)):
        proof = "lotus-" + "2026"
        try:
            raise RuntimeError(f"a turn failed, {len(proof)} letters")
        except RuntimeError:
            structlog.get_logger().exception("turn failed")
    said = capsys.readouterr()
    assert said.out == ""
    assert "RuntimeError: a turn failed, 10 letters" in said.err
    assert "lotus-2026" not in said.err


def test_no_token_for_nobody() -> None:
    done = CliRunner().invoke(token_app, ["buyer", "--shop", "star", "--sub", " "])
    assert done.exit_code == USAGE
    assert done.stdout == ""


def test_the_version_is_told_without_a_command() -> None:
    done = CliRunner().invoke(app, ["--version"])
    assert (done.exit_code, done.stdout) == (0, f"anxin {version('anxin')}\n")
