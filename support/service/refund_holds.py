"""What holds an order's refunds: judged when one is asked for, when something is told of the order, and when it is
carried out. What an approver knew of does not hold it again; what came later puts it back for a senior's approval."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.chat.frames import utc
from support.orders.number import normalise_number
from support.risk.gate import gate
from support.service.refund_news import tell_refund
from ticketing.refund import SERVER, Refund
from ticketing.storage import claims, order_events
from ticketing.storage import refunds as rows

Judge = Callable[[sa.Connection, Refund, datetime], Refund]
"""Looks at a refund that is about to be carried out, in its transaction; the refund as it stands then."""
FROZEN, RISK, CHARGEBACK, GONE, PAID = "frozen", "risk", "chargeback", "gone", "paid"
"""Marks: the store's flag (`frozen@TIME` where it told of it), the risk of a claim, `chargeback:R-7`, an order that the
store does not show any more, and one of which it shows less paid than was given back, or nothing."""


def marks(tx: sa.Connection, shop: Shop, order_no: str, shown: bool | None, known: str = "") -> tuple[str, ...]:
    """What holds an order now. `shown` is the store's own flag; None where it was not looked at, and `known` stands."""
    return tuple(
        mark
        for mark in (
            _freeze(tx, shop, order_no, shown, known),
            _risk(tx, shop, order_no),
            *_charged_back(tx, shop, order_no),
        )
        if mark
    )


def _freeze(tx: sa.Connection, shop: Shop, order_no: str, shown: bool | None, known: str) -> str:
    told = order_events.last_freeze(tx, shop.id, normalise_number(order_no))
    if told is not None and told[0]:
        return f"{FROZEN}@{utc(told[1])}"
    return FROZEN if shown or (shown is None and told is None and FROZEN in known.split()) else ""


def _risk(tx: sa.Connection, shop: Shop, order_no: str) -> str:
    score = claims.score_of(tx, shop.id, order_no)
    return "" if gate("grant", ("refund",), False, score, shop.risk.review_score) == "open" else RISK


def _charged_back(tx: sa.Connection, shop: Shop, order_no: str) -> list[str]:
    return [f"{CHARGEBACK}:{one.number}" for one in rows.of_order(tx, shop.id, order_no) if one.kind == CHARGEBACK]


def judged(tx: sa.Connection, shop: Shop, refund: Refund, shown: bool | None, at: datetime) -> Refund:
    """A refund that waits, as it stands now that all is known: an approved one may be back where it was asked for."""
    now = marks(tx, shop, refund.order_no, shown, refund.holds)
    return _put_back(tx, shop, refund, now, at)


def put_back(tx: sa.Connection, shop: Shop, refund: Refund, mark: str, at: datetime) -> Refund:
    """The same for one mark that is found elsewhere."""
    return _put_back(tx, shop, refund, tuple(dict.fromkeys((*refund.holds.split(), mark))), at)


def _put_back(tx: sa.Connection, shop: Shop, refund: Refund, now: tuple[str, ...], at: datetime) -> Refund:
    known = refund.holds.split()
    new = [mark for mark in now if mark not in known]
    if refund.state == "approved" and new:
        values = {"holds": " ".join((*known, *new))[:500], "approved_by": None, "approved_at": None}
        back = rows.move(
            tx, refund, "requested", SERVER, f"held: {', '.join(new)}", at, executed_by=None, **values
        )  # fmt: skip
        return tell_refund(tx, shop, back, at, again=True)
    if refund.state in {"requested", "approved"} and list(now) != known:
        cause = f"held: {', '.join(new)}" if new else f"not held by {', '.join(set(known) - set(now))} any more"
        return tell_refund(tx, shop, rows.note(tx, refund, SERVER, cause, at, holds=" ".join(now)[:500]), at)
    return refund


def judge_order(tx: sa.Connection, shop: Shop, order_no: str, at: datetime) -> None:
    """Something was told of an order, however its number is written: every refund of it that waits is judged."""
    for refund in rows.waiting(tx, shop.id):
        if normalise_number(refund.order_no) == normalise_number(order_no):
            judged(tx, shop, refund, None, at)
