"""The shop's audit: one chain of who or what moved money, overrode the policy or changed who may do what.

A link stands for each step of each refund, for what an agent said to each decision, and for each change of an
account, a webhook, an API key or the shop's files.

It is the evidence chain of a name that no ticket has, so that it is only ever added to, and verified by the same rules.
What people wrote stands beside a link as a part, which may be erased without breaking the chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal, get_args

import sqlalchemy as sa

from ticketing.evidence import TEXT, Entry, Item, Json
from ticketing.ids import new_id
from ticketing.refund import Refund
from ticketing.review import Review
from ticketing.storage import evidence, order_events
from ticketing.storage.columns import time_of
from ticketing.storage.prepared import Prepared
from ticketing.storage.spool import acting_session
from ticketing.storage.tables import agents, decision_reviews, decisions, evidence_entries, refund_changes, refunds

AUDIT, SERVER = "audit", "server"
ChangeKind = Literal["account", "webhook", "api_key", "settings", "privacy"]
CHANGES: tuple[ChangeKind, ...] = get_args(ChangeKind)
_DIGEST = Prepared(
    sa.select(decisions.c.digest).where(
        decisions.c.shop == sa.bindparam("_shop"), decisions.c.id == sa.bindparam("_id")
    )
)
_ROLE = Prepared(
    sa.select(agents.c.role).where(agents.c.shop == sa.bindparam("_shop"), agents.c.id == sa.bindparam("_id"))
)


def subject_of(refund: str, rev: int) -> str:
    """By what a step is found in the chain."""
    return f"refund:{refund}:{rev}"


def record(
    tx: sa.Connection, refund: Refund, was: str | None, actor: str, cause: str, at: datetime, reference: str | None
) -> None:
    """Add a step, in the transaction that takes it."""
    open: Json = {
        "refund": refund.number, "rev": refund.rev, "from": was, "to": refund.state, "actor": actor,
        "role": _role(tx, refund.shop, actor), "session": acting_session(tx, actor),
        "kind": refund.kind, "order": refund.order_no, "line": refund.line,
        "amount": str(refund.amount), "excess": str(refund.excess), "currency": refund.currency,
        "quantity": refund.quantity, "executor": refund.executor, "key": refund.key, "holds": refund.holds.split(),
        "requested_by": refund.requested_by, "approved_by": refund.approved_by, "executed_by": refund.executed_by,
    }  # fmt: skip
    if was is None:
        open |= {
            "decision": refund.decision,
            "digest": _digest(tx, refund.shop, refund.decision),
            "ownership": _ownership(tx, refund),
        }
    words = {"cause": cause, "reference": reference}
    item = Item("refund", actor.partition(":")[0], subject_of(refund.id, refund.rev), at, open, {TEXT: words})
    evidence.append_new(tx, refund.shop, AUDIT, item, at)


def review_subject(decision: str) -> str:
    """By what the answer to a decision is found in the chain."""
    return f"review:{decision}"


def record_review(tx: sa.Connection, review: Review) -> None:
    """Add what an agent said to a decision, in the transaction that keeps it; why stands beside the link."""
    by = f"agent:{review.agent}"
    open: Json = _open_review(review) | {
        "role": _role(tx, review.shop, by), "session": acting_session(tx, by),
        "digest": _digest(tx, review.shop, review.decision),
    }  # fmt: skip
    words = {"cause": review.reason}
    item = Item("review", "agent", review_subject(review.decision), review.at, open, {TEXT: words})
    evidence.append_new(tx, review.shop, AUDIT, item, review.at)


def _open_review(review: Review) -> Json:
    return {
        "decision": review.decision, "said": review.said, "verdict": review.verdict, "clause": review.clause,
        "gave": review.gave, "order": review.order_no, "refund": review.refund, "ticket": review.ticket,
        "actor": f"agent:{review.agent}",
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to what, by which actor. `values` stand for ever; `words` are what people wrote: names, addresses.

    `target` is an id, or a file's path. An actor is `agent:ID`, `api:ID`, `terminal:USER` or `server`.
    """

    kind: ChangeKind
    what: str
    by: str
    target: str
    values: Mapping[str, object]
    words: Mapping[str, object]


def record_change(tx: sa.Connection, shop: str, change: Change, at: datetime) -> None:
    """Add a change, in the transaction that makes it."""
    open: Json = {
        "what": change.what, "target": change.target, "actor": change.by, "role": _role(tx, shop, change.by),
        "session": acting_session(tx, change.by), **change.values,
    }  # fmt: skip
    subject = f"{change.kind}:{change.target}:{new_id()}"
    item = Item(change.kind, change.by.partition(":")[0], subject, at, open, {TEXT: dict(change.words)})
    evidence.append_new(tx, shop, AUDIT, item, at)


