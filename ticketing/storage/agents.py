"""Queries about agents: who they are, which sessions stand, and what was tried at the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ticketing.agent import Agent
from ticketing.errors import NotFound
from ticketing.ids import new_id
from ticketing.storage.tables import agent_sessions, agents, conversations, login_attempts

_AGENT: tuple[sa.Column[Any], ...] = (
    agents.c.shop, agents.c.id, agents.c.name, agents.c.display_name, agents.c.role, agents.c.languages,
    agents.c.capacity, agents.c.active, agents.c.created_at,
)  # fmt: skip
_OF_SESSION = (
    sa.select(*_AGENT, agent_sessions.c.expires_at)
    .join(agents, (agents.c.shop == agent_sessions.c.shop) & (agents.c.id == agent_sessions.c.agent))
    .where(agent_sessions.c.shop == sa.bindparam("which"), agent_sessions.c.token_sha256 == sa.bindparam("hashed"))
)


def add(tx: sa.Connection, agent: Agent, password_hash: str) -> None:
    """A new agent; its name must be free in every shop."""
    values = {column.name: getattr(agent, column.name) for column in _AGENT}
    values |= {"languages": list(agent.languages), "password_hash": password_hash}
    tx.execute(sa.insert(agents).values(**values))


def change(tx: sa.Connection, agent: Agent, **values: Any) -> Agent:
    """Write columns of an agent; the agent as it stands then."""
    tx.execute(sa.update(agents).where(agents.c.shop == agent.shop, agents.c.id == agent.id).values(**values))
    return get(tx, agent.shop, agent.id)


def get(tx: sa.Connection, shop: str, agent: str) -> Agent:
    """The shop's agent of that id, removed or not. Raises NotFound."""
    row = tx.execute(sa.select(*_AGENT).where(agents.c.shop == shop, agents.c.id == agent)).one_or_none()
    if row is None:
        raise NotFound("agent", agent)
    return _agent(row)


def by_name(tx: sa.Connection, name: str) -> tuple[Agent, str] | None:
    """The agent who logs in under `name`, and the password's hash."""
    row = tx.execute(sa.select(*_AGENT, agents.c.password_hash).where(agents.c.name == name)).one_or_none()
    return None if row is None else (_agent(row), row.password_hash)


def of_shop(tx: sa.Connection, shop: str | None, active: bool = True) -> tuple[Agent, ...]:
    """A shop's agents (None: every shop's) by shop and name; `active` False adds those who were removed."""
    query = sa.select(*_AGENT).order_by(agents.c.shop, agents.c.name)
    if shop is not None:
        query = query.where(agents.c.shop == shop)
    if active:
        query = query.where(agents.c.active)
    return tuple(_agent(row) for row in tx.execute(query))


def loads(tx: sa.Connection, shop: str) -> dict[str, int]:
    """How many conversations each agent has in hand."""
    query = (
        sa.select(conversations.c.assignee, sa.func.count())
        .where(conversations.c.shop == shop, conversations.c.state == "human", conversations.c.assignee.is_not(None))
        .group_by(conversations.c.assignee)
    )
    return {str(row[0]): int(row[1]) for row in tx.execute(query)}


def start_session(tx: sa.Connection, agent: Agent, token_sha256: str, at: datetime, expires_at: datetime) -> None:
    """Let a token stand for an agent until `expires_at`."""
    tx.execute(sa.insert(agent_sessions).values(
        shop=agent.shop, token_sha256=token_sha256, agent=agent.id, created_at=at, expires_at=expires_at
    ))  # fmt: skip


def of_session(tx: sa.Connection, shop: str, token_sha256: str) -> tuple[Agent, datetime] | None:
    """Whose session it is and when it ends, if it was not ended before."""
    row = tx.execute(_OF_SESSION, {"which": shop, "hashed": token_sha256}).one_or_none()
    return None if row is None else (_agent(row), row.expires_at)


def end_session(tx: sa.Connection, shop: str, token_sha256: str) -> None:
    """Log out."""
    mine = (agent_sessions.c.shop == shop) & (agent_sessions.c.token_sha256 == token_sha256)
    tx.execute(sa.delete(agent_sessions).where(mine))


def end_sessions(tx: sa.Connection, agent: Agent) -> None:
    """Log an agent out everywhere."""
    tx.execute(sa.delete(agent_sessions).where(agent_sessions.c.shop == agent.shop, agent_sessions.c.agent == agent.id))


@dataclass(frozen=True, slots=True)
class LoginLimits:
    """Wrong logins in a window, by name and by network address."""

    per_name: int = 5
    per_address: int = 20
    window: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Wait:
    """Too many tries: the next is heard at `until`."""

    until: datetime


def begin_login(tx: sa.Connection, name: str, address: str, at: datetime, limits: LoginLimits) -> str | Wait:
    """Count a try before its password is looked at, so that tries at once cannot outrun the limit; the try's id."""
    for column, value, most in (
        (login_attempts.c.name, name, limits.per_name), (login_attempts.c.address, address, limits.per_address),
    ):  # fmt: skip
        query = (
            sa.select(login_attempts.c.at)
            .where(column == value, login_attempts.c.at > at - limits.window, login_attempts.c.at <= at)
            .order_by(login_attempts.c.at.desc())
            .limit(most)
        )
        recent = tx.execute(query).scalars().all()
        if len(recent) >= most:
            return Wait(recent[-1] + limits.window)
    key = new_id()
    tx.execute(sa.insert(login_attempts).values(shop="", id=key, name=name, address=address, at=at))
    return key


def forgive_login(tx: sa.Connection, attempt: str) -> None:
    """A right password does not count."""
    tx.execute(sa.delete(login_attempts).where(login_attempts.c.shop == "", login_attempts.c.id == attempt))


def forget_logins(tx: sa.Connection, now: datetime) -> None:
    """Drop sessions that ended by themselves and tries that count no more."""
    tx.execute(sa.delete(agent_sessions).where(agent_sessions.c.expires_at < now))
    tx.execute(sa.delete(login_attempts).where(login_attempts.c.at < now - LoginLimits().window))


def _agent(row: Any) -> Agent:
    return Agent(
        row.shop, row.id, row.name, row.display_name, row.role, tuple(row.languages), row.capacity, row.active,
        row.created_at,
    )  # fmt: skip
