"""The people of a shop, as its admins keep them at the desk: who there is, in which role, and who has gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.policy.proof import utc
from support.realtime.roster import Roster
from support.service.agents import (
    AgentError,
    NewAgent,
    add_agent,
    give_password,
    hash_of,
    new_password,
    tell_account,
)
from ticketing.agent import Agent, actor_of
from ticketing.storage import agents
from ticketing.storage.journal import Journal

Json = dict[str, Any]


class OwnAccount(AgentError):
    """An admin who would shut the door behind themselves."""

    def __init__(self) -> None:
        super().__init__("your own account keeps its role and stays open: another admin can change it")


def team(tx: sa.Connection, shop: Shop, roster: Roster) -> list[Json]:
    """Every agent of the shop, those who have gone last."""
    load = agents.loads(tx, shop.id)
    found = agents.of_shop(tx, shop.id, active=False)
    return [
        member(one, shop) | {"load": load.get(one.id, 0), "presence": roster.presence(shop.id, one.id)}
        for one in sorted(found, key=lambda one: (not one.active, one.name))
    ]


def member(agent: Agent, shop: Shop) -> Json:
    """An agent as an admin sees it, with the teams that shop.toml puts the login name into."""
    return {
        "id": agent.id, "name": agent.name, "display_name": agent.display_name, "role": agent.role,
        "languages": list(agent.languages), "capacity": agent.capacity, "active": agent.active,
        "created_at": utc(agent.created_at),
        "teams": [one.name for one in shop.routing.teams if agent.name in one.members],
    }  # fmt: skip


def invite(journal: Journal, admin: Agent, wanted: NewAgent, at: datetime) -> tuple[Agent, str]:
    """A new account, or one that had gone, and its password, which nobody is told again.

    Raises NameTaken, UnusableName.
    """
    password = new_password()
    return add_agent(journal, wanted, password, at, actor_of(admin)), password


def change(tx: sa.Connection, admin: Agent, agent: str, values: Mapping[str, Any], at: datetime) -> Agent:
    """Change an account of the admin's shop; one that is closed loses its sessions. Raises NotFound, OwnAccount."""
    found = agents.get(tx, admin.shop, agent)
    if found.id == admin.id and (values.get("active") is False or values.get("role", found.role) != found.role):
        raise OwnAccount
    if values.get("active") is False:
        agents.end_sessions(tx, found)
    if not values:
        return found
    done = agents.change(tx, found, **values)
    moved = {name: [_plain(found, name), _plain(done, name)] for name in values if name != "display_name"}
    tell_account(tx, done, "changed", actor_of(admin), at, **moved)
    return done


def _plain(agent: Agent, name: str) -> Any:
    value = getattr(agent, name)
    return list(value) if isinstance(value, tuple) else value


def reset(journal: Journal, admin: Agent, agent: str, at: datetime) -> tuple[Agent, str]:
    """A new password, told once; whoever is logged in with the old one is logged out. Raises NotFound."""
    password = new_password()
    hashed = hash_of(password)

    def work(tx: sa.Connection) -> Agent:
        return give_password(tx, agents.get(tx, admin.shop, agent), hashed, at, actor_of(admin))

    return journal.write_now(work), password
