"""What the demo page needs: buyers to be, orders to ask about, products to look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, BackgroundTasks, HTTPException, Request

from knowledge_base.product import Product
from support.assistant.cards import order_card
from support.orders.connector import Connector
from support.orders.order import Order
from support.service.demo_agents import DEMO_AGENTS
from support.service.people import buyer_token
from support.service.refund_news import UNDER_WAY
from support.service.runtime import Runtime
from support.service.shops import LoadedShop, Shops
from support.web.auth import CurrentAgent, runtime_of
from support.web.demo_drafts import drafts, try_draft
from support.web.demo_hints import GUEST_ORDERS, HINTS
from support.web.demo_what_if import WhatIf, what_if
from ticketing.storage import refunds
from ticketing.storage.agents import of_shop
from ticketing.storage.ticket_links import about_orders

DEMO_SHOP = "star"
BUYERS = {
    "alice": {"zh-CN": "小艾", "en": "Alice"},
    "bob": {"zh-CN": "阿博", "en": "Bob"},
    "carol": {"zh-CN": "卡萝", "en": "Carol"},
}
Json = dict[str, Any]


def demo_routes(shops: Shops, begin_anew: Callable[[], None] | None = None) -> APIRouter:
    """`/api/v1/demo`: invented people only, and only where the server was started with `--demo`.

    With `begin_anew`, which ends this process and begins another in its place, the page may stop the server.
    """
    routes = APIRouter(prefix="/api/v1/demo", include_in_schema=False)

    @routes.get("")
    def demo(request: Request) -> Json:
        loaded = shops.get(DEMO_SHOP)
        runtime = runtime_of(request)
        told = _demo(loaded, runtime) | _logins(runtime, loaded.id)
        return told | {"stops": begin_anew is not None}

    @routes.get("/token")
    def token(buyer: str) -> Json:
        if buyer not in BUYERS:
            raise HTTPException(404, "no such demo buyer")
        return {"token": buyer_token(shops.get(DEMO_SHOP), buyer)}

    @routes.post("/what-if")
    def decided(asked: WhatIf) -> Json:
        return what_if(shops.get(DEMO_SHOP), asked)

    @routes.get("/drafts")
    def policy_drafts() -> list[Json]:
        return drafts()

    @routes.post("/drafts/{draft}")
    def tried(request: Request, draft: str) -> Json:
        return try_draft(runtime_of(request), shops.get(DEMO_SHOP), draft)

    @routes.post("/stop", status_code=202)
    def stop(agent: CurrentAgent, then: BackgroundTasks) -> None:
        if begin_anew is None:
            raise HTTPException(404, "this server is not to be stopped from here")
        then.add_task(begin_anew)

    return routes


def _demo(loaded: LoadedShop, runtime: Runtime) -> Json:
    connector = loaded.connector
    assert connector is not None
    told: Json = {
        "shop": loaded.id, "timezone": str(loaded.folder.shop.timezone), "shop_name": dict(loaded.folder.shop.name),
        "buyers": [
            {
                "id": key, "name": name, "token": buyer_token(loaded, key),
                "orders": [_order(loaded, order) for order in connector.of_buyer(key)],
            }
            for key, name in BUYERS.items()
        ],
        "products": [_product(product) for product in loaded.folder.products.values()],
        "guest_orders": [_guest(loaded, order) for order in _guests(loaded, connector)],
    }  # fmt: skip
    orders = [*(order for buyer in told["buyers"] for order in buyer["orders"]), *told["guest_orders"]]
    runtime.journal.read_now(lambda tx: _tell_what_followed(tx, loaded.id, orders))
    return told


def _tell_what_followed(tx: sa.Connection, shop: str, orders: list[Json]) -> None:
    """Add to each order whether a refund of it is on its way, and whether a person still looks at a complaint."""
    disputed = {
        ticket.order_no
        for ticket in about_orders(tx, shop, (order["number"] for order in orders))
        if not ticket.is_work and ticket.state not in {"resolved", "closed"}
    }
    for order in orders:
        under_way = any(one.state in UNDER_WAY for one in refunds.of_order(tx, shop, order["number"]))
        order |= {"refunding": under_way, "disputed": order["number"] in disputed}


def _logins(runtime: Runtime, shop: str) -> Json:
    """The demo's agents where they are there: a shop of the merchant's own has none of them."""
    there = {one.name for one in runtime.journal.read_now(lambda tx: of_shop(tx, shop))}
    logins = [
        {"name": one.name, "password": one.password, "display_name": one.display_name, "role": one.role}
        for one in DEMO_AGENTS if one.name in there
    ]  # fmt: skip
    first = next((one for one in logins if one["name"] == DEMO_AGENTS[0].name), None)
    return {"agent": first, "agents": logins}


def _order(loaded: LoadedShop, order: Order) -> Json:
    by_lang = {lang: order_card(order, loaded.folder, lang) for lang in loaded.folder.shop.languages}
    first = next(iter(by_lang.values()))
    return {
        "number": order.number, "product_name": {lang: card["items"][0]["name"] for lang, card in by_lang.items()},
        "product_id": first["items"][0]["product_id"], "state": first["state"],
        "state_label": {lang: card["state_label"] for lang, card in by_lang.items()},
        "paid_amount": first["paid_amount"], "currency": first["currency"], "created_at": first["created_at"],
        "paid_at": first["paid_at"], "frozen": order.frozen, "items": _items(order, by_lang),
        "hint": dict(HINTS.get(order.number, {})),
    }  # fmt: skip


def _items(order: Order, by_lang: Json) -> list[Json]:
    """What was bought, as the order's page shows it: as much as its buyer may see."""
    first = next(iter(by_lang.values()))
    kept = ("quantity", "delivered_quantity", "state", "delivered_at", "keys_masked")
    return [
        {name: first["items"][place][name] for name in kept} | {
            "name": {lang: card["items"][place]["name"] for lang, card in by_lang.items()},
            "state_label": {lang: card["items"][place]["state_label"] for lang, card in by_lang.items()},
            "used": item.redeemed, "used_at": item.redeemed_at.isoformat() if item.redeemed_at else None,
            "refunded": None if item.refunded_amount is None else str(item.refunded_amount),
        }
        for place, item in enumerate(order.items)
    ]  # fmt: skip


def _guest(loaded: LoadedShop, order: Order) -> Json:
    return _order(loaded, order) | {"proof": order.proofs[0] if order.proofs else order.contact}


def _guests(loaded: LoadedShop, connector: Connector) -> list[Order]:
    return [order for number in GUEST_ORDERS if (order := connector.find(number)) is not None]


def _product(product: Product) -> Json:
    return {
        "id": product.id, "name": dict(product.name), "kind": product.kind, "region": product.region,
        "platform": product.platform, "price": None if product.price is None else str(product.price),
        "stock": product.stock, "description": dict(product.description),
        "promised_minutes": product.promised_minutes, "warranty_days": product.warranty_days,
    }  # fmt: skip
