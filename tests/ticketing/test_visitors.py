from __future__ import annotations

import json
from datetime import timedelta
from functools import partial

import pytest

from tests.ticketing.conftest import NOW
from ticketing.errors import IdReused
from ticketing.storage import visitors
from ticketing.storage.journal import Journal
from ticketing.storage.visitors import AttemptLimits

LIMITS = AttemptLimits()


def tries(journal: Journal, owner: str, order: str, count: int, minutes: float = 0) -> list[bool]:
    at = NOW + timedelta(minutes=minutes)
    return [
        bool(journal.write_now(lambda tx: visitors.begin_attempt(tx, "star", owner, order, at, LIMITS)))
        for _ in range(count)
    ]


def test_an_order_takes_five_wrong_tries_from_anybody_and_then_waits(journal: Journal) -> None:
    assert tries(journal, "visitor:a", "O1", 3) == [True] * 3
    assert tries(journal, "visitor:b", "O1", 3) == [True, True, False]
    assert tries(journal, "visitor:a", "O2", 1) == [True]
    assert tries(journal, "visitor:b", "O1", 1, minutes=10.1) == [True]


def test_a_visitor_takes_twenty_wrong_tries_over_all_orders(journal: Journal) -> None:
    allowed = [tries(journal, "visitor:a", f"O{i}", 1)[0] for i in range(25)]
    assert allowed == [True] * 20 + [False] * 5


def test_a_right_proof_does_not_count(journal: Journal) -> None:
    for _ in range(12):
        key = journal.write_now(lambda tx: visitors.begin_attempt(tx, "star", "visitor:a", "O1", NOW, LIMITS))
        assert isinstance(key, str)
        journal.write_now(partial(visitors.forgive_attempt, shop="star", attempt=key))


def test_a_visitor_is_known_by_a_token_that_is_not_stored(journal: Journal) -> None:
    visitor, token = journal.write_now(lambda tx: visitors.new_visitor(tx, "star", NOW))
    assert journal.read_now(lambda tx: visitors.find_visitor(tx, "star", token)) == visitor
    assert journal.read_now(lambda tx: visitors.find_visitor(tx, "moon", token)) is None
    stored = journal.read_now(lambda tx: tx.exec_driver_sql("SELECT * FROM visitors").all())
    assert token not in str(stored)


def test_the_same_id_gets_the_same_ack_and_another_body_is_refused(journal: Journal) -> None:
    ack = {"conversation": "c"}
    journal.write_now(lambda tx: visitors.save_ack(tx, "star", "visitor:a", "id1", b"body", ack, NOW))
    again = journal.read_now(lambda tx: visitors.repeated(tx, "star", "visitor:a", "id1", b"body"))
    assert again is not None
    assert json.loads(again) == ack
    assert journal.read_now(lambda tx: visitors.repeated(tx, "star", "visitor:b", "id1", b"body")) is None
    with pytest.raises(IdReused):
        journal.read_now(lambda tx: visitors.repeated(tx, "star", "visitor:a", "id1", b"other"))


def test_acks_are_forgotten_after_seven_days(journal: Journal) -> None:
    journal.write_now(lambda tx: visitors.save_ack(tx, "star", "visitor:a", "id1", b"body", {}, NOW))
    for days, kept in ((6.9, True), (7.1, False)):
        journal.write_now(partial(visitors.forget_commands, now=NOW + timedelta(days=days)))
        found = journal.read_now(lambda tx: visitors.repeated(tx, "star", "visitor:a", "id1", b"body"))
        assert (found is not None) is kept


def test_a_turn_is_closed_once_and_forgets_what_was_given(journal: Journal) -> None:
    given = {"form": {"order.proof": "secret-proof"}}
    journal.write_now(lambda tx: visitors.owe_turn(tx, "star", "c", "m", "id1", given, NOW))
    assert [turn.input for turn in journal.read_now(visitors.pending_turns)] == [given]
    assert journal.write_now(lambda tx: visitors.close_turn(tx, "star", "m", {"plan": "case"})) is True
    assert journal.write_now(lambda tx: visitors.close_turn(tx, "star", "m", {})) is False
    assert journal.read_now(visitors.pending_turns) == ()
    rows = journal.read_now(lambda tx: tx.exec_driver_sql("SELECT * FROM turns").all())
    assert "secret-proof" not in str(rows)
