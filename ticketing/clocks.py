"""What time alone makes due of a ticket. Each moment is a stored time and fires once; the nearest is found by an index.

So neither a restart nor a clock that jumps loses or doubles one: whatever lies behind is found by the next look, and
what has fired is written down in the transaction of what it did.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from ticketing.ticket import DONE, Ticket

Alarm = Literal["evidence", "person.soon", "person", "closure.soon", "closure", "legal.soon", "legal", "follow_up"]
"""First facts, somebody who comes, the end of it, the legal stop, and a word some days after it was resolved; `.soon`
are the reminders before."""
ALARMS: tuple[Alarm, ...] = get_args(Alarm)
LEGAL_REMINDER = timedelta(days=3)
PAUSED = ("resolve_by", "remind_at")
"""Times that move on by as long as the buyer was waited for. The legal stop does not."""


def moments(ticket: Ticket) -> tuple[tuple[datetime, Alarm], ...]:
    """What is still to fire, in its order, as the ticket stands now."""
    if ticket.state in DONE:
        later = ticket.follow_up_at
        return ((later, "follow_up"),) if later is not None and "follow_up" not in ticket.fired else ()
    times: list[tuple[datetime | None, Alarm]] = [(ticket.evidence_by, "evidence"), (ticket.legal_by, "legal")]
    if ticket.legal_by is not None:
        times.append((ticket.legal_by - LEGAL_REMINDER, "legal.soon"))
    if ticket.state == "new":
        times.append((ticket.target_at, "person.soon"))
    if ticket.state in {"new", "open"} and ticket.alarmed_at is None:
        times.append((ticket.due_at, "person"))
    if ticket.state != "waiting_buyer":
        times += [(ticket.remind_at, "closure.soon"), (ticket.resolve_by, "closure")]
    found = [(at, alarm) for at, alarm in times if at is not None and alarm not in ticket.fired]
    return tuple(sorted(found, key=lambda one: (one[0], ALARMS.index(one[1]))))


def next_moment(ticket: Ticket) -> datetime | None:
    """When it is to be looked at next."""
    return next((at for at, _ in moments(ticket)), None)


def due_now(ticket: Ticket, at: datetime) -> tuple[Alarm, ...]:
    """What fires at `at`; a reminder of what is itself due already says nothing, but counts as fired."""
    return tuple(alarm for moment, alarm in moments(ticket) if moment <= at)


def after_pause(ticket: Ticket, at: datetime) -> dict[str, Any]:
    """The times that move on when the wait for the buyer ends; a clock that was put back moves none."""
    if ticket.waiting_since is None:
        return {}
    paused = max(at - ticket.waiting_since, timedelta())
    times = {name: getattr(ticket, name) for name in PAUSED}
    return {name: moment + paused for name, moment in times.items() if moment is not None}


def with_next(ticket: Ticket, values: dict[str, Any]) -> dict[str, Any]:
    """Columns that change, and when the ticket is to be looked at then."""
    held: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in values.items()}
    changed = replace(ticket, **held)
    return values | {"next_at": next_moment(changed)}
