"""Buyers who send files while the server dies: whatever a message names is there, whole, and was kept once."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx

from tests.faults.disk import copy_record
from tests.faults.spawner import SHOP, MortalServer, Spawner
from tests.faults.visitor import Visitor
from tests.waiting import until
from ticketing.ids import new_id

LONGEST_SECONDS = 60.0
SENDERS = 3
Ending = Literal["kill", "power"]


@dataclass
class Sending:
    """One visitor's files: what was in each, by the id that the server gave it."""

    visitor: Visitor
    base: str
    rng: random.Random
    contents: dict[str, bytes] = field(default_factory=dict)
    sent: int = 0

    async def go_on(self, client: httpx.AsyncClient) -> None:
        """Send a file and say it, again and again, each step until it is done."""
        while True:
            content = f"{self.visitor.page.name} {self.sent} ".encode() * self.rng.randint(1, 40_000)
            upload = await self._upload(client, content)
            self.contents[upload] = content
            await self.visitor.send("say", {"conversation": "new", "text": "", "attachments": [upload]})
            self.sent += 1

    async def fetch(self, client: httpx.AsyncClient, upload: str) -> httpx.Response:
        return await client.get(f"{self._url()}/{upload}", params={"shop": SHOP}, headers=self._headers())

    async def _upload(self, client: httpx.AsyncClient, content: bytes) -> str:
        key = new_id()
        while True:
            with suppress(httpx.TransportError):
                headers = self._headers() | {"Idempotency-Key": key, "Upload-Name": "a.txt"}
                answer = await client.post(self._url(), params={"shop": SHOP}, headers=headers, content=content)
                if answer.status_code in {200, 201}:
                    return str(answer.json()["id"])
            await asyncio.sleep(0.01)

    def _url(self) -> str:
        return f"{self.base}/api/v1/uploads"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Visitor {self.visitor.page.visitor}"}


async def uploaded(
    spawner: Spawner, folder: Path, rounds: int, seed: int, ending: Ending = "kill", mutations: Sequence[str] = ()
) -> list[str]:
    """Kill the server, or take its power, at random moments while files are sent; what is wrong afterwards."""
    rng = random.Random(seed)
    with spawner.server(folder / "data", *mutations) as server:
        await asyncio.to_thread(server.wait_ready)
        async with _senders(server, rng) as (sendings, client):
            tasks = [asyncio.create_task(sending.go_on(client)) for sending in sendings]
            for _ in range(rounds):
                await _more(sendings, rng.randint(1, 3))
                await asyncio.sleep(rng.uniform(0, 0.03))
                await asyncio.to_thread(server.kill)
                if ending == "power":
                    server.disk.lose_power(rng)
                await asyncio.to_thread(server.start)
            await _more(sendings, 1)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            found = [fault for sending in sendings for fault in await _wrong(sending, client)]
        await asyncio.to_thread(server.kill)
        return found + _rows_without_files(server, copy_record(server.data_dir, folder / "copy"))


@asynccontextmanager
async def _senders(
    server: MortalServer, rng: random.Random
) -> AsyncIterator[tuple[list[Sending], httpx.AsyncClient]]:  # fmt: skip
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=60))
        visitors = [await stack.enter_async_context(Visitor(server.url, f"sender {n}")) for n in range(SENDERS)]
        await until(lambda: all(visitor.page.visitor for visitor in visitors), LONGEST_SECONDS)
        yield [Sending(visitor, server.base, rng) for visitor in visitors], client


async def _more(sendings: Sequence[Sending], count: int) -> None:
    """Until so many more messages with files were acked."""
    goal = sum(sending.sent for sending in sendings) + count
    await until(lambda: sum(sending.sent for sending in sendings) >= goal, LONGEST_SECONDS)


async def _wrong(sending: Sending, client: httpx.AsyncClient) -> list[str]:
    """Files of acked messages that cannot be had as they were sent."""
    found = list(sending.visitor.page.wrong)
    for upload, content in sending.contents.items():
        answer = await sending.fetch(client, upload)
        if answer.status_code != 200 or answer.content != content:
            found.append(f"{upload} is not the file that was sent: {answer.status_code}, {len(answer.content)} bytes")
    return found


def _rows_without_files(server: MortalServer, record: Path) -> list[str]:
    with sqlite3.connect(record) as database:
        rows = database.execute("SELECT shop, sha256, id FROM uploads").fetchall()
        keys = database.execute("SELECT COUNT(*) - COUNT(DISTINCT client_id) FROM uploads").fetchone()
    folder = server.data_dir / "uploads"
    missing = [key for shop, sha256, key in rows if not (folder / shop / sha256[:2] / f"{sha256}.{key}").is_file()]
    return [f"{key} has a row and no file" for key in missing] + ([f"{keys[0]} were kept twice"] if keys[0] else [])
