"""Queries of the desk: who waits, who has whom, what a conversation has led to. One query a page, never one a row."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

import sqlalchemy as sa

from ticketing.conversation import Conversation
from ticketing.storage.columns import EPOCH, time_of
from ticketing.storage.tables import conversations, messages, reads, tickets
from ticketing.storage.tickets import ticket_from
from ticketing.ticket import WORK_QUEUES, Ticket, TicketState

View = Literal["waiting", "mine", "team", "all", "snoozed", "overdue"]
VIEWS: tuple[View, ...] = get_args(View)
SHOWN_FOR = timedelta(days=30)
"""`all` holds what moved within this time."""
LAST_TEXT = 400
_DONE = ("resolved", "closed")
_OPEN = tuple(one for one in get_args(TicketState) if one not in _DONE)
_NO_DEADLINE = 2**62
"""Above every deadline in microseconds: what has none comes last, the latest of it first."""


class BadCursor(ValueError):
    """The cursor is none that a page of this list gave."""

    def __init__(self, cursor: str) -> None:
        super().__init__(f"{cursor[:80]!r} is no cursor of this list: take `next` of the page before")


@dataclass(frozen=True, slots=True)
class Last:
    """The last message of a conversation, its first 400 characters."""

    seq: int
    at: datetime
    author_kind: str
    text: str


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One row of the queue, sorted by `deadline`: the target of the untaken, `resolve_by` of the taken."""

    conversation: Conversation
    ticket: Ticket | None
    last: Last | None
    read: dict[str, int]
    deadline: datetime | None

    @property
    def unread(self) -> bool:
        """Whether no agent has read what was said last."""
        return self.conversation.seq > self.read["agent"]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, nearest deadline first, and the cursor of what follows."""

    rows: tuple[DeskRow, ...]
    next: str | None


_other = tickets.alias("other")
_chosen = (
    sa.select(_other.c.id)
    .where(_other.c.shop == conversations.c.shop, _other.c.conversation == conversations.c.id)
    .order_by(_other.c.state.in_(_DONE), _other.c.queue.in_(WORK_QUEUES), _other.c.created_at.desc(), _other.c.id)
    .limit(1)
    .correlate(conversations)
    .scalar_subquery()
)
"""The ticket that a row shows: the open dispute, else open work, else the latest that is done."""


def _micros(column: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    return sa.type_coerce(column, sa.BigInteger)


def _until(row: sa.FromClause, when_new: str) -> sa.ColumnElement[Any]:
    """Until when a ticket is to be taken, or solved once it is taken; none where it is done."""
    state = row.c.state
    taken = sa.case((state.not_in(_DONE), _micros(row.c.resolve_by)), else_=None)
    return sa.case((state == "new", _micros(row.c[when_new])), else_=taken)


_deadline = _until(tickets, "target_at")
_its = sa.and_(tickets.c.shop == conversations.c.shop, tickets.c.conversation == conversations.c.id)
_joined = conversations.outerjoin(tickets, sa.and_(_its, tickets.c.id == _chosen))


@dataclass(frozen=True, slots=True)
class _Work:
    """Conversations with until when the ticket that each shows is to be taken or solved, if it is open."""

    joined: sa.FromClause
    deadline: sa.ColumnElement[Any]
    must: sa.ColumnElement[Any]
    began: sa.ColumnElement[Any]

    @property
    def place(self) -> sa.ColumnElement[int]:
        """By what the queue is sorted."""
        return sa.func.coalesce(self.deadline, _NO_DEADLINE - _micros(conversations.c.updated_at))

    def nearly_over(self, now: datetime) -> sa.ColumnElement[bool]:
        """Less than a quarter is left of the time that the ticket had, or nothing."""
        return sa.and_(self.must.is_not(None), (self.must - _since(now)) * 4 < self.must - self.began)


_ONE_BY_ONE = _Work(_joined, _deadline, _until(tickets, "due_at"), _micros(tickets.c.created_at))
"""Each conversation's ticket is looked up: SQLite does that faster than anything else."""


