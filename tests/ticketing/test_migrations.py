from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from tests.postgres import Cluster
from tests.processes import PROCESSES
from tests.records import ENGINES
from tests.ticketing.conftest import NOW
from ticketing.storage import event_log, tickets, visitors
from ticketing.storage.database import open_engine, sqlite_url, transaction
from ticketing.storage.migrate import alembic_config, migrate
from ticketing.storage.shops import next_ticket_no
from ticketing.storage.tables import messages, metadata, turns

OLD_SHOP = """INSERT INTO shops (shop, n, generation, digest, epoch, secret, origin, imported_at)
VALUES (:shop, 0, 1, '', '', '', '', 0)"""
OLD_TICKET = """INSERT INTO tickets (shop, id, conversation, reason, priority, queue, state, rev, missing, created_at)
VALUES (:shop, :id, 'k', 'human', 'normal', 'disputes', 'new', 0, '[]', :at)"""


def migrate_with(together: Barrier, url: str) -> None:
    """Migrate when the other begins to."""
    together.wait(60)
    migrate(open_engine(url))


@pytest.fixture(params=ENGINES)
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any tables."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path)
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        with cluster.database() as url:
            yield url


def _is_ours(name: str | None, kind: str, parents: object) -> bool:
    """Each engine has its own kind of index of words, which no metadata describes."""
    return kind != "table" or not (name or "").startswith("ticket_words")


def test_the_migrations_make_the_tables_that_the_code_names(bare: str) -> None:
    engine = open_engine(bare)
    migrate(engine)
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _is_ours})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_of_two_that_start_at_once_one_migrates_and_the_other_waits(bare: str) -> None:
    together = PROCESSES.Barrier(2)
    both = [PROCESSES.Process(target=migrate_with, args=(together, bare), daemon=True) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]


def test_no_text_of_postgresql_sorts_by_the_rules_of_a_language(postgres: Cluster) -> None:
    """Whose libraries may change them under an index: a migration writes `PlainText`, not `sa.String`."""
    engine = open_engine(postgres.empty())
    query = """SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
        AND data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C'
        AND table_name != 'alembic_version'"""
    with engine.connect() as connection:
        assert connection.execute(sa.text(query)).all() == []
    engine.dispose()


def test_tickets_of_before_get_numbers_in_their_order_and_the_count_goes_on(bare: str) -> None:
    engine = open_engine(bare)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0002")
        for shop in ("moon", "star"):
            connection.execute(sa.text(OLD_SHOP), {"shop": shop})
        for shop, key, minute in (("star", "b", 2), ("star", "a", 1), ("moon", "c", 5), ("star", "d", 2)):
            connection.execute(sa.text(OLD_TICKET), {"shop": shop, "id": key, "at": minute * 60_000_000})
    migrate(engine)
    with engine.begin() as connection:
        numbers = {key: tickets.get(connection, "star", key).number for key in ("a", "b", "d")}
        assert numbers == {"a": "T-1001", "b": "T-1002", "d": "T-1003"}
        assert tickets.get(connection, "moon", "c").number == "T-1001"
        assert (next_ticket_no(connection, "star"), next_ticket_no(connection, "moon")) == (1004, 1002)
    engine.dispose()


OF_EVERY_SHOP = {"workers", "duties", "shared_secrets"}
"""What is of the processes that serve a record, and of no shop."""


def test_every_table_leads_with_its_shop() -> None:
    keys = {table.name: next(iter(table.primary_key.columns)).name for table in metadata.sorted_tables}
    assert {name for name, key in keys.items() if key != "shop"} == OF_EVERY_SHOP


