"""The buyer presses 转人工: a ticket and a place in the queue, at every turn and hour."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.phrases import phrase
from support.assistant.state import TicketRequest
from support.chat.frames import Handoff, utc
from support.service.hand_off import Case, hand_off
from support.service.people import Person
from support.service.receive_message import Said, awake
from support.service.tell import notice, tell_message
from support.service.views import agent_name
from ticketing.conversation import Conversation, Message
from ticketing.storage import talk, visitors
from ticketing.ticket import BUYER


def ask_for_person(
    tx: sa.Connection, shop: Shop, person: Person, client_id: str, body: bytes, asked: Handoff, locale: str,
    at: datetime,
) -> Said:  # fmt: skip
    """Open the ticket and say in the chat what happens next. Raises NotFound, IdReused."""
    if before := visitors.repeated(tx, shop.id, person.owner, client_id, body):
        return Said(before, None)
    conversation = awake(tx, shop, _conversation(tx, shop, person, asked, locale, at), at)
    message = _with_somebody(tx, shop, conversation, at) or _queued(tx, shop, person, conversation, at)
    ack = {"conversation": conversation.id, "message": {"id": message.id, "seq": message.seq, "at": utc(at)}}
    return Said(visitors.save_ack(tx, shop.id, person.owner, client_id, body, ack, at), None)


def _with_somebody(tx: sa.Connection, shop: Shop, conversation: Conversation, at: datetime) -> Message | None:
    """A person has it already: the buyer is told who, and gets no second ticket."""
    if conversation.state != "human":
        return None
    agent = agent_name(tx, shop.id, conversation.assignee) or {"name": ""}
    key = "handoff.coming" if conversation.joined_at is None else "handoff.here"
    return notice(tx, shop, conversation, key, at, agent=agent["name"])


def _queued(tx: sa.Connection, shop: Shop, person: Person, conversation: Conversation, at: datetime) -> Message:
    lang = conversation.lang
    known = conversation.memory.get("order")
    opened = known if known in visitors.granted_orders(tx, shop.id, person.owner) else None
    case = Case(conversation, lang, opened, actor=BUYER, cause="asked for a person")
    handed = hand_off(tx, shop, case, TicketRequest("human"), at)
    name = (shop.name.get(lang) or shop.id) if shop.name else shop.id
    message = talk.append(
        tx, shop.id, conversation.id, at=at, author_kind="assistant", author_name=name, text=handed.line, lang=lang,
        generated_by="rules", parts=handed.parts, told=True,
    )  # fmt: skip
    tell_message(tx, shop.id, person.owner, message)
    return message


def _conversation(
    tx: sa.Connection, shop: Shop, person: Person, asked: Handoff, locale: str, at: datetime
) -> Conversation:
    if asked.conversation != "new":
        return talk.get(tx, shop.id, asked.conversation, person.owner)
    lang = next((one for one in shop.languages if one[:2].lower() == locale[:2].lower()), shop.languages[0])
    return talk.start(tx, shop.id, person.owner, lang, phrase(lang, "label.human"), at)
