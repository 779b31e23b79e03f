from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.support.service.small_shop import files


@pytest.fixture
def anxin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command line over a data folder with one small shop."""
    folder = tmp_path / "shops" / "small"
    for name, content in files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    monkeypatch.setenv("ANXIN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ANXIN_SHOPS_DIR", str(folder.parent))
    monkeypatch.chdir(tmp_path)
    return CliRunner()
