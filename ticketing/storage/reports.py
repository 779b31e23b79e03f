"""Queries behind the reports: the event log alone, streamed a conversation at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from ticketing.reports import OPEN, Calendar, Happened, Point, open_points, points_of
from ticketing.storage.tables import events

TOLD = ("message", "done", "handoff", "ticket", "rated", "feedback")
BATCH = 500
_BODY = events.c.body
_TICKET = _BODY["ticket"]
_RATING = _BODY["rating"]
_THUMB = events.c.type == "feedback"
_COLUMNS = (
    events.c.n, events.c.at, events.c.type, events.c.conversation,
    _BODY["message"]["author"]["kind"].as_string().label("author"), _BODY["stage"].as_string().label("stage"),
    _BODY["reason"].as_string().label("reason"), _TICKET["id"].as_string().label("ticket"),
    _TICKET["queue"].as_string().label("queue"), _TICKET["state"].as_string().label("state"),
    _TICKET["due_at"].as_string().label("due_at"),
    _RATING["agent"].as_string().label("agent"), _RATING["score"].as_integer().label("score"),
    _RATING["solved"].as_boolean().label("solved"),
    sa.case((_THUMB, _BODY["message"].as_string())).label("answer"),
    sa.case((_THUMB, _BODY["score"].as_string())).label("thumb"),
    sa.case((_THUMB, _BODY["sources"][0].as_string())).label("source"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """From `since`, inclusive, to `until`, exclusive."""

    since: datetime
    until: datetime


def points(tx: sa.Connection, shop: str, span: Span, calendar: Calendar, only: str = "") -> Iterator[Point]:
    """Every measure's points (or those of one) that belong to the span; what is open counts at its end."""
    if only != OPEN:
        for history in _histories(tx, _of_span(shop, span)):
            for point in points_of(history, calendar, span.until):
                if span.since <= point.at < span.until and only in ("", point.measure):
                    yield point
    if only in ("", OPEN):
        for history in _histories(tx, _tickets_until(shop, span.until)):
            yield from open_points(history, span.until)


def _of_span(shop: str, span: Span) -> sa.Select[Any]:
    """All that happened before the span's end in the conversations in which anything happened within it."""
    touched = (
        sa.select(events.c.conversation)
        .where(events.c.shop == shop, events.c.type.in_(TOLD), events.c.at >= span.since, events.c.at < span.until)
        .distinct()
    )
    return _asked(shop, span.until).where(events.c.type.in_(TOLD), events.c.conversation.in_(touched))


def _tickets_until(shop: str, until: datetime) -> sa.Select[Any]:
    return _asked(shop, until).where(events.c.type == "ticket")


def _asked(shop: str, until: datetime) -> sa.Select[Any]:
    return (
        sa.select(*_COLUMNS)
        .where(events.c.shop == shop, events.c.at < until)
        .order_by(events.c.conversation, events.c.n)
    )


def _histories(tx: sa.Connection, query: sa.Select[Any]) -> Iterator[Iterator[Happened]]:
    rows = tx.execute(query.execution_options(yield_per=BATCH))
    for _, group in groupby(rows, key=lambda row: row.conversation):
        yield (_happened(row) for row in group)


def _happened(row: sa.Row[Any]) -> Happened:
    due_at = datetime.fromisoformat(row.due_at) if row.due_at else None
    return Happened(
        row.n, row.at, row.type, row.conversation, row.author, row.stage, row.reason, row.ticket, row.queue,
        row.state, due_at, row.agent, row.score, row.solved, row.answer, row.thumb, row.source,
    )  # fmt: skip
