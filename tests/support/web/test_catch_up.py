"""A page that comes back to another worker than the one that answered."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from support.chat.frames import Hello, event_frame
from support.realtime.hub import Hub, Outbox, Subscription
from support.realtime.streams import Piece
from support.service.connect import Missed, Welcomed, recognise
from support.service.limits import Door, Rates
from support.service.people import visitor
from support.web import buyer_link
from support.web.link import Wire
from tests.support.service.takeover import House
from ticketing.events import Event
from ticketing.storage import event_log, shops, visitors


def _wire(runtime: Any, hub: Hub, outbox: Outbox) -> Wire:
    return Wire(runtime, hub, outbox, cast(Any, None), None, "", (), "", Door(Rates()))


async def test_after_an_end_that_the_log_told_no_late_piece_of_that_answer_is_heard() -> None:
    """The piece is on its way from the other worker, and this one has not passed on the end itself."""
    hub, outbox = Hub(event_frame), Outbox(lambda: None)
    hub.start()
    wire = _wire(cast(Any, None), hub, outbox)
    subscription = Subscription("star", "visitor:a", outbox)
    hub.join(subscription)
    body = {"conversation": "c", "message": {"id": "m2", "seq": 2}, "re": "asked"}
    done = Event("star", 7, "done", "c", "visitor:a", json.dumps(body), datetime(2026, 3, 1, tzinfo=UTC))
    wire.catch_up(Missed("ok", 7, "e", (done,)), subscription)
    for i, re in ((0, "asked"), (0, "asked next")):
        hub.stream(Piece("star", "visitor:a", "c", f"answer to {re}", i, "…", re), f"a piece of what was {re}")
    await asyncio.sleep(0.05)
    assert [text for text in outbox.taken() if "piece" in text] == ["a piece of what was asked next"]


@pytest.mark.parametrize("fresh", [False, True], ids=["comes back with its end", "loads anew"])
@pytest.mark.parametrize("runs", [False, True], ids=["unheard of here", "half heard here"])
async def test_no_piece_is_heard_of_an_answer_that_the_page_has(database_url: str, fresh: bool, runs: bool) -> None:
    """The page heard the end at another worker, whose log this one has not read, and whose last pieces come late."""
    house, hub, outbox = House(database_url), Hub(event_frame), Outbox(lambda: None)
    key, token = house.write(lambda tx: visitors.new_visitor(tx, "small", house.now))
    said = house.hears("在吗", person=visitor("small", key))
    house.answers(said.turn)
    n, epoch = house.read(lambda tx: shops.place(tx, "small"))
    hub.start()
    assert said.turn is not None
    chat, asked = said.turn.conversation, said.turn.client_id
    if runs:
        hub.stream(Piece("small", f"visitor:{key}", chat, "m2", 0, "…", asked), "piece")
        await asyncio.sleep(0.02)
    hello = Hello("buyer", "small", None, token) if fresh else Hello("buyer", "small", None, token, n, epoch)
    await buyer_link.BuyerLink(_wire(house.runtime, hub, outbox), cast(Any, None)).open(hello)
    hub.stream(Piece("small", f"visitor:{key}", chat, "m2", int(runs), "…", asked), "piece too late")
    hub.stream(Piece("small", f"visitor:{key}", chat, "m4", 0, "…", "asked next"), "piece of the next")
    await asyncio.sleep(0.02)
    told = outbox.taken()
    assert [text for text in told if text.startswith("piece")] == ["piece of the next"]
    assert not [text for text in told if '"live"' in text]
    house.journal.close()


@pytest.mark.parametrize("between", [True, False], ids=["told before it listens", "nothing new"])
async def test_what_is_told_between_the_look_at_a_visitor_and_its_listening_is_not_missed(
    database_url: str, monkeypatch: pytest.MonkeyPatch, between: bool
) -> None:
    house, hub, outbox = House(database_url), Hub(event_frame), Outbox(lambda: None)
    key, token = house.write(lambda tx: visitors.new_visitor(tx, "small", house.now))
    person = visitor("small", key)
    chat = str(house.hears("在吗", person=person).ack["conversation"])

    def told() -> tuple[Event, ...]:
        return house.read(lambda tx: event_log.after(tx, "small", person.owner, 0))

    async def then_something_happens(*given: Any) -> Welcomed:
        welcomed = await recognise(*given)
        if between:
            house.hears("有人吗", chat, person)
        hub.publish(told())
        return welcomed

    monkeypatch.setattr(buyer_link, "recognise", then_something_happens)
    await buyer_link.BuyerLink(_wire(house.runtime, hub, outbox), cast(Any, None)).open(
        Hello("buyer", "small", visitor=token, cursor=0)
    )
    frames = [json.loads(text) for text in outbox.taken()]
    events = told()
    assert [(one["t"], one.get("n")) for one in frames] == [
        ("welcome", None), *((event.type, event.n) for event in events), ("synced", None),
    ]  # fmt: skip
    assert [one["t"] for one in frames].count("message") == 1 + between
    assert frames[0]["d"]["n"] == events[-1].n
    house.journal.close()
