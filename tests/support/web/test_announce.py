"""What `anxin serve` prints once it is ready."""

from __future__ import annotations

import pytest

from support.settings import Settings
from support.web.app import announce


@pytest.mark.parametrize("demo", [False, True])
def test_where_everything_is_is_told_the_desk_too(capsys: pytest.CaptureFixture[str], demo: bool) -> None:
    announce(Settings.alone(host="127.0.0.1", port=8471), ["little"], 1.0, demo)
    told = {line.split()[-1] for line in capsys.readouterr().out.splitlines() if "http" in line}
    paths = {"/desk", "/widget.js", "/api/docs", *(["/demo"] if demo else [])}
    assert told == {f"http://127.0.0.1:8471{path}" for path in paths}
