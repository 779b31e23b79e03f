"""A note from agent to agent: no buyer ever hears of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.service.views import note_view
from ticketing.agent import Agent
from ticketing.storage import event_log, notes, talk

Json = dict[str, Any]


def write_note(tx: sa.Connection, shop: Shop, agent: Agent, conversation: str, text: str, at: datetime) -> Json:
    """Keep the note after the message that is last now; the ack. Raises NotFound."""
    row = talk.get(tx, shop.id, conversation)
    note = notes.add(
        tx, shop.id, row.id, after_seq=row.seq, agent=agent.id, author_name=agent.display_name, text=text.strip(), at=at
    )
    body = {"conversation": row.id, "note": note_view(note)}
    event_log.append(tx, shop.id, "note", row.id, row.owner, body, at, audience="agents")
    return {"conversation": row.id, "rev": row.rev, "note": note_view(note)}
