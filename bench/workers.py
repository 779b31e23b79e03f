"""`cross_worker_ratio`: from a say at one worker to its message at a page of another, over a commit and one broker hop.

The baseline is the commit of such a message by the same journal, on a database beside it, and a NATS message from one
connection to another, in one process: it has no socket on either side. Beside it stands a bare one, three rows under
the same lock by psycopg, which knows no id, no order and no counter.
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
from bench.journal import say, someone
from bench.nats import Broker
from bench.postgres import Server
from bench.server import Buyer, Child
from bench.serving import SHOP
from evals.report import Row
from ticketing.ids import new_id
from ticketing.storage.database import open_engine
from ticketing.storage.journal import Journal
from ticketing.storage.migrate import migrate
from ticketing.storage.postgresql import SESSION, WRITER_LOCK

EACH, WARM = 300, 30
ROWS, SIZES = 3, 400
"""A message is three rows: itself, its event, its command."""


def measure(folder: Path) -> list[Row]:
    """The row, of a PostgreSQL in `folder`, which should lie on a real disk."""
    with (
        tempfile.TemporaryDirectory(dir=folder) as place, Server() as server, server.database() as url,
        server.database() as beside, Broker() as broker,
    ):  # fmt: skip
        return [asyncio.run(_measured(Path(place), url, beside, broker.url))]


async def _measured(folder: Path, url: str, beside: str, broker: str) -> Row:
    given = {"ANXIN_DATABASE_URL": url, "ANXIN_NATS_URL": broker}
    command = [sys.executable, "-m", "bench.serving", str(folder / "data"), "{port}"]
    with Child(command, folder, **given).wait("/healthz") as a, Child(command, folder, **given).wait("/healthz") as b:
        near = await Buyer.come(a.port, SHOP)
        far = await Buyer.come(b.port, SHOP, visitor=_token(near))
        await near.say("你好")
        await far.until("message")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("UPDATE conversations SET state = 'human'")
        async with hops(beside, broker) as hop:
            return _row(*await _interleaved(near, far, hop))


def _token(buyer: Buyer) -> str:
    return str(next(frame["d"]["visitor"] for frame in buyer.heard if frame["t"] == "welcome"))


class Hop:
    """A commit, then a word through the broker."""

    def __init__(self, journal: Journal, record: psycopg.Connection, tell: Client) -> None:
        self._journal, self._record, self._tell = journal, record, tell
        self._person, self._chat = journal.write_now(someone)
        self._heard = asyncio.Event()

    async def hear(self, message: Msg) -> None:
        """The other connection got it."""
        self._heard.set()

    async def kept(self) -> float:
        """The seconds of one of a message."""
        begun = time.perf_counter()
        await self._journal.write(lambda tx: say(tx, self._person, self._chat, new_id()))
        return await self._told(begun)

    async def bare(self) -> float:
        """The seconds of one of three rows."""
        begun = time.perf_counter()
        self._record.execute("SELECT pg_advisory_xact_lock(%s)", (WRITER_LOCK,))
        for _ in range(ROWS):
            self._record.execute("INSERT INTO bare (body) VALUES (%s)", ("x" * SIZES,))
        self._record.commit()
        return await self._told(begun)

    async def _told(self, begun: float) -> float:
        self._heard.clear()
        await self._tell.publish("bare", b"n")
        await self._heard.wait()
        return time.perf_counter() - begun


@asynccontextmanager
async def hops(url: str, broker: str) -> AsyncIterator[Hop]:
    """A record and a table of one's own, and two connections to the broker."""
    engine, tell, hear = open_engine(url), Client(), Client()
    migrate(engine)
    journal = Journal(engine)
    with psycopg.connect(url) as record:
        record.execute(SESSION.encode())
        record.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, body text)")
        record.commit()
        hop = Hop(journal, record, tell)
        for client in (tell, hear):
            await client.connect(broker)
        await hear.subscribe("bare", cb=hop.hear)
        await hear.flush()
        yield hop
        for client in (tell, hear):
            await client.close()
    journal.close()


Seconds = list[float]


async def _interleaved(near: Buyer, far: Buyer, hop: Hop) -> tuple[Seconds, Seconds, Seconds, Seconds]:
    """Until the other worker's page has it, until the own page has its ack, of the baseline, of the bare one."""
    ours, acks, kept, bare = Seconds(), Seconds(), Seconds(), Seconds()
    for _ in range(EACH + WARM):
        begun = time.perf_counter()
        heard = asyncio.create_task(_at(far))
        await near.say(json.dumps(WORDS, ensure_ascii=False))
        acks.append(time.perf_counter() - begun)
        ours.append(await heard - begun)
        await near.until("message")
        kept.append(await hop.kept())
        bare.append(await hop.bare())
    return ours[WARM:], acks[WARM:], kept[WARM:], bare[WARM:]


async def _at(far: Buyer) -> float:
    await far.until("message")
    return time.perf_counter()


def _row(ours: Seconds, acks: Seconds, kept: Seconds, bare: Seconds) -> Row:
    mine, own, base, least = (round(median(one) * 1000, 2) for one in (ours, acks, kept, bare))
    samples = tuple(round(median(ours[at : at + 50]) / median(kept[at : at + 50]), 3) for at in range(0, EACH, 50))
    note = f"medians: {mine} ms to the other's page, {own} to the own page's ack; {base} commit and hop, {least} bare"
    return Row("cross_worker_ratio", round(mine / base, 3), "ratio", EACH, baseline=base, samples=samples, note=note)
