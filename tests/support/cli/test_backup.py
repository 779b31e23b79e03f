"""`anxin backup` and `anxin restore`: what was kept comes back, and nothing else does."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from support.cli.app import app
from tests.records import empty_sqlite

CONTENT = b"a picture of a delivery"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
FILE = f"uploads/star/{SHA256[:2]}/{SHA256}.01"
Members = dict[str, bytes]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder in use, with a shop and a file that was sent."""
    folder = tmp_path / "data"
    (folder / FILE).parent.mkdir(parents=True)
    (folder / FILE).write_bytes(CONTENT)
    empty_sqlite(folder)
    columns = "shop, n, generation, digest, epoch, secret, origin, imported_at, ticket_no"
    _execute(folder, f"INSERT INTO shops ({columns}) VALUES ('star', 7, 1, '', 'old', 's', '', 0, 1000)")
    monkeypatch.setenv("ANXIN_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def archive(here: Path, tmp_path: Path) -> Path:
    path = tmp_path / "copy.tar.gz"
    told = run("backup", str(path), "--json")
    assert (told["files"], told["engine"], path.stat().st_mode & 0o777) == (1, "sqlite", 0o600)
    return path


def run(*command: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def refused(*command: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, command)
    return done.exit_code, " ".join(done.output.replace("│", "").split())


def shops(folder: Path) -> list[Any]:
    with closing(sqlite3.connect(folder / "anxin.sqlite")) as record:
        return record.execute("SELECT shop, n, epoch FROM shops").fetchall()


def _execute(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "anxin.sqlite")) as record, record:
        record.execute(statement)


def _changed(archive: Path, change: Callable[[Members], None]) -> Path:
    """The archive with its members changed."""
    members: Members = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            source = tar.extractfile(member)
            assert source is not None
            members[member.name] = source.read()
    change(members)
    with tarfile.open(archive, "w:gz") as tar:
        for name, content in members.items():
            head = tarfile.TarInfo(name)
            head.size = len(content)
            tar.addfile(head, io.BytesIO(content))
    return archive


def test_the_record_and_the_files_come_back_in_a_new_life(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANXIN_DATA_DIR", str(tmp_path / "new"))
    told = run("restore", str(archive), "--json")
    assert (told["shops"], told["moved_to"]) == (1, None)
    assert (tmp_path / "new" / FILE).read_bytes() == CONTENT
    ((shop, cursor, epoch),) = shops(tmp_path / "new")
    assert (shop, cursor, epoch != "old") == ("star", 7, True)
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"anxin.sqlite", "uploads"}


def test_what_is_written_meanwhile_waits_for_nobody_and_is_not_in_it(here: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(here / "anxin.sqlite", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE shops SET n = 8")
        run("backup", str(tmp_path / "copy.tar"), "--json")
        writer.execute("COMMIT")
    assert shops(here) == [("star", 8, "old")]
    run("restore", str(tmp_path / "copy.tar"), "--replace", "--json")
    assert [row[1] for row in shops(here)] == [7]


def test_a_record_that_is_there_is_kept_aside_only_when_told_so(here: Path, archive: Path) -> None:
    _execute(here, "UPDATE shops SET n = 9")
    code, said = refused("restore", str(archive))
    assert (code, "has a record already" in said, shops(here)) == (2, True, [("star", 9, "old")])
    aside = Path(run("restore", str(archive), "--replace", "--json")["moved_to"])
    assert shops(aside) == [("star", 9, "old")]
    assert (aside / FILE).read_bytes() == CONTENT
    assert shops(here)[0][1] == 7


def test_a_record_in_use_is_left_alone(here: Path, archive: Path) -> None:
    with closing(sqlite3.connect(here / "anxin.sqlite")) as server:
        server.execute("SELECT 1 FROM shops").fetchall()
        code, said = refused("restore", str(archive), "--replace")
    assert (code, "stop the server first" in said, shops(here)) == (3, True, [("star", 7, "old")])


def _other_record(members: Members) -> None:
    members["anxin.sqlite"] = members["anxin.sqlite"][:-1] + b"?"


def _other_file(members: Members) -> None:
    members[FILE] = b"something else"


def _stranger(members: Members) -> None:
    members["../out.txt"] = b"hello"


def _newer(members: Members) -> None:
    members["manifest.json"] = members["manifest.json"].replace(b'"schema": "', b'"schema": "9')


def _of_postgresql(members: Members) -> None:
    members["manifest.json"] = members["manifest.json"].replace(b'"sqlite"', b'"postgresql"')
    members["record.dump"] = members.pop("anxin.sqlite")


@pytest.mark.parametrize(
    ("change", "code", "why"),
    [
        (_other_record, 1, "its record is not the one that was written"),
        (lambda members: members.pop("manifest.json"), 1, "was not finished: it has no manifest.json"),
        (lambda members: members.pop(FILE), 1, "0 of its 1 files are in it"),
        (_other_file, 1, "is not what was sent"),
        (_stranger, 1, "../out.txt is nothing that a backup holds"),
        (_newer, 3, "of a newer version: install that one first"),
        (_of_postgresql, 3, "name an empty database in ANXIN_DATABASE_URL"),
    ],
)
def test_an_archive_that_is_not_as_it_was_written_changes_nothing(
    here: Path, archive: Path, change: Callable[[Members], None], code: int, why: str
) -> None:
    ended, said = refused("restore", str(_changed(archive, change)), "--replace")
    assert (ended, why in said) == (code, True), said
    assert shops(here) == [("star", 7, "old")]
    assert sorted(path.name for path in here.iterdir()) == ["anxin.sqlite", "uploads"]


def test_an_archive_that_was_cut_off_is_refused(here: Path, archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-5_000])
    code, said = refused("restore", str(archive), "--replace")
    assert (code, "damaged or no backup" in said, shops(here)) == (1, True, [("star", 7, "old")])


def test_a_damaged_record_is_not_called_a_backup(here: Path, tmp_path: Path) -> None:
    with (here / "anxin.sqlite").open("r+b") as record:
        record.seek(8_192)
        record.write(b"\x5a" * 8_192)
    code, said = refused("backup", str(tmp_path / "copy.tar.gz"))
    assert (code, "was not written" in said or "cannot be used" in said) == (3, True), said
    assert not (tmp_path / "copy.tar.gz").exists()


def test_a_file_that_is_there_is_not_written_over(archive: Path) -> None:
    code, said = refused("backup", str(archive))
    assert (code, "is there already: name a new file" in said) == (2, True)
