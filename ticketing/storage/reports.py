"""Queries behind the reports: the event log alone, streamed a conversation at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, takewhile
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from ticketing.reports import (
    AGAIN_KEY,
    BOUGHT,
    GIVEN_BACK,
    OPEN,
    Calendar,
    Happened,
    Holds,
    Point,
    holds_of,
    open_points,
    points_of,
)
from ticketing.storage.columns import time_of
from ticketing.storage.event_log import in_chats
from ticketing.storage.report_buyers import bought_again, wrote_elsewhere
from ticketing.storage.tables import events, report_cursors, report_points, supplied_lines, tickets
from ticketing.ticket import WORK_QUEUES

TOLD = ("message", "done", "handoff", "ticket", "rated", "feedback", "decision", "refund", "review")
By = Literal["agent", "team", "product", "supplier", "clause"]
BATCH = 500
HOW = 2
"""Counts up whenever points are derived otherwise: what was kept before is not used then."""
_DONE = ("resolved", "closed")
_TIME = sa.type_coerce(events.c.at, sa.BigInteger)
_COLUMNS = (events.c.n, _TIME, events.c.type, events.c.conversation, sa.cast(events.c.body, sa.Text))


class _Author(msgspec.Struct, gc=False):
    kind: str | None = None


class _Message(msgspec.Struct, gc=False):
    author: _Author = msgspec.field(default_factory=_Author)


class _Named(msgspec.Struct, gc=False):
    id: str | None = None


class _Ticket(msgspec.Struct, gc=False):
    id: str
    state: str | None = None
    queue: str | None = None
    reason: str | None = None
    due_at: datetime | None = None
    order_no: str | None = None
    assignee: _Named | None = None


class _Rating(msgspec.Struct, gc=False):
    agent: str | None = None
    score: int | None = None
    solved: bool | None = None


class _Decision(msgspec.Struct, gc=False):
    verdict: str | None = None


class _Review(msgspec.Struct, gc=False):
    said: str
    clause: str
    agent: _Named
    order_no: str | None = None


class _Refund(msgspec.Struct, gc=False):
    number: str
    state: str
    kind: str
    amount: str
    order: str = ""


class _Body(msgspec.Struct, gc=False):
    """What reports read of an event's body; `message` is the id of one where a thumb is told of."""

    message: str | _Message | None = None
    stage: str | None = None
    reason: str | None = None
    ticket: _Ticket | str | None = None
    rating: _Rating | None = None
    score: str | int | None = None
    sources: tuple[str, ...] = ()
    decision: _Decision | None = None
    order_no: str | None = None
    refund: _Refund | None = None
    review: _Review | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation's points, for which ends of a span they hold, and what they depend on besides events."""

    conversation: str
    made_for: str
    holds: Holds
    points: tuple[Point, ...]


_KEPT = tuple(report_points.c[name] for name in ("conversation", "made_for", "holds_after", "holds_before", "points"))
_POINTS = msgspec.json.Decoder(tuple[Point, ...]).decode
_DECODE = msgspec.json.Decoder(_Body).decode


@dataclass(frozen=True, slots=True)
class Span:
    """From `since`, inclusive, to `until`, exclusive."""

    since: datetime
    until: datetime


def points(tx: sa.Connection, shop: str, span: Span, calendar: Calendar, only: str = "") -> Iterator[Point]:
    """Every measure's points (or those of one) that belong to the span; what is open counts at its end.

    What looks beyond a conversation is derived each time (`report_buyers`).

    Points of a conversation that were kept stand as long as nothing happened in it since and time alone has decided
    nothing; all others are derived from the events.
    """
    if only not in {OPEN, BOUGHT}:
        not_again: list[Point] = []
        for found in _points_by_conversation(tx, shop, span, calendar):
            for point in found:
                if span.since <= point.at < span.until and only in ("", point.measure):
                    if point.measure == AGAIN_KEY and not point.value:
                        not_again.append(point)
                    else:
                        yield point
        yield from wrote_elsewhere(tx, shop, not_again, span.until)
    if only in ("", BOUGHT):
        yield from bought_again(tx, shop, span.since, span.until)
    if only in ("", OPEN):
        for history in _histories(tx, _open_at(shop, span.until)):
            yield from open_points(history, span.until)


