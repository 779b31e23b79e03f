"""The demo shop's three agents: invented people whose passwords everybody may know, made where the demo is served.

Two of them are seniors, so that what one senior asks for finds another who approves it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from support.service.agents import NameTaken, NewAgent, add_agent, matches, remove_agent
from ticketing.agent import Agent, Role
from ticketing.storage import agents
from ticketing.storage.journal import Journal


@dataclass(frozen=True, slots=True)
class DemoAgent:
    """A login that the demo page shows."""

    name: str
    password: str
    display_name: str
    role: Role


LIN = DemoAgent("lin", "star-desk-lin", "林晓 Lin", "senior")
CHEN = DemoAgent("chen", "star-desk-chen", "陈默 Chen", "agent")
SU = DemoAgent("su", "star-desk-su", "苏敏 Su", "senior")

DEMO_AGENTS = (LIN, CHEN, SU)
IN_THE_PAST = (LIN, CHEN)
"""Who has answered in the demo's invented past."""


def make_demo_agents(journal: Journal, shop: str, languages: tuple[str, ...], at: datetime) -> None:
    """Make those who are not there; one whose password was changed keeps the new one."""
    for one in DEMO_AGENTS:
        found = _found(journal, one.name)
        if found is None or not found[0].active:
            with suppress(NameTaken):  # a shop of the merchant's own has somebody of that name
                wanted = NewAgent(shop, one.name, one.role, one.display_name, languages)
                add_agent(journal, wanted, one.password, at)


def close_demo_agents(journal: Journal, at: datetime) -> None:
    """Where the demo is not served, a password that everybody may know opens nothing."""
    for one in DEMO_AGENTS:
        found = _found(journal, one.name)
        if found is not None and found[0].active and matches(found[1], one.password):
            journal.write_now(partial(remove_agent, name=one.name, at=at))


def _found(journal: Journal, name: str) -> tuple[Agent, str] | None:
    return journal.read_now(lambda tx: agents.by_name(tx, name))
