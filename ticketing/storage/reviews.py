"""Queries about what people said to decisions: one row for each decision, with its event and its link of the audit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa

from ticketing.review import Review
from ticketing.storage import audit
from ticketing.storage.tables import decision_reviews as reviews

_NAMES = tuple(one.name for one in fields(Review))
_COLUMNS = tuple(reviews.c[name] for name in _NAMES)


def add(tx: sa.Connection, review: Review) -> None:
    """Keep it, in the record and in the audit. The database holds that a decision has one."""
    tx.execute(sa.insert(reviews).values({name: getattr(review, name) for name in _NAMES}))
    audit.record_review(tx, review)


def of_decision(tx: sa.Connection, shop: str, decision: str) -> Review | None:
    """What was said to a decision."""
    row = tx.execute(sa.select(*_COLUMNS).where(reviews.c.shop == shop, reviews.c.decision == decision)).one_or_none()
    return None if row is None else Review(*row)


def of_refund(tx: sa.Connection, shop: str, refund: str) -> Review | None:
    """What was said to the decision from which a refund followed."""
    query = sa.select(*_COLUMNS).where(reviews.c.shop == shop, reviews.c.refund == refund)
    row = tx.execute(query.order_by(reviews.c.at)).first()
    return None if row is None else Review(*row)


def of_conversations(tx: sa.Connection, shop: str, conversations: Iterable[str]) -> tuple[Review, ...]:
    """What was said to the decisions of some conversations, oldest first."""
    mine = (reviews.c.shop == shop, reviews.c.conversation.in_(sorted(conversations)))
    return tuple(Review(*row) for row in tx.execute(sa.select(*_COLUMNS).where(*mine).order_by(reviews.c.at)))


def between(tx: sa.Connection, shop: str, since: datetime, until: datetime) -> tuple[Review, ...]:
    """What was said from `since` until before `until`, latest first."""
    query = sa.select(*_COLUMNS).where(reviews.c.shop == shop, reviews.c.at >= since, reviews.c.at < until)
    return tuple(Review(*row) for row in tx.execute(query.order_by(reviews.c.at.desc(), reviews.c.decision)))
