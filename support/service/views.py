"""Rows as the wire shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from support.chat.frames import utc
from ticketing.conversation import Conversation, Message
from ticketing.errors import NotFound
from ticketing.storage import agents, talk
from ticketing.storage.database import encode
from ticketing.storage.notes import Note
from ticketing.storage.ratings import Rating
from ticketing.ticket import Ticket

Json = dict[str, Any]
SHOWN = 30


def message_view(message: Message) -> Json:
    """A message; its parts and citations are data already."""
    return {
        "id": message.id, "seq": message.seq, "at": utc(message.at),
        "author": {"kind": message.author_kind, "name": message.author_name}, "generated_by": message.generated_by,
        "text": message.text, "parts": list(message.parts), "citations": list(message.citations),
        "lang": message.lang, "rev": message.rev,
    }  # fmt: skip


def told(message: Message) -> str:
    """The body of the event that tells of a message, `{conversation, message}`, in JSON and at once: all take it."""
    parts = encode(message.parts) if message.parts else "[]"
    citations = encode(message.citations) if message.citations else "[]"
    return (
        f'{{"conversation":"{message.conversation}","message":{{"id":"{message.id}","seq":{message.seq},'
        f'"at":"{utc(message.at)}","author":{{"kind":"{message.author_kind}","name":{encode(message.author_name)}}},'
        f'"generated_by":"{message.generated_by}","text":{encode(message.text)},"parts":{parts},'
        f'"citations":{citations},"lang":{encode(message.lang)},"rev":{message.rev}}}}}'
    )


def conversation_view(tx: sa.Connection, conversation: Conversation) -> Json:
    """A conversation with its last messages."""
    messages = talk.page(tx, conversation.shop, conversation.id, None, SHOWN)
    return conversation_head(tx, conversation) | {
        "messages": [message_view(message) for message in messages],
        "has_more": bool(messages) and messages[0].seq > 1,
    }


def conversation_head(tx: sa.Connection, conversation: Conversation) -> Json:
    """A conversation without its messages."""
    return {
        "id": conversation.id, "conversation": conversation.id, "state": conversation.state,
        "assignee": agent_name(tx, conversation.shop, conversation.assignee),
        "rev": conversation.rev, "seq": conversation.seq,
        "read": talk.read_marks(tx, conversation.shop, conversation.id), "subject": conversation.subject,
        "lang": conversation.lang, "created_at": utc(conversation.created_at),
        "updated_at": utc(conversation.updated_at), "joined_at": _utc(conversation.joined_at),
        "snoozed_until": _utc(conversation.snoozed_until),
    }  # fmt: skip


def agent_name(tx: sa.Connection, shop: str, agent: str | None) -> Json | None:
    """An agent as a buyer may know it: the id and the name that is shown."""
    if agent is None:
        return None
    try:
        return {"id": agent, "name": agents.get(tx, shop, agent).display_name}
    except NotFound:
        return {"id": agent, "name": agent}


def ticket_view(tx: sa.Connection, ticket: Ticket) -> Json:
    """A ticket as a buyer may know it: without its resolution, which agents write for each other."""
    return {
        "id": ticket.id, "number": ticket.number, "reason": ticket.reason, "priority": ticket.priority,
        "queue": ticket.queue, "state": ticket.state, "rev": ticket.rev, "order_no": ticket.order_no,
        "assignee": agent_name(tx, ticket.shop, ticket.assignee), "created_at": utc(ticket.created_at),
        "target_at": _utc(ticket.target_at), "due_at": _utc(ticket.due_at), "resolve_by": _utc(ticket.resolve_by),
        "taken_at": _utc(ticket.taken_at), "resolved_at": _utc(ticket.resolved_at),
    }  # fmt: skip


def note_view(note: Note) -> Json:
    """A note as desks show it, `after_seq` the message that it follows; no buyer is told of one."""
    return {
        "id": note.id, "after_seq": note.after_seq, "at": utc(note.at),
        "author": {"id": note.agent, "name": note.author_name}, "text": note.text,
    }  # fmt: skip


def rating_view(rating: Rating) -> Json:
    """A rating; `agent` is the id of who is rated, None for the assistant, and `solved` or `score` None until said."""
    return {
        "message": rating.message, "solved": rating.solved, "score": rating.score, "tags": list(rating.tags),
        "comment": rating.comment, "at": utc(rating.at), "agent": rating.agent,
    }  # fmt: skip


def _utc(at: datetime | None) -> str | None:
    return None if at is None else utc(at)
