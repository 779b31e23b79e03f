"""Writes with an `Idempotency-Key`: done once, answered alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from support.web.once import LARGEST, OPEN_FOR
from tests.support.web.desk_app import NOW, Desk
from ticketing.storage import kept_answers

HOOKS = "/api/v1/desk/webhooks"
HOOK = {"url": "https://shop.example/once", "kinds": ["ticket"]}


def keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


@pytest.fixture(scope="module")
def hook(own: Desk) -> str:
    """The address of a webhook of the small shop."""
    made = own.stranger.post(HOOKS, json=HOOK)
    return f"{HOOKS}/{made.json()['webhook']['id']}"


def deliveries(own: Desk, hook: str) -> list[Any]:
    found: list[Any] = own.stranger.get(f"{hook}/deliveries").json()["deliveries"]
    return found


def test_the_same_request_is_done_once_and_answered_alike(own: Desk, hook: str) -> None:
    before = len(deliveries(own, hook))
    first, again = (own.stranger.post(f"{hook}/test", headers=keyed("alike")) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (202, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert len(deliveries(own, hook)) == before + 1


def test_another_request_under_the_same_key_is_a_conflict(own: Desk, hook: str) -> None:
    own.stranger.patch(hook, json={"paused": True}, headers=keyed("other"))
    other = own.stranger.patch(hook, json={"paused": False}, headers=keyed("other"))
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")
    assert other.headers["content-type"] == "application/problem+json"
    assert own.stranger.get(HOOKS).json()["webhooks"][0]["paused"]


def test_what_was_refused_may_come_again_under_its_key(own: Desk, hook: str) -> None:
    wrong = own.stranger.patch(hook, json={"url": "http://plain.example"}, headers=keyed("again"))
    assert wrong.status_code == 422
    assert own.stranger.patch(hook, json={"paused": False}, headers=keyed("again")).status_code == 200


def test_a_secret_is_told_once_and_kept_nowhere(own: Desk) -> None:
    made = own.stranger.post(HOOKS, json=HOOK, headers=keyed("secret"))
    again = own.stranger.post(HOOKS, json=HOOK, headers=keyed("secret"))
    assert (made.status_code, again.status_code, again.json()["code"]) == (201, 409, "told_once")
    kept = own.application.journal.read_now(
        lambda tx: [str(row) for row in tx.exec_driver_sql("SELECT ack FROM commands")]
    )
    assert not any(made.json()["secret"] in row for row in kept)


def test_of_many_at_once_one_is_done(own: Desk, hook: str) -> None:
    before = len(deliveries(own, hook))
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: own.stranger.post(f"{hook}/test", headers=keyed("many")), range(48)))
    codes = {(one.status_code, one.json().get("code")) for one in answers}
    assert codes <= {(202, None), (409, "in_progress")}
    assert len({one.text for one in answers if one.status_code == 202}) == 1
    assert len(deliveries(own, hook)) == before + 1


@pytest.mark.parametrize(("ago", "code"), [(timedelta(0), "in_progress"), (OPEN_FOR, "outcome_unknown")])
def test_what_a_server_died_in_is_not_done_again(own: Desk, hook: str, ago: timedelta, code: str) -> None:
    journal, path = own.application.journal, f"{hook}/test"
    admin = journal.read_now(
        lambda tx: tx.exec_driver_sql("SELECT id FROM agents WHERE name = 'stranger'").scalar_one()
    )
    asked = f"POST {path}?\n".encode()
    journal.write_now(lambda tx: kept_answers.begin(tx, "small", f"agent:{admin}", code, asked, NOW - ago))
    before = len(deliveries(own, hook))
    answer = own.stranger.post(path, headers=keyed(code))
    assert (answer.status_code, answer.json()["code"], len(deliveries(own, hook))) == (409, code, before)


@pytest.mark.parametrize(
    ("key", "body", "status"), [("", b"", 422), ("k" * 65, b"", 422), ("k", b" " * (LARGEST + 1), 413)]
)
def test_a_key_or_a_body_that_cannot_be_is_refused(own: Desk, hook: str, key: str, body: bytes, status: int) -> None:
    assert own.stranger.post(f"{hook}/test", headers=keyed(key), content=body).status_code == status
    assert own.nobody.post(f"{hook}/test", headers=keyed("k")).status_code == 401
