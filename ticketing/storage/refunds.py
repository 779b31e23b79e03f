"""Queries about refunds. Each change is one row of the trail, in the transaction that makes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ticketing.errors import Conflict, NotFound, TicketingError
from ticketing.ids import new_id
from ticketing.refund import FREED, Change, Refund, RefundKind, RefundState, cause_of, check_move, key_of
from ticketing.storage import audit
from ticketing.storage import refund_rows as sql
from ticketing.storage.columns import money_of, whole
from ticketing.storage.refund_rows import kept, raw, refund_of
from ticketing.storage.tables import refunds, reissued_keys

WHOLE = ""
"""The line under which a whole order's payment stands."""
_COLUMNS = tuple(refunds.c[one.name] for one in fields(Refund))


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
    holds: str = ""
    message: str | None = None


def set_paid(tx: sa.Connection, shop: str, order_no: str, line: str, paid: Decimal, currency: str) -> None:
    """Write down what a line cost, or an order. Raises TooMuch where more was given back already."""
    mine, row = {"_shop": shop, "_order_no": order_no, "_line": line}, _line(tx, shop, order_no, line)
    if row is None:
        held = sum((one.amount for one in of_order(tx, shop, order_no) if _counts(one, line)), Decimal(0))
    else:
        held = row[1]
    if held > paid:
        raise TooMuch(held, paid, currency)
    if row is None:
        sql.ADD_LINE.run(tx, {
            "shop": shop, "order_no": order_no, "line": line, "paid": whole(paid), "held": whole(held),
            "currency": currency,
        })  # fmt: skip
    elif row[0] != paid:
        sql.SET_PAID.run(tx, mine | {"paid": whole(paid)})


def _counts(refund: Refund, line: str) -> bool:
    """Whether a refund takes of a line's room: every one of an order takes of the whole order's."""
    return refund.state not in FREED and line in {WHOLE, refund.line}


def paid(tx: sa.Connection, shop: str, order_no: str, line: str) -> Decimal:
    """What a line cost. Raises NotFound."""
    row = _line(tx, shop, order_no, line)
    if row is None:
        raise NotFound("order line", f"{order_no} {line}".strip())
    return row[0]


def is_whole(tx: sa.Connection, refund: Refund) -> bool:
    """Whether it is all that was paid for its order."""
    row = _line(tx, refund.shop, refund.order_no, WHOLE)
    return row is not None and row[0] == refund.amount


def left(tx: sa.Connection, shop: str, order_no: str, line: str) -> Decimal:
    """What may still be given back of a line: of its own payment and of the whole order's. Raises NotFound."""
    own = _line(tx, shop, order_no, line)
    if own is None:
        raise NotFound("order line", f"{order_no} {line}".strip())
    all_of_it = own if line == WHOLE else _line(tx, shop, order_no, WHOLE)
    return min(paid - held for paid, held in (own, all_of_it or own))


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
) -> tuple[Refund, tuple[Refund, ...], bool]:
    """Write down what a bank took back or the store gave back, once for each `cause`; what was called off for it, and
    whether it is new.

    It makes room by calling off what was not executed yet, newest first. What is more than is left then is `excess`:
    the buyer has it twice, which is to be contested, and the line's sum stays within what was paid.
    """
    key = _key(wanted, cause, 1)
    if (standing := by_key(tx, wanted.shop, key)) is not None:
        return standing, (), False
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
    return _add(tx, wanted, key, "done", actor, at, f"{wanted.kind}: {cause}", **values), tuple(off), True


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
    changed = replace(refund, state=to, changed_at=at, rev=refund.rev + 1, **values)
    mine = {"_shop": refund.shop, "_id": refund.id, "_rev": refund.rev}
    if sql.UPDATE.run(tx, kept(changed) | mine).rowcount != 1:
        raise Conflict(get(tx, refund.shop, refund.id))
    _trail(tx, changed, refund.state, actor, cause, at, values.get("reference"))
    return changed


def _add(
    tx: sa.Connection, wanted: Wanted, key: str, state: RefundState, actor: str, at: datetime, cause: str, **more: Any
) -> Refund:
    number = int(sql.NEXT_NUMBER.run(tx, {"_shop": wanted.shop}).fetchone()[0])
    values: dict[str, Any] = asdict(wanted) | {
        "id": new_id(), "refund_no": number, "key": key, "state": state, "rev": 0, "requested_by": actor,
        "created_at": at, "changed_at": at,
    } | more  # fmt: skip
    given = Refund(**values)
    added = replace(given, amount=_as_kept(given.amount), excess=_as_kept(given.excess))
    try:
        sql.INSERT.run(tx, kept(added))
    except sa.exc.IntegrityError as error:
        if "within_paid" not in str(error.orig):
            raise
        raise TooMuch(added.amount, Decimal(0), added.currency) from error
    _trail(tx, added, None, actor, cause, at)
    return added


def _as_kept(amount: Decimal) -> Decimal:
    kept = money_of(whole(amount))
    assert kept is not None
    return kept


