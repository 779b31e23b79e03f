"""What is read of an order event's body."""

from __future__ import annotations

from datetime import UTC, datetime

from support.service.order_event_body import read_body
from tests.store_events import body_of

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_payment_may_name_its_buyer_and_nothing_else_may() -> None:
    at = "2026-03-01T12:00:00Z"
    bought, sent, plain = (
        read_body("star", "e", body_of(kind, "X1", at, **given), NOW)
        for kind, given in (("paid", {"buyer": " b-17 "}), ("delivered", {"buyer": "b-17"}), ("paid", {}))
    )
    assert [one.event.buyer for one in (bought, sent, plain) if one] == ["b-17", None, None]
