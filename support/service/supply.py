"""Where goods in dispute came from: complaints by supplier, distributor and batch, and the alert that they raise."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from knowledge_base.authorisation import trace
from knowledge_base.shop import Shop
from support.assistant.phrases import phrase
from support.chat.frames import utc
from support.orders.order import Order, OrderItem
from support.service.ask_supplier import SUPPLIER
from support.service.shops import LoadedShop
from support.service.views import note_view
from ticketing.storage import event_log, notes, suppliers, talk
from ticketing.supplier import PARTIES, Rate, SuppliedLine

Json = dict[str, Any]
COMPLAINTS = frozenset({
    "not_delivered", "partial_delivery", "key_invalid", "key_used", "wrong_region", "wrong_product", "top_up_missing",
    "membership_inactive", "account_banned", "counterfeit", "upstream",
})  # fmt: skip
"""Reasons that speak of the goods; changed minds, prices and invoices do not."""


def note_order(
    tx: sa.Connection, loaded: LoadedShop, order: Order, item: OrderItem | None, reason: str | None, chat: str,
    at: datetime,
) -> None:  # fmt: skip
    """Keep that a buyer asked about an order, and what was complained of; an alert where it is one too many."""
    shop = loaded.folder.shop
    complained = reason if reason in COMPLAINTS else None
    for place, one in enumerate(order.items):
        about = complained if item is None or one.product_id == item.product_id else None
        line = _line(loaded, order, one, place, at)
        if suppliers.seen(tx, shop.id, line, at, about):
            _look(tx, shop, line, chat, at)


def report(tx: sa.Connection, shop: Shop, days: int, at: datetime) -> Json:
    """Rates and alerts of the last days."""
    since = at - timedelta(days=days)
    return {
        "days": days, "since": utc(since),
        "rates": [_view(one) for one in suppliers.rates(tx, shop.id, since)],
        "alerts": [_view(one) | {"at": utc(when)} for one, when in suppliers.alerts_since(tx, shop.id, since)],
        "threshold": {
            "days": shop.suppliers.alert_days, "complaints": shop.suppliers.alert_complaints,
            "share": str(shop.suppliers.alert_share),
        },
    }  # fmt: skip


def _view(rate: Rate) -> Json:
    return {
        "party": rate.party, "name": rate.name, "asked_about": rate.asked_about, "complaints": rate.complaints,
        "share": round(rate.share, 3),
    }  # fmt: skip


def _line(loaded: LoadedShop, order: Order, item: OrderItem, place: int, at: datetime) -> SuppliedLine:
    product = loaded.folder.products.get(item.product_id or "")
    supplier = order.supplier or (product.supplier if product else None)
    day = (order.paid_at or at).astimezone(loaded.folder.shop.timezone).date()
    batch = _batch(loaded, item.product_id, day)
    return SuppliedLine(order.number, str(place), item.product_id, supplier, order.distributor, batch)


def _batch(loaded: LoadedShop, product: str | None, day: date) -> str | None:
    """The batch that was registered for the product on the day, where it was one."""
    paths = trace(loaded.folder.authorisations, product, day) if product else ()
    batches = {path.batch for path in paths if path.batch}
    return batches.pop() if len(batches) == 1 else None


def _look(tx: sa.Connection, shop: Shop, line: SuppliedLine, chat: str, at: datetime) -> None:
    since = at - timedelta(days=shop.suppliers.alert_days)
    mine = {party: getattr(line, party) for party in PARTIES}
    for rate in suppliers.rates(tx, shop.id, since):
        many = rate.complaints >= shop.suppliers.alert_complaints and rate.share >= shop.suppliers.alert_share
        if rate.name == mine[rate.party] and many and suppliers.alert(tx, shop.id, rate, at, since):
            _tell(tx, shop, rate, chat, at)


def _tell(tx: sa.Connection, shop: Shop, rate: Rate, chat: str, at: datetime) -> None:
    """A note at the conversation whose complaint was one too many: agents alone see it."""
    lang, row = shop.languages[0], talk.get(tx, shop.id, chat)
    text = phrase(
        lang, "supplier.alert", party=phrase(lang, f"supplier.{rate.party}"), name=rate.name,
        complaints=rate.complaints, asked=rate.asked_about, days=shop.suppliers.alert_days,
    )  # fmt: skip
    name = phrase(lang, "supplier.alert_name")
    note = notes.add(tx, shop.id, chat, after_seq=row.seq, agent=SUPPLIER, author_name=name, text=text, at=at)
    body = {"conversation": chat, "note": note_view(note)}
    event_log.append(tx, shop.id, "note", chat, row.owner, body, at, audience="agents")
