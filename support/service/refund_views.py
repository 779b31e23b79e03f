"""A refund as it is shown, and who or what allowed it: all of it in one reading."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from support.chat.frames import utc
from ticketing.errors import NotFound
from ticketing.refund import Refund
from ticketing.review import Review
from ticketing.storage import agents, cases, order_events, reviews, tickets
from ticketing.storage import audit as chain
from ticketing.storage import refunds as rows

Json = dict[str, Any]


def refund_view(refund: Refund) -> Json:
    """A refund with all that stands in its row."""
    return {
        "number": refund.number, "state": refund.state, "rev": refund.rev, "kind": refund.kind,
        "order": refund.order_no, "line": refund.line, "amount": str(refund.amount), "excess": str(refund.excess),
        "currency": refund.currency, "quantity": refund.quantity, "reason": refund.reason,
        "decision": refund.decision, "conversation": refund.conversation, "holds": refund.holds.split(),
        "executor": refund.executor, "key": refund.key, "requested_by": refund.requested_by,
        "approved_by": refund.approved_by, "executed_by": refund.executed_by, "reference": refund.reference,
        "created_at": utc(refund.created_at), "changed_at": utc(refund.changed_at),
        "ask_at": utc(refund.ask_at) if refund.ask_at and refund.state == "in_doubt" else None,
    }  # fmt: skip


def audit(tx: sa.Connection, shop: str, number: int) -> Json:
    """Who or what allowed a refund: ownership, facts, verdict, approvers, execution. Raises NotFound."""
    refund = rows.by_number(tx, shop, number)
    linked = {
        link.open["rev"]: {"n": link.n, "hash": link.hash, "session": link.open.get("session")}
        for link in chain.links_of(tx, refund)
    }
    steps = [
        {
            "n": one.n, "at": utc(one.at), "from": one.was, "to": one.state, "by": _name(tx, shop, one.actor),
            "actor": one.actor, "cause": one.cause, "reference": one.reference, "link": linked.get(one.n),
        }
        for one in rows.changes_of(tx, refund)
    ]  # fmt: skip
    paid = {"paid": str(rows.paid(tx, shop, refund.order_no, refund.line)),
            "left": str(rows.left(tx, shop, refund.order_no, refund.line))}  # fmt: skip
    return refund_view(refund) | {
        "line_totals": paid, "ownership": _ownership(tx, refund), "verdict": _verdict(tx, refund), "steps": steps,
        "review": _review(tx, refund),
        "requested_by": _name(tx, shop, refund.requested_by), "approved_by": _name(tx, shop, refund.approved_by),
        "executed_by": _name(tx, shop, refund.executed_by),
    }  # fmt: skip


def _ownership(tx: sa.Connection, refund: Refund) -> Json | None:
    """By what the buyer opened the order, where it began in a chat."""
    if refund.conversation is None:
        return None
    return order_events.ownership(tx, refund.shop, refund.order_no, refund.conversation)


def _verdict(tx: sa.Connection, refund: Refund) -> Json | None:
    """The decision with its clause and facts; None for a person's own."""
    if refund.decision is None:
        return None
    proof = cases.get_decision(tx, refund.shop, refund.decision)
    names = ("verdict", "clause", "outcome", "request", "facts", "digest")
    return {"decision": refund.decision} | {name: proof.get(name) for name in names}


def _review(tx: sa.Connection, refund: Refund) -> Json | None:
    """What an agent said to the decision from which it followed."""
    said = reviews.of_refund(tx, refund.shop, refund.id)
    return None if said is None else review_view(tx, said)


def review_view(tx: sa.Connection, said: Review) -> Json:
    """What an agent said to a decision."""
    refund = rows.get(tx, said.shop, said.refund).number if said.refund else None
    return {
        "decision": said.decision, "said": said.said, "verdict": said.verdict, "clause": said.clause,
        "gave": said.gave, "refund": refund, "reason": said.reason, "order_no": said.order_no,
        "conversation": said.conversation, "ticket": tickets.get(tx, said.shop, said.ticket).number,
        "by": _name(tx, said.shop, f"agent:{said.agent}"), "agent": said.agent, "at": utc(said.at),
    }  # fmt: skip


def _name(tx: sa.Connection, shop: str, actor: str | None) -> str | None:
    """An agent by login name and role beside the id."""
    if actor is None or not actor.startswith("agent:"):
        return actor
    try:
        agent = agents.get(tx, shop, actor.removeprefix("agent:"))
    except NotFound:
        return actor
    return f"{agent.name} ({agent.role})"
