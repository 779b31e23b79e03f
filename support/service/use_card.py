"""A card is used: a choice, a form, a confirmation, a review, a thumb. Once."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.masking import mask_keys
from support.assistant.phrases import listed, phrase
from support.chat.frames import MAX_ATTACHMENTS, Act
from support.service.people import Person
from support.service.rate import say_whether_solved
from support.service.receive_message import Said, acked, as_kept, awake, write_buyer_message
from support.service.say_uploads import attach, own_uploads
from support.service.tell import patch
from ticketing.conversation import Message
from ticketing.errors import Conflict, NotFound
from ticketing.storage import event_log, talk, visitors

Json = dict[str, Any]
CARD_OF = {
    "choose": "choices", "submit": "form", "confirm": "confirm", "decline": "confirm", "review": "decision",
}  # fmt: skip
FORM_OF = {
    "request": "request", "reason": "claim.reason", "item": "order.item", "order": "order.number",
    "product": "product", "topic": "topic", "human": "human",
}  # fmt: skip
LONGEST_FIELD = 200
ASKED = "asked."
"""What the name of a field begins with that a person asked for: its answer is read like a message."""


def use_card(
    tx: sa.Connection, shop: Shop, person: Person, client_id: str, body: bytes, act: Act, at: datetime
) -> Said:
    """Mark the card as used, write what the buyer said by it, and owe the turn.

    Raises NotFound for a card or an upload that is not there, Conflict for one that was used, IdReused.
    """
    body = _without_answers(body, act)
    if before := visitors.repeated(tx, person.shop, person.owner, client_id, body):
        return Said(before, None)
    conversation = talk.get(tx, person.shop, act.conversation, person.owner)
    message = talk.get_message(tx, person.shop, act.conversation, act.message)
    if act.action == "feedback":
        return _feedback(tx, person, client_id, body, act, message, at)
    if act.action == "solved":
        ack = say_whether_solved(tx, shop, conversation, message, act.value, at)
        return Said(visitors.save_ack(tx, person.shop, person.owner, client_id, body, ack, at), None)
    place, part = _card(message, act)
    used, text, form = _used(part, act, conversation.lang)
    pieces = attach(tx, own_uploads(tx, person.shop, person.owner, _uploads(part, act)), conversation.id, at)
    patch(tx, conversation, message, place, used, at)
    conversation = awake(tx, shop, conversation, at)
    said = write_buyer_message(tx, person, conversation.id, as_kept(shop, text), conversation.lang, at, pieces)
    given: Json = {} if act.action == "submit" and not form else {"form": form, "pressed": True}
    return acked(tx, person, said, client_id, body, given | ({"pieces": len(pieces)} if pieces else {}))


def _without_answers(body: bytes, act: Act) -> bytes:
    """What a repeat of it is known by: a proof of four digits could be found again from a hash of the whole frame."""
    if act.action != "submit" or not isinstance(act.value, dict):
        return body
    return json.dumps(["submit", act.conversation, act.message, sorted(act.value)]).encode()


def _card(message: Message, act: Act) -> tuple[int, Json]:
    kind = CARD_OF.get(act.action)
    for place, part in enumerate(message.parts):
        if part["type"] == kind and _meant(part, act):
            if part.get("used"):
                raise Conflict(part)
            return place, part
    raise NotFound("card", f"{act.action} on {message.id}")


def _meant(part: Json, act: Act) -> bool:
    if act.action == "choose":
        return any(option["value"] == act.value for option in part["options"])
    if act.action == "submit":
        return isinstance(act.value, dict)
    return act.value in (None, part["id"])


def _used(part: Json, act: Act, lang: str) -> tuple[Json, str, dict[str, str]]:
    """The card as it stands from now on, the buyer's words, and the slots that the turn gets."""
    if act.action == "choose":
        kind, _, value = str(act.value).partition(":")
        label = next(option["label"] for option in part["options"] if option["value"] == act.value)
        return part | {"used": act.value}, label, {FORM_OF.get(kind, kind): value or "yes"}
    if act.action == "submit":
        return _submitted(part, act.value, lang)
    if act.action == "review":
        return part | {"contest": False, "used": True}, phrase(lang, "label.contest"), {"contest": part["id"]}
    answer = "yes" if act.action == "confirm" else "no"
    return part | {"used": answer}, part[f"{answer}_label"], {"confirm": answer}


def _submitted(part: Json, value: Json, lang: str) -> tuple[Json, str, dict[str, str]]:
    """A form's fields: secrets reach the turn and nothing else, and what a person asked for the person alone."""
    form: dict[str, str] = {}
    shown = []
    for entry in part["fields"]:
        if entry["kind"] == "file" and isinstance(value.get(entry["name"]), list):
            shown.append(entry["label"])
            continue
        text = str(value.get(entry["name"], "")).strip()[:LONGEST_FIELD]
        if not text:
            continue
        if not entry["name"].startswith(ASKED):
            form[entry["name"]] = text
        told = "••••" if entry["kind"] == "secret" else mask_keys(text)
        shown.append(listed(lang, (entry["label"], told), "colon"))
    return part | {"used": True}, "\n".join(shown) or "…", form


def _uploads(part: Json, act: Act) -> tuple[str, ...]:
    """The uploads that the file fields of a submitted form name, as many as a message may bring."""
    if act.action != "submit":
        return ()
    given = [act.value.get(entry["name"]) for entry in part["fields"] if entry["kind"] == "file"]
    named = (one for ids in given if isinstance(ids, list) for one in ids)
    return tuple(dict.fromkeys(str(one) for one in named))[:MAX_ATTACHMENTS]


def _feedback(
    tx: sa.Connection, person: Person, client_id: str, body: bytes, act: Act, message: Message, at: datetime
) -> Said:
    """A thumb on an answer: an event for the shop, nothing for the buyer's page. Raises NotFound for other words."""
    if message.author_kind != "assistant":
        raise NotFound("answer", message.id)
    value = act.value if isinstance(act.value, dict) else {}
    kept = {"score": "up" if value.get("score") == "up" else "down", "reason": str(value.get("reason", ""))[:500]}
    sources = list(dict.fromkeys(str(one["id"]) for one in message.citations))
    report = {"conversation": act.conversation, "message": message.id, **kept, "sources": sources}
    event_log.append(tx, person.shop, "feedback", act.conversation, person.owner, report, at, audience="agents")
    ack: Json = {"conversation": act.conversation, "message": {"id": message.id, "seq": message.seq}}
    return Said(visitors.save_ack(tx, person.shop, person.owner, client_id, body, ack, at), None)
