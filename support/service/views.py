"""Rows as the wire shows them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from support.chat.frames import utc
from ticketing.conversation import Conversation, Message
from ticketing.storage import talk
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


def conversation_view(tx: sa.Connection, conversation: Conversation) -> Json:
    """A conversation with its last messages."""
    messages = talk.page(tx, conversation.shop, conversation.id, None, SHOWN)
    return conversation_head(tx, conversation) | {
        "messages": [message_view(message) for message in messages],
        "has_more": bool(messages) and messages[0].seq > 1,
    }


def conversation_head(tx: sa.Connection, conversation: Conversation) -> Json:
    """A conversation without its messages."""
    assignee = {"name": conversation.assignee} if conversation.assignee else None
    return {
        "id": conversation.id, "conversation": conversation.id, "state": conversation.state, "assignee": assignee,
        "rev": conversation.rev, "seq": conversation.seq,
        "read": talk.read_marks(tx, conversation.shop, conversation.id), "subject": conversation.subject,
        "lang": conversation.lang, "created_at": utc(conversation.created_at),
        "updated_at": utc(conversation.updated_at),
    }  # fmt: skip


def ticket_view(ticket: Ticket) -> Json:
    """A ticket as a buyer may know it."""
    return {
        "id": ticket.id, "reason": ticket.reason, "priority": ticket.priority, "queue": ticket.queue,
        "state": ticket.state, "rev": ticket.rev, "due_at": utc(ticket.due_at) if ticket.due_at else None,
    }  # fmt: skip
