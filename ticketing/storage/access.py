"""Queries about who of the shop's people looked at what of whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa

from ticketing.agent import Agent, actor_of
from ticketing.ids import new_id
from ticketing.storage.tables import access_log as log
from ticketing.storage.tables import conversations, tickets

What = Literal["conversation", "evidence", "file", "export"]
AGAIN = timedelta(minutes=10)
"""Who comes back to the same thing within this time has looked at it once."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look: `what` of which `subject` (an id of that kind), whose it was, and by whom."""

    id: str
    at: datetime
    agent: str
    agent_name: str
    what: What
    subject: str
    owner: str


_LOOK = tuple(log.c[name] for name in Look.__slots__)


def seen_lately(tx: sa.Connection, agent: Agent, what: What, subject: str, at: datetime) -> bool:
    """Whether the log tells already that somebody looks at it."""
    mine = log.c.shop == agent.shop, log.c.agent == actor_of(agent), log.c.subject == subject, log.c.what == what
    return tx.execute(sa.select(log.c.id).where(*mine, log.c.at > at - AGAIN).limit(1)).first() is not None


def saw(tx: sa.Connection, agent: Agent, what: What, subject: str, owner: str, at: datetime) -> None:
    """Write down a look, once for all within ten minutes."""
    if not seen_lately(tx, agent, what, subject, at):
        tx.execute(sa.insert(log).values(
            shop=agent.shop, id=new_id(), at=at, agent=actor_of(agent), agent_name=agent.display_name, what=what,
            subject=subject, owner=owner,
        ))  # fmt: skip


def page(
    tx: sa.Connection, shop: str, owner: str | None, agent: str | None, before: str | None, limit: int
) -> tuple[Look, ...]:
    """Looks at somebody's (or anybody's) by an agent (or any), the latest first, from the one before `before` on."""
    which = [log.c.shop == shop]
    which += [log.c.owner == owner] if owner else []
    which += [log.c.agent == agent] if agent else []
    which += [log.c.id < before] if before else []
    rows = tx.execute(sa.select(*_LOOK).where(*which).order_by(log.c.id.desc()).limit(limit))
    return tuple(Look(*row) for row in rows)


def owner_of_ticket(tx: sa.Connection, shop: str, ticket: str) -> str:
    """Whose conversation a ticket came of, empty where there is none."""
    query = sa.select(conversations.c.owner).join(
        tickets, (tickets.c.shop == conversations.c.shop) & (tickets.c.conversation == conversations.c.id)
    )
    found = tx.execute(query.where(tickets.c.shop == shop, tickets.c.id == ticket)).scalar_one_or_none()
    return found or ""