def _points_by_conversation(tx: sa.Connection, shop: str, span: Span, calendar: Calendar) -> Iterator[Iterable[Point]]:
    made_for, until = _made_for(calendar), span.until
    since_kept = sa.select(events.c.conversation).where(
        events.c.shop == shop, events.c.n > cursor(tx, shop), events.c.type.in_(TOLD), events.c.at < until
    )
    anew = {row[0] for row in tx.execute(since_kept.distinct())}
    rows = tx.execute(sa.select(*_KEPT).where(report_points.c.shop == shop, report_points.c.holds_after >= span.since))
    for conversation, made, after, before, text in rows:
        if conversation in anew:
            continue
        if made == made_for and Holds(after, before).at(until):
            yield _POINTS(text)
        else:
            anew.add(conversation)
    for history in _of(tx, shop, anew, until):
        yield tuple(points_of(history, calendar, until))


def cursor(tx: sa.Connection, shop: str) -> int:
    """Points are kept of all conversations as they stood after this event."""
    found = tx.execute(sa.select(report_cursors.c.n).where(report_cursors.c.shop == shop)).scalar_one_or_none()
    return found or 0


def next_to_keep(
    tx: sa.Connection, shop: str, calendar: Calendar, at: datetime, most: int
) -> tuple[int, tuple[Kept, ...]]:
    """`(to, kept)`: the points of conversations that the next events are of, or that time has decided something in."""
    made_for, begun = _made_for(calendar), cursor(tx, shop)
    query = sa.select(events.c.n, events.c.conversation, events.c.at).where(events.c.shop == shop, events.c.n > begun)
    rows = list(takewhile(lambda row: row.at < at, tx.execute(query.order_by(events.c.n).limit(most))))
    turned = sa.or_(report_points.c.holds_before < at, report_points.c.made_for != made_for)
    stale = sa.select(report_points.c.conversation).where(report_points.c.shop == shop, turned).limit(most)
    found = {row[1] for row in rows} | {row[0] for row in tx.execute(stale)}
    kept: list[Kept] = []
    for history in _of(tx, shop, found, at):
        happened = tuple(history)
        derived = tuple(points_of(happened, calendar, at))
        kept.append(Kept(happened[0].conversation, made_for, holds_of(happened, at), derived))
    return (rows[-1][0] if rows else begun), tuple(kept)


def keep(tx: sa.Connection, shop: str, kept: Iterable[Kept], to: int) -> None:
    """Keep derived points, up to the event `to`."""
    rows = [
        {
            "shop": shop, "conversation": one.conversation, "made_for": one.made_for, "holds_after": one.holds.after,
            "holds_before": one.holds.before, "points": msgspec.json.encode(one.points).decode(),
        }
        for one in kept
    ]  # fmt: skip
    for first in range(0, len(rows), BATCH):
        some = rows[first : first + BATCH]
        mine = report_points.c.conversation.in_([row["conversation"] for row in some])
        tx.execute(sa.delete(report_points).where(report_points.c.shop == shop, mine))
        tx.execute(sa.insert(report_points), some)
    if tx.execute(sa.update(report_cursors).where(report_cursors.c.shop == shop).values(n=to)).rowcount == 0:
        tx.execute(sa.insert(report_cursors).values(shop=shop, n=to))


def belongs(tx: sa.Connection, shop: str, by: By, keys: Iterable[str]) -> dict[str, str]:
    """To which team tickets belong, or of which product or supplier orders are, as far as that is known."""
    found: dict[str, str] = {}
    table, key = (tickets, tickets.c.id) if by == "team" else (supplied_lines, supplied_lines.c.order_no)
    names = sorted(keys)
    for first in range(0, len(names), BATCH):
        query = sa.select(key, table.c[by]).where(table.c.shop == shop, key.in_(names[first : first + BATCH]))
        found |= {row[0]: row[1] for row in tx.execute(query) if row[1]}
    return found


