"""Refunds carried out by a machine, so that a process may die at any moment: what is owed is the refund's own state.

`approved` is claimed, which is on the disk before anything is sent; then it is sent; then its answer is written down.
Who finds it claimed and unanswered after its time takes it for in doubt, and asks. Nothing is ever sent again.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

import sqlalchemy as sa
import structlog

from knowledge_base.shop import Shop
from support.orders.connector import StoreUnavailable
from support.refunds.choose import NotSetUp, executor_of
from support.refunds.executor import ANSWER_WITHIN, TRIES_FOR, Answer, Executor, instruction_of
from support.service.duties import REFUNDS
from support.service.refund_holds import Judge
from support.service.refund_judge import by_record, judge_of
from support.service.refund_news import tell_refund
from support.service.runtime import Runtime
from ticketing.errors import Conflict, IllegalTransition, RecordUnavailable
from ticketing.refund import SERVER, Refund
from ticketing.storage import refunds as rows
from ticketing.storage.journal import Journal

T = TypeVar("T")
Tell = Callable[[sa.Connection, Refund, datetime], Refund]
"""Who is told of a change, in its transaction; the refund as it stands then."""
EVERY_SECONDS = 2.0
ASKED_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 360))
"""How long after the last time one in doubt is asked for again; the last of them from then on."""
log = structlog.get_logger()


def _nobody_is_told(tx: sa.Connection, refund: Refund, at: datetime) -> Refund:
    return refund


class Writes(Protocol):
    """Where changes are committed."""

    def write_now(self, work: Callable[[sa.Connection], T]) -> T:
        """Run it in a transaction, and return its result after the commit."""
        ...


def _nothing_holds(tx: sa.Connection, refund: Refund, at: datetime) -> Refund:
    return refund


def claim(
    tx: sa.Connection, shop: str, refund: str, at: datetime, tell: Tell = _nobody_is_told,
    judge: Judge = _nothing_holds,
) -> Refund:  # fmt: skip
    """Take an approved refund: of all who try, one. What holds its order by now puts it back, or calls it off.

    Raises IllegalTransition, Conflict.
    """
    found = rows.get(tx, shop, refund)
    if found.state == "approved" and (found := judge(tx, found, at)).state != "approved":
        return found
    done = rows.move(
        tx, found, "executing", found.executed_by or SERVER, f"sent by {os.getpid()}", at, deadline=at + ANSWER_WITHIN
    )
    return tell(tx, done, at)


def record(
    tx: sa.Connection, shop: str, refund: str, answer: Answer, at: datetime, tell: Tell = _nobody_is_told
) -> Refund:
    """Write down what an executor answered. One that ended meanwhile stays as it is, and what came late is noted."""
    found = rows.get(tx, shop, refund)
    by, said = f"executor:{found.executor}", answer.reference or answer.state
    if found.state not in {"executing", "in_doubt"}:
        log.error("an answer came late", refund=found.number, state=found.state, answer=answer.state)
        return rows.note(tx, found, by, f"late: {answer.state}, {said}", at)
    if answer.state != "unknown":
        return tell(tx, rows.move(tx, found, answer.state, by, said, at, reference=said[:500]), at)
    if found.state == "executing":
        doubted = rows.move(tx, found, "in_doubt", by, said, at, ask_at=at + ASKED_AFTER[0])
        return tell(tx, doubted, at)
    later = ASKED_AFTER[min(found.asked + 1, len(ASKED_AFTER) - 1)]
    return rows.note(tx, found, by, said, at, asked=found.asked + 1, ask_at=at + later)


def doubt(tx: sa.Connection, shop: str, refund: str, at: datetime, tell: Tell = _nobody_is_told) -> Refund:
    """One that was claimed and did not answer in its time: whether it was sent, nobody knows."""
    found = rows.get(tx, shop, refund)
    if found.state != "executing" or found.deadline is None or found.deadline > at:
        return found
    ask_at = at if found.executor != "manual" else None
    return tell(tx, rows.move(tx, found, "in_doubt", SERVER, "not answered in time", at, ask_at=ask_at), at)


def steps(
    journal: Writes, executor: Executor, refund: Refund, clock: Callable[[], datetime], tell: Tell = _nobody_is_told,
    judge: Judge = _nothing_holds,
) -> Iterator[str]:  # fmt: skip
    """Do what is owed on one refund, step by step: whoever stops between two of them has died there."""
    shop, key = refund.shop, refund.id
    if refund.state == "executing":
        journal.write_now(lambda tx: doubt(tx, shop, key, clock(), tell))
        return
    if refund.state == "in_doubt":
        answer = executor.ask(instruction_of(refund), clock())
        yield "asked"
        journal.write_now(lambda tx: record(tx, shop, key, answer, clock(), tell))
        return
    try:
        claimed, whole = journal.write_now(lambda tx: _claimed(tx, shop, key, clock(), tell, judge))
    except (Conflict, IllegalTransition):
        return  # somebody else has it
    if claimed.state != "executing":
        yield "held"
        return
    yield "claimed"
    if not may_send(claimed, clock()):
        return  # it is in doubt soon, and the others ask
    answer = executor.execute(instruction_of(claimed, whole))
    yield "sent"
    journal.write_now(lambda tx: record(tx, shop, key, answer, clock(), tell))


def may_send(claimed: Refund, at: datetime) -> bool:
    """Whether there is time left to send it: whoever slept through it must not."""
    return claimed.deadline is not None and at <= claimed.deadline - TRIES_FOR


def _claimed(tx: sa.Connection, shop: str, refund: str, at: datetime, tell: Tell, judge: Judge) -> tuple[Refund, bool]:
    claimed = claim(tx, shop, refund, at, tell, judge)
    return claimed, rows.is_whole(tx, claimed)


def carry_out(
    journal: Journal, executor: Executor | None, shop: Shop, clock: Callable[[], datetime],
    look: Callable[[Refund], Judge] | None = None,
) -> int:  # fmt: skip
    """Do what is owed in a shop; how much it was. Blocks for the executor, and leaves what another one was told.

    `look` looks at a refund's order in the store; what cannot be looked at is not sent.
    """
    owed, name = journal.read_now(lambda tx: rows.owed(tx, shop.id, clock())), shop.refunds.executor
    for refund in owed:
        mine = executor if refund.executor == name else None
        if mine is None and refund.state != "executing":
            continue
        try:
            judge = look(refund) if look is not None and refund.state == "approved" else by_record(shop)
            for _ in steps(journal, mine or _NOBODY, refund, clock, partial(_tell, shop), judge):
                pass
        except StoreUnavailable as error:
            log.warning("a refund waits: its order cannot be looked at", refund=refund.number, reason=str(error))
        except Exception as error:
            log.exception("a refund was not carried out", refund=refund.number, error=type(error).__name__)
    return len(owed)


def _tell(shop: Shop, tx: sa.Connection, refund: Refund, at: datetime) -> Refund:
    return tell_refund(tx, shop, refund, at)


class _Nobody:
    """Where a person does it."""

    def execute(self, given: object) -> Answer:
        """Nothing is sent."""
        return Answer("failed", "not sent: a person carries it out")

    def ask(self, given: object, now: datetime) -> Answer:
        """Nobody knows."""
        return Answer("unknown", "nobody to ask")


_NOBODY: Executor = _Nobody()


def carry_out_all(runtime: Runtime) -> int:
    """The same for every shop; one whose executor is not set up is said and left."""
    done = 0
    for loaded in runtime.shops.all():
        try:
            executor = executor_of(loaded.folder.shop.refunds, runtime.environment)
        except NotSetUp as error:
            if runtime.journal.read_now(partial(rows.owed, shop=loaded.id, at=runtime.clock())):
                log.error("refunds wait: their executor is not set up", shop=loaded.id, reason=str(error))
            continue
        look = partial(judge_of, runtime.journal, loaded)
        done += carry_out(runtime.journal, executor, loaded.folder.shop, runtime.clock, look)
    return done


async def keep_refunding(runtime: Runtime) -> None:
    """Look every two seconds, for ever."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            if runtime.on_duty(REFUNDS):
                await asyncio.to_thread(carry_out_all, runtime)
        except RecordUnavailable:
            pass  # which whoever keeps house says
        except Exception as error:
            log.exception("refunding broken off", error=type(error).__name__)
