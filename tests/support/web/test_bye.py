from __future__ import annotations

import asyncio
import signal

from tests.running import Buyer, Desk, RunningServer


async def test_a_server_that_stops_says_goodbye_to_every_page_before_it_closes(own_server: RunningServer) -> None:
    assert own_server.process is not None
    async with Buyer(own_server) as buyer, Desk(own_server) as desk:
        await buyer.next("synced")
        await desk.opened()
        await buyer.say("转人工")
        own_server.process.send_signal(signal.SIGTERM)
        codes = await asyncio.gather(buyer.closed(), desk.closed())
        assert list(codes) == [1012, 1012]
        for page in (buyer, desk):
            assert (page.frames[-1]["t"], page.frames[-1]["d"]) == ("bye", {"after_ms": 500})
    assert await asyncio.to_thread(own_server.process.wait, 20) is not None