OLD_CHAT = """INSERT INTO conversations (shop, id, owner, state, rev, seq, lang, subject, memory,
created_at, updated_at) VALUES ('star', 'chat', 'visitor:a', 'bot', 0, 2, 'en', '', '{}', 0, 0)"""
OLD_MESSAGE = """INSERT INTO messages (shop, id, conversation, seq, at, author_kind, author_name, generated_by, lang,
text, parts, citations, rev) VALUES ('star', :id, 'chat', :seq, 0, 'buyer', '', 'human', 'en', 'hi', '[]', '[]', 0)"""
OLD_EVENT = """INSERT INTO events (shop, n, type, conversation, audience, body, at)
VALUES ('star', :n, :type, 'chat', 'all', :body, 0)"""
OLD_TURN = """INSERT INTO turns (shop, message, conversation, client_id, state, created_at, input, trace)
VALUES ('star', :message, 'chat', :key, :state, :at, :input, '{}')"""
OLD_COMMAND = """INSERT INTO commands (shop, client_id, sender, sha256, ack, at)
VALUES ('star', :key, :sender, '', :ack, 0)"""


def test_what_was_owed_is_owed_still_and_old_messages_find_their_events(bare: str) -> None:
    engine = open_engine(bare)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0028")
        connection.execute(sa.text(OLD_CHAT))
        for seq, id in ((1, "m1"), (2, "m2"), (3, "m3")):
            connection.execute(sa.text(OLD_MESSAGE), {"id": id, "seq": seq})
        for n, kind, id in ((5, "message", "m1"), (6, "done", "m2"), (9, "message", "m3")):
            connection.execute(sa.text(OLD_EVENT), {"n": n, "type": kind, "body": json.dumps({"message": {"id": id}})})
        given = '{"form": {"order.proof": "1234"}}'
        for key, message, state, at in (
            ("k1", "m1", "pending", 2),
            ("k2", "m2", "done", 0),
            ("k3", "m3", "pending", 1),
        ):
            turn = {"key": key, "message": message, "state": state, "at": at, "input": given}
            connection.execute(sa.text(OLD_TURN), turn)
        for sender, message in (("visitor:b", "other"), ("visitor:a", "m1")):
            ack = json.dumps({"message": {"id": message}})
            connection.execute(sa.text(OLD_COMMAND), {"key": "k1", "sender": sender, "ack": ack})
    migrate(engine)
    with engine.begin() as connection:
        owed = visitors.pending_turns(connection)
        assert {(one.client_id, one.message, one.sender) for one in owed} == {
            ("k1", "m1", "visitor:a"), ("k3", "m3", "visitor:a")
        }, "beside its own command, or one made for it where that is forgotten"  # fmt: skip
        assert [one.input for one in owed] == [{"form": {"order.proof": "1234"}}] * 2
        found = connection.execute(sa.select(messages.c.id, messages.c.n).order_by(messages.c.seq)).all()
        assert [tuple(row) for row in found] == [("m1", 5), ("m2", None), ("m3", 9)]
        assert event_log.of_conversation(connection, "star", "chat") == ((5, "message"), (6, "done"), (9, "message"))
        assert [turn.message for turn in connection.execute(sa.select(turns))] == ["m2"]
        assert all(visitors.close_turn(connection, one, {}, NOW) for one in owed)
    engine.dispose()


def test_who_starts_during_a_long_migration_waits_for_its_end(bare: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ticketing.storage.postgresql.SESSION", "SET lock_timeout = '50ms'")
    one, other = open_engine(bare), open_engine(bare)

    @sa.event.listens_for(other, "connect")
    def impatient(connection: Any, _: object) -> None:
        if other.dialect.name == "sqlite":
            connection.execute("PRAGMA busy_timeout=50")

    waits: list[str] = []
    monkeypatch.setattr("ticketing.storage.migrate.log", Heard(waits))
    migrate(one)
    with ThreadPoolExecutor(1) as pool:
        with transaction(one):
            done = pool.submit(migrate, other)
            patience = time.monotonic() + 60
            while len(waits) < 2 and time.monotonic() < patience:
                time.sleep(0.01)
            assert not done.done()
        done.result(60)
    assert len(waits) >= 2
    monkeypatch.setattr("ticketing.storage.migrate.PATIENCE_SECONDS", 0.0)
    with transaction(one), pytest.raises(sa.exc.OperationalError):
        migrate(other)
    for engine in (one, other):
        engine.dispose()


class Heard:
    """A log that is listened to."""

    def __init__(self, told: list[str]) -> None:
        self._told = told

    def warning(self, text: str) -> None:
        self._told.append(text)
