"""Fields that are kept sealed: what is written, what is read, and how keys change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.ticketing.conftest import NOW
from ticketing.errors import BadFieldKey, FieldKeyMissing, FieldUnreadable
from ticketing.sealing import MARK, FieldKey, Place, Ring, new_key, read_key
from ticketing.storage import shop_files, shops, visitors, webhooks, workers
from ticketing.storage.database import open_engine, read_only
from ticketing.storage.journal import Journal
from ticketing.storage.reseal import due, forget_old_bytes, reseal
from ticketing.storage.sealed import FIELDS, under_keys

OLD, NEW = read_key(new_key()), read_key(new_key())
CONTACT, PROOF, SECRET = "13800138000@qq.example", "proof-of-the-order-4711", "whsec_a-secret-that-signs"
ORDERS = f"order_no,contact\nSC1,{CONTACT}\n".encode()
HERE = Place("star", "webhooks.secret", ("w1",))


class TestARing:
    def test_what_it_sealed_it_opens_and_nobody_sees_it(self) -> None:
        ring = Ring(lambda: (OLD,))
        one, two = ring.seal(b"a secret", HERE), ring.seal(b"a secret", HERE)
        assert one is not None
        assert one != two
        assert one.startswith(f"{MARK}{OLD.name}.")
        assert "secret" not in one.removeprefix(MARK)
        assert ring.opened(one, HERE) == b"a secret"

    def test_the_newest_seals_and_all_open(self) -> None:
        kept = Ring(lambda: (OLD,)).seal(b"x", HERE) or ""
        ring = Ring(lambda: (NEW, OLD))
        assert ring.opened(kept, HERE) == b"x"
        assert (ring.seal(b"x", HERE) or "").startswith(f"{MARK}{NEW.name}.")

    def test_without_a_key_nothing_is_sealed(self) -> None:
        assert Ring().seal(b"x", HERE) is None

    @pytest.mark.parametrize(
        "there",
        [
            Place("moon", "webhooks.secret", ("w1",)), Place("star", "webhooks.old_secret", ("w1",)),
            Place("star", "webhooks.secret", ("w2",)), Place("star", "webhooks.secret", ()),
        ],
    )  # fmt: skip
    def test_a_value_opens_nowhere_else(self, there: Place) -> None:
        ring = Ring(lambda: (OLD,))
        with pytest.raises(FieldUnreadable, match="altered, or carried"):
            ring.opened(ring.seal(b"x", HERE) or "", there)

    @pytest.mark.parametrize("end", ["AAAA", "", "é", "!"])
    def test_an_altered_one_does_not_open(self, end: str) -> None:
        ring = Ring(lambda: (OLD,))
        with pytest.raises(FieldUnreadable):
            ring.opened((ring.seal(b"a value", HERE) or "")[:-4] + end, HERE)

    def test_a_key_that_is_not_there_is_named(self) -> None:
        kept = Ring(lambda: (OLD,)).seal(b"x", HERE) or ""
        with pytest.raises(FieldKeyMissing, match=f"key {OLD.name}.*ANXIN_FIELD_KEYS"):
            Ring(lambda: (NEW,)).opened(kept, HERE)

    @pytest.mark.parametrize("given", ["", "short", "AAAA", "é" * 44, new_key()[:-4]])
    def test_what_is_no_key_is_refused_and_not_told(self, given: str) -> None:
        with pytest.raises(BadFieldKey) as raised:
            read_key(given)
        assert not given or given not in str(raised.value)


Keys = list[FieldKey]


@pytest.fixture
def keys() -> Keys:
    """The keys of the record, which a test may change while it is open."""
    return [OLD]


@pytest.fixture
def sealing(database_url: str, keys: Keys) -> Iterator[Journal]:
    """A record that has those keys."""
    journal = Journal(open_engine(database_url, Ring(lambda: tuple(keys))))
    yield journal
    journal.close()


def fill(tx: sa.Connection) -> None:
    """One value of each kind that is sealed."""
    shops.save_files(tx, "star", {"orders.csv": ORDERS, "shop.toml": b"\xff\x00 no text"}, digest="", origin="", at=NOW)
    hook = webhooks.Webhook("star", "w1", "https://x", ("message",), SECRET, f"{SECRET}-old", NOW, False, 0, NOW, "ann")
    webhooks.add(tx, hook)
    workers.shared_secret(tx, "fan-out")
    shop_files.append(tx, "star", "orders.csv", ORDERS, by="", via="import", note="", at=NOW)
    shop_files.append(tx, "star", "gone.md", None, by="", via="desk", note="", at=NOW)
    shop_files.save_draft(tx, "star", shop_files.FileDraft("shop.toml", NOW, "ann", None, f"contact = '{CONTACT}'"))
    for key, given in (("c1", {"form": {"order.proof": PROOF}}), ("c2", {})):
        turn = visitors.PendingTurn("star", "chat", f"m-{key}", key, "visitor:v", given)
        visitors.save_ack(tx, "star", "visitor:v", key, b"{}", {}, NOW, turn)


def check(tx: sa.Connection) -> str:
    """All of it reads as it was written; the shop's secret."""
    assert shops.get_files(tx, "star") == {"orders.csv": ORDERS, "shop.toml": b"\xff\x00 no text"}
    assert shops.get_file(tx, "star", "orders.csv") == ORDERS
    assert len(workers.shared_secret(tx, "fan-out")) == 43
    (hook,) = webhooks.of_shop(tx, "star")
    assert (hook.secret, hook.old_secret) == (SECRET, f"{SECRET}-old")
    assert [one.content for one in shop_files.of_path(tx, "star", "orders.csv")] == [ORDERS]
    assert [one.content for one in shop_files.of_path(tx, "star", "gone.md")] == [None]
    assert [one.text for one in shop_files.drafts_of(tx, "star")] == [f"contact = '{CONTACT}'"]
    owed = {one.client_id: one.input for one in visitors.pending_turns(tx)}
    assert owed == {"c1": {"form": {"order.proof": PROOF}}, "c2": {}}
    return shops.get_shop(tx, "star").secret


