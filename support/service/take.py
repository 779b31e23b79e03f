"""An agent takes a conversation: claimed, taken over, passed on to a colleague, or put back into the queue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.state import TicketRequest
from support.service.agents import require
from support.service.desk_rules import acked, check_holder, check_rev, current_of
from support.service.hand_off import Case, hand_off
from support.service.move_ticket import change_ticket, move_ticket
from support.service.queue import tell_places
from support.service.tell import notice, say_as_house, tell_conversation, tell_handoff
from support.service.write_note import write_note
from ticketing.agent import Agent, actor_of, may
from ticketing.conversation import Conversation
from ticketing.errors import Conflict, IllegalTransition, NotFound
from ticketing.storage import agents, talk, tickets
from ticketing.ticket import SERVER, UNSEEN, Ticket

Json = dict[str, Any]
PASSED = "passed:"
"""Marks in `fired` the agents who passed a ticket on since the buyer was last answered."""


def claim(tx: sa.Connection, shop: Shop, agent: Agent, conversation: str, if_rev: int | None, at: datetime) -> Json:
    """Take a conversation that waits; to claim one's own again changes nothing.

    Raises NotFound; Conflict, with who has it, for one that a colleague took first or that changed since `if_rev`;
    IllegalTransition for one that waits for nobody.
    """
    row = talk.get(tx, shop.id, conversation)
    if row.assignee == agent.id and row.state == "human":
        return acked(tx, row)
    check_rev(tx, row, if_rev)
    if row.state == "human":
        raise Conflict(current_of(tx, row))
    if row.state != "waiting":
        raise IllegalTransition("conversation", row.state, "claim", ("waiting",))
    return acked(tx, take(tx, shop, agent, row, at))


def takeover(tx: sa.Connection, shop: Shop, agent: Agent, conversation: str, if_rev: int | None, at: datetime) -> Json:
    """Take a conversation that no colleague has, from the assistant too, and join it at once.

    A senior may take a colleague's. Raises as `claim` does.
    """
    row = talk.get(tx, shop.id, conversation)
    if row.assignee == agent.id and row.joined_at is not None and row.state == "human":
        return acked(tx, row)
    check_rev(tx, row, if_rev)
    if row.state == "resolved":
        raise IllegalTransition("conversation", row.state, "takeover", ("bot", "waiting", "human", "snoozed"))
    if row.assignee not in (None, agent.id) and not may(agent, "senior"):
        raise Conflict(current_of(tx, row))
    if row.state == "snoozed" and row.assignee == agent.id and row.joined_at is not None:
        return acked(tx, go_on(tx, shop, row, at, actor_of(agent)))  # the buyer knows who it is: nobody joins anew
    if row.state != "human" or row.assignee != agent.id:
        row = take(tx, shop, agent, row, at)
    return acked(tx, join(tx, shop, agent, row, at))


def assign(
    tx: sa.Connection, shop: Shop, agent: Agent, conversation: str, to: str, if_rev: int | None, at: datetime
) -> Json:
    """A senior gives a conversation to an agent. Raises Forbidden for others, NotFound for an agent who is gone."""
    require(agent, "senior")
    row = talk.get(tx, shop.id, conversation)
    check_rev(tx, row, if_rev)
    if row.state not in {"waiting", "human"}:
        raise IllegalTransition("conversation", row.state, "assign", ("waiting", "human"))
    return _to_colleague(tx, shop, row, _present(tx, shop, to), at)


def transfer(
    tx: sa.Connection, shop: Shop, agent: Agent, conversation: str, to: str | None, note: str, if_rev: int | None,
    at: datetime,
) -> Json:  # fmt: skip
    """Pass one's conversation to a colleague, or (to None) back to the queue, with a note for whoever comes.

    A senior may pass on a colleague's. Raises NotFound, Conflict, IllegalTransition.
    """
    row = talk.get(tx, shop.id, conversation)
    check_rev(tx, row, if_rev)
    check_holder(tx, row, agent, "transfer", or_senior=True)
    colleague = _present(tx, shop, to) if to is not None else None
    if colleague is not None and colleague.id != row.assignee:
        _check_round(tx, shop, agent, row, colleague)
    if note.strip():
        write_note(tx, shop, agent, conversation, note, at)
    if colleague is not None:
        return _to_colleague(tx, shop, row, colleague, at)
    return acked(tx, back_to_queue(tx, shop, row, at, actor=actor_of(agent), cause="put back"))


def _check_round(tx: sa.Connection, shop: Shop, agent: Agent, row: Conversation, to: Agent) -> None:
    """Nobody is given back what they passed on themselves before the buyer was answered: only a senior ends a round."""
    ticket = tickets.main_ticket_of(tx, shop.id, row.id)
    if ticket is None:
        return
    if PASSED + to.id in ticket.fired and not may(agent, "senior"):
        raise IllegalTransition("conversation", row.state, f"transfer back to {to.display_name}", ("reply", "resolve"))
    if row.assignee is not None and PASSED + row.assignee not in ticket.fired:
        tickets.mark_fired(tx, ticket, (PASSED + row.assignee,))


def take(
    tx: sa.Connection, shop: Shop, agent: Agent, row: Conversation, at: datetime, *, actor: str = "",
    cause: str = "taken",
) -> Conversation:  # fmt: skip
    """The conversation and its ticket are the agent's, who took it or was given it by `actor`; as it stands then."""
    values = {"assignee": agent.id, "joined_at": None, "snoozed_until": None}
    if row.state == "human":
        talk.change(tx, row, **values)
    else:
        talk.move(tx, row, "human", **values)
    row = tell_conversation(tx, shop.id, row.id, at)
    _take_ticket(tx, shop, agent, row, at, actor or actor_of(agent), cause)
    tell_handoff(tx, row, at, "assigned", agent=_named(agent))
    return row


