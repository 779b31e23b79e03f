"""Queries about refunds. Each change is one row of the trail, in the transaction that makes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ticketing.errors import Conflict, NotFound, TicketingError
from ticketing.ids import new_id
from ticketing.refund import FREED, Change, Refund, RefundKind, RefundState, cause_of, check_move, key_of
from ticketing.storage.tables import refund_changes, refund_lines, refunds

WHOLE = ""
"""The line under which a whole order's payment stands."""
_NAMES = tuple(one.name for one in fields(Refund))
_COLUMNS = tuple(refunds.c[name] for name in _NAMES)


class TooMuch(TicketingError):
    """More than is left of what was paid for the line; `left` is what there is."""

    def __init__(self, amount: Decimal, left: Decimal, currency: str) -> None:
        super().__init__(f"{amount} {currency} is more than is left of what was paid: {left} {currency}")
        self.amount, self.left = amount, left


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. `amount` of a reissue is what its keys cost on this order."""

    shop: str
    kind: RefundKind
    order_no: str
    line: str
    amount: Decimal
    currency: str
    executor: str
    reason: str = ""
    quantity: int = 0
    decision: str | None = None
    conversation: str | None = None
    held: bool = False


def set_paid(tx: sa.Connection, shop: str, order_no: str, line: str, paid: Decimal, currency: str) -> None:
    """Write down what a line cost, or an order. Raises TooMuch where more was given back already."""
    row = _line(tx, shop, order_no, line)
    if row is None:
        values = {"shop": shop, "order_no": order_no, "line": line, "paid": paid, "currency": currency}
        tx.execute(sa.insert(refund_lines).values(**values))
    elif row.paid != paid:
        if paid < row.held:
            raise TooMuch(row.held, paid, currency)
        mine = (refund_lines.c.shop == shop, refund_lines.c.order_no == order_no, refund_lines.c.line == line)
        tx.execute(sa.update(refund_lines).where(*mine).values(paid=paid))


def left(tx: sa.Connection, shop: str, order_no: str, line: str) -> Decimal:
    """What may still be given back of a line: of its own payment and of the whole order's. Raises NotFound."""
    rows = [row for name in {line, WHOLE} if (row := _line(tx, shop, order_no, name)) is not None]
    if not rows or not any(row.line == line for row in rows):
        raise NotFound("order line", f"{order_no} {line}".strip())
    return min(Decimal(row.paid - row.held) for row in rows)


def request(tx: sa.Connection, wanted: Wanted, actor: str, at: datetime) -> tuple[Refund, bool]:
    """The refund of this line and decision, and whether it is new: asked for again it is the one that stands.

    Raises TooMuch, and NotFound for a line of which nothing is written down.
    """
    cause = cause_of(wanted.decision, wanted.reason)
    attempt, standing = 1, None
    while (standing := by_key(tx, wanted.shop, _key(wanted, cause, attempt))) is not None and standing.state in FREED:
        attempt += 1
    if standing is not None:
        return standing, False
    room = left(tx, wanted.shop, wanted.order_no, wanted.line)
    if wanted.amount <= 0 or wanted.amount > room:
        raise TooMuch(wanted.amount, room, wanted.currency)
    return _add(tx, wanted, _key(wanted, cause, attempt), "requested", actor, at, wanted.reason or "decision"), True


def happened(
    tx: sa.Connection, wanted: Wanted, cause: str, actor: str, at: datetime
) -> tuple[Refund, tuple[Refund, ...]]:
    """Write down what a bank took back or the store gave back, once for each `cause`; and what was called off for it.

    It makes room by calling off what was not executed yet, newest first. What is more than is left then is `excess`:
    the buyer has it twice, which is to be contested, and the line's sum stays within what was paid.
    """
    key = _key(wanted, cause, 1)
    if (standing := by_key(tx, wanted.shop, key)) is not None:
        return standing, ()
    off = []
    room = left(tx, wanted.shop, wanted.order_no, wanted.line)
    for one in reversed(of_order(tx, wanted.shop, wanted.order_no)):
        if room >= wanted.amount:
            break
        if one.state in {"requested", "approved"}:
            off.append(move(tx, one, "cancelled", actor, f"{wanted.kind}: {cause}", at))
            room = left(tx, wanted.shop, wanted.order_no, wanted.line)
    counted = min(wanted.amount, room)
    values = {"amount": counted, "excess": wanted.amount - counted}
    return _add(tx, wanted, key, "done", actor, at, f"{wanted.kind}: {cause}", **values), tuple(off)


def move(
    tx: sa.Connection, refund: Refund, to: RefundState, actor: str, cause: str, at: datetime, **values: Any
) -> Refund:
    """Take a refund to another state, with its row of the trail. Raises IllegalTransition, and Conflict if it moved."""
    check_move(refund.state, to)
    return _change(tx, refund, to, actor, cause, at, values)


def note(tx: sa.Connection, refund: Refund, actor: str, cause: str, at: datetime, **values: Any) -> Refund:
    """The same without another state: it was asked after, say."""
    return _change(tx, refund, refund.state, actor, cause, at, values)


def _change(
    tx: sa.Connection, refund: Refund, to: RefundState, actor: str, cause: str, at: datetime, values: dict[str, Any]
) -> Refund:
    mine = (refunds.c.shop == refund.shop, refunds.c.id == refund.id, refunds.c.rev == refund.rev)
    values = {"state": to, "changed_at": at, "rev": refund.rev + 1} | values
    done = tx.execute(sa.update(refunds).where(*mine).values(**values).returning(*_COLUMNS)).one_or_none()
    if done is None:
        raise Conflict(get(tx, refund.shop, refund.id))
    changed = Refund(**done._mapping)
    _trail(tx, changed, refund.state, actor, cause, at, values.get("reference"))
    return changed


