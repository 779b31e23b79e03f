from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.faults.record import faults_of
from tests.faults.rounds import cut
from tests.faults.seeds import seed
from tests.faults.spawner import SHOP, Spawner
from tests.faults.visitor import Visitor

SECONDS, EVERY = 2.5, 0.2
SOCKETS, REPEATED = 50, 20


@pytest.mark.parametrize("visitors", [4, 1])
async def test_whatever_is_said_on_sockets_that_break_is_kept_and_answered_exactly_once(
    spawner: Spawner, tmp_path: Path, visitors: int
) -> None:
    """A single page has every number of the shop's to itself, so that a cursor that is off by one shows."""
    tally = await cut(spawner, tmp_path, SECONDS, EVERY, seed(), visitors=visitors)
    assert not tally.faults, f"{tally}\n" + "\n".join(tally.faults)
    assert tally.acked == tally.answered > 0
    assert tally.rounds >= visitors, "hardly a socket broke"


async def test_one_id_sent_a_thousand_times_at_once_is_one_message_and_one_answer(
    spawner: Spawner, tmp_path: Path
) -> None:
    with spawner.server(tmp_path / "data") as server:
        server.wait_ready()
        async with Visitor(server.url, "watcher") as watcher:
            first = await watcher.say("你好")
            sent = {"conversation": first["conversation"], "text": "怎么兑换礼品卡", "attachments": []}
            text = json.dumps({"v": 1, "t": "say", "id": "the-only-one", "d": sent})
            hello = json.dumps(
                {"v": 1, "t": "hello", "d": {"role": "buyer", "shop": SHOP, "visitor": watcher.page.visitor}}
            )
            acks = [ack for acks in await asyncio.gather(*(_repeat(server.url, hello, text) for _ in range(SOCKETS)))
                    for ack in acks]  # fmt: skip
            await watcher.answered("the-only-one")
            assert len(acks) == SOCKETS * REPEATED
            assert [ack for ack in acks if ack != acks[0]] == []
            assert (acks[0]["t"], acks[0]["re"]) == ("ack", "the-only-one")
            said = [message["text"] for _, message in sorted(watcher.page.messages[first["conversation"]].items())]
            assert (len(said), said.count("怎么兑换礼品卡")) == (4, 1)
            assert watcher.page.wrong == []
            assert faults_of(server.data_dir / "anxin.sqlite", [watcher]) == []


async def _repeat(url: str, hello: str, text: str) -> list[dict[str, Any]]:
    async with connect(url, subprotocols=[Subprotocol("anxin.v1")], compression=None, open_timeout=30) as socket:
        await socket.send(hello)
        await _until(socket, "synced")
        for _ in range(REPEATED):
            await socket.send(text)
        return [await _until(socket, "ack", "error") for _ in range(REPEATED)]


async def _until(socket: ClientConnection, *types: str) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            frame: dict[str, Any] = json.loads(await socket.recv())
            if frame["t"] in types:
                return frame
