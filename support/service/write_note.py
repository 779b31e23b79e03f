"""A note from agent to agent: no buyer ever hears of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.service.tell import house_name
from support.service.views import note_view
from ticketing.agent import Agent
from ticketing.conversation import Conversation
from ticketing.storage import event_log, notes, talk
from ticketing.storage.notes import Note
from ticketing.ticket import SERVER

Json = dict[str, Any]


def write_note(tx: sa.Connection, shop: Shop, agent: Agent, conversation: str, text: str, at: datetime) -> Json:
    """Keep the note after the message that is last now; the ack. Raises NotFound."""
    row = talk.get(tx, shop.id, conversation)
    note = notes.add(
        tx, shop.id, row.id, after_seq=row.seq, agent=agent.id, author_name=agent.display_name, text=text.strip(), at=at
    )
    _tell(tx, row, note, at)
    return {"conversation": row.id, "rev": row.rev, "note": note_view(note)}


def write_house_note(tx: sa.Connection, shop: Shop, row: Conversation, text: str, at: datetime) -> None:
    """A note that no agent wrote: of something that time has made due."""
    name = house_name(shop, shop.languages[0])
    _tell(tx, row, notes.add(
        tx, shop.id, row.id, after_seq=row.seq, agent=SERVER, author_name=name, text=text, at=at
    ), at)  # fmt: skip


def _tell(tx: sa.Connection, row: Conversation, note: Note, at: datetime) -> None:
    body = {"conversation": row.id, "note": note_view(note)}
    event_log.append(tx, row.shop, "note", row.id, row.owner, body, at, audience="agents")
