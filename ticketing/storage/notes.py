"""Queries about notes: what agents tell each other and no buyer sees."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from ticketing.ids import new_id
from ticketing.storage.tables import notes

LATEST = 1000
"""So many notes are looked through for those that name somebody."""
_COLUMNS = (
    notes.c.id, notes.c.conversation, notes.c.after_seq, notes.c.at, notes.c.agent, notes.c.author_name, notes.c.text,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """One note. `after_seq` is the message it follows."""

    id: str
    conversation: str
    after_seq: int
    at: datetime
    agent: str
    author_name: str
    text: str


def add(
    tx: sa.Connection, shop: str, conversation: str, *, after_seq: int, agent: str, author_name: str, text: str,
    at: datetime,
) -> Note:  # fmt: skip
    """Keep a note under a new id, with the name that its author has now: it stays when the account is renamed."""
    note = Note(new_id(), conversation, after_seq, at, agent, author_name, text)
    tx.execute(sa.insert(notes).values(shop=shop, **asdict(note)))
    return note


def of_conversation(tx: sa.Connection, shop: str, conversation: str) -> tuple[Note, ...]:
    """A conversation's notes, oldest first."""
    query = sa.select(*_COLUMNS).where(notes.c.shop == shop, notes.c.conversation == conversation)
    return tuple(Note(*row) for row in tx.execute(query.order_by(notes.c.at, notes.c.id)))


def naming(tx: sa.Connection, shop: str, name: str, but: str, since: datetime) -> tuple[Note, ...]:
    """Of a shop's latest notes those with `@name`, by others than the agent `but`, oldest first.

    Looked for in what was read, for a note may be sealed in the record.
    """
    query = sa.select(*_COLUMNS).where(notes.c.shop == shop, notes.c.agent != but)
    latest = (Note(*row) for row in tx.execute(query.order_by(notes.c.id.desc()).limit(LATEST)))
    return tuple(reversed([one for one in latest if one.at >= since and f"@{name}" in one.text]))
