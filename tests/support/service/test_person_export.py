"""A buyer's export: everything of theirs, nothing of anybody else's, and no key of goods."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from support.bootstrap import Application
from support.service.person_export import NothingKept, export_person
from tests.support.a_dispute import FINDING, IDENTITY, KEY, MAIL, NOTE, NOW, ORDER, PHONE, PICTURE, RISKY, dispute
from ticketing.ids import new_id
from ticketing.storage import visitors


def archive(application: Application, owner: str, out: Path, lang: str = "zh-CN") -> zipfile.ZipFile:
    export_person(application.journal, application.shop("star"), application.uploads, owner, out, lang, NOW)
    return zipfile.ZipFile(out)


def test_it_holds_what_was_said_sent_decided_and_found_and_opens_as_a_page(
    application: Application, tmp_path: Path
) -> None:
    owner, other = f"buyer:{new_id()}", f"buyer:{new_id()}"

    def write(tx: sa.Connection) -> None:
        dispute(tx, application, owner)
        dispute(tx, application, other)
        visitors.grant_order(tx, "star", owner, ORDER, "proof", NOW)

    application.journal.write_now(write)
    found = archive(application, owner, tmp_path / "one.zip")
    document = json.loads(found.read("data.json"))
    assert {name: len(rows) for name, rows in document["tables"].items()} == {
        "conversations": 1, "messages": 3, "events": 1, "notes": 1, "uploads": 1, "order_grants": 1, "decisions": 1,
        "risk_reports": 1, "tickets": 1,
    }  # fmt: skip
    page, data = found.read("index.html").decode(), found.read("data.json").decode()
    for told in (PHONE, MAIL, IDENTITY, ORDER, NOTE, FINDING):
        assert told in data, told
    for text in (page, data):
        assert PHONE in text
        assert KEY not in text
        assert RISKY not in text
        assert other.removeprefix("buyer:") not in text
    assert found.read(next(iter(document["files"].values()))) == PICTURE
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "个人信息副本" in page
    english = archive(application, owner, tmp_path / "two.zip", "en").read("index.html").decode()
    assert "A copy of your data" in english


def test_of_a_stranger_nothing_is_written(application: Application, tmp_path: Path) -> None:
    with pytest.raises(NothingKept):
        archive(application, f"buyer:{new_id()}", tmp_path / "none.zip")
    assert list(tmp_path.iterdir()) == []
