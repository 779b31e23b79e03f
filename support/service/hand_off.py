"""To a person: a ticket, a place in a queue, a time, and a message that says so."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.phrases import label, phrase
from support.assistant.state import TicketRequest
from support.assistant.wording import moment
from support.chat.frames import utc
from support.service.views import conversation_head, ticket_view
from ticketing.conversation import Conversation
from ticketing.deadlines import due, is_open, next_open
from ticketing.storage import cases, event_log, talk
from ticketing.ticket import Ticket, higher

Json = dict[str, Any]
BY_REQUEST = frozenset({"refunds", "fulfilment"})
"""Queues of work that follows a decision: nobody needs to join the chat for it."""


@dataclass(frozen=True, slots=True)
class HandedOff:
    """The ticket, the sentence for the buyer (empty where the answer has said it), the cards, and `handoff` as JSON."""

    ticket: Ticket
    line: str
    parts: tuple[Json, ...]
    handoff: Json | None


@dataclass(frozen=True, slots=True)
class Case:
    """What a ticket is about."""

    conversation: Conversation
    lang: str
    order_no: str | None = None
    decision: str | None = None


def hand_off(tx: sa.Connection, shop: Shop, case: Case, request: TicketRequest, now: datetime) -> HandedOff:
    """Open a ticket, or raise the one that waits already; nobody gets two for one dispute."""
    if request.queue in BY_REQUEST:
        held = cases.open_work_on(tx, shop.id, case.order_no, request.queue) if case.order_no else None
        ticket = held or _open(tx, shop, case, request, now)
        line = phrase(case.lang, "handoff.submitted") if held else ""
        return HandedOff(ticket, line, (ticket_part(ticket, case.lang),), None)
    waiting = cases.open_ticket_of(tx, shop.id, case.conversation.id, request.queue)
    ticket = _raised(tx, waiting, request, case, now) if waiting else _open(tx, shop, case, request, now)
    if waiting is None:
        _wait(tx, case.conversation, request, now)
    return _told(tx, shop, case, ticket, now, again=waiting is not None)


def _open(tx: sa.Connection, shop: Shop, case: Case, request: TicketRequest, now: datetime) -> Ticket:
    ticket = cases.open_ticket(
        tx, shop.id, case.conversation.id, reason=request.reason, priority=request.priority, queue=request.queue,
        at=now, due_at=due(shop.hours, shop.timezone, now, shop.deadlines.human_minutes), order_no=case.order_no,
        decision=case.decision, missing=request.missing,
    )  # fmt: skip
    _tell_of(tx, ticket, case, now)
    return ticket


def _raised(tx: sa.Connection, ticket: Ticket, request: TicketRequest, case: Case, now: datetime) -> Ticket:
    priority = higher(ticket.priority, request.priority)
    if priority == ticket.priority:
        return ticket
    cases.raise_priority(tx, ticket, priority, request.reason)
    raised = cases.open_ticket_of(tx, ticket.shop, ticket.conversation, ticket.queue) or ticket
    _tell_of(tx, raised, case, now)
    return raised


def _tell_of(tx: sa.Connection, ticket: Ticket, case: Case, now: datetime) -> None:
    body = {"conversation": case.conversation.id, "ticket": ticket_view(ticket), "rev": ticket.rev}
    event_log.append(tx, ticket.shop, "ticket", case.conversation.id, case.conversation.owner, body, now)


def _wait(tx: sa.Connection, conversation: Conversation, request: TicketRequest, now: datetime) -> None:
    shop, owner = conversation.shop, conversation.owner
    body = {"conversation": conversation.id, "stage": "requested", "reason": request.reason}
    event_log.append(tx, shop, "handoff", conversation.id, owner, body, now)
    if conversation.state == "bot":
        talk.move(tx, conversation, "waiting")
        head = conversation_head(tx, talk.get(tx, shop, conversation.id))
        event_log.append(tx, shop, "conversation", conversation.id, owner, head, now)


def _told(tx: sa.Connection, shop: Shop, case: Case, ticket: Ticket, now: datetime, again: bool) -> HandedOff:
    position = cases.waiting_before(tx, ticket)
    due_at = ticket.due_at or now
    eta = max(0, int((due_at - now).total_seconds()))
    handoff: Json = {"stage": "queued", "position": position, "eta_s": eta, "reason": ticket.reason}
    line = _line(shop, case.lang, ticket, position, now, again)
    if not again:
        body = {"conversation": case.conversation.id, **handoff}
        event_log.append(tx, shop.id, "handoff", case.conversation.id, case.conversation.owner, body, now)
    parts = () if again else ({"type": "handoff", "text": line, **handoff}, ticket_part(ticket, case.lang))
    return HandedOff(ticket, line, parts, handoff)


def _line(shop: Shop, lang: str, ticket: Ticket, position: int, now: datetime, again: bool) -> str:
    when = _when(shop, lang, ticket.due_at or now, now)
    place = phrase(lang, "handoff.ahead", position=position) if position else phrase(lang, "handoff.next")
    if again:
        return phrase(lang, "handoff.already", place=place, when=when)
    reason = phrase(lang, "handoff.reason", reason=label(lang, "reason", ticket.reason))
    return phrase(lang, "handoff.queued", reason=reason, place=place, when=when)


def _when(shop: Shop, lang: str, due_at: datetime, now: datetime) -> str:
    if is_open(shop.hours, shop.timezone, now) or next_open(shop.hours, shop.timezone, now) is None:
        minutes = max(1, math.ceil((due_at - now).total_seconds() / 60))
        return phrase(lang, "handoff.open", minutes=minutes)
    return phrase(lang, "handoff.closed", at=moment(due_at, shop.timezone))


def ticket_part(ticket: Ticket, lang: str) -> Json:
    """The ticket's card."""
    return {
        "type": "ticket", "id": ticket.id, "reason": ticket.reason,
        "reason_label": label(lang, "reason", ticket.reason),
        "priority": ticket.priority, "priority_label": label(lang, "priority", ticket.priority),
        "queue": ticket.queue, "state": ticket.state, "state_label": label(lang, "ticket", ticket.state),
        "due_at": utc(ticket.due_at) if ticket.due_at else None,
    }  # fmt: skip
