"""An agent asks the buyer by a form in the chat; the ticket waits for the buyer until that has answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.phrases import phrase
from support.service.move_ticket import check_ticket_rev
from support.service.reply import reply
from support.service.ticket_waits import wait_for
from support.service.use_card import ASKED
from ticketing.agent import Agent, actor_of
from ticketing.ids import new_id
from ticketing.storage import talk, tickets
from ticketing.ticket import Ticket

Json = dict[str, Any]
Question = Literal["picture", "error", "tried_at", "where", "account", "region", "payment", "seller", "wish"]
QUESTIONS: tuple[Question, ...] = get_args(Question)
KINDS: dict[Question, str] = {"picture": "file"}
"""What a field of the form takes where it is not words."""
"""What there is to ask about digital goods: no secret is among them, for none is needed to settle a dispute."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to ask, with the agent's own words before it where there are any."""

    questions: Sequence[Question]
    text: str = ""
    if_rev: int | None = None


def questions(lang: str) -> list[Json]:
    """`[{name, label}]`: what can be asked, as the form words it."""
    return [{"name": one, "label": phrase(lang, f"asked.{one}")} for one in QUESTIONS]


def ask_buyer(tx: sa.Connection, shop: Shop, agent: Agent, ticket: Ticket, asked: Asked, at: datetime) -> Ticket:
    """Say it in the chat and put the ticket aside; the buyer's answer takes it on.

    Raises Conflict, with who has it, unless the conversation is the agent's, and IllegalTransition where it waits
    already.
    """
    check_ticket_rev(ticket, asked.if_rev)
    row = talk.get(tx, shop.id, ticket.conversation)
    form = {
        "type": "form", "id": new_id(), "submit_label": phrase(row.lang, "asked.submit"), "used": False,
        "fields": [
            {"name": ASKED + one, "label": phrase(row.lang, f"asked.{one}"), "kind": KINDS.get(one, "text"),
             "required": True}
            for one in dict.fromkeys(asked.questions)
        ],
    }  # fmt: skip
    reply(tx, shop, agent, row.id, asked.text or phrase(row.lang, "asked.please"), at, cards=(form,))
    cause = "asked the buyer: " + ", ".join(dict.fromkeys(asked.questions))
    held = tickets.get(tx, shop.id, ticket.id)
    return wait_for(tx, held, "buyer", actor=actor_of(agent), cause=cause, at=at)
