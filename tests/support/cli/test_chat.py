"""What `anxin chat` shows while the assistant works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import support.assistant
from support.cli.app import app
from support.cli.chat import step_words

ROOM = Path(support.assistant.__file__).parent
STEPS = sorted({key for file in ROOM.glob("*.py") for key in re.findall(r"on_step\(\"(step\.\w+)\"", file.read_text())})


def test_the_steps_are_found() -> None:
    assert "step.understand" in STEPS
    assert len(STEPS) >= 6


@pytest.mark.parametrize("key", STEPS)
def test_a_step_is_told_in_words(key: str) -> None:
    assert re.fullmatch(r"正在[\u4e00-\u9fff]+…", step_words(key, "zh-CN"))
    assert re.fullmatch(r"[a-z' ]+…", step_words(key, "en"))
    assert step_words(key, "en") != step_words("step.other", "en")


def test_an_unknown_step_is_work() -> None:
    assert step_words("step.dream", "en") == "working…"


def test_an_address_that_is_no_socket_is_wrong_usage() -> None:
    told = CliRunner().invoke(app, ["chat", "--shop", "star", "--url", "http://127.0.0.1:8000"])
    assert told.exit_code == 2
    assert "ws://" in told.output
