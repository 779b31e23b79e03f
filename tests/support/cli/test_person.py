"""`anxin export` and `anxin erase`: one archive, a look before, and nothing of it left in the data folder."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from support.bootstrap import open_application
from support.cli.app import app
from tests.support.service.small_shop import files
from ticketing.storage import talk

SAID = "我叫王小明，手机 13812345678"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of the small shop, in which a buyer has said something."""
    for name, content in files().items():
        (tmp_path / "small" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "small" / name).write_bytes(content)
    monkeypatch.setenv("ANXIN_DATA_DIR", str(tmp_path / "data"))
    with open_application() as application:
        application.shops.import_folder(tmp_path / "small")

        def write(tx: sa.Connection) -> None:
            chat = talk.start(tx, "small", "buyer:B-1", "zh-CN", SAID, NOW)
            talk.append(
                tx, "small", chat.id, at=NOW, author_kind="buyer", author_name="B-1", text=SAID, lang="zh-CN"
            )  # fmt: skip

        application.journal.write_now(write)
    return tmp_path / "data"


def test_an_export_is_one_file_that_is_never_written_over(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "b1.zip"
    told = json.loads(run("export", "--buyer", "B-1", "-o", out, "--json").stdout)
    assert (told["shop"], told["rows"]) == ("small", {"conversations": 1, "messages": 1})
    assert SAID in zipfile.ZipFile(out).read("index.html").decode()
    assert run("export", "--buyer", "B-1", "-o", out).exit_code == 2
    assert run("export", "--buyer", "nobody", "-o", tmp_path / "x.zip").exit_code == 1


def test_an_erasure_is_looked_at_first_and_leaves_no_byte(data: Path) -> None:
    def bytes_of(text: str) -> int:
        return sum(path.read_bytes().count(text.encode()) for path in data.rglob("*") if path.is_file())

    assert run("erase", "--buyer", "B-1").exit_code == 2
    told = json.loads(run("erase", "--buyer", "B-1", "--dry-run", "--json").stdout)
    assert [(one["table"], one["rows"], one["what"]) for one in told["tables"]] == [
        ("conversations", 1, "emptied"), ("messages", 1, "emptied"),
    ]  # fmt: skip
    assert bytes_of("王小明") > 0
    assert run("erase", "--buyer", "B-1", "--shop", "small", "--yes").exit_code == 0
    assert bytes_of("王小明") == 0
    assert run("erase", "--buyer", "nobody", "--yes").exit_code == 1


def test_what_is_held_is_listed_and_not_erased_until_it_is_lifted(data: Path) -> None:
    def held(*more: str) -> list[Any]:
        return list(json.loads(run("hold", "list", "--shop", "small", "--json", *more).stdout)["holds"])

    reason = ("--shop", "small", "--reason", "case 2026-17")
    assert run("hold", "set", "nobody", *reason).exit_code == 1
    assert run("hold", "set", "T-9999", *reason).exit_code == 1
    assert run("hold", "set", "B-1", *reason, "--until", "2020-01-01T00:00:00Z").exit_code == 2
    assert held() == []
    made = json.loads(run("hold", "set", "B-1", *reason, "--until", "2099-01-01T00:00:00Z", "--json").stdout)
    assert (made["subject"], made["reason"], made["stands"]) == ("B-1", "case 2026-17", True)
    assert made["by"].startswith("terminal:")
    assert [one["id"] for one in held()] == [made["id"]]
    assert "2099-01-01  case 2026-17" in run("hold", "list", "--shop", "small").stdout
    assert run("erase", "--buyer", "B-1", "--yes").exit_code == 1
    assert run("hold", "lift", made["id"], "--shop", "small").exit_code == 0
    assert run("hold", "lift", made["id"], "--shop", "small").exit_code == 1, "it ended before"
    assert (held(), [one["stands"] for one in held("--all")]) == ([], [False])
    assert run("erase", "--buyer", "B-1", "--yes").exit_code == 0
    assert run("audit", "verify", "--shop", "small").exit_code == 0