def kept_by(tx: sa.Connection) -> dict[str, list[bytes]]:
    """Every value of the sealed columns, as the database has it."""
    return {
        field.name: [
            bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            for value in tx.execute(
                sa.text(f"SELECT {field.column.name} FROM {field.table.name} WHERE {field.column.name} IS NOT NULL")
            ).scalars()
        ]
        for field in FIELDS
    }


def seen(tx: sa.Connection) -> dict[str, int]:
    """How many values stand under each key's name, those in the clear under an empty one."""
    found: dict[str, int] = {}
    for counts in under_keys(tx).values():
        for name, n in counts.items():
            found[name] = found.get(name, 0) + n
    return found


def test_what_is_written_is_sealed_and_read_as_it_was(sealing: Journal) -> None:
    sealing.write_now(fill)
    secret = sealing.read_now(check)
    kept = sealing.read_now(kept_by)
    assert {name: len(values) for name, values in kept.items()} == {
        "shops.secret": 1, "webhooks.secret": 1, "webhooks.old_secret": 1, "shared_secrets.secret": 1,
        "shop_files.content": 2, "file_versions.content": 1, "file_drafts.text": 1, "commands.owes": 2,
    }  # fmt: skip
    for plain in (CONTACT, PROOF, SECRET, secret):
        assert [name for name, values in kept.items() if any(plain.encode() in one for one in values)] == [], plain
    assert sealing.read_now(seen) == {OLD.name: 9, "": 1}, "in the clear is what holds no form"


def test_the_file_and_its_log_hold_none_of_it(tmp_path: Path) -> None:
    from ticketing.storage.database import sqlite_url
    from ticketing.storage.migrate import migrate

    engine = open_engine(sqlite_url(tmp_path), Ring(lambda: (OLD,)))
    migrate(engine)
    journal = Journal(engine)
    journal.write_now(fill)
    secret = journal.read_now(check)
    held = b"".join(path.read_bytes() for path in tmp_path.glob("anxin.sqlite*"))
    assert b"orders.csv" in held, "what is no secret is found by the same look"
    assert [plain for plain in (CONTACT, PROOF, SECRET, secret) if plain.encode() in held] == []
    journal.close()


def test_sealed_later_nothing_stays_behind_in_the_files(tmp_path: Path) -> None:
    from ticketing.storage.database import sqlite_url
    from ticketing.storage.migrate import migrate

    keys: Keys = []
    engine = open_engine(sqlite_url(tmp_path), Ring(lambda: tuple(keys)))
    migrate(engine)
    journal = Journal(engine)
    journal.write_now(fill)
    secret = journal.read_now(check)
    journal.write_now(lambda tx: [visitors.close_turn(tx, one, {}, NOW) for one in visitors.pending_turns(tx)])
    keys.append(NEW)
    assert reseal(journal, NEW.name) == 8
    assert forget_old_bytes(engine)
    held = b"".join(path.read_bytes() for path in tmp_path.glob("anxin.sqlite*"))
    assert [plain for plain in (CONTACT, SECRET, secret) if plain.encode() in held] == []
    journal.close()


