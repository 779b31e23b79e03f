"""Queries about questions that were not answered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from ticketing.storage.privacy import held_chats
from ticketing.storage.tables import unanswered
from ticketing.unanswered import Question

MOST = 1000
"""The latest so many are looked at together."""
_COLUMNS = (
    unanswered.c.message, unanswered.c.conversation, unanswered.c.at, unanswered.c.lang, unanswered.c.kind,
    unanswered.c.text,
)  # fmt: skip


def add(tx: sa.Connection, shop: str, question: Question) -> None:
    """Keep a question."""
    tx.execute(sa.insert(unanswered).values(shop=shop, **asdict(question)))


def waiting(tx: sa.Connection, shop: str, since: datetime) -> tuple[Question, ...]:
    """The latest questions since then that nobody has dismissed, oldest first."""
    query = (
        sa.select(*_COLUMNS)
        .where(unanswered.c.shop == shop, unanswered.c.at >= since, unanswered.c.dismissed_at.is_(None))
        .order_by(unanswered.c.at.desc(), unanswered.c.message.desc())
        .limit(MOST)
    )
    return tuple(Question(*row) for row in reversed(tx.execute(query).all()))


def of_messages(tx: sa.Connection, shop: str, keys: Collection[str]) -> tuple[Question, ...]:
    """Those of a shop that came in these messages, oldest first; what is not there is left out."""
    mine = (unanswered.c.shop == shop) & unanswered.c.message.in_(keys)
    query = sa.select(*_COLUMNS).where(mine).order_by(unanswered.c.at, unanswered.c.message)
    return tuple(Question(*row) for row in tx.execute(query))


def dismiss(tx: sa.Connection, shop: str, keys: Collection[str], by: str | None, at: datetime) -> int:
    """Take questions off the list; `by` None puts them back. How many there were."""
    mine = (unanswered.c.shop == shop) & unanswered.c.message.in_(keys)
    values = {"dismissed_at": at if by else None, "dismissed_by": by}
    return tx.execute(sa.update(unanswered).where(mine).values(**values)).rowcount


def forget(tx: sa.Connection, shop: str, before: datetime, at: datetime) -> None:
    """Drop what is older, but for what is held."""
    old = unanswered.c.at < before, unanswered.c.conversation.not_in(held_chats(shop, at))
    tx.execute(sa.delete(unanswered).where(unanswered.c.shop == shop, *old))
