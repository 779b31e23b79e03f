"""`orm_session_gain`: the rows of one message by an ORM session and a commit of its own, over ours, in CPU."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, registry

from bench.journal import IN_FLIGHT, rate, someone
from evals.report import Row
from support.chat.frames import utc
from ticketing.ids import new_id
from ticketing.storage import tables
from ticketing.storage.database import open_engine, sqlite_url
from ticketing.storage.journal import Journal
from ticketing.storage.migrate import migrate

COUNT, ROUNDS = 300, 5
TEXT = "我付了钱没发货"


def _mapped(*names: str) -> dict[str, Any]:
    """A class for each table, as an application that thinks in objects has them."""
    known = registry()
    made = {name: type(name.title(), (), {}) for name in names}
    for name, kind in made.items():
        known.map_imperatively(kind, tables.metadata.tables[name])
    return made


ROWS = _mapped("shops", "conversations", "messages", "events", "commands", "turns")


def measure(folder: Path) -> list[Row]:
    """The row, of two records in `folder`."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        engine = open_engine(sqlite_url(Path(place)))
        migrate(engine)
        journal = Journal(engine)
        try:
            return [_row(engine, journal)]
        finally:
            journal.close()


def _row(engine: sa.Engine, journal: Journal) -> Row:
    person, chat = journal.write_now(someone)
    theirs, ours = [], []
    for _ in range(ROUNDS):
        theirs.append(_cost(partial(_say_many, engine, person.owner, chat)))
        ours.append(_cost(partial(rate, journal, person, chat, COUNT, IN_FLIGHT)))
    samples = tuple(round(one / two, 2) for one, two in zip(theirs, ours, strict=True))
    note = f"{median(theirs):.0f} µs of CPU a message by sessions, {median(ours):.0f} µs by the journal"
    return Row(
        "orm_session_gain", round(median(theirs) / median(ours), 2), "ratio", ROUNDS * COUNT,
        baseline=round(median(theirs), 1), samples=samples, note=note,
    )  # fmt: skip


def _cost(work: Callable[[], object]) -> float:
    """Microseconds of this process's CPU a message."""
    started = time.process_time()
    work()
    return (time.process_time() - started) / COUNT * 1e6


def _say_many(engine: sa.Engine, owner: str, chat: str) -> None:
    for _ in range(COUNT):
        _say(engine, owner, chat)


def _say(engine: sa.Engine, owner: str, chat: str) -> None:
    """Load what is touched, change it, add the rows, commit."""
    at, key, client_id = datetime.now(UTC), new_id(), new_id()
    with Session(engine) as session, session.begin():
        if session.get(ROWS["commands"], ("star", client_id, owner)) is not None:
            return
        conversation, shop = (
            session.get_one(ROWS["conversations"], ("star", chat)),
            session.get_one(ROWS["shops"], "star"),
        )
        conversation.seq, conversation.updated_at, shop.n = conversation.seq + 1, at, shop.n + 1
        message = {
            "id": key, "seq": conversation.seq, "at": utc(at), "author": {"kind": "buyer", "name": ""},
            "generated_by": "human", "text": TEXT, "parts": [], "citations": [], "lang": "zh-CN", "rev": 0,
        }  # fmt: skip
        ack = {"conversation": chat, "message": {"id": key, "seq": conversation.seq, "at": utc(at)}}
        session.add_all((
            _new("messages", id=key, conversation=chat, seq=conversation.seq, at=at, author_kind="buyer",
                 author_name="", generated_by="human", text=TEXT, lang="zh-CN", parts=[], citations=[], rev=0),
            _new("events", n=shop.n, type="message", conversation=chat, audience="all",
                 body={"conversation": chat, "message": message}, at=at),
            _new("commands", sender=owner, client_id=client_id, sha256="0" * 64, ack=ack, at=at),
            _new("turns", message=key, conversation=chat, client_id=client_id, state="pending", created_at=at, input={},
                 trace={}),
        ))  # fmt: skip


def _new(name: str, **values: Any) -> Any:
    row = ROWS[name]()
    for column, value in {"shop": "star", **values}.items():
        setattr(row, column, value)
    return row
