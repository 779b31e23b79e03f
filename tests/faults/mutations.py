"""Faults that are put into the product on purpose, inside a server of the tests, to see the checks report them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import support.bootstrap
import support.web.buyer_link
import ticketing.storage.journal
from support.realtime.hub import Subscription
from support.service import connect
from support.service.connect import Missed, missed
from support.service.turns import Turns
from tests.faults.failing import put
from ticketing.events import Event
from ticketing.storage import talk, visitors
from ticketing.storage.database import open_engine
from ticketing.storage.journal import Journal, Write, _tell
from ticketing.storage.tables import commands
from ticketing.storage.upload_files import UploadFiles
from ticketing.upload import Upload

WINDOW_SECONDS = 0.05
"""Between two steps that are the wrong way round: a kill or a cut has to find it."""


def ack_before_commit() -> None:
    """Whoever wrote hears of it before it is on the disk."""
    commit = Journal._commit

    def early(journal: Journal, group: list[Write]) -> None:
        def hurried(write: Write) -> Any:
            def run(tx: sa.Connection) -> Any:
                _tell([(write, write.work(tx), None)])

            return run

        def slow(tx: sa.Connection) -> None:
            time.sleep(WINDOW_SECONDS)

        commit(journal, [*(Write(hurried(write)) for write in group), Write(slow)])

    put(Journal, "_commit", early)


def unsynced() -> None:
    """A commit returns before the disk has it."""

    def careless(*given: Any) -> sa.Engine:
        engine = open_engine(*given)
        sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        return engine

    put(support.bootstrap, "open_engine", careless)


def no_unique_key() -> None:
    """A client's id is not looked for, and may stand twice."""

    def save_ack(tx: sa.Connection, shop: str, sender: str, client_id: str, *given: Any) -> str:
        mine = (commands.c.shop == shop) & (commands.c.sender == sender) & (commands.c.client_id == client_id)
        tx.execute(sa.delete(commands).where(mine))
        return kept(tx, shop, sender, client_id, *given)

    kept = visitors.save_ack
    put(talk, "_SEQ_FOR_BUYER", talk._SEQ)
    put(ticketing.storage.journal, "look_ahead", lambda tx, looks: {})
    put(visitors, "repeated", lambda *given: None)
    put(visitors, "save_ack", save_ack)


def cursor_one_too_far() -> None:
    """A resume forgets the first event that was missed."""
    _resume_by(lambda gap: gap.events[1:])


def cursor_one_too_near() -> None:
    """A resume repeats the last event that was heard."""
    _resume_by(lambda gap: (*gap.before[-1:], *gap.events))


def _resume_by(told: Callable[[Missed], tuple[Event, ...]]) -> None:
    def otherwise(*given: Any) -> Missed:
        gap = missed(*given)
        return replace(gap, events=told(gap))

    for module in (connect, support.web.buyer_link):
        put(module, "missed", otherwise)


def done_sent_twice() -> None:
    """The end of an answer is written to the socket twice."""
    hear = Subscription.hear

    def twice(subscription: Subscription, n: int, text: str) -> None:
        hear(subscription, n, text)
        if subscription._held is None and '"t":"done"' in text:
            subscription.outbox.put(text)

    put(Subscription, "hear", twice)


def answered_twice() -> None:
    """A turn that was answered is answered again."""
    close, answer = visitors.close_turn, Turns._answer
    put(visitors, "close_turn", lambda *given: close(*given) or True)
    put(visitors, "is_owed", lambda *given: True)

    async def twice(turns: Turns, turn: Any, before: Any) -> None:
        await answer(turns, turn, before)
        await answer(turns, turn, None)

    put(Turns, "_answer", twice)


def owed_and_forgotten() -> None:
    """A server that starts does not look for what the last one owed."""
    put(Turns, "resume", lambda turns: 0)


def seq_skipped() -> None:
    """A message's number is counted up twice."""
    append = talk.append

    def skipping(tx: sa.Connection, shop: str, conversation: str, **given: Any) -> Any:
        if given["author_kind"] == "assistant":
            tx.execute(sa.text("UPDATE conversations SET seq = seq + 1 WHERE id = :id"), {"id": conversation})
        return append(tx, shop, conversation, **given)

    put(talk, "append", skipping)


def heard_before_release() -> None:
    """A page that connects hears what happens at once, before what it missed."""
    init = Subscription.__init__

    def open_ear(subscription: Subscription, *given: Any) -> None:
        init(subscription, *given)
        subscription._held = None

    def slow(*given: Any) -> Any:
        time.sleep(WINDOW_SECONDS)
        return look(*given)

    look = missed
    put(support.web.buyer_link, "missed", slow)
    put(Subscription, "__init__", open_ear)


def unsynced_uploads() -> None:
    """A file gets its place before the disk has it."""

    def careless(files: UploadFiles, fresh: Path, upload: Upload) -> None:
        place = files.path(upload)
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh.rename(place)

    put(UploadFiles, "keep", careless)


MUTATIONS: dict[str, Callable[[], None]] = {
    fault.__name__: fault
    for fault in (
        ack_before_commit, unsynced, no_unique_key, cursor_one_too_far, cursor_one_too_near, done_sent_twice,
        answered_twice, owed_and_forgotten, seq_skipped, heard_before_release, unsynced_uploads,
    )
}  # fmt: skip
