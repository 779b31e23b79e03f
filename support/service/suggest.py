"""What the assistant would have said, for the agent who has the conversation: no word of it reaches the buyer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.case_reply import Basis
from support.assistant.state import Memory, TurnOutput
from support.service.hand_off import Case, hand_off, raised
from support.service.ticket_waits import carry_on
from ticketing.conversation import Conversation
from ticketing.events import Audience
from ticketing.ids import new_id
from ticketing.storage import cases, event_log, talk, tickets
from ticketing.storage.visitors import PendingTurn
from ticketing.ticket import ASSISTANT, BUYER, WORK_QUEUES

Json = dict[str, Any]


def suggest(
    tx: sa.Connection, shop: Shop, conversation: Conversation, turn: PendingTurn, output: TurnOutput, at: datetime
) -> str | None:
    """Keep the draft as an event for agents; the id of its decision.

    A decision is kept for them too. Work that the buyer confirmed with the card's own button is submitted, for the
    card has said so; a dispute only makes the ticket that there is more urgent.
    """
    asked = tickets.open_dispute_of(tx, shop.id, conversation.id)
    if asked is not None and asked.state == "waiting_buyer":
        carry_on(tx, shop, asked, actor=BUYER, cause="answered", at=at)
    decision = save_decision(tx, conversation, output, at, audience="agents")
    _act(tx, shop, conversation, turn, output, decision, at)
    body: Json = {
        "conversation": conversation.id, "id": new_id(), "after": conversation.seq, "re": turn.message,
        "text": output.text, "citations": list(output.citations), "basis": _basis(output), "allowed": "",
        "parts": [part | {"id": decision} if part["type"] == "decision" else part for part in output.parts],
        "lang": output.lang, "generated_by": output.generated_by,
    }  # fmt: skip
    event_log.append(tx, conversation.shop, "suggest", conversation.id, conversation.owner, body, at, "agents")
    card = None if turn.input.get("pressed") else Memory.load(conversation.memory).confirm
    memory = replace(output.memory, confirm=card, asks=())  # of what the buyer has not seen nothing is awaited
    talk.remember(tx, conversation.shop, conversation.id, memory.dump(), output.lang, conversation.subject)
    return decision


def _basis(output: TurnOutput) -> Basis:
    """What carries the answer, for the agent: where nothing does it says so."""
    if output.unanswered is not None or not output.text:
        return "none"
    if output.decision is None:
        return "found"
    by_verdict: dict[str, Basis] = {"refer": "person", "need": "missing"}
    return by_verdict.get(output.decision.verdict, "decided")


def save_decision(
    tx: sa.Connection, conversation: Conversation, output: TurnOutput, at: datetime, audience: Audience = "all"
) -> str | None:
    """Keep the turn's decision, if there is one, with its proof and its event; its id."""
    if output.decision is None:
        return None
    proof = dict(output.decision.proof)
    key = cases.save_decision(tx, conversation.shop, conversation.id, output.order_no, proof, at)
    body = {"conversation": conversation.id, "decision": {"id": key, **output.decision.as_json(with_proof=False)}}
    event_log.append(tx, conversation.shop, "decision", conversation.id, conversation.owner, body, at, audience)
    return key


def _act(
    tx: sa.Connection, shop: Shop, conversation: Conversation, turn: PendingTurn, output: TurnOutput,
    decision: str | None, at: datetime,
) -> None:  # fmt: skip
    request = output.ticket
    if request is None:
        return
    if request.queue in WORK_QUEUES:
        if turn.input.get("pressed"):
            hand_off(tx, shop, Case(conversation, output.lang, output.order_no, decision), request, at)
        return
    held = tickets.open_dispute_of(tx, shop.id, conversation.id)
    if held is not None:
        raised(tx, held, request, ASSISTANT, at)
