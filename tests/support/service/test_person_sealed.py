"""A buyer of a record whose fields are sealed: exported, erased, and erased again from a backup under a newer key."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from support.bootstrap import DEMO_SHOPS, Application, open_application
from support.service.audit import faults_of_record
from support.service.erase_again import erase_again
from support.service.person_erase import erase_person, plan
from support.service.person_export import export_person
from support.service.sealed_state import sealed_state
from support.settings import Settings
from tests.postgres import Cluster
from tests.records import ENGINES
from tests.support.a_dispute import KEY, MAIL, NOW, PHONE
from tests.support.service.test_person_erase import WORDS, Case, a_case, kept
from ticketing.errors import FieldKeyMissing, FieldUnreadable
from ticketing.ids import new_id
from ticketing.sealing import MARK, new_key, read_key
from ticketing.storage import talk, visitors
from ticketing.storage.erasure_list import Erasure, ErasureList
from ticketing.storage.reseal import reseal
from ticketing.storage.tables import commands

LATER, PROOF = NOW + timedelta(days=1), "the-proof-4711"
OLD, NEW = new_key(), new_key()


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """The file of keys, which a test may change while the record is open."""
    path = tmp_path / "keys"
    path.write_text(OLD)
    return path


@pytest.fixture(params=ENGINES)
def sealing(request: pytest.FixtureRequest, untouched: Path, tmp_path: Path, keys: Path) -> Iterator[Application]:
    """The demo shop's record, every field of it sealed, on each engine in turn."""
    folder = shutil.copytree(untouched, tmp_path / "data")
    given = Settings.alone(data_dir=folder, field_keys_file=keys)
    if request.param == "sqlite":
        with open_application(given) as application:
            reseal(application.journal, read_key(OLD).name)
            yield application
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    with (
        cluster.database() as url,
        open_application(given.model_copy(update={"database_url": SecretStr(url)})) as application,
    ):
        application.shops.import_folder(DEMO_SHOPS / "star")
        yield application


def a_sealed_case(application: Application, folder: Path) -> Case:
    """A buyer with everything, who is owed an answer to a form with a proof."""
    assert application.journal.read_now(sealed_state).sealed
    case = a_case(application, new_id(), folder)
    turn = visitors.PendingTurn(
        "star", case.chat, new_id(), new_id(), case.owner, {"form": {"order.proof": PROOF}}
    )  # fmt: skip
    application.journal.write_now(
        lambda tx: visitors.save_ack(
            tx, "star", case.owner, turn.client_id, b"", {"conversation": case.chat}, NOW, turn
        )
    )
    assert any(MARK in row for row in owed(case)), "the proof is sealed"
    assert not any(PROOF in row for row in owed(case))
    return case


def as_in_a_backup(case: Case) -> Case:
    """The buyer as a backup would bring them back: with a chat, and owed an answer to a form."""
    turn = new_id()

    def write(tx: sa.Connection) -> str:
        chat = talk.start(tx, "star", case.owner, "zh-CN", "", NOW).id
        said = talk.append(
            tx, "star", chat, at=NOW, author_kind="buyer", author_name="", text=f"我的手机 {PHONE}", lang="zh-CN"
        )
        owes = visitors.PendingTurn("star", chat, said.id, turn, case.owner, {"form": {"order.proof": PROOF}})
        visitors.save_ack(tx, "star", case.owner, turn, b"", {"conversation": chat}, NOW, owes)
        return chat

    chat = case.application.journal.write_now(write)
    return replace(case, chat=chat)


def owed(case: Case) -> list[str]:
    """What a buyer is owed, as the database has it."""
    query = sa.select(sa.cast(commands.c.owes, sa.Text)).where(commands.c.sender == case.owner)
    return case.application.journal.read_now(lambda tx: [str(one) for one in tx.execute(query).scalars()])


def test_an_export_shows_what_was_said_and_neither_proof_nor_seal(sealing: Application, tmp_path: Path) -> None:
    case = a_sealed_case(sealing, tmp_path / "case")
    out = tmp_path / "one.zip"
    export_person(sealing.journal, sealing.shop("star"), sealing.uploads, case.owner, out, "zh-CN", LATER)
    found = zipfile.ZipFile(out)
    data, page = (found.read(name).decode() for name in ("data.json", "index.html"))
    for told in (PHONE, MAIL, "我叫王小明"):
        assert told in data, told
    for text in (data, page):
        assert [word for word in (PROOF, MARK, KEY) if word in text] == []
    assert json.loads(data)["tables"]["commands"]


def test_an_erasure_leaves_no_word_no_proof_and_no_seal_of_theirs_and_what_stays_verifies(
    sealing: Application, tmp_path: Path
) -> None:
    case, other = (a_sealed_case(sealing, tmp_path / name) for name in ("case", "other"))
    before = sealing.journal.read_now(sealed_state).fields
    erase_person(sealing.journal, sealing.shop("star"), sealing.uploads, case.owner, "server", LATER)
    assert owed(case) == []
    assert any(MARK in row for row in owed(other)), "a neighbour's stays"
    assert "form" in {key for one in sealing.journal.read_now(visitors.pending_turns) for key in one.input}
    mine = "\n".join(row for rows in kept(case).values() for row in rows if case.chat in row)
    assert [word for word in (*WORDS, PROOF) if word in mine] == []
    assert sealing.journal.read_now(lambda tx: list(faults_of_record(tx, "star"))) == []
    after = sealing.journal.read_now(sealed_state)
    assert after.sealed
    assert {name: counts for name, counts in after.fields.items() if name != "commands.owes"} == {
        name: counts for name, counts in before.items() if name != "commands.owes"
    }


def test_whom_a_backup_brings_back_is_known_under_a_newer_key_and_erased_again(
    sealing: Application, tmp_path: Path, keys: Path
) -> None:
    case = a_sealed_case(sealing, tmp_path / "case")
    loaded, listed = sealing.shop("star"), ErasureList(tmp_path / "erasures")
    erase_person(sealing.journal, loaded, sealing.uploads, case.owner, "server", LATER, listed)
    keys.write_text(f"{NEW}\n{OLD}\n")
    assert reseal(sealing.journal, read_key(NEW).name) > 0
    back = as_in_a_backup(case)
    known: list[Erasure] = list(listed.since(NOW))
    done = erase_again(sealing.journal, sealing.shop, sealing.uploads, known, "server", LATER)
    assert (done.people, done.held) == (1, 0)
    assert owed(back) == []
    assert PHONE not in "\n".join(row for rows in kept(back).values() for row in rows if back.chat in row)
    assert sealing.journal.read_now(sealed_state).says().endswith(f"all sealed under key {read_key(NEW).name}")


def test_without_the_key_nothing_is_exported_or_erased_by_halves(
    sealing: Application, tmp_path: Path, keys: Path
) -> None:
    """An export and a plan need no seal to be opened; what does is refused, and says which key is missing."""
    case = a_sealed_case(sealing, tmp_path / "case")
    loaded = sealing.shop("star")
    keys.write_text(NEW)
    before = kept(case)
    assert sealing.journal.read_now(lambda tx: plan(tx, "star", case.owner, LATER)).person.owner == case.owner
    with pytest.raises((FieldKeyMissing, FieldUnreadable), match=read_key(OLD).name):
        sealing.journal.read_now(visitors.pending_turns)
    assert kept(case) == before
    erase_person(sealing.journal, loaded, sealing.uploads, case.owner, "server", LATER)
    assert owed(case) == [], "what nobody can read any more can still be erased"
