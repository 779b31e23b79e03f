"""What the engines share, and what each needs."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.postgres import Cluster
from tests.ticketing.conftest import NOW
from ticketing.errors import UnfitDatabase
from ticketing.storage import event_log, notes, talk
from ticketing.storage.database import open_engine, sqlite_url
from ticketing.storage.journal import Journal
from ticketing.storage.tables import conversations


def test_sqlite_needs_no_driver_of_postgresqls(tmp_path: Path) -> None:
    code = """if True:
        import sys
        from pathlib import Path
        from ticketing.storage.database import open_engine, sqlite_url
        from ticketing.storage.journal import Journal
        from ticketing.storage.migrate import migrate
        engine = open_engine(sqlite_url(Path(sys.argv[1])))
        migrate(engine)
        journal = Journal(engine)
        journal.write_now(lambda tx: None)
        journal.close()
        print([name for name in sys.modules if name.partition(".")[0] in {"psycopg", "psycopg_binary"}])"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_text_comes_back_as_it_was_without_the_character_that_postgresql_cannot_keep(journal: Journal) -> None:
    text, body = "卡密 \U0001f600 é\\u0000 a\x00b", {"a\x00": ["\x00", {"deep": "x\x00\\u0000"}], "n": 2**53}
    kept = journal.write_now(
        lambda tx: (
            notes.add(tx, "star", "c", after_seq=0, agent="m", author_name="M", text=text, at=NOW),
            event_log.append(tx, "star", "note", "c", "", body, NOW),
        )
    )
    [note] = journal.read_now(lambda tx: notes.of_conversation(tx, "star", "c"))
    assert note.text == "卡密 \U0001f600 é\\u0000 ab"
    [event] = journal.read_now(lambda tx: event_log.after_in_shop(tx, "star", 0))
    assert event.body == {"a": ["", {"deep": "x\\u0000"}], "n": 2**53}
    assert (kept[0].id, event.at) == (note.id, NOW)


def test_what_is_longer_than_expected_is_kept_alike(journal: Journal) -> None:
    name = "长" * 900
    started = journal.write_now(lambda tx: talk.start(tx, "star", "visitor:a", "en", "s", NOW, name))
    assert journal.read_now(partial(talk.named, shop="star", name=name)) == started


def test_keys_are_told_apart_by_their_case_and_sorted_by_their_code_points(journal: Journal) -> None:
    names = ["b", "B", "a", "É", "e", "_", "张"]

    def write(tx: sa.Connection) -> None:
        for name in names:
            talk.start(tx, "star", f"buyer:{name}", "en", "s", NOW)

    journal.write_now(write)
    assert len(journal.read_now(partial(talk.of_owner, shop="star", owner="buyer:b"))) == 1
    query = sa.select(conversations.c.owner).order_by(conversations.c.owner)
    assert journal.read_now(lambda tx: tx.execute(query).scalars().all()) == [f"buyer:{one}" for one in sorted(names)]


def test_a_database_of_another_encoding_is_refused_in_words(postgres: Cluster) -> None:
    with postgres.database("ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0") as url:
        engine = open_engine(url)
        with pytest.raises(UnfitDatabase, match="its encoding is LATIN1"):
            engine.connect()
        engine.dispose()


def test_an_error_does_not_tell_what_a_buyer_wrote(database_url: str) -> None:
    engine = open_engine(database_url)
    with pytest.raises(sa.exc.IntegrityError) as failed, engine.begin() as tx:
        tx.execute(sa.text("INSERT INTO visitors (shop, id) VALUES (:shop, :id)"), {"shop": "s", "id": "卡密8F2K"})
    engine.dispose()
    assert "8F2K" not in str(failed.value).split("DETAIL:")[0]


def test_a_new_data_folder_is_its_users_alone_and_an_old_one_stays_as_it_is(tmp_path: Path) -> None:
    fresh, shared = tmp_path / "a" / "data", tmp_path / "shared"
    shared.mkdir(0o750)
    for folder in (fresh, shared):
        sqlite_url(folder)
    assert [folder.stat().st_mode & 0o777 for folder in (fresh, shared)] == [0o700, 0o750]
