from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from support.service.turns import said_before
from tests.ticketing.conftest import NOW
from ticketing.errors import IdReused
from ticketing.storage import talk, visitors
from ticketing.storage.journal import Journal
from ticketing.storage.tables import commands, turns
from ticketing.storage.visitors import AttemptLimits, PendingTurn

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


def owed(sender: str = "visitor:a", key: str = "id1") -> PendingTurn:
    return PendingTurn("star", "c", f"m-{sender}-{key}", key, sender, {"form": {"order.proof": "secret-proof"}})


def owe(tx: sa.Connection, turn: PendingTurn, at: datetime = NOW) -> None:
    visitors.save_ack(tx, turn.shop, turn.sender, turn.client_id, b"", {}, at, turn)


def test_a_turn_is_closed_once_and_forgets_what_was_given(journal: Journal) -> None:
    mine, others = owed(), owed("visitor:b")
    for one in (mine, others):
        journal.write_now(partial(owe, turn=one))
    assert set(map(repr, journal.read_now(visitors.pending_turns))) == {repr(mine), repr(others)}
    close = partial(visitors.close_turn, turn=mine, at=NOW)
    assert journal.write_now(partial(close, trace={"plan": "case"})) is True
    assert journal.write_now(partial(close, trace={})) is False
    assert journal.read_now(visitors.pending_turns) == (others,), "the same id of somebody else is another turn"
    assert journal.write_now(lambda tx: visitors.close_turn(tx, others, {}, NOW)) is True
    rows = journal.read_now(lambda tx: [*tx.execute(sa.select(turns)), *tx.execute(sa.select(commands))])
    assert "'plan': 'case'" in str(rows)
    assert "secret-proof" not in str(rows)


def test_what_is_owed_is_not_forgotten_with_its_ack_and_the_oldest_comes_first(journal: Journal) -> None:
    for minutes, key in ((2, "late"), (0, "first"), (1, "second")):
        journal.write_now(partial(owe, turn=owed(key=key), at=NOW + timedelta(minutes=minutes)))
    journal.write_now(lambda tx: visitors.forget_commands(tx, NOW + timedelta(days=30)))
    pending = journal.read_now(visitors.pending_turns)
    assert [turn.client_id for turn in pending] == ["first", "second", "late"]
    journal.write_now(lambda tx: visitors.close_turn(tx, pending[0], {}, NOW))
    journal.write_now(lambda tx: visitors.forget_commands(tx, NOW + timedelta(days=30)))
    assert journal.read_now(lambda tx: visitors.repeated(tx, "star", "visitor:a", "first", b"")) is None


def test_what_is_owed_before_a_turn_is_what_was_said_before_it_in_its_conversation(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitors, "AT_ONCE", 2)
    said: list[PendingTurn] = []

    def say(tx: sa.Connection) -> None:
        chats = [talk.start(tx, "star", "visitor:a", "en", "", NOW) for _ in range(2)]
        for number, chat in enumerate((chats[0], chats[0], chats[1], chats[0])):
            told = talk.append(tx, "star", chat.id, at=NOW, author_kind="buyer", author_name="", text="hi", lang="en")
            given = {"form": {"order.proof": "a NUL \x00 in it"}}
            turn = PendingTurn("star", chat.id, told.id, f"id{number}", "visitor:a", given)
            owe(tx, turn, NOW - timedelta(minutes=number))  # by clocks that do not agree
            said.append(turn)

    journal.write_now(say)
    first, second, elsewhere, third = said[-4:]
    owed = journal.read_now(visitors.owed_in_order)
    before = [said_before(one, owed) for one in (first, second, elsewhere, third)]
    assert before == [set(), {first.message}, set(), {first.message, second.message}]
    assert elsewhere.conversation not in owed, "which holds one alone"
    journal.write_now(lambda tx: visitors.close_turn(tx, first, {}, NOW))
    left = journal.read_now(visitors.owed_in_order)
    assert [said_before(one, left) for one in (third, first)] == [{second.message}, set()]
