"""What every command of an agent checks, and what it answers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from support.service.views import agent_name
from ticketing.agent import Agent, may
from ticketing.conversation import Conversation
from ticketing.errors import Conflict, IllegalTransition
from ticketing.storage import talk

Json = dict[str, Any]


def current_of(tx: sa.Connection, row: Conversation) -> Json:
    """What stands now: the revision, the state, and who has it."""
    return {"rev": row.rev, "state": row.state, "assignee": agent_name(tx, row.shop, row.assignee)}


def acked(tx: sa.Connection, row: Conversation, **more: Any) -> Json:
    """The ack: the conversation as it stands."""
    return {"conversation": row.id, **current_of(tx, talk.get(tx, row.shop, row.id)), **more}


def check_rev(tx: sa.Connection, row: Conversation, if_rev: int | None) -> None:
    """Raise Conflict if the conversation changed since; None asks for no check."""
    if if_rev is not None and if_rev != row.rev:
        raise Conflict(current_of(tx, row))


def check_holder(tx: sa.Connection, row: Conversation, agent: Agent, move: str, or_senior: bool = False) -> None:
    """Raise IllegalTransition unless a person has the conversation, and Conflict unless that is `agent`."""
    if row.state != "human":
        raise IllegalTransition("conversation", row.state, move, ("human",))
    if row.assignee != agent.id and not (or_senior and may(agent, "senior")):
        raise Conflict(current_of(tx, row))
