"""A backup that is put back does not bring erased buyers back: the list beside the record has them erased again."""

from __future__ import annotations

import json
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
from ticketing.storage.erasure_list import BadErasureList, Erasure, ErasureList
from ticketing.storage.tables import conversations

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SHOP = ("--shop", "small")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def done(*arguments: str | Path) -> Any:
    told = run(*arguments, "--json")
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def held(folder: Path) -> set[str]:
    """Whose words a data folder holds."""
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return {who for who in ("before", "erased", "stays", "visitor", "held") if f"words of {who}".encode() in everything}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of the small shop, in which five have said something."""
    for name, content in files().items():
        (tmp_path / "small" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "small" / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANXIN_DATA_DIR", str(tmp_path / "data"))
    with open_application() as application:
        application.shops.import_folder(tmp_path / "small")

        def write(tx: sa.Connection) -> None:
            for who in ("buyer:before", "buyer:erased", "buyer:stays", "visitor:visitor", "buyer:held"):
                said = f"words of {who.partition(':')[2]}"
                chat = talk.start(tx, "small", who, "en", said, NOW)
                talk.append(
                    tx, "small", chat.id, at=NOW, author_kind="buyer", author_name="", text=said, lang="en"
                )  # fmt: skip

        application.journal.write_now(write)
    return tmp_path / "data"


def test_who_was_erased_after_the_backup_is_erased_again(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = data / "erasures.jsonl"
    done("erase", "--buyer", "before", "--yes")
    first = json.loads(listed.read_text())
    listed.write_text(json.dumps(first | {"at": NOW.isoformat()}) + "\n")  # a backup tells its time by the second
    hold = done("hold", "set", "held", *SHOP, "--reason", "a court asks")
    archive = data.parent / "copy.tar"
    done("backup", archive)
    done("hold", "lift", hold["id"], *SHOP)
    with open_application() as application:  # who was a visitor signs in
        theirs = sa.update(conversations).where(conversations.c.owner == "visitor:visitor").values(owner="buyer:signed")
        application.journal.write_now(lambda tx: tx.execute(theirs) and None)
    for who in ("erased", "signed", "held"):
        done("erase", "--buyer", who, "--yes")
    assert held(data) == {"stays"}
    assert (len(listed.read_text().splitlines()), listed.stat().st_mode & 0o777) == (4, 0o600)
    assert not [who for who in ("before", "signed", "held") if who in listed.read_text()], "it names nobody"
    before = data.parent / "other"
    monkeypatch.setenv("ANXIN_DATA_DIR", str(before))
    assert run("restore", archive, "--erasures", data / "missing").exit_code == 2
    assert done("restore", archive, "--erasures", listed)["erased_again"] == {"people": 2, "held": 1}
    assert held(before) == {"stays", "held"}
    monkeypatch.setenv("ANXIN_DATA_DIR", str(data))
    assert done("restore", archive, "--replace")["erased_again"] == {"people": 2, "held": 1}
    assert held(data / "uploads") | held(data / "index") == set()
    assert done("audit", "verify", *SHOP)


def test_a_record_put_back_by_other_means_is_told_when_it_was_copied(data: Path) -> None:
    listed = ErasureList(data / "erasures.jsonl")
    done("erase", "--buyer", "erased", "--yes")
    (one,) = listed.since(NOW)
    with open_application() as application:  # as an older copy would have it

        def write(tx: sa.Connection) -> None:
            chat = talk.start(tx, "small", "buyer:erased", "en", "words of erased", NOW)
            talk.append(
                tx, "small", chat.id, at=NOW, author_kind="buyer", author_name="", text="words of erased", lang="en"
            )  # fmt: skip

        application.journal.write_now(write)
    assert done("restored")["erased_again"] == {"people": 0, "held": 0}
    assert done("restored", "--since", "2099-01-01T00:00:00Z")["erased_again"] == {"people": 0, "held": 0}
    assert done("restored", "--since", one.at)["erased_again"] == {"people": 1, "held": 0}
    assert "erased" not in held(data)
    assert len(list(listed.since(NOW))) == 1, "what is done again is not listed again"


def test_a_list_cut_off_by_a_loss_of_power_is_read_and_a_broken_one_is_said(tmp_path: Path) -> None:
    listed = ErasureList(tmp_path / "erasures.jsonl")
    assert list(listed.since(NOW)) == []
    listed.add(Erasure("small", NOW.isoformat(), "mark", ["c1"]))
    whole = listed.path.read_text()
    listed.path.write_text(f"{whole}{whole[:20]}")
    assert [one.mark for one in listed.since(NOW)] == ["mark"]
    listed.path.write_text(f"{whole[:20]}\n{whole}")
    with pytest.raises(BadErasureList, match="line 1"):
        list(listed.since(NOW))
