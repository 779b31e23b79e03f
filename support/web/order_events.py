"""`POST /api/v1/shops/{shop}/order-events`: a store tells of its orders, signed as Standard Webhooks are.

What is answered 200 is on disk. The sender may send again whatever was not, for as long as it likes.
"""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from support import webhook_signature as signing
from support.orders.connector import StoreUnavailable
from support.orders.order import Order
from support.service.order_event_body import LARGEST, TYPES, BadBody, Given, read_body
from support.service.receive_order_event import receive_order_event, received
from support.service.refund_orders import order_of
from support.service.refund_payments import PaidUnknown
from support.service.runtime import Runtime
from support.service.shops import LoadedShop
from support.service.webhook_secrets import WebhookKeys, webhook_keys
from support.web.auth import runtime_of
from support.web.problems import answers, problem
from support.webhook_signature import BadSignature
from ticketing.errors import IdReused, NotFound

Json = dict[str, Any]
NOT_TAKEN = "Not taken"
QUIET_SECONDS = 10.0
"""A sender whose body has not come whole by then is gone."""
log = structlog.get_logger()


class Refused(Exception):
    """A request that is not taken."""

    def __init__(self, status: int, code: str, detail: str, after_s: int = 0) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.after_s = status, code, detail, after_s


class Gate:
    """What may come: so much from an address whoever it is, and so much that is signed by a shop."""

    def __init__(self, runtime: Runtime) -> None:
        self._address, self._shop = (runtime.rates.shared(runtime.rates.events) for _ in range(2))

    def check_address(self, address: str) -> None:
        """Raise Refused where too much comes from there."""
        _wait(self._address.wait_ms(address))

    def check_shop(self, shop: str) -> None:
        """Raise Refused where a shop sends too much; what others sent in its name is not counted."""
        _wait(self._shop.wait_ms(shop))


def _wait(ms: int) -> None:
    if ms:
        raise Refused(429, "rate", "too many events at once: send it again later", after_s=ms // 1000 + 1)


def order_event_routes(runtime: Runtime) -> APIRouter:
    """The one route."""
    routes = APIRouter(prefix="/api/v1/shops/{shop}/order-events", tags=["order events"])
    gate = Gate(runtime)

    @routes.post("", openapi_extra=_documented(), responses=answers(400, 401, 408, 409, 413, 429))
    async def receive(shop: str, request: Request) -> JSONResponse:
        """Take a signed event: an order was paid, delivered, refunded, frozen or charged back; or `ping`.

        The same `webhook-id` with the same body gives the same answer and has one effect.
        """
        try:
            return JSONResponse(await _taken(runtime_of(request), gate, shop, request))
        except Refused as error:
            wait = {"Retry-After": str(error.after_s)} if error.after_s else None
            return problem(error.status, NOT_TAKEN, error.detail, wait, code=error.code)
        except BadSignature as error:
            return problem(error.status, NOT_TAKEN, error.detail, code=error.code)
        except BadBody as error:
            return problem(422, NOT_TAKEN, str(error), code="body")
        except IdReused:
            return problem(409, NOT_TAKEN, "this webhook-id came before with another body", code="id_reused")

    return routes


async def _taken(runtime: Runtime, gate: Gate, shop: str, request: Request) -> Json:
    gate.check_address(request.client.host if request.client else "")
    now = runtime.clock()
    loaded, keys = await asyncio.to_thread(_of_shop, runtime, shop)
    id = signing.event_id(request.headers, now)
    body = await _body(request)
    signing.check(keys.keys, request.headers, body)
    gate.check_shop(loaded.id)
    given = read_body(loaded.id, id, body, now)
    if given is not None:
        order = await asyncio.to_thread(_charged_back, runtime, loaded, given)
        try:
            await runtime.journal.write(lambda tx: receive_order_event(tx, loaded.folder.shop, given, body, order))
        except PaidUnknown as error:
            raise Refused(422, "paid", str(error)) from error
    return received(given, id)


def _charged_back(runtime: Runtime, loaded: LoadedShop, given: Given) -> Order | None:
    """The order of a chargeback, as its store shows it; None for any other event. Raises Refused."""
    if given.event.kind != "chargeback":
        return None
    try:
        return order_of(runtime.journal, loaded, given.event.order_no)
    except NotFound as error:
        raise Refused(422, "order", f"the store shows no order {given.shown}") from error
    except StoreUnavailable as error:
        raise Refused(503, "store", "the order cannot be read from the store now: send it again later", 60) from error


def _of_shop(runtime: Runtime, shop: str) -> tuple[LoadedShop, WebhookKeys]:
    """The shop and what its store signs with. Raises UnknownShop, Refused."""
    loaded = runtime.shops.get(shop)
    if not loaded.folder.shop.webhook.secrets:
        raise Refused(404, "not_set_up", "this shop takes no order events: [webhook] of its shop.toml names no secret")
    found = webhook_keys(loaded.folder.shop, runtime.environment)
    if not found.keys:
        log.error("order events cannot be checked", shop=shop, faults=found.faults)
        raise Refused(503, "no_secret", "this shop's secret is not set up on the server: send it again later", 60)
    return loaded, found


async def _body(request: Request) -> bytes:
    """The whole body, refused as soon as it is too large. Raises Refused."""
    body = bytearray()
    try:
        async with asyncio.timeout(QUIET_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST:
                    raise Refused(413, "too_large", f"an event has at most {LARGEST} bytes")
    except (TimeoutError, ClientDisconnect):
        raise Refused(408, "cut", "the event did not arrive whole: send it again") from None
    return bytes(body)


def _documented() -> Json:
    """What the request holds, for the API's document."""
    data = {
        "order": {"type": "string"}, "amount": {"type": "string"}, "currency": {"type": "string"},
        "frozen": {"type": "boolean"}, "reference": {"type": "string"}, "buyer": {"type": "string", "maxLength": 128},
    }  # fmt: skip
    body = {
        "type": "object", "required": ["type"],
        "properties": {
            "type": {"enum": list(TYPES)}, "timestamp": {"type": "string", "format": "date-time"},
            "data": {"type": "object", "required": ["order"], "properties": data},
        },
    }  # fmt: skip
    headers = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
        for name in (signing.ID, signing.TIMESTAMP, signing.SIGNATURE)
    ]
    return {
        "parameters": headers,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
    }  # fmt: skip
