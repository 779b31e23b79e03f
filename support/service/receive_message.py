"""A buyer says something: kept, acked once, and owed an answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.masking import mask_keys
from support.assistant.redact import without_numbers
from support.chat.frames import utc
from support.service.people import Person
from support.service.resolve import wake
from support.service.say_uploads import attach, own_uploads
from support.service.tell import tell_conversation, tell_message
from support.service.views import conversation_head
from ticketing.conversation import Conversation, Message
from ticketing.storage import event_log, talk, visitors
from ticketing.storage.visitors import PendingTurn
from ticketing.ticket import BUYER

Json = dict[str, Any]
SUBJECT, LATEST = 60, "latest"


class Said(msgspec.Struct, frozen=True):
    """The ack's JSON, and the turn that follows: none for a repetition."""

    text: str
    turn: PendingTurn | None

    @property
    def ack(self) -> Json:
        """The ack, read."""
        found: Json = msgspec.json.decode(self.text)
        return found


class _Named(msgspec.Struct):
    id: str
    seq: int
    at: str


class _Ack(msgspec.Struct):
    conversation: str
    message: _Named


class Words(msgspec.Struct, frozen=True):
    """What is said: `text` as everyone sees it, `given` what the turn learns besides (a card's slots, a hint)."""

    conversation: str
    text: str
    lang: str
    given: Mapping[str, Any]
    name: str | None = None
    attachments: tuple[str, ...] = ()


def receive_message(
    tx: sa.Connection, shop: Shop, person: Person, client_id: str, body: bytes, words: Words, at: datetime
) -> Said:
    """Keep a buyer's message with its event, its ack and the turn it is owed, all in one transaction.

    Raises NotFound for a conversation or an upload that is missing or somebody else's, IdReused for an id with
    another body.
    """
    if (masked := as_kept(shop, words.text)) != words.text:
        words = msgspec.structs.replace(words, text=masked)
    message = None if words.attachments else talk.append_if_new(
        tx, person.shop, person.owner, client_id, words.conversation, at=at, author_name=person.buyer_id or "",
        text=words.text, lang=words.lang,
    )  # fmt: skip
    if message is not None:
        tell_message(tx, person.shop, person.owner, message)
        return acked(tx, person, message, client_id, body, words.given)
    if before := visitors.repeated(tx, person.shop, person.owner, client_id, body):
        return Said(before, None)
    return _say(tx, shop, person, client_id, body, words, at)


def as_kept(shop: Shop, text: str) -> str:
    """A buyer's text without keys of goods, and without the numbers that the shop does not want to have."""
    return mask_keys(without_numbers(text, shop.privacy.without) if shop.privacy.without else text)


def _say(
    tx: sa.Connection, shop: Shop, person: Person, client_id: str, body: bytes, words: Words, at: datetime
) -> Said:
    """What begins a conversation, wakes one, or brings uploads."""
    words = msgspec.structs.replace(words, conversation=_latest(tx, person, words.conversation))
    files = own_uploads(tx, person.shop, person.owner, words.attachments)
    subject = _cut(words.text.strip().replace("\n", " ")) or (files[0].name if files else "")
    conversation = _conversation(tx, shop, person, words, subject, at)
    parts = attach(tx, files, conversation.id, at)
    message = write_buyer_message(tx, person, conversation.id, words.text, words.lang, at, parts)
    given = {**words.given, "pieces": len(parts)} if parts else words.given
    return acked(tx, person, message, client_id, body, given)


def acked(
    tx: sa.Connection, person: Person, message: Message, client_id: str, body: bytes, given: Mapping[str, Any]
) -> Said:
    """Keep the ack of a buyer's message, and that the assistant owes an answer to it.

    It owes it to the buyer, or to the agent who has the conversation, as a draft.
    """
    ack = _Ack(message.conversation, _Named(message.id, message.seq, utc(message.at)))
    turn = PendingTurn(person.shop, message.conversation, message.id, client_id, person.owner, given)
    text = visitors.save_ack(tx, person.shop, person.owner, client_id, body, ack, message.at, turn)
    return Said(text, turn)


def write_buyer_message(
    tx: sa.Connection, person: Person, conversation: str, text: str, lang: str, at: datetime,
    parts: tuple[Json, ...] = (),
) -> Message:  # fmt: skip
    """The buyer's message and its event."""
    message = talk.append(
        tx, person.shop, conversation, at=at, author_kind="buyer", author_name=person.buyer_id or "", text=text,
        lang=lang, parts=parts, told=True,
    )  # fmt: skip
    tell_message(tx, person.shop, person.owner, message)
    return message


def _conversation(
    tx: sa.Connection, shop: Shop, person: Person, words: Words, subject: str, at: datetime
) -> Conversation:
    if words.conversation == "new":
        conversation = talk.start(tx, person.shop, person.owner, words.lang, subject, at, words.name)
        body = conversation_head(tx, conversation)
        event_log.append(tx, person.shop, "conversation", conversation.id, person.owner, body, at)
        return conversation
    return awake(tx, shop, talk.get(tx, person.shop, words.conversation, person.owner), at)


def _latest(tx: sa.Connection, person: Person, wanted: str) -> str:
    """What a channel means that remembers no conversations: the person's last one, else a new one."""
    if wanted != LATEST:
        return wanted
    found = talk.of_owner(tx, person.shop, person.owner, 1)
    return found[0].id if found else "new"


def awake(tx: sa.Connection, shop: Shop, conversation: Conversation, at: datetime) -> Conversation:
    """The conversation as it stands for a buyer who writes in it: one that rests goes on, one that is done begins."""
    if conversation.state == "snoozed":
        return wake(tx, shop, conversation, at, BUYER)
    if conversation.state == "resolved":
        talk.move(tx, conversation, "bot", assignee=None, joined_at=None)
        return tell_conversation(tx, shop.id, conversation.id, at)
    return conversation


def _cut(text: str) -> str:
    return text if len(text) <= SUBJECT else text[: SUBJECT - 1].rstrip() + "…"
