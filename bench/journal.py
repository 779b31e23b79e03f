"""`group_commit_gain`: durable writes a second, fifty in flight, over one at a time.

What a group saves is the wait for the disk, so the gain is the disk's as much as ours: with `sync` the time of one sync
and `work` what a message costs besides, about (sync + work) / (sync / 50 + work). A sync is timed in the same rounds,
by plain writes beside the record, and said with the figure.
"""

from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

import sqlalchemy as sa

from bench.records import record_on, settled
from evals.report import Row
from knowledge_base.shop import Shop
from support.bootstrap import record_url
from support.service.people import Person, visitor
from support.service.receive_message import Said, Words, receive_message
from ticketing.ids import new_id
from ticketing.storage import shops, visitors
from ticketing.storage.database import open_engine
from ticketing.storage.journal import Journal
from ticketing.storage.migrate import migrate

SHOP = Shop("star", ("zh-CN",))
IN_FLIGHT, TOGETHER, ALONE, ROUNDS = 50, 3000, 150, 7
SYNCS, PAGE = 50, 4096


def measure(folder: Path, engine: str = "sqlite") -> list[Row]:
    """The row, of a record in `folder`, which should lie on a real disk."""
    with record_on(engine, folder) as place:
        record = open_engine(record_url(place.settings))
        migrate(record)
        journal = Journal(record)
        try:
            person, chat = journal.write_now(someone)
            rate(journal, person, chat, TOGETHER, IN_FLIGHT)
            settled(place.settings)  # as within its first minute: what is planned for empty tables reads them whole
            return [_row(journal, person, chat, place.settings.data_dir, "" if engine == "sqlite" else f"_{engine}")]
        finally:
            journal.close()


def _row(journal: Journal, person: Person, chat: str, folder: Path, of: str) -> Row:
    grouped, alone, syncs = [], [], []
    for _ in range(ROUNDS):
        syncs.append(sync_ms(folder / "synced"))
        grouped.append(rate(journal, person, chat, TOGETHER, IN_FLIGHT))
        alone.append(rate(journal, person, chat, ALONE, 1))
    samples = tuple(round(one / two, 2) for one, two in zip(grouped, alone, strict=True))
    sync, one, shared = median(syncs), 1000 / median(alone), 1000 / median(grouped)
    note = (
        f"{median(grouped):.0f} acks a second against {median(alone):.0f}: {shared:.2f} ms each against {one:.2f}, "
        f"where a sync of this disk alone takes {sync:.2f}"
    )
    return Row(
        f"group_commit_gain{of}", round(median(grouped) / median(alone), 2), "ratio", ROUNDS * TOGETHER,
        baseline=round(median(alone), 1), samples=samples, note=note,
    )  # fmt: skip


def sync_ms(file: Path) -> float:
    """Milliseconds until a page of a write-ahead log is on this disk: the median of some."""
    took = []
    with file.open("ab", buffering=0) as log:
        for _ in range(SYNCS):
            started = time.perf_counter()
            log.write(bytes(PAGE))
            os.fdatasync(log.fileno())
            took.append((time.perf_counter() - started) * 1000)
    return median(took)


def someone(tx: sa.Connection) -> tuple[Person, str]:
    """A visitor of an empty shop, and the conversation that was begun."""
    now = datetime.now(UTC)
    shops.save_files(tx, "star", {}, digest="", origin="", at=now)
    person = visitor("star", visitors.new_visitor(tx, "star", now)[0])
    return person, str(say(tx, person, "new", new_id()).ack["conversation"])


def rate(journal: Journal, person: Person, chat: str, count: int, in_flight: int) -> float:
    """Messages kept a second, so many of them waiting for their commit at any time."""
    started = time.perf_counter()
    asyncio.run(_pumped(journal, person, chat, count, in_flight))
    return count / (time.perf_counter() - started)


async def _pumped(journal: Journal, person: Person, chat: str, count: int, in_flight: int) -> None:
    """Each ack brings the next message, with what it will look up, as the socket's path has it."""
    begun, settled, over = 0, 0, asyncio.Event()

    def begin() -> None:
        nonlocal begun
        begun += 1
        key = new_id()
        work = partial(say, person=person, chat=chat, key=key)
        journal.write_then(work, settle, (person.shop, person.owner, key, chat))

    def settle(said: Said, reason: BaseException | None) -> None:
        nonlocal settled
        assert reason is None, reason
        settled += 1
        if begun < count:
            begin()
        elif settled == count:
            over.set()

    for _ in range(in_flight):
        begin()
    await over.wait()


def say(tx: sa.Connection, person: Person, chat: str, key: str) -> Said:
    words = Words(chat, "我付了钱没发货", "zh-CN", {})
    return receive_message(tx, SHOP, person, key, b"{}", words, datetime.now(UTC))
