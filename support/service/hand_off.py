"""To a person: a ticket, a place in a queue, a time, and a message that says so."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.phrases import label, phrase
from support.assistant.state import TicketRequest
from support.chat.frames import utc
from support.service.move_ticket import change_ticket, move_ticket, tell_opened
from support.service.queue import again_due, deadlines, first_deadlines, place, tell_places, usual_wait, when
from support.service.tell import tell_conversation, tell_handoff
from ticketing.conversation import Conversation
from ticketing.errors import IllegalTransition
from ticketing.storage import cases, talk, tickets
from ticketing.ticket import ASSISTANT, LEAST, WORK_QUEUES, Priority, Ticket, higher

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HandedOff:
    """The ticket, the sentence for the buyer (empty where the answer has said it), the cards, and `handoff` as JSON."""

    ticket: Ticket
    line: str
    parts: tuple[Json, ...]
    handoff: Json | None


@dataclass(frozen=True, slots=True)
class Case:
    """What a ticket is about, and who or what hands it over, and why."""

    conversation: Conversation
    lang: str
    order_no: str | None = None
    decision: str | None = None
    actor: str = ASSISTANT
    cause: str = "handed over"


def hand_off(
    tx: sa.Connection, shop: Shop, case: Case, request: TicketRequest, now: datetime, promised: bool = False
) -> HandedOff:
    """Open a ticket, or take up the one that there is: nobody gets two for one dispute.

    A dispute that waits is raised; one that was given back, or resolved less than 72 h ago, waits again with new
    deadlines, or the old ones where they were `promised` and nobody came. Afterwards the conversation waits.
    Raises IllegalTransition for one that a person has already.
    """
    if request.queue in WORK_QUEUES:
        return _work(tx, shop, case, request, now)
    _nobody_has(case.conversation)
    held = tickets.open_dispute_of(tx, shop.id, case.conversation.id)
    resting = held or tickets.resting_dispute_of(tx, shop.id, case.conversation.id, now)
    if held is not None and held.state == "new" and case.conversation.state == "waiting":
        return _told(tx, shop, case, raised(tx, held, request, case.actor, now), now, again=True)
    tell_handoff(tx, case.conversation, now, "requested", reason=request.reason)
    if resting is None:
        ticket = _open(tx, shop, case, request, now)
    else:
        ticket = _wait_again(tx, shop, resting, request, case, now, promised)
    _start_waiting(tx, case.conversation, now)
    return _told(tx, shop, case, ticket, now, again=False)


def _nobody_has(conversation: Conversation) -> None:
    if conversation.state in {"human", "snoozed"}:
        raise IllegalTransition("conversation", conversation.state, "handoff", ("bot", "waiting", "resolved"))


def _start_waiting(tx: sa.Connection, conversation: Conversation, now: datetime) -> None:
    if conversation.state != "waiting":
        talk.move(tx, conversation, "waiting", assignee=None, joined_at=None)
    tell_conversation(tx, conversation.shop, conversation.id, now)


def _wait_again(
    tx: sa.Connection, shop: Shop, ticket: Ticket, request: TicketRequest, case: Case, now: datetime, promised: bool
) -> Ticket:
    """A ticket back in its queue; whoever had it last stays on it as the one who is preferred."""
    values: Json = {
        "priority": higher(ticket.priority, _priority(request)), "order_no": ticket.order_no or case.order_no,
        "decision": case.decision or ticket.decision, "tags": _tags(ticket, request),
        "taken_at": None, "resolved_at": None, "resolution": None,
    }  # fmt: skip
    if not promised:
        given = asdict(deadlines(shop, now, values["priority"]))
        values |= {"alarmed_at": None, "fired": again_due(ticket), **given}
    again = ticket.state != "new"
    why: Json = {"actor": case.actor, "cause": case.cause, "at": now}
    return move_ticket(tx, ticket, "new", **why, **values) if again else change_ticket(tx, ticket, **why, **values)


def raised(tx: sa.Connection, ticket: Ticket, request: TicketRequest, actor: str, now: datetime) -> Ticket:
    """A ticket that what the buyer now says makes more urgent; else as it was."""
    priority, tags = higher(ticket.priority, _priority(request)), _tags(ticket, request)
    if priority == ticket.priority and tags == list(ticket.tags):
        return ticket
    reason = ticket.reason if priority == ticket.priority else request.reason
    return change_ticket(
        tx, ticket, actor=actor, cause=f"raised: {request.reason}", at=now, priority=priority, reason=reason, tags=tags
    )


def _work(tx: sa.Connection, shop: Shop, case: Case, request: TicketRequest, now: datetime) -> HandedOff:
    """Work on an order is submitted once, whoever asks."""
    held = cases.open_work_on(tx, shop.id, case.order_no, request.queue) if case.order_no else None
    ticket = held or _open(tx, shop, case, request, now)
    line = phrase(case.lang, "handoff.submitted") if held else ""
    return HandedOff(ticket, line, (ticket_part(ticket, case.lang),), None)


def _open(tx: sa.Connection, shop: Shop, case: Case, request: TicketRequest, now: datetime) -> Ticket:
    priority = _priority(request)
    team = shop.routing.team_for(request.reason, case.conversation.lang)
    ticket = cases.open_ticket(
        tx, shop.id, case.conversation.id, reason=request.reason, priority=priority, queue=request.queue,
        at=now, order_no=case.order_no, decision=case.decision, missing=request.missing, tags=request.tags, team=team,
        **asdict(deadlines(shop, now, priority)), **asdict(first_deadlines(shop, now, priority, bool(request.missing))),
    )  # fmt: skip
    tell_opened(tx, ticket, case.actor, case.cause, now)
    return ticket


def _tags(ticket: Ticket, request: TicketRequest) -> list[str]:
    return sorted({*ticket.tags, *request.tags})


def _priority(request: TicketRequest) -> Priority:
    return higher(request.priority, LEAST.get(request.reason, "low"))


def _told(tx: sa.Connection, shop: Shop, case: Case, ticket: Ticket, now: datetime, again: bool) -> HandedOff:
    position = tickets.waiting_before(tx, ticket)
    due_at = ticket.due_at or now
    eta = max(0, int((due_at - now).total_seconds()))
    handoff: Json = {"stage": "queued", "position": position, "eta_s": eta, "reason": ticket.reason}
    line = _line(tx, shop, case.lang, ticket, position, now, again)
    if not again:
        tell_handoff(tx, case.conversation, now, **handoff)
        tell_places(tx, shop, ticket, position + 1, now)
    parts = () if again else ({"type": "handoff", "text": line, **handoff}, ticket_part(ticket, case.lang))
    return HandedOff(ticket, line, parts, handoff)


def _line(tx: sa.Connection, shop: Shop, lang: str, ticket: Ticket, position: int, now: datetime, again: bool) -> str:
    told = {"place": place(lang, position), "when": when(shop, lang, ticket, now)}
    told["wait"] = usual_wait(tx, shop, lang, ticket, now)
    if again:
        return phrase(lang, "handoff.already", **told)
    if ticket.rev:
        return phrase(lang, "handoff.again", **told)
    reason = phrase(lang, "handoff.reason", reason=label(lang, "reason", ticket.reason))
    return phrase(lang, "handoff.queued", number=ticket.number, reason=reason, **told)


def ticket_part(ticket: Ticket, lang: str) -> Json:
    """The ticket's card."""
    return {
        "type": "ticket", "id": ticket.id, "number": ticket.number, "reason": ticket.reason,
        "reason_label": label(lang, "reason", ticket.reason),
        "priority": ticket.priority, "priority_label": label(lang, "priority", ticket.priority),
        "queue": ticket.queue, "state": ticket.state, "state_label": label(lang, "ticket", ticket.state),
        "due_at": utc(ticket.due_at) if ticket.due_at else None,
    }  # fmt: skip
