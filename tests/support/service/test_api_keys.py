"""Keys of other systems, on each engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest

from support.service import api_keys
from support.service.agents import BadSession
from support.service.api_keys import MOST_KEYS, USED_EVERY, BadKey, LacksScope, Scope, TooManyKeys
from tests.ticketing.conftest import NOW
from ticketing.agent import actor_of
from ticketing.errors import NotFound
from ticketing.storage import api_keys as rows
from ticketing.storage import audit
from ticketing.storage.api_keys import ApiKey
from ticketing.storage.database import open_engine
from ticketing.storage.journal import Journal
from ticketing.storage.shops import save_files

HOUR = timedelta(hours=1)


@pytest.fixture
def journal(database_url: str) -> Iterator[Journal]:
    journal = Journal(open_engine(database_url))
    for shop in ("star", "moon"):
        journal.write_now(partial(save_files, shop=shop, files={"shop.toml": b"id"}, digest="d", origin="", at=NOW))
    yield journal
    journal.close()


def made(journal: Journal, *scopes: Scope, ends: datetime | None = None) -> tuple[ApiKey, str]:
    return journal.write_now(lambda tx: api_keys.make(tx, "star", "robot", scopes, ends, "agent:a1", "Lin", NOW))


def opens(journal: Journal, text: str, scope: Scope = "tickets:read", at: datetime = NOW) -> str:
    """Whom it stands for, or why it does not."""
    try:
        return actor_of(journal.read_now(lambda tx: api_keys.caller_of(tx, text, at, scope)))
    except (BadKey, LacksScope) as error:
        return str(error)


def test_a_key_opens_what_its_scopes_name_in_its_shop_and_is_kept_by_nobody(journal: Journal) -> None:
    one, text = made(journal, "tickets:write", "tickets:read")
    assert one.scopes == ("tickets:read", "tickets:write")  # in one order, however they are given
    assert text.startswith(api_keys.prefix(one) + ".")
    assert opens(journal, text) == f"api:{one.id}"
    assert opens(journal, text, "reports:read") == "this key lacks the scope 'reports:read'"
    with pytest.raises(LacksScope, match="no API key"):
        journal.read_now(lambda tx: api_keys.caller_of(tx, text, NOW, None))
    secret = text.rpartition(".")[2]
    kept = journal.read_now(lambda tx: (rows.of_shop(tx, None), audit.links(tx, "star")))
    assert secret not in repr(kept)
    assert journal.read_now(lambda tx: rows.of_shop(tx, "moon")) == ()


@pytest.mark.parametrize(
    "change", [lambda text: text[:-1], lambda text: text + "x", lambda text: text.replace(".star.", ".moon.")]
)
def test_whatever_is_not_the_key_opens_nothing(journal: Journal, change: object) -> None:
    _, text = made(journal, "tickets:read")
    assert callable(change)
    assert opens(journal, change(text)) == "no such API key"
    with pytest.raises(BadSession):  # nor does a hash that somebody read, nor a key's text as a session
        journal.read_now(lambda tx: api_keys.caller_of(tx, f"star.{text}", NOW, "tickets:read"))


def test_it_ends_by_its_day_and_by_being_revoked(journal: Journal) -> None:
    one, text = made(journal, "tickets:read", ends=NOW + HOUR)
    assert opens(journal, text, at=NOW + HOUR - timedelta(seconds=1)) == f"api:{one.id}"
    assert opens(journal, text, at=NOW + HOUR) == "this API key is expired"
    gone = journal.write_now(lambda tx: api_keys.revoke(tx, one, "agent:a1", NOW))
    assert opens(journal, text) == "this API key is revoked"
    assert journal.write_now(lambda tx: api_keys.revoke(tx, gone, "agent:a1", NOW + HOUR)).revoked_at == NOW
    with pytest.raises(NotFound):
        journal.write_now(lambda tx: api_keys.rotate(tx, gone, HOUR, "agent:a1", NOW))


def test_after_a_rotation_both_open_for_the_overlap_and_then_the_new_one(journal: Journal) -> None:
    one, old = made(journal, "tickets:read")
    _, new = journal.write_now(lambda tx: api_keys.rotate(tx, one, HOUR, "agent:a1", NOW))
    assert [opens(journal, text) for text in (old, new)] == [f"api:{one.id}"] * 2
    assert [opens(journal, text, at=NOW + HOUR) for text in (old, new)] == ["no such API key", f"api:{one.id}"]


def test_a_rotation_without_overlap_shuts_the_old_one_at_once(journal: Journal) -> None:
    one, old = made(journal, "tickets:read")
    journal.write_now(lambda tx: api_keys.rotate(tx, one, timedelta(0), "agent:a1", NOW))
    assert opens(journal, old) == "no such API key"


def test_the_last_use_is_written_down_once_a_minute(journal: Journal) -> None:
    one, _ = made(journal, "tickets:read")
    assert api_keys.seldom_used(one, NOW)
    journal.write_now(lambda tx: api_keys.used(tx, one, NOW))
    now = journal.read_now(lambda tx: rows.get(tx, "star", one.id))
    assert [api_keys.seldom_used(now, NOW + after) for after in (timedelta(seconds=59), USED_EVERY)] == [False, True]


def test_a_shop_has_so_many_and_a_revoked_one_makes_room(journal: Journal) -> None:
    keys = [made(journal, "tickets:read")[0] for _ in range(MOST_KEYS)]
    with pytest.raises(TooManyKeys):
        made(journal, "tickets:read")
    journal.write_now(lambda tx: api_keys.revoke(tx, keys[0], "agent:a1", NOW))
    made(journal, "tickets:read")


def test_each_step_stands_in_the_audit_with_who_took_it(journal: Journal) -> None:
    one, _ = made(journal, "tickets:read")
    journal.write_now(lambda tx: api_keys.rotate(tx, one, HOUR, "terminal:root", NOW))
    journal.write_now(lambda tx: api_keys.revoke(tx, one, "agent:a1", NOW))
    links = journal.read_now(lambda tx: audit.links(tx, "star"))
    told = [(link.kind, link.open["what"], link.open["actor"], link.open["target"]) for link in links]
    assert told == [
        ("api_key", "made", "agent:a1", one.id), ("api_key", "rotated", "terminal:root", one.id),
        ("api_key", "revoked", "agent:a1", one.id),
    ]  # fmt: skip
    assert links[0].open["scopes"] == ["tickets:read"]
