from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

from support.chat.frames import event_frame
from support.realtime.hub import LARGEST_QUEUE, LONGEST_QUEUE, Hub, Outbox, Subscription
from support.realtime.streams import Piece
from ticketing.events import Audience, Event

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def event(n: int, owner: str = "visitor:a", shop: str = "star", audience: Audience = "all") -> Event:
    return Event(shop, n, "message", "c", owner, "{}", NOW, audience)


def box() -> Outbox:
    return Outbox(lambda: None)


def heard(outbox: Outbox) -> list[int]:
    return [json.loads(text)["n"] for text in outbox.taken()]


async def test_what_happens_during_the_replay_comes_after_it_once_and_in_order() -> None:
    hub, outbox = Hub(event_frame), box()
    hub.start()
    subscription = Subscription("star", "visitor:a", outbox)
    hub.join(subscription)
    hub.published((event(4), event(5), event(6)))
    await asyncio.sleep(0.01)
    subscription.release(5)  # the log was read up to 5
    hub.published((event(7),))
    await asyncio.sleep(0.01)
    assert heard(outbox) == [6, 7]


async def test_only_the_owner_in_that_shop_hears_and_agents_matters_stay() -> None:
    hub, outbox = Hub(event_frame), box()
    hub.start()
    subscription = Subscription("star", "visitor:a", outbox)
    subscription.release(0)
    hub.join(subscription)
    foreign = (event(1, "visitor:b"), event(2, shop="moon"), event(3, audience="agents"), event(4))
    hub.published(foreign)
    await asyncio.sleep(0.01)
    assert heard(outbox) == [4]
    hub.leave(subscription)
    hub.published((event(5),))
    await asyncio.sleep(0.01)
    outbox.put("last")
    assert outbox.taken() == ["last"]


async def test_a_slow_reader_loses_ephemeral_frames_first_and_then_the_socket() -> None:
    outbox = box()
    for i in range(LONGEST_QUEUE):
        outbox.put(str(i), durable=i % 2 == 0)
    outbox.put("kept")
    frames = outbox.taken()
    assert frames == [str(i) for i in range(0, LONGEST_QUEUE, 2)] + ["kept"]
    for i in range(LONGEST_QUEUE + 1):
        outbox.put(str(i))
    assert (outbox.taken(), outbox.overrun) == ([], True)


async def test_a_slow_reader_is_owed_so_much_text_and_no_more() -> None:
    outbox, large = box(), "x" * (LARGEST_QUEUE // 2 + 1)
    outbox.put(large)
    outbox.put(large, durable=False)
    assert (outbox.taken(), outbox.overrun) == ([large], False)
    outbox.put("x" * (LARGEST_QUEUE + 1))
    assert len(outbox.taken()) == 1, "one frame goes, however large it is"
    for _ in range(2):
        outbox.put(large)
    assert (outbox.taken(), outbox.overrun) == ([], True)


async def test_agents_hear_all_of_their_shop_and_buyers_nothing_that_is_for_agents() -> None:
    hub, desk, page, foreign = Hub(event_frame), box(), box(), box()
    hub.start()
    for subscription in (
        Subscription("star", None, desk), Subscription("star", "visitor:a", page), Subscription("moon", None, foreign),
    ):  # fmt: skip
        subscription.release(0)
        hub.join(subscription)
    hub.published((event(1), event(2, "visitor:b"), event(3, audience="agents"), event(4, shop="dim")))
    await asyncio.sleep(0.01)
    assert heard(desk) == [1, 2, 3]
    assert heard(page) == [1]
    foreign.put("nothing before")
    assert foreign.taken() == ["nothing before"]


async def test_what_is_said_in_passing_reaches_the_desks_that_view_it() -> None:
    hub, viewing, elsewhere = Hub(event_frame), box(), box()
    hub.start()
    for outbox, conversation in ((viewing, "c1"), (elsewhere, "c2")):
        subscription = Subscription("star", None, outbox)
        subscription.release(0)
        subscription.viewing = conversation
        hub.join(subscription)
    hub.whisper("star", "visitor:a", "a delta", "c1")
    hub.whisper("star", "visitor:a", "for the buyer's page alone")
    hub.tell_desks("star", "for every desk")
    await asyncio.sleep(0.01)
    assert viewing.taken() == ["a delta", "for every desk"]
    assert elsewhere.taken() == ["for every desk"]


async def test_nothing_in_passing_comes_before_the_welcome() -> None:
    hub, outbox = Hub(event_frame), box()
    hub.start()
    hub.join(Subscription("star", None, outbox))
    hub.tell_desks("star", "too early")
    await asyncio.sleep(0.01)
    outbox.put("welcome")
    assert outbox.taken() == ["welcome"]


async def test_a_long_absence_is_caught_up_with_whatever_its_length() -> None:
    outbox = box()
    outbox.owe(str(i) for i in range(1000))
    for i in range(LONGEST_QUEUE):
        outbox.put(f"later {i}")
    frames = outbox.taken()
    assert len(frames) == 1000 + LONGEST_QUEUE
    for i in range(LONGEST_QUEUE + 1):
        outbox.put(str(i))
    assert (outbox.taken(), outbox.overrun) == ([], True)


async def test_an_event_that_cannot_be_told_sends_its_listeners_away_to_read_the_log() -> None:
    def encode(event: Event) -> str:
        if event.n == 1:
            raise ValueError("cannot be written")
        return event_frame(event)

    hub, mine, others = Hub(encode), box(), box()
    hub.start()
    for owner, outbox in (("visitor:a", mine), ("visitor:b", others)):
        subscription = Subscription("star", owner, outbox)
        subscription.release(0)
        hub.join(subscription)
    hub.published((event(1), event(2, "visitor:b")))
    await asyncio.sleep(0.01)
    assert heard(others) == [2]
    assert (mine.taken(), mine.overrun) == ([], True)


async def test_what_runs_is_known_up_to_its_last_piece_until_it_is_over() -> None:
    hub = Hub(event_frame)
    hub.start()
    for conversation, message, i in (("c1", "m1", 0), ("c1", "m1", 1), ("c2", "m2", 0), ("c1", "m3", 0)):
        hub.stream(Piece("star", "visitor:a", conversation, message, i, f"{message}.{i} ", "re"), "frame")
    hub.stream(Piece("star", "visitor:b", "c3", "m4", 0, "another's", "re"), "frame")
    await asyncio.sleep(0)
    told = [(one.last.message, one.last.i, one.text) for one in hub.streams.of_owner("star", "visitor:a")]
    assert told == [("m3", 0, "m3.0 "), ("m2", 0, "m2.0 ")]
    assert hub.streams.of_conversation("moon", "c1") == ()
    hub.stream_over("star", "c1")
    await asyncio.sleep(0)
    assert [one.last.message for one in hub.streams.of_owner("star", "visitor:a")] == ["m2"]
