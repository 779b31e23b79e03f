"""A page that comes back to another worker than the one that answered."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any, cast

from support.chat.frames import event_frame
from support.realtime.hub import Hub, Outbox, Subscription
from support.realtime.streams import Piece
from support.service.connect import Missed
from support.service.limits import Door, Rates
from support.web.link import Wire
from ticketing.events import Event


async def test_after_an_end_that_the_log_told_no_late_piece_of_that_answer_is_heard() -> None:
    """The piece is on its way from the other worker, and this one has not passed on the end itself."""
    hub, outbox = Hub(event_frame), Outbox(lambda: None)
    hub.start()
    wire = Wire(cast(Any, None), hub, outbox, cast(Any, None), None, "", (), "", Door(Rates()))
    subscription = Subscription("star", "visitor:a", outbox)
    hub.join(subscription)
    body = {"conversation": "c", "message": {"id": "m2", "seq": 2}, "re": "asked"}
    done = Event("star", 7, "done", "c", "visitor:a", json.dumps(body), datetime(2026, 3, 1, tzinfo=UTC))
    wire.catch_up(Missed("ok", 7, "e", (done,)), subscription)
    for i, re in ((0, "asked"), (0, "asked next")):
        hub.stream(Piece("star", "visitor:a", "c", f"answer to {re}", i, "…", re), f"a piece of what was {re}")
    await asyncio.sleep(0.05)
    assert [text for text in outbox.taken() if "piece" in text] == ["a piece of what was asked next"]
