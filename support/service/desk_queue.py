"""The queue as the desk shows it: rows of conversations with what an agent must know before opening one."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from support.assistant.cards import order_card
from support.assistant.masking import mask_keys
from support.chat.frames import utc
from support.orders.connector import StoreUnavailable
from support.orders.order import Order
from support.service.shops import LoadedShop
from ticketing.agent import Agent
from ticketing.conversation import Conversation
from ticketing.storage import agents, desk
from ticketing.storage.desk import DeskRow, View
from ticketing.ticket import UNSEEN, Ticket

Json = dict[str, Any]
MOST_ROWS = 200
LAST_TEXT = 120
LOOKUP_SECONDS = 1.0
"""After so long with a slow store, or one that is down, the rest of a page shows its order numbers alone."""
VISITOR = {"zh-CN": "访客", "en": "Visitor"}


@dataclass(slots=True)
class Reader:
    """Shows rows to one agent in one language; looks each order up once, for a while, and every name at once."""

    loaded: LoadedShop
    lang: str
    names: Mapping[str, str]
    me: str = ""
    _orders: dict[str, Order | None] = field(default_factory=dict)
    _looked_up_for: float = 0.0

    def row(self, row: DeskRow) -> Json:
        """One row of the queue."""
        return {
            "conversation": self.head(row), "ticket": self.ticket(row.ticket), "last": _last(row),
            "buyer": buyer_in(row.conversation, self.lang), "order": self._order_line(row),
            "deadline": _utc(row.deadline), "unread": row.unread or self._unseen(row.ticket),
        }  # fmt: skip

    def head(self, row: DeskRow) -> Json:
        """A conversation without its messages, as every other page shows it."""
        one = row.conversation
        return {
            "id": one.id, "conversation": one.id, "state": one.state, "assignee": self._name(one.assignee),
            "rev": one.rev, "seq": one.seq, "read": dict(row.read), "subject": mask_keys(one.subject),
            "lang": one.lang, "created_at": utc(one.created_at), "updated_at": utc(one.updated_at),
            "joined_at": _utc(one.joined_at), "snoozed_until": _utc(one.snoozed_until),
        }  # fmt: skip

    def ticket(self, ticket: Ticket | None) -> Json | None:
        """A ticket with what agents know of it beside: what is missing, and how it ended."""
        if ticket is None:
            return None
        return {
            "id": ticket.id, "number": ticket.number, "reason": ticket.reason, "priority": ticket.priority,
            "queue": ticket.queue, "state": ticket.state, "rev": ticket.rev, "order_no": ticket.order_no,
            "assignee": self._name(ticket.assignee), "created_at": utc(ticket.created_at),
            "target_at": _utc(ticket.target_at), "due_at": _utc(ticket.due_at), "resolve_by": _utc(ticket.resolve_by),
            "taken_at": _utc(ticket.taken_at), "resolved_at": _utc(ticket.resolved_at),
            "missing": list(ticket.missing), "tags": list(ticket.tags), "alarmed_at": _utc(ticket.alarmed_at),
            "resolution": None if ticket.resolution is None else mask_keys(ticket.resolution),
            "team": ticket.team, "snoozed_until": _utc(ticket.snoozed_until),
            "waiting_since": _utc(ticket.waiting_since), "reopened": ticket.reopened,
        }  # fmt: skip

    def _unseen(self, ticket: Ticket | None) -> bool:
        """Whether it was given to this agent, who has not opened it since."""
        return ticket is not None and UNSEEN + self.me in ticket.fired

    def order(self, number: str | None) -> Order | None:
        """An order of the store; None where there is none, or where the store cannot be read now."""
        if number is None or self.loaded.connector is None:
            return None
        if number not in self._orders and self._looked_up_for < LOOKUP_SECONDS:
            begun = time.monotonic()
            try:
                self._orders[number] = self.loaded.connector.find(number)
            except StoreUnavailable:
                self._orders[number] = None
            self._looked_up_for += time.monotonic() - begun
        return self._orders.get(number)

    def _name(self, agent: str | None) -> Json | None:
        return None if agent is None else {"id": agent, "name": self.names.get(agent, agent)}

    def _order_line(self, row: DeskRow) -> Json | None:
        number = order_number(row.conversation, row.ticket)
        order = self.order(number)
        if order is None:
            return None if number is None else {"number": number, "state": None, "state_label": None}
        card = order_card(order, self.loaded.folder, self.lang)
        return {key: card[key] for key in ("number", "state", "state_label")}


def reader(tx: sa.Connection, loaded: LoadedShop, agent: Agent | None, lang: str = "") -> Reader:
    """A reader for an agent: in `lang` if the shop has it, else in the agent's own, else in the shop's first."""
    offered, spoken = loaded.folder.shop.languages, () if agent is None else agent.languages
    fitting = next((one for one in (lang, *spoken) if one in offered), offered[0])
    names = {one.id: one.display_name for one in agents.of_shop(tx, loaded.id, active=False)}
    return Reader(loaded, fitting, names, "" if agent is None else agent.id)


def queue(
    tx: sa.Connection, loaded: LoadedShop, agent: Agent, view: View, now: datetime, limit: int = MOST_ROWS,
    after: str | None = None, lang: str = "",
) -> Json:  # fmt: skip
    """A page of a view, nearest deadline first, with every view's count. Raises BadCursor."""
    show = reader(tx, loaded, agent, lang)
    page = desk.page(tx, loaded.id, view, agent.id, now, limit, after)
    counts = desk.counts(tx, loaded.id, agent.id, now)
    return {"rows": [show.row(row) for row in page.rows], "counts": counts, "next": page.next}


