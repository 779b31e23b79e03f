"""What was paid for an order, as its store shows it, and what was given back of it by others: a bank, or the store."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.orders.order import Order
from support.policy.item import item_in_question
from support.service.refund_holds import judge_order
from support.service.refund_news import tell_desks, tell_refund
from ticketing import refund_rules as rules
from ticketing.errors import TicketingError
from ticketing.refund import LEFT, STORE, Refund
from ticketing.storage import refunds as rows
from ticketing.storage.refunds import WHOLE, Wanted


class PaidUnknown(TicketingError):
    """Nobody knows what was paid, so nobody can say what may be given back."""


def line_of(tx: sa.Connection, shop: Shop, order: Order, product: str | None, at: datetime) -> str:
    """The line that is meant, with what the store shows of its order written down. Raises PaidUnknown, TooMuch."""
    lines = enter_payments(tx, shop, order, at)
    only = next(iter(lines), WHOLE) if len(order.items) == 1 else WHOLE
    if product is None and len(lines) > 1:
        raise PaidUnknown(f"{order.number} has several products: say which one ({', '.join(sorted(lines))})")
    return (product if product in lines else WHOLE) if product else only


def enter_payments(tx: sa.Connection, shop: Shop, order: Order, at: datetime) -> dict[str, Decimal]:
    """Write down what the store shows was paid and given back by now; what each line cost. Raises as `line_of`."""
    currency, lines = order.currency or shop.currency, dict[str, Decimal]()
    for id in {item.product_id for item in order.items if item.product_id}:
        item = item_in_question(order, id)
        if item is not None and item.paid_amount is not None:
            lines[id] = item.paid_amount
    known = len(lines) == len({item.product_id for item in order.items})
    whole = order.paid_amount if order.paid_amount is not None else (sum(lines.values(), Decimal(0)) if known else None)
    if whole is None:
        raise PaidUnknown(f"what was paid for {order.number} is not known: enter it in the store")
    for line, paid in ((WHOLE, whole), *lines.items()):
        rows.set_paid(tx, shop.id, order.number, line, paid, currency)
    _enter_store(tx, shop, order, currency, at)
    return lines


def _enter_store(tx: sa.Connection, shop: Shop, order: Order, currency: str, at: datetime) -> None:
    """What the store gave back by itself: all that it shows and that was not ours."""
    shown = order.refunded_amount or Decimal(0)
    ours = [one for one in rows.of_order(tx, shop.id, order.number) if one.kind in {"refund", "store"}]
    known = sum((one.amount + one.excess for one in ours if one.state in LEFT), Decimal(0))
    if shown > known:
        wanted = Wanted(shop.id, "store", order.number, WHOLE, shown - known, currency, STORE)
        _happened(tx, shop, wanted, f"the store shows {shown} given back", STORE, at)


def charge_back(
    tx: sa.Connection, shop: Shop, actor: str, order: Order, amount: Decimal | None, reference: str, at: datetime
) -> Refund:
    """Write down what a bank took back, once for each `reference`; without an amount all that was paid.

    Raises NotAllowed, PaidUnknown.
    """
    shown = rules.check_proof(reference)
    enter_payments(tx, shop, order, at)
    amount = rows.paid(tx, shop.id, order.number, WHOLE) if amount is None else amount
    wanted = Wanted(shop.id, "chargeback", order.number, WHOLE, amount, order.currency or shop.currency, STORE)
    return _happened(tx, shop, wanted, shown, actor, at)


def _happened(tx: sa.Connection, shop: Shop, wanted: Wanted, cause: str, actor: str, at: datetime) -> Refund:
    refund, off, new = rows.happened(tx, wanted, cause, actor, at)
    for one in off:
        tell_refund(tx, shop, one, at)
    if new:
        tell_desks(tx, refund, at)
    judge_order(tx, shop, wanted.order_no, at)
    return refund
