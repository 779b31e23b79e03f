"""An agent answers in the chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.chat.frames import utc
from support.service.desk_rules import current_of
from support.service.say_uploads import attach, own_uploads
from support.service.take import PASSED, join
from support.service.tell import tell_message
from ticketing.agent import Agent
from ticketing.conversation import Conversation, Message
from ticketing.errors import Conflict
from ticketing.storage import event_log, talk, tickets

Json = dict[str, Any]


def reply(
    tx: sa.Connection,
    shop: Shop,
    agent: Agent,
    conversation: str,
    text: str,
    at: datetime,
    files: Sequence[str] = (),
    cards: Sequence[Json] = (),
) -> Json:
    """Say something to the buyer, with the agent's own uploads and cards; the first time is the joining.

    The ack names it.

    Raises NotFound, and Conflict, with who has it, unless the conversation is the agent's now.
    """
    row = talk.get(tx, shop.id, conversation)
    if row.state != "human" or row.assignee != agent.id:
        raise Conflict(current_of(tx, row))
    row = join(tx, shop, agent, row, at)
    parts = (*attach(tx, own_uploads(tx, shop.id, f"agent:{agent.id}", files), row.id, at), *cards)
    message = talk.append(
        tx, shop.id, row.id, at=at, author_kind="agent", author_name=agent.display_name, text=text, lang=row.lang,
        parts=parts, told=True,
    )  # fmt: skip
    tell_message(tx, shop.id, row.owner, message)
    mark_read(tx, row, message.seq, at)
    ticket = tickets.main_ticket_of(tx, shop.id, row.id)
    if ticket is not None:
        tickets.forget_fired(tx, ticket, PASSED)
    return _ack(row, message)


def mark_read(tx: sa.Connection, row: Conversation, seq: int, at: datetime) -> None:
    """The shop's side has seen the conversation up to `seq`."""
    if talk.mark_read(tx, row.shop, row.id, "agent", seq):
        body = {"conversation": row.id, "reader": "agent", "seq": seq}
        event_log.append(tx, row.shop, "read", row.id, row.owner, body, at)


def _ack(row: Conversation, message: Message) -> Json:
    named = {"id": message.id, "seq": message.seq, "at": utc(message.at)}
    return {"conversation": row.id, "rev": row.rev, "message": named}
