"""Files on a server that is killed, loses its power, or has no room."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.faults.seeds import seed
from tests.faults.spawner import SHOP, Spawner
from tests.faults.uploads import Ending, uploaded
from tests.faults.visitor import Visitor
from tests.waiting import until
from ticketing.ids import new_id

ROUNDS = 3


@pytest.mark.parametrize("ending", ["kill", "power"])
async def test_whatever_an_acked_message_names_is_there(spawner: Spawner, tmp_path: Path, ending: Ending) -> None:
    assert await uploaded(spawner, tmp_path, ROUNDS, seed(), ending) == []


async def test_a_full_disk_takes_no_file_says_so_and_takes_it_later(spawner: Spawner, tmp_path: Path) -> None:
    key = new_id()
    with spawner.server(tmp_path / "data") as server:
        await asyncio.to_thread(server.wait_ready)
        async with Visitor(server.url, "a") as visitor, httpx.AsyncClient(timeout=60) as client:
            await until(lambda: bool(visitor.page.visitor))
            headers = {"Authorization": f"Visitor {visitor.page.visitor}", "Idempotency-Key": key}

            async def send() -> httpx.Response:
                url = f"{server.base}/api/v1/uploads"
                return await client.post(url, params={"shop": SHOP}, headers=headers, content=b"x" * 100_000)

            with server.disk.full():
                refused = await send()
            left = [path for path in (server.data_dir / "uploads").rglob("*") if path.is_file()]
            taken = await send()
    assert (refused.status_code, refused.json()["code"]) == (507, "full")
    assert left == []
    assert (taken.status_code, taken.json()["size"]) == (201, 100_000)
