"""The queue as buyers know it: deadlines, places, and who hears that theirs has changed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.phrases import phrase
from support.assistant.wording import clock_time
from support.service.tell import tell_handoff
from ticketing.deadlines import due, is_open, next_open
from ticketing.storage import talk, tickets
from ticketing.ticket import DONE, Ticket

EACH_HEARS = 10
"""The first so many hear every step; behind them only whoever arrives at a multiple of it, so that one claim in a
queue of a thousand costs a hundred events and not a thousand."""
REMINDER = 0.75
"""So much of the time to the end has passed when it is recalled."""
LATELY, LEAST_MEASURED, MOST_MEASURED = timedelta(hours=2), 5, 20
"""What was waited within this time, by so many at least, says how long one waits."""
SOON = timedelta(hours=1)
"""From here on a wait is told by the clock: nobody counts on 630 minutes."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a person is hoped for, must have come, and it must be done; `remind_at` is before that."""

    target_at: datetime
    due_at: datetime
    resolve_by: datetime
    remind_at: datetime


def deadlines(shop: Shop, now: datetime, priority: str) -> Deadline:
    """From now on, by priority: a person's time counts while the shop is open, the rest by the clock."""
    promised = shop.deadlines.of(priority)
    whole = timedelta(hours=promised.resolve_hours)
    return Deadline(
        due(shop.hours, shop.timezone, now, promised.human_target_minutes),
        due(shop.hours, shop.timezone, now, promised.human_minutes),
        now + whole,
        now + whole * REMINDER,
    )


ONCE = ("evidence", "legal", "follow_up")


def again_due(ticket: Ticket) -> list[str]:
    """What has fired of a ticket whose times begin anew: what counts from its opening, and to whom it was given.

    That is forgotten where it was done, or with the buyer, meanwhile.
    """
    kept = ONCE if ticket.state in {"waiting_buyer", *DONE} else (*ONCE, "given:")
    return [one for one in ticket.fired if one.startswith(kept)]


@dataclass(frozen=True, slots=True)
class FirstDeadline:
    """What counts from a ticket's opening and is never given anew: the first facts, and the legal stop."""

    evidence_by: datetime | None
    legal_by: datetime


def first_deadlines(shop: Shop, now: datetime, priority: str, lacking: bool) -> FirstDeadline:
    """Both by the clock; facts are waited for only where some are lacking."""
    promised = shop.deadlines.of(priority)
    return FirstDeadline(
        now + timedelta(minutes=promised.first_evidence_minutes) if lacking else None,
        now + timedelta(days=promised.legal_days),
    )


def place(lang: str, position: int) -> str:
    """How many wait before one."""
    return phrase(lang, "handoff.ahead", position=position) if position else phrase(lang, "handoff.next")


def when(shop: Shop, lang: str, ticket: Ticket, now: datetime) -> str:
    """Until when somebody comes: in minutes where it is soon, else by the clock.

    Of a time that has passed nothing is promised anew.
    """
    due_at = ticket.due_at or now
    if due_at <= now:
        return phrase(lang, "handoff.late")
    at = clock_time(due_at, now, shop.timezone, lang)
    if not is_open(shop.hours, shop.timezone, now) and next_open(shop.hours, shop.timezone, now) is not None:
        return phrase(lang, "handoff.closed", at=at)
    if due_at - now < SOON:
        return phrase(lang, "handoff.open", minutes=max(1, math.ceil((due_at - now).total_seconds() / 60)))
    return phrase(lang, "handoff.by", at=at)


def usual_wait(tx: sa.Connection, shop: Shop, lang: str, ticket: Ticket, now: datetime) -> str:
    """How long others waited lately, as measured; where too few did, that it is not known. Nothing outside hours."""
    if not is_open(shop.hours, shop.timezone, now):
        return ""
    waits = tickets.recent_waits(tx, shop.id, ticket.queue, now - LATELY, MOST_MEASURED)
    if len(waits) < LEAST_MEASURED:
        return phrase(lang, "handoff.wait_unknown")
    minutes = max(1, math.ceil(median(one.total_seconds() for one in waits) / 60))
    return phrase(lang, "handoff.wait_known", n=len(waits), minutes=minutes)


def tell_places(tx: sa.Connection, shop: Shop, changed: Ticket, since: int, now: datetime) -> None:
    """After a ticket came into its queue or left it: tell those from place `since` on where they stand now."""
    if changed.is_work:
        return
    for position, ticket in enumerate(tickets.queue(tx, shop.id, changed.queue)):
        if position < since or (position >= EACH_HEARS and position % EACH_HEARS):
            continue
        conversation = talk.get(tx, shop.id, ticket.conversation)
        eta = max(0, int(((ticket.due_at or now) - now).total_seconds()))
        tell_handoff(tx, conversation, now, "queued", position=position, eta_s=eta, reason=ticket.reason)
