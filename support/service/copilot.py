"""Beside the agent: a reply drafted from the case, put in other words, and what the agent made of it, kept for tuning.

A draft is the same `suggest` event that the assistant's own suggestions are, so that every desk shows it and
`anxin feedback` pairs it with what was sent. No word of it reaches the buyer by itself.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import sqlalchemy as sa

from support.assistant.case_reply import Case, CaseReply
from support.assistant.rewrite import Asked, Way
from support.assistant.turn import Assistant
from support.orders.order import Order
from support.policy.facts import item_in_question
from support.service.brief import cause_of, first_words, known_of, missing_of
from support.service.brief_facts import Known
from support.service.desk_queue import Reader, order_number
from support.service.desk_rules import current_of
from support.service.shops import LoadedShop
from ticketing.agent import Agent
from ticketing.conversation import Conversation
from ticketing.errors import Conflict, NotFound
from ticketing.ids import new_id
from ticketing.storage import dossier, event_log, talk

Json = dict[str, Any]
Reason = Literal["wrong", "unhelpful", "tone", "outdated", "other"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an agent made of a suggestion; `note` says more in the agent's own words."""

    suggestion: str
    taken: bool
    reason: Reason | None = None
    note: str = ""


def case_of(tx: sa.Connection, loaded: LoadedShop, show: Reader, conversation: str, now: datetime) -> Case:
    """What a reply to this conversation may be made of, in its buyer's language. Raises NotFound.

    An order is told only to who has proved that it is theirs.
    """
    row = talk.get(tx, loaded.id, conversation)
    lang = row.lang or loaded.folder.shop.languages[0]
    known = known_of(tx, loaded, row, lang)
    said = first_words(known)
    order = _own_order(known, show)
    item = item_in_question(order, row.memory.get("item")) if order else None
    return Case(
        loaded.view, lang, cause_of(known), said.text if said else "", now, order, item,
        known.decided.proof if known.decided else None, missing_of(known),
        known.review is not None and known.review.said != "accepted",
    )  # fmt: skip


def _own_order(known: Known, show: Reader) -> Order | None:
    order = show.order(order_number(known.conversation, known.ticket))
    if order is None:
        return None
    mine = order.number in known.granted or known.conversation.owner == f"buyer:{order.buyer_id}"
    return order if mine else None


def keep_draft(tx: sa.Connection, agent: Agent, conversation: str, case: Case, reply: CaseReply, at: datetime) -> Json:
    """Write the draft down as a suggestion. Raises Conflict unless the conversation is the agent's."""
    row = _held(tx, agent, conversation)
    asked = [one.id for one in talk.page(tx, agent.shop, row.id, None, 100) if one.author_kind == "buyer"]
    return _keep(tx, row, {
        "re": asked[-1] if asked else "", "text": reply.text, "citations": list(reply.citations), "parts": [],
        "lang": case.lang, "generated_by": "rules", "basis": reply.basis, "allowed": reply.allowed,
        "beyond": bool(reply.allowed) and _beyond(case, agent),
    }, at)  # fmt: skip


def _beyond(case: Case, agent: Agent) -> bool:
    """Whether what the policy grants is more than this agent may approve alone."""
    refund = ((case.proof or {}).get("outcome") or {}).get("refund")
    if refund is None:
        return False
    limits, amount = case.view.folder.shop.refunds, Decimal(refund["amount"])
    own = limits.roles.get(agent.role)
    each = own.each if own is not None else None
    return any(most is not None and amount > most for most in (limits.approval_limit, each))


def current(tx: sa.Connection, agent: Agent, conversation: str, suggestion: str) -> Json:
    """The suggestion that stands, if it is this one. Raises NotFound, and Conflict where another has come since."""
    row = talk.get(tx, agent.shop, conversation)
    latest = dossier.last_event(tx, agent.shop, row.id, "suggest")
    if latest is None:
        raise NotFound("suggestion", suggestion)
    if latest[0].get("id") != suggestion:
        raise Conflict({"suggestion": latest[0].get("id")})
    return latest[0]


def rewording(assistant: Assistant, body: Json, way: Way, other: str) -> Generator[str, None, Json]:
    """The suggestion in other words, sentence by sentence; a translation into `other`. Raises NotRewritten."""
    lang = other if way == "translate" else str(body["lang"])
    text = yield from assistant.rewriting(Asked(str(body["text"]), body["citations"], way, lang))
    return body | {"text": text, "lang": lang, "generated_by": "model", "way": way}


def keep_reworded(tx: sa.Connection, agent: Agent, conversation: str, body: Json, at: datetime) -> Json:
    """Write a rewriting down as the suggestion that stands now; `of` names the one before. Raises Conflict."""
    row = _held(tx, agent, conversation)
    current(tx, agent, conversation, str(body["id"]))
    return _keep(tx, row, _again(body) | {"of": body["id"]}, at)


def undo_rewording(tx: sa.Connection, agent: Agent, conversation: str, suggestion: str, at: datetime) -> Json:
    """Take a rewriting back: what stood before it stands again. Raises NotFound and Conflict."""
    row = _held(tx, agent, conversation)
    before = current(tx, agent, conversation, suggestion).get("of", "")
    body = dossier.suggestion(tx, agent.shop, row.id, before)
    if body is None:
        raise NotFound("suggestion", before)
    return _keep(tx, row, _again(body), at)


def _again(body: Json) -> Json:
    return {name: value for name, value in body.items() if name not in {"id", "after"}}


def judge(tx: sa.Connection, agent: Agent, conversation: str, verdict: Verdict, at: datetime) -> Json:
    """Keep what the agent made of the suggestion that stands. Raises NotFound and Conflict."""
    current(tx, agent, conversation, verdict.suggestion)
    row = talk.get(tx, agent.shop, conversation)
    body: Json = {
        "conversation": row.id, "suggestion": verdict.suggestion, "taken": verdict.taken,
        "reason": verdict.reason or "", "note": verdict.note, "agent": {"id": agent.id, "name": agent.display_name},
    }  # fmt: skip
    event_log.append(tx, agent.shop, "suggestion", row.id, row.owner, body, at, audience="agents")
    return body


def check_held(tx: sa.Connection, agent: Agent, conversation: str) -> None:
    """Raise Conflict unless the conversation is the agent's: before anything is told."""
    _held(tx, agent, conversation)


def _held(tx: sa.Connection, agent: Agent, conversation: str) -> Conversation:
    row = talk.get(tx, agent.shop, conversation)
    if row.state != "human" or row.assignee != agent.id:
        raise Conflict(current_of(tx, row))
    return row


def _keep(tx: sa.Connection, row: Conversation, told: Json, at: datetime) -> Json:
    body = {"conversation": row.id, "id": new_id(), "after": row.seq, **told}
    event_log.append(tx, row.shop, "suggest", row.id, row.owner, body, at, audience="agents")
    return body
