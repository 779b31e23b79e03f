"""An agent's opening: whose session it is, and what the desk missed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from support.chat.frames import Hello, frame
from support.realtime.roster import Roster
from support.service.agents import BadSession, session_of
from support.service.connect import LONGEST_REPLAY, Missed, resumed, welcome_frame
from support.service.desk_queue import queue
from support.service.shops import LoadedShop
from support.service.upload_limits import UploadLimits
from ticketing.agent import Agent
from ticketing.storage import agents, event_log

Json = dict[str, Any]
FEATURES = {"handoff": True, "attachments": True, "rating": True, "macro": True}


def recognise_agent(tx: sa.Connection, hello: Hello, at: datetime) -> Agent:
    """The agent of a hello's session, in the shop it names. Raises BadSession, for a foreign shop's agent too."""
    agent, _ = session_of(tx, hello.token or "", at)
    if agent.shop != hello.shop:
        raise BadSession
    return agent


def missed_by_agent(
    tx: sa.Connection, loaded: LoadedShop, agent: Agent, roster: Roster, hello: Hello, at: datetime
) -> Missed:
    """The shop's events after the cursor, or the desk as it stands."""
    return resumed(
        tx, agent.shop, hello.cursor, hello.epoch,
        events=lambda since: event_log.after_in_shop(tx, agent.shop, since, LONGEST_REPLAY + 1),
        snapshot=lambda: desk_snapshot(tx, loaded, agent, roster, hello.locale, at),
    )  # fmt: skip


def welcome_agent(agent: Agent, gap: Missed, now: datetime, uploads: UploadLimits) -> str:
    """An agent's `welcome` frame."""
    return welcome_frame(gap, agent_me(agent), FEATURES, now, {}, uploads)


def agent_me(agent: Agent) -> Json:
    """The agent as its own page knows it."""
    return {"kind": "agent", "id": agent.id, "name": agent.display_name, "role": agent.role, "verified": True}


def desk_snapshot(tx: sa.Connection, loaded: LoadedShop, agent: Agent, roster: Roster, lang: str, at: datetime) -> Json:
    """Everything that a fresh desk needs: the shop's rows, nearest deadline first, and every view's count."""
    page = queue(tx, loaded, agent, "all", at, lang=lang)
    return {
        "me": agent_me(agent), "agents": colleagues(tx, agent.shop, roster), "queue": page["rows"],
        "counts": page["counts"],
    }  # fmt: skip


def presence_frame(key: str, name: str, state: str, load: int) -> str:
    """An agent's `presence` frame."""
    return frame("presence", {"agent": {"id": key, "name": name}, "state": state, "load": load})


def colleagues(tx: sa.Connection, shop: str, roster: Roster) -> list[Json]:
    """A shop's agents: who is here, and how many conversations each has in hand."""
    loads = agents.loads(tx, shop)
    return [
        {
            "id": one.id, "name": one.display_name, "role": one.role, "presence": roster.presence(shop, one.id),
            "load": loads.get(one.id, 0), "capacity": one.capacity, "languages": list(one.languages),
        }
        for one in agents.of_shop(tx, shop)
    ]  # fmt: skip
