"""
ExplainError
├── OrderNotFound     the store has no such order
├── ItemNotFound      the order has no such product
└── UnknownRequest    no such request

What the policy decides about an order, for whoever may see it: no buyer is asked, none is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from knowledge_base.policy import REQUESTS
from knowledge_base.shop import ShopFolder
from support.orders.connector import AsksForProof, Connector, LiveProduct, StoreUnavailable
from support.orders.order import Order, OrderItem
from support.policy.decision import Decision
from support.policy.engine import decide
from support.policy.fact_values import NotAFact, typed
from support.policy.facts import BuyerRecord, Claims, Fact, GivenBack, RiskReport, asks_before, facts_of
from support.policy.item import item_in_question
from support.policy.minor_units import minor_unit_of
from support.risk.watch import Assessed

SUPPOSED = "supposed"
Assess = Callable[[Order, OrderItem | None], Assessed]


class ExplainError(Exception):
    """The case cannot be decided as it is asked; `code` names why in a batch."""

    code = "bad_row"


class OrderNotFound(ExplainError):
    """The store has no order of that number."""

    code = "order_not_found"

    def __init__(self, number: str) -> None:
        super().__init__(f"there is no order {number!r}: compare the number with the store's")
        self.number = number


class ItemNotFound(ExplainError):
    """The order has no row of that product."""

    code = "item_not_found"

    def __init__(self, order: Order, product: str) -> None:
        ids = ", ".join(sorted({item.product_id for item in order.items if item.product_id})) or "none that is known"
        super().__init__(f"order {order.number} has no item {product!r}; its products: {ids}")
        self.product = product


class UnknownRequest(ExplainError):
    """Clauses know no such request."""

    code = "unknown_request"

    def __init__(self, request: str) -> None:
        super().__init__(f"there is no request {request!r}; it is one of {', '.join(REQUESTS)}")
        self.request = request


@dataclass(frozen=True, slots=True)
class ExplainCase:
    """What is asked of which order, and when.

    `item` is a product id, for an order of several. `facts` are supposed: they stand before what the store says,
    typed by the table of facts. Where there is a record of our own, `given_back` and `assess` look there for what was
    refunded, for claims and for risk of the order that was found.
    """

    order: str
    request: str
    now: datetime
    item: str | None = None
    reason: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    given_back: GivenBack | None = None
    assess: Assess | None = None


def explain(folder: ShopFolder, connector: Connector | None, case: ExplainCase) -> Decision:
    """The decision and its proof, the buyer taken for verified.

    A shop without an order source knows nothing of the order.

    Raises:
        ExplainError: no such order, item or request.
        NotAFact: a supposed fact, or the reason, is not one.
        StoreUnavailable: the store cannot be read now.
    """
    supposed = _supposed(case)
    order = _order(connector, case)
    item = _item(order, case)
    product = folder.products.get(item.product_id or "") if item else None
    live = _live(connector, item, case.now)
    claims = Claims(request=case.request, reason=case.reason)
    assessed = case.assess(order, item) if case.assess is not None and order is not None else None
    buyer = BuyerRecord(verified=True, claims_90d=assessed.claims_90d if assessed else None)
    risk = RiskReport(assessed.found.score, assessed.found.names) if assessed else None
    shop = folder.shop
    refunds = case.given_back(order, item) if case.given_back is not None and order is not None else None
    facts = facts_of(order, item, product, claims, buyer, case.now, shop.assume, live=live, risk=risk, refunds=refunds)
    currency = (order.currency if order else None) or shop.currency
    return decide(
        folder.policies,
        case.request,
        facts | supposed,
        case.now,
        shop.timezone,
        currency,
        minor_unit_of(currency),
        asks=asks_before(order, item),
    )


def _supposed(case: ExplainCase) -> dict[str, Fact]:
    if case.request not in REQUESTS:
        raise UnknownRequest(case.request)
    if case.reason is not None:
        typed("claim.reason", case.reason)
    if "now" in case.facts:
        raise NotAFact("now", "now is the clock of the decision: set it with --now, or the field `now`")
    return {name: Fact(typed(name, value), SUPPOSED, case.now) for name, value in case.facts.items()}


def _order(connector: Connector | None, case: ExplainCase) -> Order | None:
    if connector is None:
        return None
    order = connector.find(case.order)
    if order is None and isinstance(connector, AsksForProof):
        raise StoreUnavailable("this store shows an order to its buyer alone: it is decided in their conversation")
    if order is None:
        raise OrderNotFound(case.order)
    return order


def _item(order: Order | None, case: ExplainCase) -> OrderItem | None:
    item = item_in_question(order, case.item)
    if order is not None and case.item is not None and item is None:
        raise ItemNotFound(order, case.item)
    return item


def _live(connector: Connector | None, item: OrderItem | None, now: datetime) -> LiveProduct | None:
    """The live catalogue only completes the products file: without it the decision stands on what is known."""
    if connector is None or item is None or item.product_id is None:
        return None
    try:
        return connector.product(item.product_id, now)
    except StoreUnavailable:
        return None