def _work(tx: sa.Connection, shop: str) -> _Work:
    """PostgreSQL would hash every ticket that there ever was: it reads the open ones, and picks among them."""
    if tx.dialect.name == "sqlite":
        return _ONE_BY_ONE
    table = tickets.c
    order = (table.queue.in_(WORK_QUEUES), table.created_at.desc(), table.id)
    first = sa.func.row_number().over(partition_by=table.conversation, order_by=order)
    deadline, must, began = _ONE_BY_ONE.deadline, _ONE_BY_ONE.must, _ONE_BY_ONE.began
    query = sa.select(
        table.conversation, deadline.label("deadline"), must.label("must"), began.label("began"), first.label("first")
    )
    rows = query.where(table.shop == shop, table.state.in_(_OPEN)).subquery("work")
    # `< 2`, not `= 1`: of that it expects so few rows that it would compare each of them with each conversation
    its = sa.and_(rows.c.conversation == conversations.c.id, rows.c.first < 2)
    return _Work(conversations.outerjoin(rows, its), rows.c.deadline, rows.c.must, rows.c.began)


def _reads_of(reader: str) -> Any:
    return reads.alias(f"read_{reader}")


_buyer, _agent = _reads_of("buyer"), _reads_of("agent")


def _everything(joined: sa.FromClause = _joined) -> sa.FromClause:
    """A conversation with its ticket, last message and read marks: every join by a whole key."""
    here = conversations.c.shop
    latest = sa.and_(messages.c.conversation == conversations.c.id, messages.c.seq == conversations.c.seq)
    tables: sa.FromClause = joined.outerjoin(messages, sa.and_(messages.c.shop == here, latest))
    for mark, reader in ((_buyer, "buyer"), (_agent, "agent")):
        fits = sa.and_(mark.c.shop == here, mark.c.conversation == conversations.c.id, mark.c.reader == reader)
        tables = tables.outerjoin(mark, fits)
    return tables


_COLUMNS = (
    *(conversations.c[one.name].label(f"c_{one.name}") for one in fields(Conversation)),
    *(tickets.c[one.name].label(f"t_{one.name}") for one in fields(Ticket)),
    messages.c.seq.label("m_seq"), messages.c.at.label("m_at"), messages.c.author_kind.label("m_kind"),
    sa.func.substr(messages.c.text, 1, LAST_TEXT).label("m_text"),
    sa.func.coalesce(_buyer.c.seq, 0).label("read_buyer"), sa.func.coalesce(_agent.c.seq, 0).label("read_agent"),
    _deadline.label("deadline"),
)  # fmt: skip


def page(
    tx: sa.Connection, shop: str, view: View, agent: str, now: datetime, limit: int, after: str | None = None
) -> Page:
    """A page of a view, for an agent. Raises BadCursor."""
    work = _work(tx, shop)
    places = sa.select(work.place.label("place"), conversations.c.id).select_from(work.joined)
    query = places.where(conversations.c.shop == shop, _of(view, agent, now, work))
    if after is not None:
        place, last = _opened(after)
        query = query.where(sa.or_(work.place > place, sa.and_(work.place == place, conversations.c.id > last)))
    found = tx.execute(query.order_by(work.place, conversations.c.id).limit(limit + 1)).all()
    shown = found[:limit]
    more = _cursor(shown[-1].place, shown[-1].id) if len(found) > limit else None
    rows = rows_of(tx, shop, tuple(one.id for one in shown))
    return Page(tuple(rows[one.id] for one in shown), more)


def with_ticket(tx: sa.Connection, shop: str, ticket_no: int) -> DeskRow | None:
    """The row of the conversation whose ticket has this number, in whatever view it is."""
    found = sa.select(_other.c.conversation).where(_other.c.shop == shop, _other.c.ticket_no == ticket_no)
    key = tx.execute(found).scalar_one_or_none()
    return None if key is None else one(tx, shop, key)


def one(tx: sa.Connection, shop: str, conversation: str) -> DeskRow | None:
    """A single conversation's row."""
    query = sa.select(*_COLUMNS).select_from(_everything())
    row = tx.execute(query.where(conversations.c.shop == shop, conversations.c.id == conversation)).one_or_none()
    return None if row is None else _row(row)


