"""Addresses that are told what happens in a shop, on each engine, against a real server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from support import webhook_signature as signing
from support.service import webhooks
from support.service.webhooks import BACKOFF, LATEST, LEASE, ROTATION, Who, carry_out
from tests.support.refunds.test_executors import Shop
from tests.ticketing.conftest import NOW
from ticketing.agent import Agent
from ticketing.storage import event_log
from ticketing.storage import webhooks as rows
from ticketing.storage.database import open_engine
from ticketing.storage.journal import Journal
from ticketing.storage.shops import save_files
from ticketing.storage.webhooks import Webhook

SECOND = timedelta(seconds=1)
TICKET = {
    "conversation": "c1", "rev": 3,
    "ticket": {"id": "t1", "number": "T-7", "reason": "invoice", "state": "open", "resolution": "号码 13800138000"},
}  # fmt: skip
MESSAGE = {
    "conversation": "c1",
    "message": {"id": "m1", "seq": 2, "text": "我的卡密", "author": {"kind": "buyer", "name": "Li"}},
}


LIN = Agent("star", "a1", "lin", "Lin", "admin", (), 6, True, NOW)


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def journal(database_url: str) -> Iterator[Journal]:
    journal = Journal(open_engine(database_url))
    for shop in ("star", "moon"):
        journal.write_now(partial(save_files, shop=shop, files={"shop.toml": b"id"}, digest="d", origin="", at=NOW))
    yield journal
    journal.close()


@pytest.fixture(scope="module")
def running() -> Iterator[Shop]:
    with Shop() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def there(running: Shop) -> Shop:
    running.says, running.came = [], []
    return running


def add(journal: Journal, url: str, *kinds: str) -> Webhook:
    return journal.write_now(lambda tx: webhooks.add(tx, Who.agent(LIN), url, kinds, NOW))


def happens(journal: Journal, kind: str, body: dict[str, Any], shop: str = "star", at: datetime = NOW) -> None:
    journal.write_now(lambda tx: event_log.append(tx, shop, kind, "c1", "", body, at))


def tell(journal: Journal, clock: Clock) -> int:
    return carry_out(journal, "star", clock, private=True)


def believed(one: Webhook, came: tuple[str, str, dict[str, str], bytes], clock: Clock) -> bool:
    _, _, headers, body = came
    signing.event_id(headers, clock())
    try:
        signing.check([signing.key_of(one.secret)], headers, body)
    except signing.BadSignature:
        return False
    return True


def test_what_happens_is_told_once_signed_and_without_anybodys_words(journal: Journal, there: Shop) -> None:
    happens(journal, "ticket", TICKET)  # before there was anybody to tell
    one, clock = add(journal, there.url, "ticket", "message"), Clock()
    happens(journal, "ticket", TICKET)
    happens(journal, "ticket", TICKET, shop="moon")
    happens(journal, "rated", {"rating": {"score": 5}})
    happens(journal, "done", MESSAGE)
    there.says = [(204, b""), (200, b"")]
    assert (tell(journal, clock), tell(journal, clock)) == (2, 0)
    told = sorted((json.loads(body) for *_, body in there.came), key=lambda one: one["type"])
    assert told[1]["data"]["ticket"] == {"id": "t1", "number": "T-7", "reason": "invoice", "state": "open"}
    assert told[0]["data"] == {
        "conversation": "c1", "n": told[0]["data"]["n"], "message": {"id": "m1", "seq": 2}, "author": "buyer"
    }  # fmt: skip
    assert all(believed(one, came, clock) for came in there.came)
    assert not any(secret in body.decode() for *_, body in there.came for secret in ("卡密", "13800138000", "Li"))
    assert len({headers["webhook-id"] for _, _, headers, _ in there.came}) == 2


def test_what_was_not_taken_comes_again_later_under_its_id(journal: Journal, there: Shop) -> None:
    one, clock = add(journal, there.url, "ticket"), Clock()
    happens(journal, "ticket", TICKET)
    there.says = [(500, {}), None, (200, {})]
    assert (tell(journal, clock), tell(journal, clock)) == (1, 0)
    for pause in BACKOFF[:2]:
        clock.now += pause - SECOND
        assert tell(journal, clock) == 0
        clock.now += SECOND
        assert tell(journal, clock) == 1
    assert len({headers["webhook-id"] for _, _, headers, _ in there.came}) == 1
    (done,) = journal.read_now(lambda tx: rows.log(tx, one, 9))
    tries = journal.read_now(lambda tx: rows.attempts_of(tx, "star", [done.id]))[done.id]
    assert (done.state, done.next_at, [each.status for each in tries]) == ("done", None, [500, None, 200])
    assert (tries[1].trouble or "").startswith("no answer")

    there.says = [(200, {})]
    journal.write_now(lambda tx: webhooks.redeliver(tx, one, done.id, clock()))
    assert (tell(journal, clock), len(there.came)) == (1, 4)
    there.says = [(500, {})] * 20
    happens(journal, "ticket", TICKET, at=clock())
    for _ in range(20):
        tell(journal, clock)
        clock.now += BACKOFF[-1]
    assert journal.read_now(lambda tx: rows.log(tx, one, 1))[0].state == "failed"
    assert len(there.came) == 4 + len(BACKOFF) + 1


def test_who_died_between_sending_and_writing_it_down_is_taken_over(journal: Journal, there: Shop) -> None:
    one, clock = add(journal, there.url, "ticket"), Clock()
    happens(journal, "ticket", TICKET)
    journal.write_now(lambda tx: webhooks.owe(tx, one, NOW))
    (due,) = journal.read_now(lambda tx: rows.owed(tx, "star", NOW, 9))
    assert journal.write_now(lambda tx: rows.claim(tx, due, NOW + LEASE)) is True
    assert journal.write_now(lambda tx: rows.claim(tx, due, NOW + LEASE)) is False
    assert tell(journal, clock) == 0
    clock.now += LEASE
    there.says = [(200, {})]
    assert tell(journal, clock) == 1


def test_a_pause_keeps_what_happens_and_forgets_what_is_old(journal: Journal, there: Shop) -> None:
    one, clock = add(journal, there.url, "ticket"), Clock()
    there.says = [(410, {}), (200, {})]
    happens(journal, "ticket", TICKET)
    assert tell(journal, clock) == 1
    assert journal.read_now(lambda tx: rows.get(tx, "star", one.id)).paused
    happens(journal, "ticket", TICKET)
    clock.now += LATEST
    happens(journal, "ticket", TICKET, at=clock())
    assert tell(journal, clock) == 0
    journal.write_now(lambda tx: rows.change(tx, one, paused=False))
    assert tell(journal, clock) == 1


def test_a_rotated_secret_signs_beside_the_new_one_for_a_day(journal: Journal, there: Shop) -> None:
    old, clock = add(journal, there.url, "ticket"), Clock()
    new = journal.write_now(lambda tx: webhooks.rotate(tx, Who.agent(LIN), old, NOW))
    there.says = [(200, {})] * 2
    journal.write_now(lambda tx: webhooks.ping(tx, new, NOW))
    tell(journal, clock)
    assert [believed(each, there.came[0], clock) for each in (old, new)] == [True, True]
    clock.now += ROTATION
    journal.write_now(lambda tx: webhooks.ping(tx, new, clock()))
    tell(journal, clock)
    assert [believed(each, there.came[1], clock) for each in (old, new)] == [False, True]


def test_no_private_address_is_told_anything_unless_it_may(journal: Journal, there: Shop) -> None:
    one, clock = add(journal, there.url.replace("http:", "https:"), "ticket"), Clock()
    happens(journal, "ticket", TICKET)
    carry_out(journal, "star", clock)
    (due,) = journal.read_now(lambda tx: rows.log(tx, one, 9))
    (made,) = journal.read_now(lambda tx: rows.attempts_of(tx, "star", [due.id]))[due.id]
    assert "ANXIN_WEBHOOKS_PRIVATE" in (made.trouble or "")
    assert there.came == []
    for url in ("ftp://a.example", "http://a.example", "https://me:pw@a.example", "nonsense", "https://"):
        with pytest.raises(webhooks.BadAddress):
            webhooks.usable(url, private=False)
    with pytest.raises(webhooks.BadAddress, match="ANXIN_WEBHOOKS_PRIVATE"):
        webhooks.usable("http://127.0.0.1:9000/hook", private=False)
    with pytest.raises(webhooks.BadAddress, match="without a name and password"):
        webhooks.usable("http://me:pw@a.example", private=True)


def test_what_ended_long_ago_is_forgotten_and_an_address_takes_all_with_it(journal: Journal, there: Shop) -> None:
    one, clock = add(journal, there.url, "ticket"), Clock()
    there.says = [(200, {})]
    journal.write_now(lambda tx: webhooks.ping(tx, one, NOW))
    tell(journal, clock)
    waits = journal.write_now(lambda tx: webhooks.ping(tx, one, NOW))
    journal.write_now(lambda tx: rows.forget(tx, NOW + SECOND))
    assert [each.id for each in journal.read_now(lambda tx: rows.log(tx, one, 9))] == [waits.id]
    journal.write_now(lambda tx: rows.drop(tx, one))
    assert journal.read_now(lambda tx: rows.log(tx, one, 9)) == ()
