"""What every command of an agent checks, and what it answers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from support.service.views import agent_name
from ticketing.agent import Agent, Presence, may
from ticketing.conversation import Conversation
from ticketing.errors import Conflict, IllegalTransition
from ticketing.storage import agents, talk

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


def check_free(tx: sa.Connection, row: Conversation, to: str, presence: Presence) -> None:
    """Raise Conflict, with what stands of the colleague, unless `to` can be given one more conversation.

    Who is away is given none, nor who has as many as they can. Who is offline may be at a desk of another process;
    a conversation that nobody speaks in comes back by itself.
    """
    if row.assignee == to:
        return
    agent, load = agents.get(tx, row.shop, to), agents.loads(tx, row.shop).get(to, 0)
    if presence == "away" or load >= agent.capacity:
        told = {"id": agent.id, "name": agent.display_name}
        colleague = {**told, "presence": presence, "load": load, "capacity": agent.capacity}
        raise Conflict(current_of(tx, row) | {"colleague": colleague})


def check_holder(tx: sa.Connection, row: Conversation, agent: Agent, move: str, or_senior: bool = False) -> None:
    """Raise IllegalTransition unless a person has the conversation, and Conflict unless that is `agent`."""
    if row.state != "human":
        raise IllegalTransition("conversation", row.state, move, ("human",))
    if row.assignee != agent.id and not (or_senior and may(agent, "senior")):
        raise Conflict(current_of(tx, row))
