from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

from support.chat.frames import event_frame
from support.realtime.hub import LONGEST_QUEUE, Hub, Outbox, Subscription
from ticketing.events import Event

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def event(n: int, owner: str = "visitor:a", **other: str) -> Event:
    return Event(other.get("shop", "star"), n, "message", "c", owner, {}, NOW, other.get("audience", "all"))  # type: ignore[arg-type]


async def heard(outbox: Outbox) -> list[int]:
    frames = await asyncio.wait_for(outbox.take(), 1)
    assert frames is not None
    return [json.loads(text)["n"] for text in frames]


async def test_what_happens_during_the_replay_comes_after_it_once_and_in_order() -> None:
    hub, outbox = Hub(event_frame), Outbox()
    hub.start()
    subscription = Subscription("star", "visitor:a", outbox)
    hub.join(subscription)
    hub.published((event(4), event(5), event(6)))
    await asyncio.sleep(0.01)
    subscription.release(5)  # the log was read up to 5
    hub.published((event(7),))
    await asyncio.sleep(0.01)
    assert await heard(outbox) == [6, 7]


async def test_only_the_owner_in_that_shop_hears_and_agents_matters_stay() -> None:
    hub, outbox = Hub(event_frame), Outbox()
    hub.start()
    subscription = Subscription("star", "visitor:a", outbox)
    subscription.release(0)
    hub.join(subscription)
    foreign = (event(1, "visitor:b"), event(2, shop="moon"), event(3, audience="agents"), event(4))
    hub.published(foreign)
    await asyncio.sleep(0.01)
    assert await heard(outbox) == [4]
    hub.leave(subscription)
    hub.published((event(5),))
    await asyncio.sleep(0.01)
    outbox.put("last")
    assert await outbox.take() == ["last"]


async def test_a_slow_reader_loses_ephemeral_frames_first_and_then_the_socket() -> None:
    outbox = Outbox()
    for i in range(LONGEST_QUEUE):
        outbox.put(str(i), durable=i % 2 == 0)
    outbox.put("kept")
    frames = await outbox.take()
    assert frames is not None
    assert frames == [str(i) for i in range(0, LONGEST_QUEUE, 2)] + ["kept"]
    for i in range(LONGEST_QUEUE + 1):
        outbox.put(str(i))
    assert await outbox.take() is None
