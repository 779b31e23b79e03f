from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing.errors import IdReused
from ticketing.order_event import KINDS, OrderEvent, OrderEventKind, Told, told_by
from ticketing.storage import order_events
from ticketing.storage.database import open_engine

DAY = datetime(2026, 3, 1, tzinfo=UTC)
AMOUNTS = st.none() | st.decimals("0.01", "999", places=2)


def event(id: str, kind: OrderEventKind = "paid", minute: int = 0, **more: Any) -> OrderEvent:
    at = DAY + timedelta(minutes=minute)
    return OrderEvent("star", id, kind, "SC1", at, at, **more)


@st.composite
def histories(draw: st.DrawFn) -> list[OrderEvent]:
    made = []
    for i in range(draw(st.integers(0, 7))):
        kind = draw(st.sampled_from(KINDS))
        amount = draw(AMOUNTS) if kind == "refunded" else None
        frozen = draw(st.booleans()) if kind == "frozen" else None
        at = draw(st.integers(0, 3))
        made.append(event(f"e{i}", kind, at, amount=amount, frozen=frozen))
    return made


@given(histories(), st.data())
def test_any_order_and_repetition_of_events_leads_to_the_same_end(
    made: Sequence[OrderEvent], data: st.DataObject
) -> None:
    again = data.draw(st.permutations([*made, *data.draw(st.lists(st.sampled_from(made)) if made else st.just([]))]))
    assert told_by(again) == told_by(made)


@given(histories(), st.integers(0, 7))
def test_no_event_takes_an_order_back(made: Sequence[OrderEvent], cut: int) -> None:
    stages = (None, "paid", "delivered", "refunded")
    assert stages.index(told_by(made[:cut]).stage) <= stages.index(told_by(made).stage)


def test_what_was_told_of_an_order() -> None:
    assert told_by(()) == Told()
    late = [event("1", "refunded", amount=Decimal("5.00")), event("2", "paid"), event("3", "delivered")]
    assert told_by(late) == Told("refunded", Decimal("5.00"))
    more = [*late, event("4", "refunded", amount=Decimal("2.50"))]
    assert told_by(more).refunded == Decimal("7.50")
    assert told_by([*more, event("5", "refunded")]).refunded is None  # all of it
    held = [event("b", "frozen", 2, frozen=False), event("a", "frozen", 1, frozen=True)]
    assert told_by(held).frozen is False


def test_an_event_is_kept_once_and_its_id_is_not_used_again(database_url: str) -> None:
    engine = open_engine(database_url)
    held = event("e1", "refunded", amount=Decimal("30.00"), currency="CNY")
    with engine.begin() as tx:
        assert order_events.add(tx, held, b"body")
        assert not order_events.add(tx, event("e1", "paid"), b"body")
        with pytest.raises(IdReused):
            order_events.add(tx, held, b"another")
        assert order_events.of_order(tx, "star", "SC1") == (held,)
        assert order_events.of_order(tx, "moon", "SC1") == ()
    engine.dispose()


def test_a_conversation_that_has_proved_an_order_stays_so(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.begin() as tx:
        for proved in (False, True, False):
            order_events.link(tx, "star", "SC1", "c1", proved)
        order_events.link(tx, "star", "SC1", "c2", False)
        assert order_events.conversations_about(tx, "star", "SC1") == (("c1", True), ("c2", False))
        assert order_events.conversations_about(tx, "moon", "SC1") == ()
    engine.dispose()
