"""An agent gives a conversation back to the assistant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.service.desk_rules import acked, check_holder, check_rev
from support.service.move_ticket import move_ticket
from support.service.tell import notice, tell_conversation, tell_handoff
from ticketing.agent import Agent, actor_of
from ticketing.conversation import Conversation
from ticketing.storage import talk, tickets

Json = dict[str, Any]


def give_back(tx: sa.Connection, shop: Shop, agent: Agent, conversation: str, if_rev: int | None, at: datetime) -> Json:
    """The assistant answers again; the ticket waits for the buyer and is taken up when a person is asked for again.

    Raises NotFound, Conflict, IllegalTransition.
    """
    row = talk.get(tx, shop.id, conversation)
    check_rev(tx, row, if_rev)
    check_holder(tx, row, agent, "giveback", or_senior=True)
    talk.move(tx, row, "bot", assignee=None, joined_at=None)
    _forget_confirm(tx, row)
    row = tell_conversation(tx, shop.id, row.id, at)
    ticket = tickets.main_ticket_of(tx, shop.id, row.id)
    if ticket is not None and ticket.state == "open":
        move_ticket(tx, ticket, "waiting_buyer", actor=actor_of(agent), cause="given back", at=at, assignee=None)
    tell_handoff(tx, row, at, "returned", agent={"id": agent.id, "name": agent.display_name})
    notice(tx, shop, row, "handoff.returned", at)
    return acked(tx, row)


def _forget_confirm(tx: sa.Connection, row: Conversation) -> None:
    """A "yes" that follows answers the agent, not the card that the assistant showed before."""
    memory = {key: value for key, value in row.memory.items() if key not in {"confirm", "asks"}}
    talk.remember(tx, row.shop, row.id, memory, row.lang, row.subject)