def join(tx: sa.Connection, shop: Shop, agent: Agent, row: Conversation, at: datetime) -> Conversation:
    """The agent is in the chat: the buyer reads the name, and need not say it all again."""
    if row.joined_at is not None:
        return row
    talk.change(tx, row, joined_at=at)
    row = tell_conversation(tx, shop.id, row.id, at)
    ticket = tickets.main_ticket_of(tx, shop.id, row.id)
    if ticket is not None:
        tickets.mark_fired(tx, ticket, ("person",))
    tell_handoff(tx, row, at, "joined", agent=_named(agent))
    notice(tx, shop, row, "handoff.joined", at, agent=agent.display_name)
    return talk.get(tx, shop.id, row.id)


def go_on(tx: sa.Connection, shop: Shop, row: Conversation, at: datetime, actor: str) -> Conversation:
    """A rest ends, and whoever had joined goes on, with the ticket too; as it stands then."""
    talk.move(tx, row, "human", snoozed_until=None)
    ticket = tickets.main_ticket_of(tx, shop.id, row.id)
    if ticket is not None and ticket.state == "snoozed":
        move_ticket(tx, ticket, "open", actor=actor, cause="woke", at=at)
    return tell_conversation(tx, shop.id, row.id, at)


def back_to_queue(
    tx: sa.Connection, shop: Shop, row: Conversation, at: datetime, *, actor: str = SERVER, cause: str
) -> Conversation:
    """Nobody's again: a place in the queue, a deadline, and a message that says so; as it stands then.

    Somebody to whom no agent has spoken keeps the deadline that was promised; others get a new one, also those whose
    chat was passed on by an agent who had come: that promise was kept, and nothing is due of it any more.
    """
    held = tickets.open_dispute_of(tx, shop.id, row.id)
    silent = row.joined_at is None and (held is None or "person" not in held.fired)
    talk.move(tx, row, "waiting", assignee=None, joined_at=None, snoozed_until=None)
    row = talk.get(tx, shop.id, row.id)
    request = TicketRequest(held.reason if held else "human")
    case = Case(row, row.lang, actor=actor, cause=cause)
    handed = hand_off(tx, shop, case, request, at, promised=silent)
    say_as_house(tx, shop, row, handed.line, at, handed.parts)
    return talk.get(tx, shop.id, row.id)


def _to_colleague(tx: sa.Connection, shop: Shop, row: Conversation, to: Agent, at: datetime) -> Json:
    if row.assignee == to.id:
        return acked(tx, row)
    row = take(tx, shop, to, row, at)
    ticket = tickets.main_ticket_of(tx, shop.id, row.id)
    if ticket is not None:
        tickets.mark_fired(tx, ticket, (UNSEEN + to.id,))
    notice(tx, shop, row, "handoff.transferred", at, agent=to.display_name)
    return acked(tx, row)


def _take_ticket(
    tx: sa.Connection, shop: Shop, agent: Agent, row: Conversation, at: datetime, actor: str, cause: str
) -> Ticket | None:
    ticket = tickets.main_ticket_of(tx, shop.id, row.id)
    if ticket is None:
        return None
    stood = tickets.waiting_before(tx, ticket) if ticket.state == "new" else None
    values: Json = {"actor": actor, "cause": cause, "at": at, "assignee": agent.id, "taken_at": at}
    if ticket.state in {"open", "waiting_supplier", "waiting_approval"}:
        ticket = change_ticket(tx, ticket, **values)
    else:
        ticket = move_ticket(tx, ticket, "open", **values)
    if stood is not None:
        tell_places(tx, shop, ticket, stood, at)
    return ticket


def _present(tx: sa.Connection, shop: Shop, to: str) -> Agent:
    agent = agents.get(tx, shop.id, to)
    if not agent.active:
        raise NotFound("agent", to)
    return agent


def _named(agent: Agent) -> Json:
    return {"id": agent.id, "name": agent.display_name}
