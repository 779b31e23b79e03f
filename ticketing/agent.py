"""Agents: the people who answer for a shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Role = Literal["agent", "senior", "admin"]
Presence = Literal["online", "away", "offline"]

ROLES: tuple[Role, ...] = ("agent", "senior", "admin")
"""In the order of what they may do: each may do what those before it may."""


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent of one shop. `display_name` is what buyers see; `capacity` is how many chats at once.

    An API key acts as one of kind `api`, which has no account.
    """

    shop: str
    id: str
    name: str
    display_name: str
    role: Role
    languages: tuple[str, ...]
    capacity: int
    active: bool
    created_at: datetime
    kind: Literal["agent", "api"] = "agent"


def may(agent: Agent, least: Role) -> bool:
    """Whether an agent's role is `least` or above it."""
    return ROLES.index(agent.role) >= ROLES.index(least)


def actor_of(agent: Agent) -> str:
    """An agent as the record names whoever acts."""
    return f"{agent.kind}:{agent.id}"
