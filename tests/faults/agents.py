"""Somebody at the desk of a server to be killed."""

from __future__ import annotations

from datetime import UTC, datetime

from support.service.agents import NewAgent, add_agent, log_in
from tests.faults.spawner import SHOP, MortalServer
from ticketing.storage.database import open_engine
from ticketing.storage.journal import Journal


def an_agents_token(server: MortalServer) -> str:
    """An agent who is logged in; made beside the running server."""
    journal, now = Journal(open_engine(f"sqlite:///{server.data_dir / 'anxin.sqlite'}")), datetime.now(UTC)
    add_agent(journal, NewAgent(SHOP, "lin", "senior", "Lin", ("en",)), "the desk's password", now)
    token = log_in(journal, "lin", "the desk's password", "127.0.0.1", now).token
    journal.close()
    return token
