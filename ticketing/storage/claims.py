"""Queries about claims: who claimed what of which order, and what was found of risk in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from ticketing.claim import Claim
from ticketing.ids import new_id
from ticketing.storage.prepared import Prepared
from ticketing.storage.privacy import held_owners
from ticketing.storage.tables import claim_keys, claims, risk_reports

KEPT = timedelta(days=400)
"""Longer than any signal looks back; after that a claim's marks are forgotten."""
MOST = 500


_LAST_REPORT = Prepared(
    sa.select(sa.cast(risk_reports.c.report, sa.Text))
    .where(risk_reports.c.shop == sa.bindparam("_shop"), risk_reports.c.order_no == sa.bindparam("_order_no"))
    .order_by(risk_reports.c.at.desc(), risk_reports.c.id.desc())
    .limit(sa.literal_column("1"))
    .offset(sa.literal_column("0"))
)


@dataclass(frozen=True, slots=True)
class Who:
    """By what a buyer is known: the owner of the chat, and marks of the order's contact and account."""

    owner: str
    contact: str | None = None
    account: str | None = None

    @property
    def marks(self) -> frozenset[str]:
        """All of them."""
        named = (("owner", self.owner), ("contact", self.contact), ("account", self.account))
        return frozenset(f"{name} {value}" for name, value in named if value)


def record(tx: sa.Connection, shop: str, conversation: str, who: Who, claim: Claim) -> None:
    """Keep a claim. One on the same item for the same reason by the same owner is the same, made again."""
    forget(tx, shop, claim.at - KEPT, claim.at)
    same = (claims.c.order_no == claim.order_no, claims.c.product == claim.product, claims.c.reason == claim.reason)
    held = tx.execute(sa.select(claims.c.id).where(claims.c.shop == shop, *same, claims.c.owner == who.owner)).first()
    key = new_id() if held is None else held.id
    if held is None:
        tx.execute(sa.insert(claims).values(
            shop=shop, id=key, order_no=claim.order_no, product=claim.product, reason=claim.reason,
            conversation=conversation, owner=who.owner, contact=who.contact, account=who.account, at=claim.at,
        ))  # fmt: skip
    else:
        tx.execute(sa.update(claims).where(claims.c.shop == shop, claims.c.id == key).values(at=claim.at))
    its_keys = sa.select(claim_keys.c.mark).where(claim_keys.c.shop == shop, claim_keys.c.claim == key)
    known = set(tx.execute(its_keys).scalars())
    rows = [{"shop": shop, "mark": mark, "claim": key} for mark in sorted(claim.keys - known)]
    if rows:
        tx.execute(sa.insert(claim_keys), rows)


def note_refund(tx: sa.Connection, shop: str, order_no: str, at: datetime) -> None:
    """Money goes back on an order: its claims say so."""
    mine = (claims.c.shop == shop, claims.c.order_no == order_no, claims.c.refunded_at.is_(None))
    tx.execute(sa.update(claims).where(*mine).values(refunded_at=at))


def move(tx: sa.Connection, shop: str, old_owner: str, new_owner: str) -> None:
    """A visitor turned out to be a buyer."""
    mine = (claims.c.shop == shop, claims.c.owner == old_owner)
    tx.execute(sa.update(claims).where(*mine).values(owner=new_owner))


def forget(tx: sa.Connection, shop: str, before: datetime, at: datetime) -> None:
    """Drop claims older than that, and the marks of their keys; what is held stays."""
    old = claims.c.shop == shop, claims.c.at < before, claims.c.owner.not_in(held_owners(shop, at))
    gone = sa.select(claims.c.id).where(*old)
    tx.execute(sa.delete(claim_keys).where(claim_keys.c.shop == shop, claim_keys.c.claim.in_(gone)))
    tx.execute(sa.delete(claims).where(*old))


def by_buyer(tx: sa.Connection, shop: str, who: Who, since: datetime, until: datetime) -> tuple[Claim, ...]:
    """A buyer's claims after `since`, up to `until`, newest first."""
    named = ((claims.c.owner, who.owner), (claims.c.contact, who.contact), (claims.c.account, who.account))
    ways = [column == value for column, value in named if value]
    return _claims(tx, shop, sa.or_(sa.false(), *ways), claims.c.at > since, claims.c.at <= until)


def about_keys(tx: sa.Connection, shop: str, marks: Iterable[str], until: datetime) -> tuple[Claim, ...]:
    """Claims about any of these keys, up to `until`, newest first."""
    wanted = sorted(marks)[:MOST]
    if not wanted:
        return ()
    named = sa.select(claim_keys.c.claim).where(claim_keys.c.shop == shop, claim_keys.c.mark.in_(wanted))
    return _claims(tx, shop, claims.c.id.in_(named), claims.c.at <= until)


def about_product(
    tx: sa.Connection, shop: str, product: str, reasons: Iterable[str], since: datetime, until: datetime
) -> tuple[Claim, ...]:
    """Claims about a product for any of these reasons, after `since` up to `until`, newest first."""
    wanted = (claims.c.product == product, claims.c.reason.in_(sorted(reasons)))
    return _claims(tx, shop, *wanted, claims.c.at > since, claims.c.at <= until)


def save_report(
    tx: sa.Connection, shop: str, conversation: str, order_no: str, decision: str | None, report: dict[str, Any],
    at: datetime,
) -> None:  # fmt: skip
    """Keep what was found of risk, with the decision that it stood beside."""
    tx.execute(sa.insert(risk_reports).values(
        shop=shop, id=new_id(), conversation=conversation, order_no=order_no, decision=decision, report=report, at=at,
    ))  # fmt: skip


def report_of(tx: sa.Connection, shop: str, conversation: str) -> dict[str, Any] | None:
    """What was found last in a conversation, with its order's number; None where nothing was looked at."""
    query = (
        sa.select(risk_reports.c.report, risk_reports.c.order_no)
        .where(risk_reports.c.shop == shop, risk_reports.c.conversation == conversation)
        .order_by(risk_reports.c.at.desc(), risk_reports.c.id.desc())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else dict(row.report) | {"order_no": row.order_no}


def score_of(tx: sa.Connection, shop: str, order_no: str) -> int | None:
    """What was found last of an order, in whatever conversation; None where nothing was, or nothing is known."""
    row = _LAST_REPORT.run(tx, {"_shop": shop, "_order_no": order_no}).fetchone()
    return None if row is None else msgspec.json.decode(row[0]).get("score")


def _claims(tx: sa.Connection, shop: str, *where: sa.ColumnElement[bool]) -> tuple[Claim, ...]:
    query = sa.select(claims).where(claims.c.shop == shop, *where).order_by(claims.c.at.desc(), claims.c.id).limit(MOST)
    return tuple(
        Claim(
            row.order_no, row.product, row.reason, row.at, Who(row.owner, row.contact, row.account).marks,
            refunded=row.refunded_at is not None,
        )
        for row in tx.execute(query)
    )  # fmt: skip
