"""What the policy granted and the buyer agreed to is asked for by itself; a person approves it, or the limits do."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
import structlog

from knowledge_base.shop import Shop
from support.orders.order import Order
from support.orders.told import with_told
from support.service.refunds import Asked, ask_for
from ticketing.conversation import Conversation
from ticketing.errors import TicketingError
from ticketing.order_event import told_by
from ticketing.refund import Refund
from ticketing.storage import dossier, order_events

log = structlog.get_logger()


def granted_refund(
    tx: sa.Connection, shop: Shop, conversation: Conversation, order: Order, product: str | None, message: str,
    at: datetime,
) -> Refund | None:  # fmt: skip
    """The refund that the policy granted last in this conversation on this order, asked for now that the buyer agreed.

    None where it cannot be asked for, because what was paid is not known, say: its ticket stands all the same.
    """
    order = with_told(order, told_by(order_events.of_order(tx, shop.id, order.number)))
    decided = [one for one in dossier.decisions_of(tx, shop.id, conversation.id) if one.order_no == order.number]
    granted = next((one for one in decided if "refund" in (one.proof.get("outcome") or {})), None)
    if granted is None:
        return None
    asked = Asked(order, product, decision=granted.id, conversation=conversation.id, message=message)
    try:
        return ask_for(tx, shop, None, asked, at)[0]
    except TicketingError as error:
        log.info("a granted refund is left to a person", conversation=conversation.id, reason=str(error))
        return None