def _made_for(calendar: Calendar) -> str:
    """What points depend on besides events: the shop's hours, and how they are derived."""
    told = repr((HOW, sorted((calendar.hours or {"": ()}).items()), calendar.zone.key))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _of(tx: sa.Connection, shop: str, conversations: Iterable[str], until: datetime) -> Iterator[Iterator[Happened]]:
    """What happened in conversations before a moment; what was only suggested to agents was not decided."""
    seen = sa.or_(events.c.type != "decision", events.c.audience == "all")
    names = sorted(conversations)
    for first in range(0, len(names), BATCH):
        some = in_chats(shop, names[first : first + BATCH])
        yield from _histories(tx, _asked(shop, until).where(events.c.type.in_(TOLD), some, seen))


def _open_at(shop: str, until: datetime) -> sa.Select[Any]:
    """The events of tickets that may have been open at a moment: those that are done since before are left out."""
    undone = sa.or_(tickets.c.state.not_in(_DONE), tickets.c.resolved_at.is_(None), tickets.c.resolved_at >= until)
    may_be = sa.select(tickets.c.conversation).where(
        tickets.c.shop == shop, tickets.c.created_at < until, tickets.c.queue.not_in(sorted(WORK_QUEUES)), undone
    )
    return _asked(shop, until).where(in_chats(shop, may_be))


def _asked(shop: str, until: datetime) -> sa.Select[Any]:
    return (
        sa.select(*_COLUMNS)
        .where(events.c.shop == shop, events.c.at < until)
        .order_by(events.c.conversation, events.c.n)
    )


def _histories(tx: sa.Connection, query: sa.Select[Any]) -> Iterator[Iterator[Happened]]:
    rows = tx.execute(query.execution_options(yield_per=BATCH))
    for _, group in groupby(rows, key=_conversation):
        yield (_happened(row) for row in group)


def _conversation(row: Any) -> str:
    return str(row[3])


def _happened(row: Any) -> Happened:
    n, at, kind, conversation, text = row
    body, when = _DECODE(text), time_of(at)
    assert when is not None
    message, ticket, rating, refund = body.message, body.ticket, body.rating, body.refund
    if isinstance(ticket, _Ticket):
        return Happened(
            n, when, kind, conversation, reason=ticket.reason, ticket=ticket.id, queue=ticket.queue, state=ticket.state,
            due_at=ticket.due_at, assignee=ticket.assignee.id if ticket.assignee else None, order_no=ticket.order_no,
        )  # fmt: skip
    if isinstance(message, _Message):
        return Happened(n, when, kind, conversation, message.author.kind)
    if rating is not None:
        return Happened(
            n, when, kind, conversation, agent=rating.agent, score=rating.score, solved=rating.solved
        )  # fmt: skip
    if refund is not None:
        amount = float(refund.amount) if refund.kind in GIVEN_BACK else None
        return Happened(
            n, when, kind, conversation, state=refund.state, order_no=refund.order, refund=refund.number, amount=amount
        )
    if body.review is not None:
        said, by = body.review, body.review.agent.id
        return Happened(
            n, when, kind, conversation, agent=by, said=said.said, clause=said.clause, order_no=said.order_no
        )
    if kind == "feedback":
        thumb, source = body.score, next(iter(body.sources), None)
        return Happened(
            n, when, kind, conversation, answer=message if isinstance(message, str) else None,
            thumb=thumb if isinstance(thumb, str) else None, source=source,
        )  # fmt: skip
    verdict = body.decision.verdict if body.decision else None
    return Happened(
        n, when, kind, conversation, stage=body.stage, reason=body.reason, verdict=verdict, order_no=body.order_no
    )
