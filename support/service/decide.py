"""An agent answers a decision of the policy: carries out what the clause says, or decides otherwise and says why.

One answer for each decision: of two agents at once one is first, and the other hears who. Nothing is approved here:
what is asked for goes its way by the shop's rules (`support.service.refunds`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.assistant.masking import mask_keys
from support.assistant.state import TicketRequest
from support.orders.order import Order
from support.policy.item import item_in_question
from support.service.hand_off import Case, hand_off
from support.service.move_ticket import change_ticket, check_ticket_rev
from support.service.refund_news import tell_refund
from support.service.refunds import OUTCOME, Asked, NotGranted, ask_for
from ticketing import refund_rules as rules
from ticketing.agent import Agent, actor_of, may
from ticketing.errors import IllegalTransition, NotFound, TicketingError
from ticketing.refund import FREED, Refund
from ticketing.refund_rules import NotAllowed
from ticketing.review import LEFT_TO_PEOPLE, Gave, Review, Said
from ticketing.storage import dossier, event_log, reviews, talk, ticket_links, tickets
from ticketing.storage import refunds as rows
from ticketing.storage.dossier import Decided
from ticketing.ticket import DONE, Ticket

Json = dict[str, Any]
Action = Literal["accept", "override"]
Instead = Literal["refund", "reissue", "coupon", "nothing"]


class Answered(TicketingError):
    """Somebody has answered this decision already."""

    def __init__(self, review: Review) -> None:
        super().__init__("this decision was answered already")
        self.review = review


class Superseded(TicketingError):
    """The policy has decided about the same anew since: `newer` is that decision."""

    def __init__(self, newer: str) -> None:
        super().__init__("the policy has decided anew since: answer that decision")
        self.newer = newer


@dataclass(frozen=True, slots=True)
class Answer:
    """What an agent says to a decision. What is given `instead`, how much and why counts for an override alone.

    `product` names one of an order's several products where the decision does not.
    """

    decision: str
    action: Action
    instead: Instead | None = None
    amount: Decimal | None = None
    quantity: int = 0
    product: str | None = None
    reason: str = ""
    if_rev: int | None = None


def order_wanted(tx: sa.Connection, ticket: Ticket, answer: Answer) -> str | None:
    """The number of the order that has to be read for an answer, None where nothing is asked for."""
    decided = _decided(tx, ticket, answer.decision)
    gives = can_accept(decided.proof) if answer.action == "accept" else answer.instead
    if gives not in {"refund", "reissue", "coupon"} or reviews.of_decision(tx, ticket.shop, decided.id) is not None:
        return None
    return decided.order_no or ticket.order_no


def decide(
    tx: sa.Connection, shop: Shop, agent: Agent, ticket: str, answer: Answer, order: Order | None, at: datetime
) -> Review:
    """Keep an answer and start what follows from it; the same again is the same answer.

    Raises NotFound, Answered, Superseded, Conflict, IllegalTransition for a ticket that is done or money that has
    left, and what `ask_for` raises: NotAllowed, NotGranted, PaidUnknown, TooMuch.
    """
    row = tickets.get(tx, shop.id, ticket)
    decided = _decided(tx, row, answer.decision)
    standing = reviews.of_decision(tx, shop.id, decided.id)
    if standing is not None:
        if _same(standing, decided, agent, answer):
            return standing
        raise Answered(standing)
    check_ticket_rev(row, answer.if_rev)
    if row.state in DONE:
        raise IllegalTransition("ticket", row.state, "decided", ("open",))
    _check_newest(tx, row, decided)
    said, gave = _meant(decided, agent, answer)
    why = rules.check_proof(_reason(answer)) if answer.action == "override" else ""
    if answer.action == "override":
        _withdraw(tx, shop, agent, decided, why, at)
    refund = _give(tx, shop, agent, row, decided, answer, order, gave, why, at)
    review = Review(
        shop.id, decided.id, row.id, decided.conversation, decided.order_no, said, decided.proof["verdict"],
        clause_of(decided.proof), gave, refund.id if refund else None, why, agent.id, at,
    )  # fmt: skip
    reviews.add(tx, review)
    _tell(tx, row, agent, review, refund)
    return review


def clause_of(proof: Json) -> str:
    """A clause as people name it: `policy/id`; empty where none decided."""
    clause = proof.get("clause")
    return f"{clause['policy']}/{clause['id']}" if clause else ""


def can_accept(proof: Json) -> Gave | None:
    """What accepting a decision would give, None where the policy left it to people."""
    return None if proof["verdict"] in LEFT_TO_PEOPLE else _gave(proof)


def _gave(proof: Json) -> Gave:
    outcome = proof.get("outcome") or {}
    if proof["verdict"] != "grant":
        return "nothing"
    name = next(iter(outcome))
    known: dict[str, Gave] = {"refund": "refund", "reissue": "reissue", "exchange": "reissue", "deliver": "deliver"}
    return known.get(name, "wait")


def _decided(tx: sa.Connection, ticket: Ticket, decision: str) -> Decided:
    """A decision of one of the ticket's conversations. Raises NotFound."""
    for chat in ticket_links.linked(tx, ticket, "conversation"):
        for one in dossier.decisions_of(tx, ticket.shop, chat):
            if one.id == decision:
                return one
    raise NotFound("decision", decision)