def test_keys_turn_while_it_is_written_to_and_nothing_is_lost(sealing: Journal, keys: Keys) -> None:
    keys.clear()
    sealing.write_now(fill)
    secret = sealing.read_now(check)
    assert sealing.read_now(seen) == {"": 10}
    keys[:] = [OLD]
    assert sealing.read_now(check) == secret, "what is in the clear is read as it is"
    assert reseal(sealing, OLD.name) == 8
    assert sealing.read_now(seen) == {OLD.name: 8, "": 2}
    keys[:] = [NEW, OLD]
    told: list[tuple[int, int]] = []
    sealing.write_now(
        partial(shop_files.append, shop="star", path="a", content=b"a", by="", via="desk", note="", at=NOW)
    )
    assert reseal(sealing, NEW.name, lambda done, total: told.append((done, total))) == 8
    assert told[-1] == (8, 8)
    assert sealing.read_now(partial(due, newest=NEW.name)) == 0
    keys[:] = [NEW]
    assert sealing.read_now(check) == secret
    assert reseal(sealing, "") == 9
    keys.clear()
    assert sealing.read_now(check) == secret


def test_what_stood_there_before_is_taken_out_of_the_files_unless_somebody_is_in_the_way(
    database_url: str, sealing: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ticketing.storage.postgresql.SESSION", "SET lock_timeout = '50ms'")
    sealing.write_now(fill)
    engine = open_engine(database_url)

    @sa.event.listens_for(engine, "connect")
    def impatient(connection: Any, _: object) -> None:
        if engine.dialect.name == "sqlite":
            connection.execute("PRAGMA busy_timeout=50")

    with read_only(engine).connect() as reading:
        reading.execute(sa.text("SELECT * FROM shops")).all()
        sealing.write_now(lambda tx: tx.execute(sa.text("UPDATE shops SET n = n + 1")) and None)
        assert not forget_old_bytes(engine)
    assert forget_old_bytes(engine)
    engine.dispose()


def test_a_renewal_that_was_stopped_goes_on(sealing: Journal, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    sealing.write_now(fill)
    secret = sealing.read_now(check)
    keys[:] = [NEW, OLD]
    monkeypatch.setattr("ticketing.storage.reseal.AT_ONCE", 1)
    left = sealing.read_now(partial(due, newest=NEW.name))

    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reseal(sealing, NEW.name, stop)
    assert sealing.read_now(check) == secret, "under two keys at once"
    assert sealing.read_now(partial(due, newest=NEW.name)) == left - 3
    assert reseal(sealing, NEW.name) == left - 3
    assert sealing.read_now(seen) == {NEW.name: left, "": 1}


def test_a_missing_key_is_said_and_loses_nothing(sealing: Journal, keys: Keys) -> None:
    sealing.write_now(fill)
    secret = sealing.read_now(check)
    kept = sealing.read_now(kept_by)
    looks: tuple[Callable[[sa.Connection], object], ...] = (
        shops.list_shops, visitors.pending_turns, partial(webhooks.of_shop, shop="star"),
        partial(shops.get_files, shop="star"), partial(shop_files.drafts_of, shop="star"),
    )  # fmt: skip
    for given in ([NEW], []):
        keys[:] = given
        for look in looks:
            with pytest.raises(FieldKeyMissing, match=OLD.name):
                sealing.read_now(look)
        with pytest.raises(FieldKeyMissing):
            reseal(sealing, NEW.name if given else "")
    keys[:] = [OLD]
    assert sealing.read_now(kept_by) == kept
    assert sealing.read_now(check) == secret


def test_a_value_carried_to_another_row_does_not_open(sealing: Journal) -> None:
    sealing.write_now(fill)
    swap = sa.text("UPDATE webhooks SET old_secret = secret")
    sealing.write_now(lambda tx: tx.execute(swap) and None)
    with pytest.raises(FieldUnreadable, match=r"webhooks\.old_secret of 'w1' in shop 'star'"):
        sealing.read_now(partial(webhooks.get, shop="star", id="w1"))
