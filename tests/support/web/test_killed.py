from __future__ import annotations

import asyncio

from websockets.exceptions import ConnectionClosed

from tests.running import Buyer, RunningServer
from ticketing.ids import new_id

SAID = 12


async def test_a_server_killed_in_mid_answer_loses_nothing_that_was_acked(own_server: RunningServer) -> None:
    """Kill while answers are owed; afterwards each acked message stands once and each is answered once."""
    buyer = Buyer(own_server)
    acked: dict[str, str] = {}
    async with buyer:
        welcome = (await buyer.next("welcome"))["d"]
        await buyer.next("synced")
        ids = [new_id() for _ in range(SAID)]
        for i, key in enumerate(ids):
            await buyer.send("say", {"conversation": "new", "text": f"付款后多久发货 {i}", "attachments": []}, key)
        while len(acked) < SAID // 2:
            ack = await buyer.next("ack")
            acked[ack["re"]] = ack["d"]["conversation"]
        own_server.kill()
        with_errors = asyncio.create_task(_drain(buyer, acked))
        await with_errors
    answered_before = {frame["d"]["re"] for frame in buyer.frames if frame["t"] == "done"}
    assert len(answered_before) < len(acked), "the kill came too late to be in mid-answer"
    own_server.start()
    again = Buyer(own_server, visitor=welcome["visitor"])
    async with again:
        await again.next("synced")
        for i, key in enumerate(ids):
            await again.send("say", {"conversation": "new", "text": f"付款后多久发货 {i}", "attachments": []}, key)
        while len([frame for frame in again.frames if frame["t"] == "ack"]) < SAID:
            await again.next("ack")
        acks = {frame["re"]: frame["d"]["conversation"] for frame in again.frames if frame["t"] == "ack"}
        assert {key: acks[key] for key in acked} == acked
        for key in ids:
            await _answered_once(again, acks[key])


async def _drain(buyer: Buyer, acked: dict[str, str]) -> None:
    try:
        while True:
            ack = await buyer.next("ack")
            acked[ack["re"]] = ack["d"]["conversation"]
    except (ConnectionClosed, TimeoutError):
        pass


async def _answered_once(buyer: Buyer, conversation: str) -> None:
    for _ in range(100):
        await buyer.send("history", {"conversation": conversation})
        page = (await buyer.next("page"))["d"]["messages"]
        if len(page) > 1:
            break
        await asyncio.sleep(0.1)
    assert [message["author"]["kind"] for message in page] == ["buyer", "assistant"]
    assert [message["seq"] for message in page] == [1, 2]
