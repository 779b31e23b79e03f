"""A store tells of an order: kept once, and told to whoever talks about that order."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.phrases import phrase
from support.assistant.wording import money
from support.chat.frames import utc
from support.orders.order import Order
from support.service.order_event_body import Given
from support.service.refund_holds import judge_order
from support.service.refund_payments import charge_back
from support.service.tell import say_as_house
from ticketing.order_event import OrderEvent, told_by
from ticketing.refund import STORE
from ticketing.storage import event_log, order_events, talk

Json = dict[str, Any]


def receive_order_event(tx: sa.Connection, shop: Shop, given: Given, body: bytes, order: Order | None = None) -> bool:
    """Keep an event and tell of it, in one transaction; False where it was kept before. It may hold a refund.

    `order` is the order of a chargeback, which is written down as what a bank took back, once for each reference.
    What changes nothing, such as the news of a payment after that of the delivery, is kept and not told.
    Raises IdReused, and for a chargeback PaidUnknown.
    """
    event = given.event
    before = order_events.of_order(tx, shop.id, event.order_no)
    if not order_events.add(tx, event, body):
        return False
    if order is not None and event.kind == "chargeback":
        charge_back(tx, shop, STORE, order, event.amount, given.reference or f"event {event.id}", event.received_at)
    if told_by(before) != told_by((*before, event)):
        for conversation, proved in order_events.conversations_about(tx, shop.id, event.order_no):
            _tell(tx, shop, conversation, proved, given)
        judge_order(tx, shop, event.order_no, event.received_at)
    return True


def _tell(tx: sa.Connection, shop: Shop, key: str, proved: bool, given: Given) -> None:
    """A line for the buyer, where the buyer has proved the order; the desk hears of it in any case."""
    event, conversation = given.event, talk.get(tx, shop.id, key)
    if proved and event.kind != "chargeback":
        line = line_of(shop, event, given.shown, conversation.lang)
        say_as_house(tx, shop, conversation, line, event.received_at)
    body: Json = {"conversation": key, "order": given.shown, "kind": event.kind, "occurred_at": utc(event.occurred_at)}
    event_log.append(
        tx, shop.id, "order", key, conversation.owner, body, event.received_at, audience="agents"
    )  # fmt: skip


def line_of(shop: Shop, event: OrderEvent, number: str, lang: str) -> str:
    """What happened, in the buyer's language."""
    if event.kind == "refunded" and event.amount is not None:
        amount = money(event.amount, event.currency or shop.currency)
        return phrase(lang, "order_event.refunded_part", number=number, amount=amount)
    key = "released" if event.kind == "frozen" and not event.frozen else event.kind
    return phrase(lang, f"order_event.{key}", number=number)


def received(given: Given | None, id: str) -> Json:
    """The answer to an event: the same for the same event, however often it comes."""
    if given is None:
        return {"id": id, "type": "ping"}
    return {"id": id, "type": f"order.{given.event.kind}", "order": given.event.order_no}
