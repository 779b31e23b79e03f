"""What there is of risk in a claim: the store's orders like it, our own record, and the shop's thresholds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from knowledge_base.shop import RiskSettings, Shop
from support.orders.connector import StoreUnavailable
from support.orders.order import Order, OrderItem
from support.orders.related import FindsRelated, Related, telling_contact
from support.risk.assess import Assessment, assess
from support.risk.case import KEY_REASONS, WINDOW, Record, RiskCase
from support.risk.watch import Assessed
from support.service.shops import LoadedShop
from ticketing.claim import Claim, different_buyers, mark_of
from ticketing.storage import cases
from ticketing.storage import claims as rows
from ticketing.storage.claims import Who
from ticketing.storage.journal import Journal

WEEK = timedelta(days=7)
OTHER = "other"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Question:
    """What is claimed of which order, by the owner of which chat, and when."""

    order: Order
    item: OrderItem | None
    reason: str | None
    evidence: int | None
    owner: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found, the claim as the record will keep it, and by whom it is."""

    found: Assessment
    claims_90d: int
    claim: Claim
    who: Who


def look(journal: Journal, loaded: LoadedShop, asked: Question) -> Looked:
    """Everything that can be known of risk. A store that cannot be asked leaves its part unknown."""
    shop, order, item = loaded.folder.shop, asked.order, asked.item
    shared = (order.contact or "").strip().casefold() in shop.risk.shared_contacts
    who = _who(loaded, asked, shared)
    product = (item.product_id if item else None) or ""
    claim = Claim(order.number, product, asked.reason or OTHER, asked.at, who.marks, _key_marks(loaded, asked))
    record, claims_90d = journal.read_now(lambda tx: _record(tx, shop.id, who, claim))
    related, settings = _related(loaded, asked, shared), settings_for(shop, order)
    case = RiskCase(order, item, asked.at, asked.reason, asked.evidence, settings, related, record)
    return Looked(assess(case, order.currency or shop.currency), claims_90d, claim, who)


def assessing(
    journal: Journal, loaded: LoadedShop, reason: str | None, at: datetime
) -> Callable[[Order, OrderItem | None], Assessed]:
    """The same for an order that somebody of the shop looks at, outside of any chat."""

    def assess_order(order: Order, item: OrderItem | None) -> Assessed:
        looked = look(journal, loaded, Question(order, item, reason, None, "", at))
        return Assessed(looked.found, looked.claims_90d)

    return assess_order


def settings_for(shop: Shop, order: Order) -> RiskSettings:
    """The shop's thresholds. An order in another currency is compared with none of its amounts."""
    limit = shop.refunds.approval_limit if shop.risk.large_amount is None else shop.risk.large_amount
    return replace(shop.risk, large_amount=limit if (order.currency or shop.currency) == shop.currency else None)


def _who(loaded: LoadedShop, asked: Question, shared: bool) -> Who:
    """By what the buyer is known; a contact that is many buyers' tells nobody."""
    telling = telling_contact(asked.order.contact) and not shared
    contact = (asked.order.contact or "").strip().casefold() if telling else ""
    account = (asked.order.buyer_id or "").strip()
    return Who(asked.owner, _mark(loaded, "contact", contact), _mark(loaded, "account", account))


def _mark(loaded: LoadedShop, kind: str, text: str) -> str | None:
    return mark_of(loaded.row.secret, kind, text.encode("utf-8", "surrogatepass")) if text else None


def _key_marks(loaded: LoadedShop, asked: Question) -> frozenset[str]:
    """Marks of the keys that the claim is about; the keys themselves are nowhere here."""
    if asked.item is None or asked.reason not in KEY_REASONS:
        return frozenset()
    return frozenset(mark_of(loaded.row.secret, "key", print_) for print_ in asked.item.key_prints)


def _related(loaded: LoadedShop, asked: Question, shared: bool) -> Related | None:
    connector = loaded.connector
    if connector is None or not isinstance(connector, FindsRelated):
        return None
    try:
        found = connector.related(asked.order, asked.item.product_id if asked.item else None)
    except StoreUnavailable as error:
        log.info("orders like one could not be counted", shop=loaded.id, reason=str(error))
        return None
    return replace(found, by_contact=()) if shared else found


def _record(tx: sa.Connection, shop: str, who: Who, claim: Claim) -> tuple[Record, int]:
    since = claim.at - WINDOW
    own = rows.by_buyer(tx, shop, who, since, claim.at)
    decided = cases.claims_of(tx, shop, who.owner, since) if who.owner else frozenset()
    claims_90d = len({one.order_no for one in own} | decided)
    if claim.reason not in KEY_REASONS:
        return Record(own), claims_90d
    keys = rows.about_keys(tx, shop, claim.keys, claim.at)
    goods = rows.about_product(tx, shop, claim.product, KEY_REASONS, claim.at - WEEK, claim.at) if claim.product else ()
    latest = max((one.at for one in (*keys, *goods)), default=None)
    key_buyers = different_buyers([*keys, claim]) if claim.keys else None
    return Record(own, key_buyers, different_buyers([*goods, claim]), latest), claims_90d
