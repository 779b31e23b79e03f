"""One turn without a socket: the same way as a buyer's, for a command line."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from support.orders.connector import Connector, StoreUnavailable
from support.orders.opening import opened_by
from support.policy.item import item_in_question
from support.service.answer import Answered, answer
from support.service.explain import ItemNotFound
from support.service.people import Person, visitor
from support.service.receive_message import Said, Words, receive_message
from support.service.runtime import Runtime
from ticketing.ids import new_id
from ticketing.storage import talk, visitors

Json = dict[str, Any]
TICKET = ("id", "number", "reason", "priority", "queue")
"""What a caller gets to know of a ticket."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `slots` are what a form would fill; `facts` are supposed; `now` is the clock of the turn."""

    shop: str
    text: str
    lang: str = ""
    conversation: str | None = None
    slots: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    now: datetime | None = None


def ask(runtime: Runtime, question: Question) -> Json:
    """The answer as `anxin ask --json` prints it. Raises UnknownShop and ItemNotFound."""
    _refuse_unknown_item(runtime.shops.get(question.shop).connector, question.slots)
    return say(runtime, question)


def say(runtime: Runtime, question: Question) -> Json:
    """The same as a page says it: there an item that the order has not is passed over. Raises UnknownShop."""
    started = time.perf_counter()
    loaded = runtime.shops.get(question.shop)
    at = question.now or runtime.clock()
    lang = question.lang or loaded.folder.shop.languages[0]

    def keep(tx: sa.Connection) -> Said:
        held = talk.named(tx, question.shop, question.conversation) if question.conversation else None
        person = _person(tx, question.shop, held.owner if held else None, at)
        given = {"form": dict(question.slots), "locale": question.lang, "facts": dict(question.facts)}
        words = Words(held.id if held else "new", question.text, lang, given, question.conversation)
        return receive_message(tx, loaded.folder.shop, person, new_id(), question.text.encode(), words, at)

    said = runtime.journal.write_now(keep)
    answered = answer(runtime, said.turn, at) if said.turn else None
    return shown(said, answered, (time.perf_counter() - started) * 1000)


def _refuse_unknown_item(connector: Connector | None, slots: Mapping[str, str]) -> None:
    """Of an order that the proof opens; what is in another's order is nobody's to learn."""
    number, proof, item = (slots.get(name) for name in ("order.number", "order.proof", "order.item"))
    if connector is None or not (number and proof and item):
        return
    try:
        order = opened_by(connector, number, proof)
    except StoreUnavailable:
        return  # the turn itself says so
    if order is not None and item_in_question(order, item) is None:
        raise ItemNotFound(order, item)


def _person(tx: sa.Connection, shop: str, owner: str | None, at: datetime) -> Person:
    if owner is not None:
        return Person(shop, owner, owner.removeprefix("buyer:") if owner.startswith("buyer:") else None)
    return visitor(shop, visitors.new_visitor(tx, shop, at)[0])


def shown(said: Said, answered: Answered | None, total_ms: float) -> Json:
    """The turn's outcome as JSON; without an answer a person has the conversation."""
    head: Json = {"conversation": said.ack["conversation"]}
    timings = {"timings_ms": {"total": round(total_ms, 1)}}
    if answered is None:
        nothing: Json = {"citations": [], "decision": None, "confidence": 0.0, "asks": [], "parts": []}
        nothing |= {"ticket": None, "handoff": None}
        return head | {"lang": "", "text": "", "generated_by": "human"} | nothing | timings
    message, output, handed = answered.message, answered.output, answered.handed
    ticket = handed.ticket if handed else None
    return head | {
        "lang": message.lang, "text": message.text, "generated_by": message.generated_by,
        "citations": list(message.citations),
        "decision": output.decision.as_json(with_proof=False) if output.decision else None,
        "confidence": output.confidence, "asks": list(output.asks),
        "ticket": {key: getattr(ticket, key) for key in TICKET} if ticket else None,
        "handoff": handed.handoff if handed else None, "parts": list(message.parts), **timings,
    }  # fmt: skip
