"""What acg-faka's columns say of a delivery: a text in `secret` is no delivery by itself."""

from __future__ import annotations

from dataclasses import dataclass

from support.orders import store_values as values
from support.orders.order import DeliveryKind, DeliveryState
from support.orders.sql_store import Row

SHORTAGE = "很抱歉，有人在你付款之前抢走了商品，请联系客服。"
"""Stored as the delivered secret, with `delivery_status` 1, when somebody else got the last card."""
PLACEHOLDERS = frozenset({"此商品没有发货信息或正在发货中", "正在发货中，请耐心等待，如有疑问，请联系客服。"})


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was delivered; None is unknown."""

    state: DeliveryState | None = None
    quantity: int | None = None


UNKNOWN = Delivery()


def kind_of(head: Row) -> DeliveryKind | None:
    """How the product is delivered; unknown once the product is gone."""
    if head["commodity_row"] is None:
        return None
    if values.identity(head["commodity_shared_id"]):
        return "upstream"
    match str(head["commodity_delivery_way"]):
        case "0":
            return "auto"
        case "1":
            return "manual"
    return None


def delivery_of(head: Row, kind: DeliveryKind | None, paid: bool | None, cards: int | None) -> Delivery:
    """The delivery of an order; `cards` counts those sold with it, None where nobody can see them."""
    if paid is None:
        return UNKNOWN
    if not paid:
        return Delivery("unpaid", 0)
    content = values.text(head["secret"])
    if content == SHORTAGE and not cards:
        return Delivery("paid_undelivered_shortage", 0)
    sent, quantity = values.flag(head["delivery_status"]), values.count(head["card_num"])
    if kind is None or sent is None:
        return UNKNOWN
    if kind == "auto":
        return _of_cards(sent, quantity, cards, content)
    return _of_content(sent, quantity, content, values.text(head["commodity_delivery_message"]))


def _of_cards(sent: bool, quantity: int | None, cards: int | None, content: str | None) -> Delivery:
    """Delivered are the cards that were sold with the order, whatever text the order shows."""
    if cards is None or quantity is None:
        return UNKNOWN if sent else Delivery("not_delivered", 0)
    if cards == 0:
        shown = content is not None and content not in PLACEHOLDERS
        return UNKNOWN if sent and shown else Delivery("not_delivered", 0)
    if cards < quantity:
        return Delivery("partially_delivered", cards)
    return Delivery("delivered" if sent else "not_delivered", cards if sent else 0)


def _of_content(sent: bool, quantity: int | None, content: str | None, message: str | None) -> Delivery:
    """By hand or upstream: a text that only asks to wait is no delivery, and an empty one says nothing."""
    if not sent or content in PLACEHOLDERS or (content is not None and content == message):
        return Delivery("paid_pending", 0)
    return UNKNOWN if content is None else Delivery("delivered", quantity)
