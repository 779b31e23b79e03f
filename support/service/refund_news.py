"""What the buyer hears of a refund as it changes: the card in the chat, and a line at each turn that matters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.phrases import phrase
from support.assistant.wording import money
from support.service.move_ticket import move_ticket
from support.service.tell import patch, say_as_house
from support.service.ticket_waits import carry_on, wait_for
from ticketing.conversation import Conversation
from ticketing.refund import SERVER, Refund
from ticketing.storage import cases, event_log, talk, tickets
from ticketing.storage import refunds as rows

Json = dict[str, Any]
SAID = frozenset({"approved", "done", "failed", "in_doubt", "cancelled"})
"""Steps of which a line is said; the others only move the card."""

UNDER_WAY = frozenset({"requested", "approved", "executing", "in_doubt"})
"""States of a refund that is neither done nor off."""


def refund_part(refund: Refund) -> Json:
    """The card: what is given, how far that is, and how much."""
    return {
        "type": "refund", "id": refund.number, "state": refund.state, "amount": str(refund.amount),
        "currency": refund.currency, "kind": refund.kind,
    }  # fmt: skip


def tell_refund(tx: sa.Connection, shop: Shop, refund: Refund, at: datetime, again: bool = False) -> Refund:
    """Show desks and, where it belongs to a conversation, the buyer a refund as it stands now; the refund.

    One that is done closes the work that waited for it. `again`: it was approved, and waits for a person once more.
    """
    tell_desks(tx, refund, at)
    if refund.conversation is None:
        return refund
    _dispute_waits(tx, shop, refund, at)
    conversation = talk.get(tx, shop.id, refund.conversation)
    first = refund.message is None and refund.state in SAID
    if refund.message is not None:
        _patch(tx, conversation, refund, at)
    if again:
        say_as_house(tx, shop, conversation, _line(conversation.lang, refund, "again"), at)
    if refund.state in SAID:
        given = refund.kind == "reissue" and refund.state == "done"
        said = _line(conversation.lang, refund, "done_key" if given else refund.state)
        message = say_as_house(tx, shop, conversation, said, at, (refund_part(refund),) if first else ())
        if first:
            refund = rows.note(tx, refund, SERVER, "told the buyer", at, message=message.id)
    if refund.state == "done":
        _close_work(tx, conversation, refund, at)
    return refund


def how_far(tx: sa.Connection, shop: str, order_no: str, lang: str) -> tuple[str, str] | None:
    """How far an order's refund under way is, in a sentence, and its amount; None where there is none."""
    found = (one for one in rows.of_order(tx, shop, order_no) if one.state in UNDER_WAY)
    return next(((_line(lang, one, one.state), money(one.amount, one.currency)) for one in found), None)


def tell_desks(tx: sa.Connection, refund: Refund, at: datetime) -> None:
    """Every desk of the shop hears how it stands; no buyer does."""
    owner = talk.get(tx, refund.shop, refund.conversation).owner if refund.conversation else ""
    body: Json = {"conversation": refund.conversation or "", "refund": {
        "number": refund.number, "state": refund.state, "rev": refund.rev, "kind": refund.kind,
        "order": refund.order_no, "line": refund.line, "amount": str(refund.amount), "excess": str(refund.excess),
        "currency": refund.currency, "holds": refund.holds.split(),
    }}  # fmt: skip
    event_log.append(tx, refund.shop, "refund", refund.conversation or "", owner, body, at, audience="agents")


def _dispute_waits(tx: sa.Connection, shop: Shop, refund: Refund, at: datetime) -> None:
    """A dispute that a person has waits while its refund waits for an approval, and goes on when none does any more."""
    dispute = tickets.open_dispute_of(tx, shop.id, refund.conversation or "")
    if dispute is None:
        return
    waits = bool(rows.listed(tx, shop.id, ("requested",), 1, refund.conversation))
    cause = f"{refund.number} {refund.state}"
    if waits and dispute.state == "open":
        wait_for(tx, dispute, "approval", actor=SERVER, cause=cause, at=at)
    elif not waits and dispute.state == "waiting_approval":
        carry_on(tx, shop, dispute, actor=SERVER, cause=cause, at=at)


def _line(lang: str, refund: Refund, what: str) -> str:
    kind = "key" if refund.kind == "reissue" else "money"
    amount = money(refund.amount, refund.currency)
    told = phrase(lang, f"refund.{what}", number=refund.number, what=phrase(lang, f"refund.{kind}", amount=amount))
    return told[:1].upper() + told[1:]


def _patch(tx: sa.Connection, conversation: Conversation, refund: Refund, at: datetime) -> None:
    message = talk.get_message(tx, conversation.shop, conversation.id, refund.message or "")
    for place, part in enumerate(message.parts):
        if part["type"] == "refund" and part["id"] == refund.number:
            patch(tx, conversation, message, place, refund_part(refund), at)


def _close_work(tx: sa.Connection, conversation: Conversation, refund: Refund, at: datetime) -> None:
    ticket = cases.open_work_on(tx, refund.shop, refund.order_no, "refunds")
    if ticket is not None and ticket.conversation == conversation.id:
        values: Json = {"resolved_at": at, "resolution": refund.number}
        move_ticket(tx, ticket, "resolved", actor=SERVER, cause=f"{refund.number} is done", at=at, **values)
