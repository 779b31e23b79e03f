"""A dispute comes to its end, begins anew, or rests until a time."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.service.desk_rules import acked, check_holder, check_rev, current_of
from support.service.move_ticket import move_ticket
from support.service.queue import again_due, deadlines
from support.service.take import back_to_queue, go_on
from support.service.tell import notice, tell_conversation, tell_handoff
from ticketing.agent import Agent, actor_of
from ticketing.conversation import Conversation
from ticketing.errors import Conflict, IllegalTransition
from ticketing.ids import new_id
from ticketing.refund import OWED
from ticketing.storage import refunds, talk, tickets
from ticketing.ticket import SERVER

Json = dict[str, Any]
MOST_NAMED = 5
"""So many of what is owed are named."""


def resolve(
    tx: sa.Connection, shop: Shop, agent: Agent, conversation: str, resolution: str, if_rev: int | None, at: datetime,
    owed_known: bool = False,
) -> Json:  # fmt: skip
    """The agent has done it: the buyer is asked whether that is so.

    Raises NotFound, IllegalTransition, and Conflict: also, with the numbers as `owed`, where the buyer has not got what
    was promised and the agent does not say `owed_known`.
    """
    row = talk.get(tx, shop.id, conversation)
    check_rev(tx, row, if_rev)
    check_holder(tx, row, agent, "resolve", or_senior=True)
    if not owed_known and (owed := refunds.listed(tx, shop.id, OWED, MOST_NAMED, row.id)):
        raise Conflict(current_of(tx, row) | {"owed": [one.number for one in owed]})
    ticket = tickets.main_ticket_of(tx, shop.id, row.id)
    talk.move(tx, row, "resolved")
    row = tell_conversation(tx, shop.id, row.id, at)
    if ticket is not None:
        days = 0 if ticket.is_work else shop.deadlines.of(ticket.priority).follow_up_days
        later = at + timedelta(days=days) if days else None
        values: Json = {"resolved_at": at, "resolution": resolution.strip(), "follow_up_at": later}
        move_ticket(tx, ticket, "resolved", actor=actor_of(agent), cause="resolved", at=at, **values)
    rating: Json = {"type": "rating", "id": new_id(), "solved": None, "score": None, "tags": [], "comment": ""}
    asked = notice(tx, shop, row, "rating.ask", at, (rating,))
    return acked(tx, row, message={"id": asked.id, "seq": asked.seq})


def reopen(tx: sa.Connection, shop: Shop, agent: Agent, conversation: str, if_rev: int | None, at: datetime) -> Json:
    """An agent takes a resolved conversation up again. Raises NotFound, Conflict, IllegalTransition."""
    row = talk.get(tx, shop.id, conversation)
    check_rev(tx, row, if_rev)
    if row.state != "resolved":
        raise IllegalTransition("conversation", row.state, "reopen", ("resolved",))
    talk.move(tx, row, "human", assignee=agent.id, joined_at=None)
    row = tell_conversation(tx, shop.id, row.id, at)
    ticket = tickets.main_ticket_of(tx, shop.id, row.id) or tickets.dispute_of(tx, shop.id, row.id)
    if ticket is not None:
        values: Json = asdict(deadlines(shop, at, ticket.priority)) | {
            "fired": again_due(ticket),
            "assignee": agent.id,
            "taken_at": at,
            "resolved_at": None,
            "resolution": None,
            "alarmed_at": None,
        }
        move_ticket(tx, ticket, "open", actor=actor_of(agent), cause="reopened", at=at, **values)
    tell_handoff(tx, row, at, "assigned", agent={"id": agent.id, "name": agent.display_name})
    notice(tx, shop, row, "handoff.reopened", at, agent=agent.display_name)
    return acked(tx, row)


def snooze(
    tx: sa.Connection, shop: Shop, agent: Agent, conversation: str, until: datetime, if_rev: int | None, at: datetime
) -> Json:
    """Put one's conversation aside until a time, or until the buyer writes.

    Raises NotFound, Conflict, IllegalTransition: also for a time that is not to come.
    """
    row = talk.get(tx, shop.id, conversation)
    check_rev(tx, row, if_rev)
    check_holder(tx, row, agent, "snooze")
    if until <= at:
        raise IllegalTransition("conversation", row.state, f"snooze until {until.isoformat()}", ("a time to come",))
    talk.move(tx, row, "snoozed", snoozed_until=until)
    row = tell_conversation(tx, shop.id, row.id, at)
    ticket = tickets.main_ticket_of(tx, shop.id, row.id)
    if ticket is not None and ticket.state in {"open", "waiting_buyer"}:
        move_ticket(tx, ticket, "snoozed", actor=actor_of(agent), cause="snoozed", at=at, snoozed_until=until)
    return acked(tx, row)


def wake(tx: sa.Connection, shop: Shop, row: Conversation, at: datetime, actor: str = SERVER) -> Conversation:
    """The rest is over: back to the agent who had joined, else to the queue; as it stands then."""
    if row.joined_at is None:
        return back_to_queue(tx, shop, row, at, actor=actor, cause="woke")
    return go_on(tx, shop, row, at, actor)
