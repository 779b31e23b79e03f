"""The watch: what time alone makes due. All of it stands in the record, so that a restart loses and doubles nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
import structlog

from knowledge_base.shop import Shop
from support.service.alarms import ring
from support.service.ask_supplier import expire
from support.service.duties import WATCH
from support.service.move_ticket import move_ticket
from support.service.resolve import wake
from support.service.route import Here, route, to_give_out
from support.service.runtime import Runtime
from support.service.take import back_to_queue
from ticketing.conversation import Conversation
from ticketing.errors import RecordUnavailable
from ticketing.storage import agents, suppliers, talk, tickets
from ticketing.ticket import SERVER

EVERY_SECONDS = 2.0
GONE_FOR = timedelta(minutes=2)
"""How long an agent who has not yet spoken may be away from the desk before the buyer waits for another."""
OfflineSince = Callable[[str], datetime | None]
"""Since when an agent is not there; None for one who is."""
Job = Callable[[sa.Connection], None]
log = structlog.get_logger()


def due_jobs(
    tx: sa.Connection, shop: Shop, offline_since: OfflineSince, at: datetime, here: Here | None = None
) -> tuple[Job, ...]:
    """What is to be done in a shop now: each a change of its own, which looks again before it writes."""
    jobs: list[Job] = [partial(_wake, shop=shop, key=row.id, at=at) for row in talk.snoozed_before(tx, shop.id, at)]
    jobs += [
        partial(_free, shop=shop, key=row.id, agent=row.assignee, at=at)
        for row in talk.not_joined(tx, shop.id)
        if _left_alone(tx, row, offline_since, at)
    ]
    jobs += [partial(_orphaned, shop=shop, key=row.id, at=at) for row in talk.of_removed(tx, shop.id)]
    jobs += [partial(expire, shop=shop, key=one.id, at=at) for one in suppliers.overdue(tx, shop.id, at)]
    away = timedelta(minutes=shop.deadlines.away_minutes)
    jobs += [
        partial(_away, shop=shop, key=row.id, seq=row.seq, at=at)
        for row, asked in talk.answer_owed(tx, shop.id)
        if (gone := offline_since(row.assignee or "")) is not None and at - max(gone, asked) >= away
    ]
    if here is not None:
        given = to_give_out(tx, shop, here)
        jobs += [partial(route, shop=shop, key=ticket.id, here=here, at=at) for ticket in given]
    jobs += [partial(ring, shop=shop, key=ticket.id, at=at) for ticket in tickets.due(tx, shop.id, at)]
    return (*jobs, *(partial(_close, shop=shop, key=ticket.id, at=at) for ticket in tickets.rested(tx, shop.id, at)))


def _wake(tx: sa.Connection, shop: Shop, key: str, at: datetime) -> None:
    row = talk.get(tx, shop.id, key)
    if row.state == "snoozed" and row.snoozed_until is not None and row.snoozed_until <= at:
        wake(tx, shop, row, at)


def _free(tx: sa.Connection, shop: Shop, key: str, agent: str | None, at: datetime) -> None:
    """An agent took it and left without a word: the buyer keeps the promised time."""
    row = talk.get(tx, shop.id, key)
    if row.state == "human" and row.joined_at is None and row.assignee == agent:
        back_to_queue(tx, shop, row, at, cause="whoever took it left")


def _orphaned(tx: sa.Connection, shop: Shop, key: str, at: datetime) -> None:
    """The agent who had it was removed: somebody else comes."""
    row = talk.get(tx, shop.id, key)
    if row.state in {"human", "snoozed"} and row.assignee and not agents.get(tx, shop.id, row.assignee).active:
        back_to_queue(tx, shop, row, at, cause="whoever had it was removed")


def _away(tx: sa.Connection, shop: Shop, key: str, seq: int, at: datetime) -> None:
    """The buyer wrote, and whoever has the chat is away: somebody else comes."""
    row = talk.get(tx, shop.id, key)
    if row.state == "human" and row.seq == seq:
        back_to_queue(tx, shop, row, at, cause="whoever had it is away")


def _left_alone(tx: sa.Connection, row: Conversation, offline_since: OfflineSince, at: datetime) -> bool:
    gone = offline_since(row.assignee) if row.assignee else None
    if gone is None or at - gone < GONE_FOR:  # most are there, and their tickets need no look
        return False
    ticket = tickets.main_ticket_of(tx, row.shop, row.id)
    taken = ticket.taken_at if ticket else None
    return at - max(gone, taken or gone) >= GONE_FOR


def _close(tx: sa.Connection, shop: Shop, key: str, at: datetime) -> None:
    ticket = tickets.get(tx, shop.id, key)
    if ticket.state == "resolved":
        move_ticket(tx, ticket, "closed", actor=SERVER, cause="nobody came back", at=at)


async def watch(runtime: Runtime) -> int:
    """Look once at every shop and do what is due; how much it was."""
    done = 0
    for loaded in await asyncio.to_thread(runtime.shops.all):
        at, offline = runtime.clock(), partial(runtime.roster.offline_since, loaded.id)
        here = partial(runtime.roster.presence, loaded.id)
        look = partial(due_jobs, shop=loaded.folder.shop, offline_since=offline, at=at, here=here)
        for job in await runtime.journal.read(look):
            try:
                await runtime.journal.write(job)
                done += 1
            except Exception as error:
                log.exception("not done by the watch", shop=loaded.id, error=type(error).__name__)
    return done


async def keep_watch(runtime: Runtime) -> None:
    """Look every two seconds, for ever."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            if runtime.on_duty(WATCH):
                await watch(runtime)
        except RecordUnavailable:
            pass  # which whoever keeps house says
        except Exception as error:
            log.exception("watch broken off", error=type(error).__name__)
