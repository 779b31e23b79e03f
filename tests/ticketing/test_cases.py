from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from tests.ticketing.conftest import NOW
from ticketing.errors import IllegalTransition, NotFound
from ticketing.storage import cases, talk, tickets
from ticketing.storage.journal import Journal
from ticketing.ticket import Ticket, check_move, higher

PROOF = {"request": "refund", "verdict": "grant", "digest": "d"}


def opened(tx: sa.Connection, owner: str, minutes: int = 0, queue: str = "after-sales") -> Ticket:
    conversation = talk.start(tx, "star", owner, "en", "s", NOW)
    return cases.open_ticket(
        tx, "star", conversation.id, reason="human", priority="normal", queue=queue,
        at=NOW + timedelta(minutes=minutes), due_at=None,
    )  # fmt: skip


def test_a_ticket_knows_how_many_wait_before_it(journal: Journal) -> None:
    first, second, elsewhere = journal.write_now(
        lambda tx: (opened(tx, "a", 0), opened(tx, "b", 1), opened(tx, "c", 2, "refunds"))
    )
    ahead = [journal.read_now(partial(tickets.waiting_before, ticket=t)) for t in (first, second, elsewhere)]
    assert ahead == [0, 1, 0]


def test_tickets_are_numbered_by_their_shop_none_twice_and_none_skipped(journal: Journal) -> None:
    def of_moon(tx: sa.Connection) -> Ticket:
        conversation = talk.start(tx, "moon", "m", "en", "s", NOW)
        return cases.open_ticket(
            tx, "moon", conversation.id, reason="human", priority="normal", queue="after-sales", at=NOW, due_at=None
        )

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda i: journal.write_now(partial(opened, owner=f"o{i}")), range(24)))
    assert sorted(ticket.number for ticket in made) == [f"T-{1001 + i}" for i in range(24)]
    assert journal.write_now(of_moon).number == "T-1001"
    kept = journal.read_now(lambda tx: tickets.get(tx, "star", made[0].id))
    assert kept.number == made[0].number


def test_claims_count_orders_decided_for_that_owner_since(journal: Journal) -> None:
    def decide(tx: sa.Connection) -> None:
        mine = talk.start(tx, "star", "buyer:1", "en", "s", NOW)
        other = talk.start(tx, "star", "buyer:2", "en", "s", NOW)
        for conversation, order, days in (
            (mine, "A", 1),
            (mine, "A", 2),
            (mine, "B", 3),
            (mine, "C", 91),
            (other, "D", 1),
        ):
            cases.save_decision(tx, "star", conversation.id, order, PROOF, NOW - timedelta(days=days))

    journal.write_now(decide)
    found = journal.read_now(lambda tx: cases.claims_of(tx, "star", "buyer:1", NOW - timedelta(days=90)))
    assert found == {"A", "B"}


def test_a_decision_is_kept_for_its_shop(journal: Journal) -> None:
    def decide(tx: sa.Connection) -> str:
        return cases.save_decision(tx, "star", talk.start(tx, "star", "a", "en", "s", NOW).id, None, PROOF, NOW)

    key = journal.write_now(decide)
    assert journal.read_now(lambda tx: cases.get_decision(tx, "star", key)) == PROOF
    with pytest.raises(NotFound):
        journal.read_now(lambda tx: cases.get_decision(tx, "moon", key))


def test_tickets_move_as_their_table_says() -> None:
    check_move("new", "open")
    with pytest.raises(IllegalTransition, match="ticket cannot go from 'closed' to 'new'"):
        check_move("closed", "new")
    assert higher("normal", "urgent") == higher("urgent", "low") == "urgent"
