"""What a chat costs that rules answer, for the sizing page: processor, disk and memory, of servers as they are run.

A message is counted with its answer: kept, understood, answered, kept again and told. What a server does that nobody
talks to is measured beside it, and is taken off. `python -m bench.capacity` makes a table of the figures.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import psycopg

from bench import idle
from bench.acks import serving
from bench.large_shop import write_large_shop
from bench.postgres import Server
from bench.server import Buyer, Child
from bench.serving import RATES, SHOP
from evals.case import cases
from evals.report import Row

BUYERS, WARM, SOCKETS, TICKETS = 20, 20, 2_000, 60
ENDED_SECONDS, IDLE_SECONDS = 2.0, 20.0
"""Until what follows the log, and PostgreSQL's own counters, have come after; for which nobody says anything."""
PASSAGES = (500, 3_500)
SIZE = "SELECT pg_database_size(current_database())"
COMMANDS = "SELECT pg_total_relation_size('commands')"


def measure(folder: Path) -> list[Row]:
    """The rows, of records in `folder` and of a PostgreSQL of their own."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        rows = [*asyncio.run(_sqlite(Path(place) / "sqlite")), *_postgresql(Path(place) / "postgresql")]
        return [*rows, _sockets(Path(place) / "sockets"), *_passages(Path(place) / "passages")]


def _started(folder: Path, **settings: str) -> Child:
    """The demo's shop, without a past and without limits."""
    folder.mkdir(exist_ok=True)
    none = {f"ANXIN_{name.upper()}": "0" for name in RATES}
    given = {"ANXIN_DATA_DIR": str(folder / "data"), "ANXIN_DEMO_HISTORY": "false"} | none | settings
    return Child([sys.executable, "-m", "support", "serve", "--demo"], folder, **given).wait("/readyz")


class Meter:
    """What is used, a figure each: `read` gives how much until now."""

    def __init__(self, read: Callable[[], Sequence[float]]) -> None:
        self._read = read

    async def idle(self) -> list[float]:
        """A second of nothing."""
        return [one / IDLE_SECONDS for one in await self._over(asyncio.sleep(IDLE_SECONDS))]

    async def each(self, work: Coroutine[Any, Any, None], count: int, idle: Sequence[float]) -> list[float]:
        """A piece of so much work, without what the time alone costs."""
        begun = time.monotonic()
        used = await self._over(work)
        seconds = time.monotonic() - begun
        return [max(0.0, one - seconds * rest) / count for one, rest in zip(used, idle, strict=True)]

    async def _over(self, work: Coroutine[Any, Any, None]) -> list[float]:
        before = self._read()
        await work
        await asyncio.sleep(ENDED_SECONDS)
        return [late - early for late, early in zip(self._read(), before, strict=True)]


async def _sqlite(folder: Path) -> list[Row]:
    with _started(folder) as server:
        questions = await _warmed(server)
        record, meter = folder / "data" / "anxin.sqlite", Meter(lambda: [server.cpu()])
        idle = await meter.idle()
        size, count = _file_size(record), len(questions)
        (cpu,) = await meter.each(_ask(server, questions), count, idle)
        grown = _file_size(record) - size
    return [
        Row("chat_cpu_ms", round(cpu * 1e3, 2), "ms", count, note="a message and its answer, by rules"),
        Row("chat_bytes", round(grown / count), "bytes", count, note="a message and its answer in SQLite"),
        Row("idle_cpu_ms", round(idle[0] * 1e3, 2), "ms", round(IDLE_SECONDS), note="a second in which nobody talks"),
    ]


def _file_size(record: Path) -> int:
    with sqlite3.connect(record, timeout=30) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return record.stat().st_size


def _postgresql(folder: Path) -> list[Row]:
    with Server() as database, database.database() as url, _started(folder, ANXIN_DATABASE_URL=url) as server:
        return asyncio.run(_of_postgresql(server, database, url))


