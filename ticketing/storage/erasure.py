"""Taking out of the record what is about a person, by the data map; what has to stay keeps its place and number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ticketing.evidence import PERSONAL
from ticketing.storage.data_map import ALIAS, ERASED, PEOPLE, Column, Put
from ticketing.storage.person import Person, theirs
from ticketing.storage.tables import conversations, events, evidence_parts, messages, metadata, uploads

BATCH = 500
KEPT_KEYS = frozenset({
    "id", "conversation", "ticket", "message", "number", "order_no", "order", "kind", "type", "state", "was", "stage",
    "lang", "generated_by", "verdict", "clause", "gave", "said", "currency", "amount", "priority", "queue", "reason",
    "at", "created_at", "updated_at", "joined_at", "snoozed_until", "target_at", "due_at", "resolve_by", "taken_at",
    "resolved_at", "refund", "decision", "request", "sources", "re", "agent", "reader", "policy", "score", "digest",
    "missing", "tags", "to", "from", "basis", "allowed", "way", "of",
})  # fmt: skip
"""Under which names an event keeps its text, so that it is read and counted as before."""
MACHINE = re.compile(r"[A-Za-z0-9_.:/+-]{0,80}")
"""What a program wrote: no spaces, no Chinese."""
FREE_REASON = frozenset({"feedback", "review"})
"""Kinds of events whose reason is somebody's own words."""


def erase_rows(tx: sa.Connection, one: Person, alias: str, at: datetime) -> dict[str, int]:
    """Erase all that is about somebody; how many rows of each table. Afterwards rows name them `alias`.

    Of a person without a name (an owner that is empty) the rows of the conversations go, and nothing else.
    """
    done: dict[str, int] = {}
    with overwriting(tx):
        for name in sorted(PEOPLE, key=lambda name: name == "conversations"):  # by which the others are found
            special = SPECIAL.get(name)
            done[name] = special(tx, one, at, alias) if special else _by_map(tx, name, one, alias)
    return {name: n for name, n in done.items() if n}


@contextmanager
def overwriting(tx: sa.Connection) -> Iterator[None]:
    """What is freed in SQLite's file meanwhile is overwritten with zeros; PostgreSQL's vacuum frees it."""
    if tx.dialect.name != "sqlite":
        yield
        return
    tx.exec_driver_sql("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        tx.exec_driver_sql("PRAGMA secure_delete = OFF")


def _by_map(tx: sa.Connection, name: str, one: Person, alias: str) -> int:
    table, personal = metadata.tables[name], PEOPLE[name]
    where = theirs(name, one)
    if personal.drop:
        return int(tx.execute(sa.delete(table).where(where)).rowcount)
    values = {key: value for key, column in personal.columns.items() for value in _value(table.c[key], column, alias)}
    return int(tx.execute(sa.update(table).where(where).values(values)).rowcount) if values else 0


def _value(column: sa.Column[Any], told: Column, alias: str) -> Iterator[Any]:
    if told.fate is ALIAS:
        yield alias
    elif isinstance(told.fate, Put):
        value = sa.literal(told.fate.value, column.type) if told.fate.value is not None else sa.null()
        empty: list[Any] = [(column.is_(None), sa.null())] if column.nullable else []
        empty += [(column == "", "")] if told.fate.value == ERASED else []
        yield sa.case(*empty, else_=value) if empty else value


def _conversations(tx: sa.Connection, one: Person, at: datetime, alias: str) -> int:
    """Under whose name no words are left."""
    change = sa.update(conversations).where(theirs("conversations", one))
    change = change.values(owner=alias, name=None, subject=ERASED, memory={}, erased_at=at)
    return int(tx.execute(change).rowcount)


def _messages(tx: sa.Connection, one: Person, at: datetime, alias: str) -> int:
    """Whatever anybody said; the agents' names stay."""
    named = sa.case((messages.c.author_kind == "buyer", ""), else_=messages.c.author_name)
    change = sa.update(messages).where(theirs("messages", one))
    return int(tx.execute(change.values(text=ERASED, parts=[], author_name=named)).rowcount)


def _uploads(tx: sa.Connection, one: Person, at: datetime, alias: str) -> int:
    """Rows of files; the files themselves are taken away after the commit."""
    owner = sa.case((uploads.c.owner.startswith("agent:"), uploads.c.owner), else_=alias)
    gone = sa.func.coalesce(uploads.c.gone_at, sa.literal(at, uploads.c.gone_at.type))
    change = sa.update(uploads).where(theirs("uploads", one))
    return int(tx.execute(change.values(owner=owner, name="", gone_at=gone)).rowcount)


def _parts(tx: sa.Connection, one: Person, at: datetime, alias: str) -> int:
    """Words beside chains of evidence; the chains' commitments to them stay."""
    mine = theirs("evidence_parts", one) & evidence_parts.c.name.in_(sorted(PERSONAL))
    return int(tx.execute(sa.delete(evidence_parts).where(mine)).rowcount)


def _events(tx: sa.Connection, one: Person, at: datetime, alias: str) -> int:
    """Every event keeps its place, its kind and what reports count."""
    found = tx.execute(sa.select(events.c.n, events.c.type, events.c.body).where(theirs("events", one))).all()
    change = sa.update(events).where(events.c.shop == one.shop, events.c.n == sa.bindparam("place"))
    change = change.values(body=sa.bindparam("bare"))
    for first in range(0, len(found), BATCH):
        some = found[first : first + BATCH]
        tx.execute(change, [{"place": row.n, "bare": bare(row.type, row.body)} for row in some])
    return len(found)


def bare(kind: str, body: Any, key: str = "") -> Any:
    """An event's body without words: numbers, flags, ids, times and states stay."""
    match body:
        case str():
            if key == "text":
                return ERASED
            stays = key in KEPT_KEYS and MACHINE.fullmatch(body) and not (key == "reason" and kind in FREE_REASON)
            return body if stays else ""
        case dict():
            if key in {"proof", "memory", "trace"}:
                return {}
            return {name: bare(kind, value, name) for name, value in body.items()}
        case list():
            return [] if key in {"parts", "citations"} else [bare(kind, value, key) for value in body]
    return body


SPECIAL: Mapping[str, Callable[[sa.Connection, Person, datetime, str], int]] = {
    "conversations": _conversations, "messages": _messages, "uploads": _uploads,
    "evidence_parts": _parts, "events": _events,
}  # fmt: skip
