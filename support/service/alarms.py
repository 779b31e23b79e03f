"""What becomes due of a ticket by time alone: facts are asked for, agents reminded, and what nobody did goes up."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.phrases import label, listed, phrase
from support.assistant.wording import fact_word
from support.service.move_ticket import change_ticket
from support.service.queue import place
from support.service.tell import notice
from support.service.write_note import write_house_note
from ticketing.agent import Agent, may
from ticketing.clocks import Alarm, due_now
from ticketing.conversation import Conversation
from ticketing.storage import agents, evidence, talk, ticket_links, tickets
from ticketing.ticket import DONE, SERVER, Ticket, next_higher


def ring(tx: sa.Connection, shop: Shop, key: str, at: datetime) -> None:
    """Do what is due of a ticket, each once: it is marked in the transaction of what it did."""
    ticket = tickets.get(tx, shop.id, key)
    due = due_now(ticket, at)
    if not due:
        tickets.mark_fired(tx, ticket, ())
    for alarm in due:
        if alarm.endswith(".soon") and alarm.removesuffix(".soon") in due:
            ticket = tickets.mark_fired(tx, ticket, (alarm,))  # a reminder of what is over reminds of nothing
        else:
            ticket = _fire(tx, shop, ticket, alarm, at)


def _fire(tx: sa.Connection, shop: Shop, ticket: Ticket, alarm: Alarm, at: datetime) -> Ticket:
    row = talk.get(tx, shop.id, ticket.conversation)
    match alarm:
        case "evidence":
            return _ask_for_facts(tx, shop, ticket, row, at)
        case "person":
            return _nobody_came(tx, shop, ticket, row, at)
        case "closure" | "legal":
            return _goes_up(tx, shop, ticket, row, alarm, at)
        case "follow_up":
            return _follow_up(tx, shop, ticket, row, at)
        case _:
            return _marked(tx, ticket, alarm, at)


def _marked(tx: sa.Connection, ticket: Ticket, alarm: Alarm, at: datetime) -> Ticket:
    """A reminder: the desk hears it, nothing else changes."""
    return change_ticket(tx, ticket, actor=SERVER, cause=alarm, at=at, fired=[*ticket.fired, alarm])


def _ask_for_facts(tx: sa.Connection, shop: Shop, ticket: Ticket, row: Conversation, at: datetime) -> Ticket:
    """The first facts are not there: the buyer is told what is missing, so that whoever comes can decide."""
    lacking = ticket.missing and not evidence.uploads_said(tx, shop.id, row.id)
    if not lacking or ticket.is_work or row.state != "waiting":
        return tickets.mark_fired(tx, ticket, ("evidence",))
    facts = listed(row.lang, (fact_word(row.lang, one) for one in ticket.missing))
    notice(tx, shop, row, "handoff.facts", at, facts=facts)
    return _marked(tx, ticket, "evidence", at)


def _nobody_came(tx: sa.Connection, shop: Shop, ticket: Ticket, row: Conversation, at: datetime) -> Ticket:
    """Said to the desk, and to the buyer who waits. Whoever took it and has spoken in the chat has come."""
    if ticket.state == "open" and (row.state != "human" or row.joined_at is not None):
        return tickets.mark_fired(tx, ticket, ("person",))
    raised = next_higher(ticket.priority)
    ticket = change_ticket(tx, ticket, actor=SERVER, cause="overdue", at=at, alarm=True, alarmed_at=at, priority=raised)
    if row.state == "waiting" and not ticket.is_work:
        where = place(row.lang, tickets.waiting_before(tx, ticket))
        notice(tx, shop, row, "handoff.overdue", at, priority=label(row.lang, "priority", raised), place=where)
    return ticket


def _goes_up(tx: sa.Connection, shop: Shop, ticket: Ticket, row: Conversation, alarm: Alarm, at: datetime) -> Ticket:
    """It is not done in time: more urgent, and whoever leads is told by name, in a note that every desk hears."""
    raised = "urgent" if alarm == "legal" else next_higher(ticket.priority)
    fired = [*ticket.fired, alarm]
    ticket = change_ticket(tx, ticket, actor=SERVER, cause=alarm, at=at, alarm=True, priority=raised, fired=fired)
    lang = shop.languages[0]
    names = listed(lang, (one.display_name for one in leads(tx, shop, ticket)))
    told = phrase(lang, f"alarm.{alarm}", number=ticket.number, names=names or phrase(lang, "alarm.everybody"))
    write_house_note(tx, shop, row, told, at)
    if not ticket.is_work and row.state in {"waiting", "human"}:
        notice(tx, shop, row, "handoff.not_done", at, priority=label(row.lang, "priority", raised))
    return ticket


def _follow_up(tx: sa.Connection, shop: Shop, ticket: Ticket, row: Conversation, at: datetime) -> Ticket:
    """Some days after: the buyer is asked whether it still holds, unless something of theirs is open again."""
    open_again = any(one.state not in DONE for one in ticket_links.of_owner(tx, shop.id, row.owner))
    wanted = shop.deadlines.of(ticket.priority).follow_up_days and ticket.resolved_at is not None
    if open_again or not wanted or row.state not in {"resolved", "bot"}:
        return tickets.mark_fired(tx, ticket, ("follow_up",))
    notice(tx, shop, row, "handoff.follow_up", at, number=ticket.number)
    return _marked(tx, ticket, "follow_up", at)


def leads(tx: sa.Connection, shop: Shop, ticket: Ticket) -> tuple[Agent, ...]:
    """Who answers for a ticket that is late: its team's lead, else the seniors of the shop."""
    people, team = agents.of_shop(tx, shop.id), shop.routing.named(ticket.team)
    lead = tuple(one for one in people if team is not None and one.name == team.lead)
    return lead or tuple(one for one in people if may(one, "senior"))
