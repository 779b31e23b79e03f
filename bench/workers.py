"""`cross_worker_ratio`: from a say at one worker to its message at a page of another, over a commit and one broker hop.

The baseline is bare: three rows of that size under the same lock, committed by psycopg, and a NATS message from one
connection to another, in one process. It has no socket on either side, which ours has.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

import psycopg
from nats.aio.client import Client
from nats.aio.msg import Msg

from bench.acks import WORDS
from bench.nats import Broker
from bench.postgres import Server
from bench.server import Buyer, Child
from bench.serving import SHOP
from evals.report import Row
from ticketing.storage.postgresql import SESSION, WRITER_LOCK

EACH, WARM = 300, 30
ROWS, SIZES = 3, 400
"""A message is three rows: itself, its event, its command."""


def measure(folder: Path) -> list[Row]:
    """The row, of a PostgreSQL in `folder`, which should lie on a real disk."""
    with (
        tempfile.TemporaryDirectory(dir=folder) as place, Server() as server, server.database() as url,
        Broker() as broker,
    ):  # fmt: skip
        return [asyncio.run(_measured(Path(place), url, broker.url))]


async def _measured(folder: Path, url: str, broker: str) -> Row:
    given = {"ANXIN_DATABASE_URL": url, "ANXIN_NATS_URL": broker}
    command = [sys.executable, "-m", "bench.serving", str(folder / "data"), "{port}"]
    with Child(command, folder, **given).wait("/healthz") as a, Child(command, folder, **given).wait("/healthz") as b:
        near = await Buyer.come(a.port, SHOP)
        far = await Buyer.come(b.port, SHOP, visitor=_token(near))
        await near.say("你好")
        await far.until("message")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("UPDATE conversations SET state = 'human'")
        async with bare(url, broker) as hop:
            ours, acks, plain = await _interleaved(near, far, hop)
    return _row(ours, acks, plain)


def _token(buyer: Buyer) -> str:
    return str(next(frame["d"]["visitor"] for frame in buyer.heard if frame["t"] == "welcome"))


class Hop:
    """A commit, then a word through the broker."""

    def __init__(self, record: psycopg.Connection, tell: Client) -> None:
        self._record, self._tell = record, tell
        self._heard = asyncio.Event()

    async def hear(self, message: Msg) -> None:
        """The other connection got it."""
        self._heard.set()

    async def seconds(self) -> float:
        """One of them."""
        begun = time.perf_counter()
        self._heard.clear()
        self._record.execute("SELECT pg_advisory_xact_lock(%s)", (WRITER_LOCK,))
        for _ in range(ROWS):
            self._record.execute("INSERT INTO bare (body) VALUES (%s)", ("x" * SIZES,))
        self._record.commit()
        await self._tell.publish("bare", b"n")
        await self._heard.wait()
        return time.perf_counter() - begun


@asynccontextmanager
async def bare(url: str, broker: str) -> AsyncIterator[Hop]:
    """Both connections, and a table of its own."""
    tell, hear = Client(), Client()
    with psycopg.connect(url) as record:
        record.execute(SESSION.encode())
        record.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, body text)")
        record.commit()
        hop = Hop(record, tell)
        for client in (tell, hear):
            await client.connect(broker)
        await hear.subscribe("bare", cb=hop.hear)
        await hear.flush()
        yield hop
        for client in (tell, hear):
            await client.close()


async def _interleaved(near: Buyer, far: Buyer, hop: Hop) -> tuple[list[float], list[float], list[float]]:
    """Seconds: until the other worker's page has it, until the own page has its ack, of the bare way."""
    ours, acks, plain = [], [], []
    for _ in range(EACH + WARM):
        begun = time.perf_counter()
        heard = asyncio.create_task(_at(far))
        await near.say(json.dumps(WORDS, ensure_ascii=False))
        acks.append(time.perf_counter() - begun)
        ours.append(await heard - begun)
        await near.until("message")
        plain.append(await hop.seconds())
    return ours[WARM:], acks[WARM:], plain[WARM:]


async def _at(far: Buyer) -> float:
    await far.until("message")
    return time.perf_counter()


def _row(ours: list[float], acks: list[float], plain: list[float]) -> Row:
    ms = [round(median(one) * 1000, 2) for one in (ours, plain, acks)]
    samples = tuple(
        round(median(ours[at : at + 50]) / median(plain[at : at + 50]), 3) for at in range(0, len(ours), 50)
    )
    note = f"{ms[0]} ms to the other worker's page, {ms[1]} bare, {ms[2]} to the own page's ack; medians"
    return Row(
        "cross_worker_ratio", round(ms[0] / ms[1], 3), "ratio", len(ours), baseline=ms[1], samples=samples, note=note
    )
