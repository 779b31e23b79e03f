"""Who gets a dispute, where the shop gives them out: an agent of its team who is there and has room."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import sqlalchemy as sa

from knowledge_base.shop import Shop, Team
from support.service.take import take
from ticketing.agent import Agent, Presence
from ticketing.storage import agents, talk, tickets
from ticketing.ticket import SERVER, Ticket

GIVEN = "given:"
"""Marks in `fired` the agents who were given a dispute since it was opened or taken up again: each gets it once, so
that it can go round among people who put it back for no longer than there are people."""
Here = Callable[[str], Presence]
Free = tuple[Agent, int, datetime | None]
"""An agent, how many chats they have in hand, and when they last got a ticket that is still theirs."""


def choose(ticket: Ticket, team: Team | None, lang: str, free: Iterable[Free]) -> Agent | None:
    """Of the agents who are there, whose it is; None for nobody.

    Those of its team who speak the language and have room. Whoever had it last comes first, then whoever has least in
    hand, then whoever has waited longest for one.
    """
    fit = [
        (agent, load, last)
        for agent, load, last in free
        if load < agent.capacity
        and GIVEN + agent.id not in ticket.fired
        and (team is None or agent.name in team.members)
        and (not agent.languages or lang in agent.languages)
    ]
    ranked = sorted(
        fit, key=lambda one: (one[0].id != ticket.assignee, one[1], one[2].timestamp() if one[2] else 0.0, one[0].name)
    )
    return ranked[0][0] if ranked else None


def route(tx: sa.Connection, shop: Shop, key: str, here: Here, at: datetime) -> None:
    """Give a dispute that waits to whoever is to have it, if somebody is there."""
    ticket = tickets.get(tx, shop.id, key)
    row = talk.get(tx, shop.id, ticket.conversation)
    agent = choose(ticket, shop.routing.named(ticket.team), row.lang, present(tx, shop, here))
    if agent is None or ticket.state != "new" or row.state != "waiting":
        return
    tickets.mark_fired(tx, ticket, (GIVEN + agent.id,))
    take(tx, shop, agent, row, at, actor=SERVER, cause="given out")


def to_give_out(tx: sa.Connection, shop: Shop, here: Here) -> tuple[Ticket, ...]:
    """Disputes that wait and for which somebody is there now."""
    if not shop.routing.auto or not (free := present(tx, shop, here)):
        return ()
    return tuple(
        ticket
        for ticket in tickets.untaken(tx, shop.id)
        if choose(ticket, shop.routing.named(ticket.team), talk.get(tx, shop.id, ticket.conversation).lang, free)
    )


def present(tx: sa.Connection, shop: Shop, here: Here) -> list[Free]:
    """The agents who are there and not away."""
    load, last = agents.loads(tx, shop.id), tickets.last_taken(tx, shop.id)
    there = [one for one in agents.of_shop(tx, shop.id) if here(one.id) == "online"]
    return [(one, load.get(one.id, 0), last.get(one.id)) for one in there]
