"""What is heard of a refund as it changes: an event for buyer and desk, and the card in the buyer's chat."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ticketing.refund import Refund
from ticketing.storage import event_log, talk

Json = dict[str, Any]


def refund_part(refund: Refund) -> Json:
    """The card: how far it is, and how much."""
    return {
        "type": "refund", "id": refund.number, "state": refund.state, "amount": str(refund.amount),
        "currency": refund.currency,
    }  # fmt: skip


def tell_refund(tx: sa.Connection, refund: Refund, at: datetime) -> Refund:
    """Report a refund as it stands now, where it belongs to a conversation; the refund."""
    if refund.conversation is None:
        return refund
    conversation = talk.get(tx, refund.shop, refund.conversation)
    body: Json = {"conversation": conversation.id, "refund": refund_part(refund), "rev": refund.rev}
    event_log.append(tx, refund.shop, "refund", conversation.id, conversation.owner, body, at)
    return refund