def rows_with(tx: sa.Connection, shop: str, numbers: Sequence[int]) -> tuple[DeskRow, ...]:
    """The rows of tickets by their numbers, each with that very ticket, the newest first."""
    its = sa.and_(tickets.c.shop == conversations.c.shop, tickets.c.conversation == conversations.c.id)
    query = sa.select(*_COLUMNS).select_from(_everything(conversations.join(tickets, its)))
    mine = query.where(tickets.c.shop == shop, tickets.c.ticket_no.in_(numbers))
    return tuple(_row(row) for row in tx.execute(mine.order_by(tickets.c.ticket_no.desc())))


def rows_of(tx: sa.Connection, shop: str, keys: tuple[str, ...]) -> dict[str, DeskRow]:
    """Rows by their conversations' ids, those that exist."""
    query = sa.select(*_COLUMNS).select_from(_everything())
    found = tx.execute(query.where(conversations.c.shop == shop, conversations.c.id.in_(keys)))
    return {row.c_id: _row(row) for row in found}


def counts(tx: sa.Connection, shop: str, agent: str, now: datetime) -> dict[str, int]:
    """How many conversations each view holds; only what may be overdue is looked up with its ticket."""
    state, here = conversations.c.state, conversations.c.shop == shop
    number, work = sa.func.count(), _work(tx, shop)
    kinds = sa.select(state, number).where(here, _alive(now)).group_by(state)
    found = {row[0]: int(row[1]) for row in tx.execute(kinds)}
    mine = sa.select(number).select_from(conversations).where(here, _of("mine", agent, now, work))
    late = sa.select(number).select_from(work.joined).where(here, _of("overdue", agent, now, work))
    return {
        "waiting": found.get("waiting", 0), "mine": int(tx.execute(mine).scalar_one()), "team": found.get("human", 0),
        "all": sum(found.values()), "snoozed": found.get("snoozed", 0), "overdue": int(tx.execute(late).scalar_one()),
    }  # fmt: skip


def _alive(now: datetime) -> sa.ColumnElement[bool]:
    """What any view can hold: the index by state finds it."""
    return sa.or_(
        conversations.c.state.in_(("waiting", "human", "snoozed")),
        sa.and_(conversations.c.state.in_(("bot", "resolved")), conversations.c.updated_at > now - SHOWN_FOR),
    )


def _of(view: View, agent: str, now: datetime, work: _Work) -> sa.ColumnElement[bool]:
    state = conversations.c.state
    match view:
        case "mine":
            return sa.and_(state == "human", conversations.c.assignee == agent)
        case "team":
            return state == "human"
        case "all":
            return _alive(now)
        case "overdue":
            return sa.and_(state.in_(("waiting", "human")), work.nearly_over(now))
        case _:
            return state == view


def _since(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def _cursor(place: int, conversation: str) -> str:
    return base64.urlsafe_b64encode(f"{place}.{conversation}".encode()).decode().rstrip("=")


def _opened(cursor: str) -> tuple[int, str]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        place, _, conversation = text.partition(".")
        value = int(place)
    except (binascii.Error, ValueError) as error:
        raise BadCursor(cursor) from error
    if not -(2**63) <= value < 2**63:
        raise BadCursor(cursor)
    return value, conversation


def _row(row: sa.Row[Any]) -> DeskRow:
    """A row by the places of its columns, for names cost more than all else of a long page."""
    at, ticket = len(fields(Conversation)), len(fields(Conversation)) + len(fields(Ticket))
    return DeskRow(
        conversation=Conversation(*row[:at]),
        ticket=None if row.t_id is None else ticket_from(row[at:ticket]),
        last=None if row.m_seq is None else Last(row.m_seq, row.m_at, row.m_kind, row.m_text),
        read={"buyer": row.read_buyer, "agent": row.read_agent},
        deadline=time_of(row.deadline),
    )


def earlier_of(tx: sa.Connection, shop: str, owner: str, but: str, limit: int) -> tuple[DeskRow, ...]:
    """An owner's other conversations, latest first."""
    query = (
        sa.select(*_COLUMNS)
        .select_from(_everything())
        .where(conversations.c.shop == shop, conversations.c.owner == owner, conversations.c.id != but)
        .order_by(conversations.c.updated_at.desc(), conversations.c.id.desc())
        .limit(limit)
    )
    return tuple(_row(row) for row in tx.execute(query))
