"""What has had its time is erased by itself, a little at a time while the server runs; what is held stays.

What is to go follows from the record each time, so that whoever is stopped in the middle goes on where it was.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
import structlog

from knowledge_base.shop import Retention
from support.service.duties import RETENTION
from support.service.person_erase import erase_talks, files_of, remove
from support.service.runtime import Runtime
from support.service.shops import LoadedShop
from ticketing.ids import new_id
from ticketing.storage import retention as rows
from ticketing.storage import unanswered
from ticketing.storage.person import Person
from ticketing.storage.upload_files import UploadFiles
from ticketing.upload import Upload

EVERY_SECONDS, PAUSE = 3600.0, 0.05
"""Between two looks, and after each batch, in which buyers' messages are written."""
AT_ONCE = 20
"""Conversations in one transaction."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Before:
    """What was last changed before these times has had its time."""

    chat: datetime
    dispute: datetime
    questions: datetime
    access: datetime


def before(kept: Retention, at: datetime) -> Before:
    """The times that a shop's settings lead to."""
    days = (kept.chat_days, kept.dispute_days, kept.questions_days, kept.access_days)
    return Before(*(at - timedelta(days=one) for one in days))


def forget(runtime: Runtime, files: UploadFiles, loaded: LoadedShop) -> int:
    """Erase what has had its time in a shop, in batches; how many conversations. Blocks."""
    at = runtime.clock()
    old = before(loaded.folder.shop.retention, at)
    runtime.journal.write_now(partial(unanswered.forget, shop=loaded.id, before=old.questions, at=at))
    while runtime.journal.write_now(lambda tx: rows.forget_rows(tx, loaded.id, old.chat, old.dispute, old.access, at)):
        time.sleep(PAUSE)
    done = 0
    while some := _batch(runtime, files, loaded.id, old, at):
        done += some
        time.sleep(PAUSE)
    if done:
        log.info("erased what has had its time", shop=loaded.id, conversations=done)
    return done


def waiting(tx: sa.Connection, loaded: LoadedShop, at: datetime) -> int:
    """How many conversations have had their time and wait for the next look."""
    old = before(loaded.folder.shop.retention, at)
    return rows.count_due(tx, loaded.id, old.chat, old.dispute, at)


def _batch(runtime: Runtime, files: UploadFiles, shop: str, old: Before, at: datetime) -> int:
    def work(tx: sa.Connection) -> tuple[int, tuple[Upload, ...]]:
        due = rows.due_chats(tx, shop, old.chat, old.dispute, at, AT_ONCE)
        sent = [upload for one in _nobodys(shop, due).items() for upload in _erase(tx, one, at)]
        return len(due), tuple(sent)

    done, sent = runtime.journal.write_now(work)
    remove(files, sent)
    return done


def _nobodys(shop: str, due: Iterable[tuple[str, str]]) -> dict[str, Person]:
    """The conversations under a random name for each kind of owner: they are no longer told apart."""
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for chat, owner in due:
        by_kind[owner.partition(":")[0]].append(chat)
    return {f"{kind}:erased-{new_id()}": Person(shop, "", tuple(chats)) for kind, chats in by_kind.items()}


def _erase(tx: sa.Connection, one: tuple[str, Person], at: datetime) -> tuple[Upload, ...]:
    alias, person = one
    sent = files_of(tx, person)
    erase_talks(tx, person, alias, at)
    return sent


async def keep_forgetting(runtime: Runtime, files: UploadFiles) -> None:
    """Look every hour, for ever; a fault in one shop stops no other."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        if not runtime.on_duty(RETENTION):
            continue
        for loaded in await asyncio.to_thread(runtime.shops.all):
            try:
                await asyncio.to_thread(forget, runtime, files, loaded)
            except Exception as error:
                log.exception("not forgotten", shop=loaded.id, error=type(error).__name__)