def _trail(
    tx: sa.Connection, refund: Refund, was: str | None, actor: str, cause: str, at: datetime,
    reference: str | None = None,
) -> None:  # fmt: skip
    sql.TRAIL.run(tx, {
        "shop": refund.shop, "refund": refund.id, "n": refund.rev, "at": raw(at), "was": was, "state": refund.state,
        "actor": actor, "cause": cause[:500], "reference": reference,
    })  # fmt: skip
    audit.record(tx, refund, was, actor, cause[:500], at, reference)


def _key(wanted: Wanted, cause: str, attempt: int) -> str:
    return key_of(wanted.shop, wanted.order_no, wanted.line, wanted.kind, cause, attempt)


def _line(tx: sa.Connection, shop: str, order_no: str, line: str) -> tuple[Decimal, Decimal] | None:
    """What was paid, and what of it is held."""
    row = sql.LINE.run(tx, {"_shop": shop, "_order_no": order_no, "_line": line}).fetchone()
    return None if row is None else (money_of(row[0]) or Decimal(0), money_of(row[1]) or Decimal(0))


def get(tx: sa.Connection, shop: str, refund: str) -> Refund:
    """One refund, or NotFound."""
    row = sql.BY_ID.run(tx, {"_shop": shop, "_id": refund}).fetchone()
    if row is None:
        raise NotFound("refund", refund)
    return refund_of(row)


def by_number(tx: sa.Connection, shop: str, refund_no: int) -> Refund:
    """One refund by what people call it, or NotFound."""
    row = sql.BY_NUMBER.run(tx, {"_shop": shop, "_refund_no": refund_no}).fetchone()
    if row is None:
        raise NotFound("refund", f"R-{refund_no}")
    return refund_of(row)


def by_key(tx: sa.Connection, shop: str, key: str) -> Refund | None:
    """The refund of an idempotency key."""
    row = sql.BY_KEY.run(tx, {"_shop": shop, "_key": key}).fetchone()
    return None if row is None else refund_of(row)


def of_order(tx: sa.Connection, shop: str, order_no: str) -> tuple[Refund, ...]:
    """Every refund of an order, oldest first."""
    return tuple(refund_of(row) for row in sql.OF_ORDER.run(tx, {"_shop": shop, "_order_no": order_no}))


def listed(
    tx: sa.Connection, shop: str, states: Collection[str] = (), limit: int = 100, conversation: str | None = None,
    after: tuple[datetime, int] | None = None,
) -> tuple[Refund, ...]:  # fmt: skip
    """A shop's refunds in some states, or in any, newest change first; `after` that change, of the refund of that
    number, with which the page before ended."""
    query = sa.select(*_COLUMNS).where(refunds.c.shop == shop)
    if states:
        query = query.where(refunds.c.state.in_(states))
    if conversation is not None:
        query = query.where(refunds.c.conversation == conversation)
    if after is not None:
        at, no = after
        earlier = refunds.c.changed_at < at
        query = query.where(earlier | (refunds.c.changed_at == at) & (refunds.c.refund_no < no))
    query = query.order_by(refunds.c.changed_at.desc(), refunds.c.refund_no.desc()).limit(limit)
    return tuple(Refund(**row._mapping) for row in tx.execute(query))


def waiting(tx: sa.Connection, shop: str) -> tuple[Refund, ...]:
    """A shop's refunds that are asked for or approved, and not begun."""
    return tuple(refund_of(row) for row in sql.WAITING.run(tx, {"_shop": shop}))


def owed(tx: sa.Connection, shop: str, at: datetime) -> tuple[Refund, ...]:
    """What a machine has to do now: send what is approved, doubt what did not answer, and ask after what is in doubt.

    A state is what is owed: there is no list of jobs beside it that could be lost or done twice.
    """
    return tuple(refund_of(row) for row in sql.OWED.run(tx, {"_shop": shop, "_at": raw(at)}))


def keep_key(tx: sa.Connection, refund: Refund, mark: str, masked: str, at: datetime) -> None:
    """Keep that a key, known by its fingerprint alone, was given out with a reissue."""
    tx.execute(sa.insert(reissued_keys).values(shop=refund.shop, mark=mark, refund=refund.id, masked=masked, at=at))


def reissue_of_key(tx: sa.Connection, shop: str, mark: str) -> str | None:
    """The number of the reissue with which a key was given out."""
    query = (
        sa.select(refunds.c.refund_no)
        .join(reissued_keys, (reissued_keys.c.shop == refunds.c.shop) & (reissued_keys.c.refund == refunds.c.id))
        .where(reissued_keys.c.shop == shop, reissued_keys.c.mark == mark)
    )
    number = tx.execute(query).scalar_one_or_none()
    return None if number is None else f"R-{number}"


def spent(tx: sa.Connection, shop: str, actor: str, since: datetime) -> Decimal:
    """What somebody has approved since then, but for what surely did not leave."""
    mine = (refunds.c.shop == shop, refunds.c.approved_by == actor, refunds.c.approved_at >= since)
    query = sa.select(sa.func.sum(refunds.c.amount)).where(*mine, refunds.c.state.not_in(FREED))
    return Decimal(tx.execute(query).scalar_one() or 0)


def changes_of(tx: sa.Connection, refund: Refund) -> tuple[Change, ...]:
    """Every change of a refund, in order."""
    rows = sql.TRAIL_OF.run(tx, {"_shop": refund.shop, "_refund": refund.id})
    return tuple(sql.change_of(row) for row in rows)