def page(tx: sa.Connection, shop: str, kind: str | None, before: int | None, limit: int) -> tuple[Entry, ...]:
    """Links of one kind or of all, the newest first, from the one before the place `before` on."""
    c = evidence_entries.c
    which = sa.and_(
        c.shop == shop, c.ticket == AUDIT, *([c.kind == kind] if kind else ()), *([c.n < before] if before else ())
    )
    newest = tx.execute(sa.select(c.n).where(which).order_by(c.n.desc()).limit(limit)).scalars().all()
    return tuple(reversed(evidence.of_ticket(tx, shop, AUDIT, c.n.in_(newest))))


def _role(tx: sa.Connection, shop: str, actor: str) -> str | None:
    """What an agent was at that time."""
    if not actor.startswith("agent:"):
        return None
    row = _ROLE.run(tx, {"_shop": shop, "_id": actor.removeprefix("agent:")}).fetchone()
    return None if row is None else str(row[0])


def _digest(tx: sa.Connection, shop: str, decision: str | None) -> str | None:
    """Of the decision's proof, which holds the facts and the clause."""
    if decision is None:
        return None
    row = _DIGEST.run(tx, {"_shop": shop, "_id": decision}).fetchone()
    return None if row is None else str(row[0])


def _ownership(tx: sa.Connection, refund: Refund) -> Json | None:
    """By what the buyer had opened the order, without who it was."""
    if refund.conversation is None:
        return None
    found = order_events.ownership(tx, refund.shop, refund.order_no, refund.conversation)
    return {name: found[name] for name in ("by", "at", "signed_in")}


def links(tx: sa.Connection, shop: str) -> tuple[Entry, ...]:
    """The whole chain."""
    return evidence.of_ticket(tx, shop, AUDIT)


def links_of(tx: sa.Connection, refund: Refund) -> tuple[Entry, ...]:
    """The steps of one refund."""
    names = [subject_of(refund.id, rev) for rev in range(refund.rev + 1)]
    return evidence.of_ticket(tx, refund.shop, AUDIT, evidence_entries.c.subject.in_(names))


def steps_in_tables(tx: sa.Connection, shop: str) -> dict[str, tuple[datetime, Json, Json]]:
    """Every step as the refunds' own tables have it, by its subject: when, what of it is open, and the words."""
    c, r = refund_changes.c, refunds.c
    query = (
        sa.select(
            c.refund, c.n, sa.type_coerce(c.at, sa.BigInteger).label("us"), c.was, c.state, c.actor, c.cause,
            c.reference, r.refund_no, r.kind, r.order_no, r.line, r.amount, r.excess, r.currency, r.key,
            r.requested_by, r.decision,
        )
        .join(refunds, (r.shop == c.shop) & (r.id == c.refund))
        .where(c.shop == shop)
    )  # fmt: skip
    found: dict[str, tuple[datetime, Json, Json]] = {}
    for row in tx.execute(query):
        open: Json = {
            "refund": f"R-{row.refund_no}", "rev": row.n, "from": row.was, "to": row.state, "actor": row.actor,
            "kind": row.kind, "order": row.order_no, "line": row.line, "amount": str(row.amount),
            "excess": str(row.excess), "currency": row.currency, "key": row.key, "requested_by": row.requested_by,
        }  # fmt: skip
        if row.was is None:
            open["decision"] = row.decision
        at = time_of(row.us)
        assert at is not None
        words = {"cause": row.cause, "reference": row.reference}
        found[subject_of(row.refund, row.n)] = (at, open, words)
    return found


def reviews_in_table(tx: sa.Connection, shop: str) -> dict[str, tuple[datetime, Json, Json]]:
    """Every answer to a decision as its table has it, as `steps_in_tables`."""
    c = decision_reviews.c
    rows = tx.execute(sa.select(*(c[one.name] for one in fields(Review))).where(c.shop == shop))
    found = (Review(*row) for row in rows)
    return {review_subject(one.decision): (one.at, _open_review(one), {"cause": one.reason}) for one in found}


def states(tx: sa.Connection, shop: str) -> dict[str, tuple[str, int, str]]:
    """`(number, rev, state)` of every refund by its id."""
    query = sa.select(refunds.c.id, refunds.c.refund_no, refunds.c.rev, refunds.c.state).where(refunds.c.shop == shop)
    return {row.id: (f"R-{row.refund_no}", row.rev, row.state) for row in tx.execute(query)}