def rows_of(
    tx: sa.Connection, loaded: LoadedShop, agent: Agent, keys: Iterable[str], lang: str = ""
) -> dict[str, Json]:
    """Rows by their conversations' ids."""
    show = reader(tx, loaded, agent, lang)
    return {key: show.row(row) for key, row in desk.rows_of(tx, loaded.id, tuple(keys)).items()}


def find(tx: sa.Connection, loaded: LoadedShop, agent: Agent, ticket_no: int, lang: str = "") -> Json | None:
    """The row of a ticket by its number, however old it is."""
    row = desk.with_ticket(tx, loaded.id, ticket_no)
    return None if row is None else reader(tx, loaded, agent, lang).row(row)


def buyer(owner: str, lang: str) -> Json:
    """Who writes: a signed buyer by the shop's own id, a channel's by its, a visitor by four signs of ours."""
    kind, _, key = owner.partition(":")
    if kind == "buyer":
        return {"name": key, "verified": True}
    channel, colon, id = key.partition(":")
    if colon:
        return {"name": f"{id} · {channel}", "verified": False}
    return {"name": f"{VISITOR.get(lang, VISITOR['en'])} {key[-4:].upper()}", "verified": False}


def buyer_in(conversation: Conversation, lang: str) -> Json:
    """The same with the name that the shop's page gave a visitor; nobody has checked it."""
    who, called = buyer(conversation.owner, lang), conversation.memory.get("called")
    return who if who["verified"] or not called else who | {"name": f"{called} · {who['name']}"}


def order_number(conversation: Conversation, ticket: Ticket | None) -> str | None:
    """The order in question: the ticket's, else the one that the conversation is about."""
    known = ticket.order_no if ticket is not None else None
    return known or conversation.memory.get("order")


def _last(row: DeskRow) -> Json | None:
    last = row.last
    if last is None:
        return None
    text = mask_keys(last.text)[:LAST_TEXT]
    return {"seq": last.seq, "at": utc(last.at), "author_kind": last.author_kind, "text": text}


def _utc(at: datetime | None) -> str | None:
    return None if at is None else utc(at)
