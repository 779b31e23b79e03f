"""The last look at a refund's order before it is carried out: at its store first, outside of any transaction."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.orders.order import Order
from support.service.refund_holds import GONE, PAID, Judge, judged, put_back
from support.service.refund_orders import order_of
from support.service.refund_payments import PaidUnknown, enter_payments
from support.service.shops import LoadedShop
from ticketing.errors import NotFound
from ticketing.refund import Refund
from ticketing.storage import refunds as rows
from ticketing.storage.journal import Journal
from ticketing.storage.refunds import TooMuch


def judge_of(journal: Journal, loaded: LoadedShop, refund: Refund) -> Judge:
    """Reads the order, and judges by it. Raises StoreUnavailable: who cannot look does not pay."""
    shop = loaded.folder.shop
    try:
        order = order_of(journal, loaded, refund.order_no)
    except NotFound:
        return lambda tx, one, at: put_back(tx, shop, one, GONE, at)
    return partial(_by_order, shop, order)


def by_record(shop: Shop) -> Judge:
    """Judges by the record alone, where no store is to be looked at."""
    return lambda tx, refund, at: judged(tx, shop, refund, None, at)


def _by_order(shop: Shop, order: Order, tx: sa.Connection, refund: Refund, at: datetime) -> Refund:
    """What the store gave back by itself meanwhile may call the refund off; what holds the order puts it back."""
    try:
        enter_payments(tx, shop, order, at)
    except (PaidUnknown, TooMuch):
        return put_back(tx, shop, refund, PAID, at)
    found = rows.get(tx, shop.id, refund.id)
    return judged(tx, shop, found, order.frozen, at) if found.state == "approved" else found
