"""Queries about ratings: whether it was solved, and how well."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ticketing.storage.tables import ratings


@dataclass(frozen=True, slots=True)
class Rating:
    """A buyer's word on one message. `agent` is who is rated, None for the assistant; `score` is 1 to 5."""

    message: str
    conversation: str
    at: datetime
    ticket: str | None = None
    agent: str | None = None
    solved: bool | None = None
    score: int | None = None
    tags: tuple[str, ...] = ()
    comment: str = ""


def find(tx: sa.Connection, shop: str, message: str) -> Rating | None:
    """What was said about a message."""
    row = tx.execute(sa.select(ratings).where(ratings.c.shop == shop, ratings.c.message == message)).one_or_none()
    if row is None:
        return None
    return Rating(
        row.message, row.conversation, row.at, row.ticket, row.agent, row.solved, row.score, tuple(row.tags),
        row.comment,
    )  # fmt: skip


def save(tx: sa.Connection, shop: str, rating: Rating) -> None:
    """Keep a rating, in the place of what was said about the message before."""
    values: dict[str, Any] = asdict(rating) | {"tags": list(rating.tags)}
    mine = (ratings.c.shop == shop) & (ratings.c.message == rating.message)
    if tx.execute(sa.update(ratings).where(mine).values(**values)).rowcount == 0:
        tx.execute(sa.insert(ratings).values(shop=shop, **values))