def _same(standing: Review, decided: Decided, agent: Agent, answer: Answer) -> bool:
    accepts = standing.said == "accepted"
    if standing.agent != agent.id or accepts != (answer.action == "accept"):
        return False
    return accepts or (standing.gave, standing.reason) == (answer.instead, _reason(answer))


def _reason(answer: Answer) -> str:
    return " ".join(mask_keys(answer.reason).split())[:500]


def _check_newest(tx: sa.Connection, ticket: Ticket, decided: Decided) -> None:
    """What was decided before the facts changed is not carried out any more."""
    for one in dossier.decisions_of(tx, ticket.shop, decided.conversation):
        if (one.order_no, one.proof["request"]) == (decided.order_no, decided.proof["request"]):
            if one.id != decided.id:
                raise Superseded(one.id)
            return


def _meant(decided: Decided, agent: Agent, answer: Answer) -> tuple[Said, Gave]:
    """What the answer says and gives. Raises NotGranted, NotAllowed."""
    granted = can_accept(decided.proof)
    if answer.action == "accept":
        if granted is None:
            raise NotGranted("the policy leaves this to people: say what is given instead, and why")
        return "accepted", granted
    if answer.instead is None:
        raise NotGranted("say what is given instead")
    if granted is None:
        return "decided", answer.instead
    if answer.instead == granted == "nothing":
        raise NotGranted("the decision gives nothing either: accept it")
    if answer.instead == "nothing" and not may(agent, "senior"):
        raise NotAllowed("role", "what the policy grants is withheld by a senior")
    return "overridden", answer.instead


def _withdraw(tx: sa.Connection, shop: Shop, agent: Agent, decided: Decided, why: str, at: datetime) -> None:
    """Call off what was asked for by the decision that is overridden. Raises IllegalTransition where it has begun."""
    for one in rows.of_order(tx, shop.id, decided.order_no) if decided.order_no else ():
        if one.decision == decided.id and one.state not in FREED:
            tell_refund(tx, shop, rows.move(tx, one, "cancelled", actor_of(agent), f"overridden: {why}"[:500], at), at)


def _give(
    tx: sa.Connection, shop: Shop, agent: Agent, ticket: Ticket, decided: Decided, answer: Answer, order: Order | None,
    gave: Gave, why: str, at: datetime,
) -> Refund | None:  # fmt: skip
    if gave == "deliver":
        chat = talk.get(tx, shop.id, decided.conversation)
        case = Case(chat, chat.lang, decided.order_no, decided.id, actor_of(agent), "accepted")
        hand_off(tx, shop, case, TicketRequest("fulfil", "normal", "fulfilment"), at)
        return None
    if gave in {"wait", "nothing"}:
        return None
    if order is None:
        raise NotGranted("no order is known here: link one to the ticket")
    product = answer.product or (decided.proof["facts"].get("item.product") or {}).get("value")
    granted = answer.action == "accept"
    asked = Asked(
        order, product, OUTCOME.get(gave, "coupon"), None if granted else answer.amount,
        _pieces(order, product, decided, answer) if gave == "reissue" else 0, decided.id if granted else None, why,
        decided.conversation,
    )  # fmt: skip
    return ask_for(tx, shop, agent, asked, at)[0]


def _pieces(order: Order, product: str | None, decided: Decided, answer: Answer) -> int:
    """How many keys: as the clause says, else as the agent does, else all of them."""
    said = (decided.proof.get("outcome") or {}).get("reissue") if answer.action == "accept" else None
    item = item_in_question(order, product)
    return int(said or answer.quantity or (item.quantity if item else None) or 1)


def _tell(tx: sa.Connection, ticket: Ticket, agent: Agent, review: Review, refund: Refund | None) -> None:
    """Every desk hears it, the ticket's record too; no buyer does."""
    now = tickets.get(tx, ticket.shop, ticket.id)
    cause = f"{review.said} {review.clause}".strip() + (f": {review.reason}" if review.reason else "")
    why: Json = {"actor": actor_of(agent), "cause": cause[:500], "at": review.at}
    change_ticket(tx, now, **why, decision=review.decision)
    body: Json = {"conversation": review.conversation, "review": {
        "decision": review.decision, "ticket": ticket.number, "said": review.said, "verdict": review.verdict,
        "clause": review.clause, "gave": review.gave, "order_no": review.order_no,
        "refund": refund.number if refund else None, "reason": review.reason,
        "agent": {"id": agent.id, "name": agent.display_name},
    }}  # fmt: skip
    owner = talk.get(tx, ticket.shop, review.conversation).owner
    event_log.append(tx, ticket.shop, "review", review.conversation, owner, body, review.at, audience="agents")