def _add(
    tx: sa.Connection, wanted: Wanted, key: str, state: RefundState, actor: str, at: datetime, cause: str, **more: Any
) -> Refund:
    number = sa.select(sa.func.coalesce(sa.func.max(refunds.c.refund_no), 0) + 1).where(refunds.c.shop == wanted.shop)
    values: dict[str, Any] = asdict(wanted) | {
        "id": new_id(), "refund_no": int(tx.execute(number).scalar_one()), "key": key, "state": state, "rev": 0,
        "requested_by": actor, "created_at": at, "changed_at": at,
    } | more  # fmt: skip
    added = Refund(**values)
    try:
        tx.execute(sa.insert(refunds).values(**asdict(added)))
    except sa.exc.IntegrityError as error:
        if "within_paid" not in str(error.orig):
            raise
        raise TooMuch(added.amount, Decimal(0), added.currency) from error
    _trail(tx, added, None, actor, cause, at)
    return added


def _trail(
    tx: sa.Connection, refund: Refund, was: str | None, actor: str, cause: str, at: datetime,
    reference: str | None = None,
) -> None:  # fmt: skip
    tx.execute(sa.insert(refund_changes).values(
        shop=refund.shop, refund=refund.id, n=refund.rev, at=at, was=was, state=refund.state, actor=actor,
        cause=cause[:500], reference=reference,
    ))  # fmt: skip


def _key(wanted: Wanted, cause: str, attempt: int) -> str:
    return key_of(wanted.shop, wanted.order_no, wanted.line, wanted.kind, cause, attempt)


def _line(tx: sa.Connection, shop: str, order_no: str, line: str) -> sa.Row[Any] | None:
    mine = (refund_lines.c.shop == shop, refund_lines.c.order_no == order_no, refund_lines.c.line == line)
    return tx.execute(sa.select(refund_lines).where(*mine)).one_or_none()


def _one(tx: sa.Connection, *where: sa.ColumnElement[bool]) -> Refund | None:
    row = tx.execute(sa.select(*_COLUMNS).where(*where)).one_or_none()
    return None if row is None else Refund(**row._mapping)


def get(tx: sa.Connection, shop: str, refund: str) -> Refund:
    """One refund, or NotFound."""
    found = _one(tx, refunds.c.shop == shop, refunds.c.id == refund)
    if found is None:
        raise NotFound("refund", refund)
    return found


def by_number(tx: sa.Connection, shop: str, refund_no: int) -> Refund:
    """One refund by what people call it, or NotFound."""
    found = _one(tx, refunds.c.shop == shop, refunds.c.refund_no == refund_no)
    if found is None:
        raise NotFound("refund", f"R-{refund_no}")
    return found


def by_key(tx: sa.Connection, shop: str, key: str) -> Refund | None:
    """The refund of an idempotency key."""
    return _one(tx, refunds.c.shop == shop, refunds.c.key == key)


def of_order(tx: sa.Connection, shop: str, order_no: str) -> tuple[Refund, ...]:
    """Every refund of an order, oldest first."""
    query = sa.select(*_COLUMNS).where(refunds.c.shop == shop, refunds.c.order_no == order_no)
    return tuple(Refund(**row._mapping) for row in tx.execute(query.order_by(refunds.c.refund_no)))


def listed(
    tx: sa.Connection, shop: str, states: Collection[str] = (), limit: int = 100, conversation: str | None = None
) -> tuple[Refund, ...]:
    """A shop's refunds in some states, or in any, newest change first."""
    query = sa.select(*_COLUMNS).where(refunds.c.shop == shop)
    if states:
        query = query.where(refunds.c.state.in_(states))
    if conversation is not None:
        query = query.where(refunds.c.conversation == conversation)
    query = query.order_by(refunds.c.changed_at.desc(), refunds.c.refund_no.desc()).limit(limit)
    return tuple(Refund(**row._mapping) for row in tx.execute(query))


def owed(tx: sa.Connection, shop: str, at: datetime) -> tuple[Refund, ...]:
    """What a machine has to do now: send what is approved, doubt what did not answer, and ask after what is in doubt.

    A state is what is owed: there is no list of jobs beside it that could be lost or done twice.
    """
    query = sa.select(*_COLUMNS).where(refunds.c.shop == shop).where(sa.or_(
        sa.and_(refunds.c.state == "approved", refunds.c.executed_by.is_not(None), refunds.c.executor != "manual"),
        sa.and_(refunds.c.state == "executing", refunds.c.deadline <= at),
        sa.and_(refunds.c.state == "in_doubt", refunds.c.ask_at <= at),
    ))  # fmt: skip
    return tuple(Refund(**row._mapping) for row in tx.execute(query.order_by(refunds.c.refund_no)))


def spent(tx: sa.Connection, shop: str, actor: str, since: datetime) -> Decimal:
    """What somebody has approved since then, but for what surely did not leave."""
    mine = (refunds.c.shop == shop, refunds.c.approved_by == actor, refunds.c.approved_at >= since)
    query = sa.select(sa.func.sum(refunds.c.amount)).where(*mine, refunds.c.state.not_in(FREED))
    return Decimal(tx.execute(query).scalar_one() or 0)


def changes_of(tx: sa.Connection, refund: Refund) -> tuple[Change, ...]:
    """Every change of a refund, in order."""
    columns = tuple(refund_changes.c[one.name] for one in fields(Change))
    query = sa.select(*columns).where(refund_changes.c.shop == refund.shop, refund_changes.c.refund == refund.id)
    return tuple(Change(*row) for row in tx.execute(query.order_by(refund_changes.c.n)))
