"""Events and messages that several use cases report their changes with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.phrases import phrase
from support.service.views import conversation_head, ticket_view, told
from ticketing.conversation import Conversation, Message
from ticketing.storage import event_log, talk
from ticketing.ticket import Ticket

Json = dict[str, Any]


def tell_conversation(tx: sa.Connection, shop: str, conversation: str, at: datetime) -> Conversation:
    """Report a conversation as it stands now, which is returned."""
    now = talk.get(tx, shop, conversation)
    event_log.append(tx, shop, "conversation", conversation, now.owner, conversation_head(tx, now), at)
    return now


def tell_ticket(tx: sa.Connection, ticket: Ticket, owner: str, at: datetime, **more: Any) -> None:
    """Report a ticket as it stands now."""
    body = {"conversation": ticket.conversation, "ticket": ticket_view(tx, ticket), "rev": ticket.rev, **more}
    event_log.append(tx, ticket.shop, "ticket", ticket.conversation, owner, body, at)


def tell_handoff(tx: sa.Connection, conversation: Conversation, at: datetime, stage: str, **more: Any) -> None:
    """Report how far the way to a person is."""
    body = {"conversation": conversation.id, "stage": stage, **more}
    event_log.append(tx, conversation.shop, "handoff", conversation.id, conversation.owner, body, at)


def notice(
    tx: sa.Connection, shop: Shop, conversation: Conversation, key: str, at: datetime, parts: Iterable[Json] = (),
    **slots: object,
) -> Message:  # fmt: skip
    """A line of the house in the chat, in the conversation's language: neither the assistant's nor an agent's."""
    return say_as_house(tx, shop, conversation, phrase(conversation.lang, key, **slots), at, parts)


def say_as_house(
    tx: sa.Connection, shop: Shop, conversation: Conversation, text: str, at: datetime, parts: Iterable[Json] = ()
) -> Message:
    """The same with a text that is made already."""
    name = house_name(shop, conversation.lang)
    message = talk.append(
        tx, shop.id, conversation.id, at=at, author_kind="system", author_name=name, text=text,
        lang=conversation.lang, generated_by="rules", parts=parts, told=True,
    )  # fmt: skip
    tell_message(tx, shop.id, conversation.owner, message)
    return message


def tell_message(tx: sa.Connection, shop: str, owner: str, message: Message) -> None:
    """The event of a message that was written to be told."""
    event_log.append_message(tx, shop, message, owner, told(message))


def house_name(shop: Shop, lang: str) -> str:
    """The shop's name in a language, else in its first."""
    return shop.name.get(lang) or next(iter(shop.name.values()), shop.id)


def patch(
    tx: sa.Connection, conversation: Conversation, message: Message, place: int, part: Json, at: datetime
) -> None:
    """Put `part` in its `place` in a message, once. Raises Conflict if the message changed meanwhile."""
    parts = [part if i == place else old for i, old in enumerate(message.parts)]
    rev = talk.patch_parts(tx, message, conversation.shop, parts)
    body = {"conversation": conversation.id, "id": message.id, "rev": rev, "parts": parts}
    event_log.append(tx, conversation.shop, "message.patch", conversation.id, conversation.owner, body, at)