async def _of_postgresql(server: Child, database: Server, url: str) -> list[Row]:
    questions = await _warmed(server)
    meter, count = Meter(lambda: [server.cpu(), database.cpu_seconds()]), len(questions)
    idle = await meter.idle()
    before = _sizes(url)
    cpu, its = await meter.each(_ask(server, questions), count, idle)
    after = _sizes(url)
    grown, commands = (late - early for late, early in zip(after, before, strict=True))
    await _ask(server, ["转人工"] * TICKETS, TICKETS)
    await asyncio.sleep(ENDED_SECONDS)
    ticket = (_sizes(url)[0] - after[0]) / TICKETS
    both = f"{cpu * 1e3:.2f} ms the server, {its * 1e3:.2f} the database"
    week = f"of which {commands / count:.0f} for a week: ids that are answered the same again"
    return [
        Row("chat_cpu_postgresql_ms", round((cpu + its) * 1e3, 2), "ms", count, note=both),
        Row("chat_bytes_postgresql", round(grown / count), "bytes", count, note=week),
        Row("chat_database_ms", round(its * 1e3, 2), "ms", count, note="of these, the database's: writing and reading"),
        Row("worker_mib", round(server.rss_mib(), 1), "MiB", count, note="resident, after these chats"),
        Row("ticket_bytes_postgresql", round(ticket), "bytes", TICKETS, note="a new visitor who asks for a person"),
    ]


def _sizes(url: str) -> tuple[float, float]:
    """Bytes of the database and of its `commands`."""
    return _one(url, SIZE), _one(url, COMMANDS)


def _one(url: str, query: str) -> float:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return float(row[0])


async def _warmed(server: Child) -> Sequence[str]:
    """Ask some, and give back the others: each is asked once, for the encoder remembers the last ones."""
    asked = [case["text"] for case in cases("retrieval", "text")]
    await _ask(server, asked[:WARM])
    return asked[WARM:]


async def _ask(server: Child, questions: Sequence[str], buyers: int = BUYERS) -> None:
    """By so many buyers at once, one question after the other."""

    async def talk(mine: Sequence[str]) -> None:
        buyer = await Buyer.come(server.port)
        for question in mine:
            await buyer.say(question, "done")
        await buyer.leave()

    await asyncio.gather(*(talk(questions[at::buyers]) for at in range(min(buyers, len(questions)))))


def _sockets(folder: Path) -> Row:
    idle.raise_limit(SOCKETS + idle.WARM + 200)
    kib = idle.each(serving, folder, SOCKETS, SHOP)
    return Row("socket_kib", round(kib, 1), "KiB", SOCKETS, note="an open page that is silent, in the server")


def _passages(folder: Path) -> list[Row]:
    """What a passage more holds, between two sizes of a shop's knowledge."""
    few, many = (_knowing(folder / str(count), count) for count in PASSAGES)
    count = PASSAGES[1] - PASSAGES[0]
    memory, disk = ((late - early) / count / 1024 for late, early in zip(many, few, strict=True))
    return [
        Row("passage_memory_kib", round(memory, 2), "KiB", count, note="resident, in each worker"),
        Row("passage_disk_kib", round(disk, 2), "KiB", count, note="index and texts, in the data folder"),
    ]


def _knowing(folder: Path, passages: int) -> tuple[float, float]:
    """Resident bytes of a server with so much knowledge, after a question; bytes of its data folder."""
    write_large_shop(folder / "large", passages, 10)
    subprocess.run(
        [sys.executable, "-m", "support", "shop", "import", str(folder / "large")], check=True, capture_output=True,
        env=os.environ | {"ANXIN_DATA_DIR": str(folder / "data")},
    )  # fmt: skip
    with _started(folder) as server:
        asyncio.run(_asked(server))
        return server.rss_mib() * 2**20, float(_bytes_of(folder / "data"))


async def _asked(server: Child) -> None:
    buyer = await Buyer.come(server.port, "large")
    await buyer.say("怎么查询退款", "done")
    await buyer.leave()


def _bytes_of(folder: Path) -> int:
    return sum((Path(place) / name).stat().st_size for place, _, names in os.walk(folder) for name in names)
