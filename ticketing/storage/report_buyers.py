"""Points that look beyond one conversation: who wrote again elsewhere, and who bought again.

They follow from rows that other conversations and the store add later, so that they are never kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec.structs import replace

from ticketing.reports import AGAIN, BOUGHT, Point
from ticketing.storage.tables import conversations, messages, order_events, tickets
from ticketing.ticket import DONE, WORK_QUEUES

BATCH = 500
BUYER = "buyer:"
"""How owners begin whom the shop's token names."""
RETURNED = timedelta(days=30)


def wrote_elsewhere(tx: sa.Connection, shop: str, points: Sequence[Point], until: datetime) -> Iterator[Point]:
    """Resolutions after which nobody wrote in their own conversation: those whose owner did in another become a yes."""
    for first in range(0, len(points), BATCH):
        some = points[first : first + BATCH]
        wrote = _messages_of_owners(tx, shop, some, until)
        for point in some:
            times = wrote.get(point.conversation, [])
            place = bisect_right(times, point.at)
            again = place < len(times) and times[place] <= point.at + AGAIN
            yield replace(point, value=1.0, bucket="yes") if again else point


def _messages_of_owners(
    tx: sa.Connection, shop: str, points: Sequence[Point], until: datetime
) -> dict[str, list[datetime]]:
    """When the owners of conversations wrote in their other ones, in order."""
    since, end = min(one.at for one in points), max(one.at for one in points) + AGAIN
    mine, other = conversations.alias(), conversations.alias()
    query = (
        sa.select(mine.c.id, messages.c.at)
        .join(other, (other.c.shop == mine.c.shop) & (other.c.owner == mine.c.owner) & (other.c.id != mine.c.id))
        .join(messages, (messages.c.shop == other.c.shop) & (messages.c.conversation == other.c.id))
        .where(mine.c.shop == shop, mine.c.id.in_({one.conversation for one in points}), other.c.updated_at > since)
        .where(messages.c.author_kind == "buyer", messages.c.at > since, messages.c.at <= end, messages.c.at < until)
        .order_by(messages.c.at)
    )
    found: defaultdict[str, list[datetime]] = defaultdict(list)
    for conversation, at in tx.execute(query):
        found[conversation].append(at)
    return found


def bought_again(tx: sa.Connection, shop: str, since: datetime, until: datetime) -> Iterator[Point]:
    """Of each dispute that was resolved then: whether its buyer paid for another order within 30 days.

    Unknown where the buyer has no id of the shop's, or the store told of no payment with a buyer at that time; until
    one can say, it is no point.
    """
    owner = conversations.c.owner
    query = (
        sa.select(tickets.c.id, tickets.c.conversation, tickets.c.assignee, tickets.c.order_no, tickets.c.resolved_at)
        .add_columns(owner)
        .join(conversations, (conversations.c.shop == tickets.c.shop) & (conversations.c.id == tickets.c.conversation))
        .where(tickets.c.shop == shop, tickets.c.resolved_at >= since, tickets.c.resolved_at < until)
        .where(tickets.c.state.in_(sorted(DONE)), tickets.c.queue.not_in(sorted(WORK_QUEUES)))
        .where(tickets.c.merged_into.is_(None))
    )
    rows = tx.execute(query).all()
    told = _told(tx, shop, until)
    paid = _payments(tx, shop, {row.owner.removeprefix(BUYER) for row in rows if row.owner.startswith(BUYER)}, until)
    for row in rows:
        ends = row.resolved_at + RETURNED
        known = row.owner.startswith(BUYER) and told is not None and told[0] <= ends and told[1] > row.resolved_at
        other = (at for at, order in paid.get(row.owner.removeprefix(BUYER), ()) if order != row.order_no)
        again = known and any(row.resolved_at < at <= ends for at in other)
        if again or ends <= until or not row.owner.startswith(BUYER):
            bucket = ("yes" if again else "no") if known else "unknown"
            whose = (row.assignee or "", row.id, row.order_no or "")
            yield Point(BOUGHT, row.resolved_at, row.conversation, float(again), bucket, *whose)


def _told(tx: sa.Connection, shop: str, until: datetime) -> tuple[datetime, datetime] | None:
    """When the store told first and last of a payment with its buyer; None if it never did."""
    at = order_events.c.occurred_at
    query = sa.select(sa.func.min(at), sa.func.max(at)).where(
        order_events.c.shop == shop, order_events.c.buyer.is_not(None), at < until
    )
    first, last = tx.execute(query).one()
    return None if first is None else (first, last)


def _payments(tx: sa.Connection, shop: str, buyers: set[str], until: datetime) -> dict[str, list[tuple[datetime, str]]]:
    """`(when, order)` of what buyers paid for."""
    found: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
    names = sorted(buyers)
    for first in range(0, len(names), BATCH):
        query = sa.select(order_events.c.buyer, order_events.c.occurred_at, order_events.c.order_no).where(
            order_events.c.shop == shop, order_events.c.buyer.in_(names[first : first + BATCH]),
            order_events.c.kind == "paid", order_events.c.occurred_at < until,
        )  # fmt: skip
        for buyer, at, order in tx.execute(query):
            found[buyer].append((at, order))
    return found
