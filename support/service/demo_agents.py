"""The demo shop's agents: invented people, made where the demo is served.

The passwords of three everybody may know; two of them are seniors, so that what one senior asks for finds another who
approves it. A fourth is the admin, whose password stands in the terminal alone: she may change the shop itself.
"""

from __future__ import annotations

import hashlib
import hmac
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
    """A login of the demo: a visitor of its page is shown those of DEMO_AGENTS."""

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


def demo_admin(secret: str) -> DemoAgent:
    """Her password comes of the shop's secret: the same at each start, and nobody's guess."""
    password = hmac.new(secret.encode(), b"demo admin", hashlib.sha256).hexdigest()[:16]
    return DemoAgent("demo-admin", password, "何静 He", "admin")


def make_demo_agents(
    journal: Journal, shop: str, languages: tuple[str, ...], at: datetime, who: tuple[DemoAgent, ...] = DEMO_AGENTS
) -> None:
    """Make those who are not there; one whose password was changed keeps the new one."""
    for one in who:
        found = _found(journal, one.name)
        if found is None or not found[0].active:
            with suppress(NameTaken):  # a shop of the merchant's own has somebody of that name
                wanted = NewAgent(shop, one.name, one.role, one.display_name, languages)
                add_agent(journal, wanted, one.password, at)


def close_demo_agents(journal: Journal, at: datetime, who: tuple[DemoAgent, ...] = DEMO_AGENTS) -> None:
    """Where the demo is not served, a password of its own opens nothing."""
    for one in who:
        found = _found(journal, one.name)
        if found is not None and found[0].active and matches(found[1], one.password):
            journal.write_now(partial(remove_agent, name=one.name, at=at))


def _found(journal: Journal, name: str) -> tuple[Agent, str] | None:
    return journal.read_now(lambda tx: agents.by_name(tx, name))
