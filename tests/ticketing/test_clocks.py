"""What is due of a ticket, and when: each moment once, whatever the clock does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.ticketing.conftest import NOW
from ticketing.clocks import ALARMS, after_pause, due_now, moments, next_moment
from ticketing.ticket import Ticket


def at(**time: float) -> datetime:
    return NOW + timedelta(**time)


TICKET = Ticket(
    "star", "t", "c", "human", "normal", "after-sales", "new", 0, NOW, at(minutes=30), target_at=at(minutes=5),
    evidence_by=at(minutes=10), remind_at=at(hours=18), resolve_by=at(hours=24), legal_by=at(days=15),
)  # fmt: skip


def test_the_moments_of_a_ticket_that_waits_in_their_order() -> None:
    assert [(moment - NOW, alarm) for moment, alarm in moments(TICKET)] == [
        (timedelta(minutes=5), "person.soon"), (timedelta(minutes=10), "evidence"), (timedelta(minutes=30), "person"),
        (timedelta(hours=18), "closure.soon"), (timedelta(hours=24), "closure"), (timedelta(days=12), "legal.soon"),
        (timedelta(days=15), "legal"),
    ]  # fmt: skip
    assert {alarm for _, alarm in moments(TICKET)} == set(ALARMS) - {"follow_up"}


@pytest.mark.parametrize(
    ("changed", "left"),
    [
        ({"state": "waiting_buyer"}, {"evidence", "legal.soon", "legal"}),
        ({"state": "waiting_supplier"}, {"evidence", "closure.soon", "closure", "legal.soon", "legal"}),
        ({"state": "open", "alarmed_at": NOW}, {"evidence", "closure.soon", "closure", "legal.soon", "legal"}),
        ({"state": "resolved"}, set()),
        ({"state": "closed"}, set()),
        ({"state": "resolved", "follow_up_at": at(days=7)}, {"follow_up"}),
        ({"state": "closed", "follow_up_at": at(days=7), "fired": ("follow_up",)}, set()),
        ({"state": "waiting_buyer", "follow_up_at": at(days=7)}, {"evidence", "legal.soon", "legal"}),
    ],
)
def test_what_a_state_leaves_to_fire(changed: dict[str, Any], left: set[str]) -> None:
    assert {alarm for _, alarm in moments(replace(TICKET, **changed))} == left


def test_the_wait_for_the_buyer_moves_the_end_and_not_the_legal_stop() -> None:
    waits = replace(TICKET, state="waiting_buyer", waiting_since=at(hours=1))
    assert after_pause(waits, at(hours=4)) == {"resolve_by": at(hours=27), "remind_at": at(hours=21)}
    assert after_pause(waits, at(minutes=1)) == {"resolve_by": TICKET.resolve_by, "remind_at": TICKET.remind_at}


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.floats(-30, 30), min_size=1, max_size=30))
def test_however_the_clock_jumps_each_fires_once_and_none_is_lost(days: list[float]) -> None:
    """Looks at any times, back and forth; whatever the latest of them has passed has fired by the end."""
    ticket, fired = TICKET, list[str]()
    for day in [*days, max(*days, 0)]:
        due = due_now(ticket, at(days=day))
        fired += due
        ticket = replace(ticket, fired=(*ticket.fired, *due))
    assert len(fired) == len(set(fired))
    passed = {alarm for moment, alarm in moments(TICKET) if moment <= at(days=max(*days, 0))}
    assert set(fired) == passed
    later = next_moment(ticket)
    assert later is None or later > at(days=max(days))
