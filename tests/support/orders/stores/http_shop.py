"""A real HTTP server of a shop, in a thread: a guest interface as Dujiao-Next documents it, and a signed home-made one.

Written apart from the connectors: it checks signatures by its own means, and it can be told to misbehave.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

SECRET, API_KEY = "shared-s3cret-of-both-sides", "public-key-1"
Answer = tuple[int, object]
DELIVERED: dict[str, Any] = {
    "order_no": "DJ2026GUEST", "guest_email": "li.lei@example.org", "status": "completed", "currency": "CNY",
    "total_amount": "35.80", "refunded_amount": "0.00", "paid_at": "2026-03-01T04:01:00Z",
    "created_at": "2026-03-01T04:00:00Z", "items": [],
    "children": [{
        "order_no": "DJ2026GUEST-01", "status": "delivered", "total_amount": "35.80", "refunded_amount": "0.00",
        "items": [{"product_id": 1, "title": {"zh-CN": "星云礼品卡"}, "quantity": 2, "unit_price": "19.90",
                   "total_price": "39.80", "coupon_discount_amount": "4.00", "fulfillment_type": "auto"}],
        "fulfillment": {"type": "auto", "status": "delivered", "payload": "NEBULA-0001-ABCD\nNEBULA-0002-EFGH",
                        "delivered_at": "2026-03-01T04:01:30Z"},
    }],
}  # fmt: skip
UNPAID: dict[str, Any] = DELIVERED | {
    "order_no": "DJ2026GUESTUNPAID", "guest_email": "han.mm@example.org", "status": "pending_payment", "paid_at": None,
    "children": [], "items": [{"product_id": 1, "title": {"zh-CN": "星云礼品卡"}, "quantity": 1,
                               "unit_price": "19.90", "total_price": "19.90", "fulfillment_type": "auto"}],
}  # fmt: skip
GUESTS = {("DJ2026GUEST", "li.lei@example.org", "查询密码9"): DELIVERED,
          ("DJ2026GUESTUNPAID", "han.mm@example.org", "Pw2"): UNPAID}  # fmt: skip


def _order(number: str, buyer: str, state: str, day: int, **more: Any) -> dict[str, Any]:
    return {
        "no": number, "member": {"id": buyer}, "state": state, "cents": 3580, "made": f"2026-03-0{day}T12:00:00+08:00",
        "paid": f"2026-03-0{day}T12:01:00+08:00" if state != "new" else "", "mail": "li.lei@example.org",
        "code": "查询密码9", "held": False,
        "rows": [{"sku": "1", "n": 2, "label": "星云礼品卡", "keys": ["NEBULA-0001-ABCD", "NEBULA-0002-EFGH"]}],
        "pays": [{"no": "P1", "cents": 3580, "ok": "yes"}, {"no": "P0", "cents": 3580, "ok": "no"}],
    } | more  # fmt: skip


ORDERS = {
    order["no"]: order
    for order in (
        _order("HM2026DELIVERED", "u-7", "sent", 1),
        _order("HM2026UNPAID", "u-8", "new", 2, mail="han.mm@example.org", code="", pays=[],
               rows=[{"sku": "1", "n": 1, "label": "x", "keys": []}]),
        _order("HM2026LATER", "u-7", "paid", 3, rows=[{"sku": "1", "n": 1, "label": "x", "keys": []}]),
        _order("HM2026PLACEHOLDER", "u-9", "sent", 4, rows=[{"sku": "1", "n": 1, "keys": ["请联系客服"]}]),
        _order("HM2026TWO", "u-9", "sent", 5, pays=[{"no": "A", "cents": 1, "ok": "yes"}, {"no": "B", "ok": "yes"}],
               rows=[{"sku": "1", "n": 1, "keys": ["ONE-0001-AAAA"], "cents": 1990},
                     {"sku": "2", "n": 1, "keys": [], "cents": 1590}]),
    )
}  # fmt: skip
PRODUCTS = {"1": {"sku": "1", "label": "星云礼品卡", "cents": 1990, "left": 2, "sold": True, "most": 5}}
COUPONS = {
    "SPRING": {"code": "SPRING", "until": "2026-12-31T00:00:00Z"},
    "OLD": {"code": "OLD", "until": "2026-01-01T00:00:00Z"},
}


class HttpShop:
    """The server. `fault` makes it misbehave; `asked` keeps each request line and its headers."""

    def __init__(self) -> None:
        self.fault: Callable[[BaseHTTPRequestHandler], bool] = lambda request: False
        self.asked: list[tuple[str, dict[str, str]]] = []
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shop.asked.append((self.path, dict(self.headers)))
                if not shop.fault(self):
                    _send(self, *shop.answer(self))

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> Answer:
        """What a shop in order answers."""
        parts = urlsplit(request.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        steps = [unquote(step) for step in parts.path.split("/")[1:]]
        match steps:
            case ["api", "v1", "guest", "orders", number]:
                return _guest(number, query)
            case ["shop", *rest] if _signed(request):
                return _home_made(rest, query)
            case ["shop", "open", number]:
                found = ORDERS.get(number)
                return (200, {"data": found}) if found and found["mail"] == query.get("proof") else (404, {})
            case ["shop", *_]:
                return 401, {"error": "bad signature"}
        return 404, {"error": "no such page"}


def _guest(number: str, query: dict[str, str]) -> Answer:
    found = GUESTS.get((number, query.get("email", ""), query.get("order_password", "")))
    if found is None:
        return 200, {"status_code": 404, "msg": "order not found", "data": None}
    return 200, {"status_code": 0, "msg": "ok", "data": found}


def _home_made(steps: list[str], query: dict[str, str]) -> Answer:
    newest = sorted(ORDERS.values(), key=lambda order: order["made"], reverse=True)
    most = int(query.get("limit", "10"))
    match steps:
        case ["orders"] if "buyer" in query:
            return 200, {"list": [order for order in newest if order["member"]["id"] == query["buyer"]][:most]}
        case ["orders"]:
            return 200, {"list": newest[:most]}
        case ["orders", number]:
            return (200, {"data": ORDERS[number]}) if number in ORDERS else (404, {"data": None})
        case ["goods", product]:
            return (200, PRODUCTS[product]) if product in PRODUCTS else (404, {})
        case ["coupons", code]:
            return 200, {"coupon": COUPONS.get(code)}
    return 404, {}


def _signed(request: BaseHTTPRequestHandler) -> bool:
    """Whether key, time and signature are right: hex HMAC-SHA256 over method, path with query, time and body's MD5."""
    timestamp = request.headers.get("X-Time", "0")
    text = f"GET\n{request.path}\n{timestamp}\n{hashlib.md5(b'').hexdigest()}"
    right = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
    fresh = abs(time.time() - int(timestamp)) < 60
    return fresh and request.headers.get("X-Key") == API_KEY and request.headers.get("X-Sign") == right


def _send(request: BaseHTTPRequestHandler, status: int, document: object) -> None:
    body = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()
    request.send_response(status)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def answering(status: int, body: bytes) -> Callable[[BaseHTTPRequestHandler], bool]:
    """A fault: always this answer."""

    def fault(request: BaseHTTPRequestHandler) -> bool:
        _send(request, status, body)
        return True

    return fault


def dripping(until: threading.Event) -> Callable[[BaseHTTPRequestHandler], bool]:
    """A fault: a byte now and then, so that no single read takes long."""

    def fault(request: BaseHTTPRequestHandler) -> bool:
        request.send_response(200)
        request.send_header("Content-Length", "100000")
        request.end_headers()
        try:
            while not until.wait(0.05):
                request.wfile.write(b" ")
                request.wfile.flush()
        except OSError:
            request.close_connection = True
        return True

    return fault


MAPPING = """
money_unit = "0.01"

[request]
order = "/orders/{number}"
buyer = "/orders?buyer={buyer}&limit={limit}"
newest = "/orders?limit={limit}"
product = "/goods/{product}"
coupon = "/coupons/{code}"
headers = { X-Key = "env:ANXIN_TEST_SHOP_KEY" }

[sign]
secret = "env:ANXIN_TEST_SHOP_SECRET"
header = "X-Sign"
timestamp_header = "X-Time"
text = "{method}\\n{target}\\n{timestamp}\\n{body_md5}"

[order]
at = "data"
list = "list"
number = "no"
items = "rows"
created_at = "made"
paid_at = "paid"
paid_amount = "cents"
contact = "mail"
proofs = ["code"]
buyer = "member.id"
frozen = "held"

[item]
product = "sku"
name = "label"
quantity = "n"
paid_amount = "cents"
keys = "keys"

[payment]
list = "pays"
ref = "no"
amount = "cents"
only = { ok = ["yes"] }

[status]
path = "state"
unpaid = ["new"]
paid = ["paid"]
delivered = ["sent"]
refunded = ["back"]

[kind]
always = "auto"

[keys]
placeholders = ["请联系客服"]

[product]
id = "sku"
name = "label"
price = "cents"
stock = "left"
on_sale = "sold"
max_quantity = "most"

[coupon]
at = "coupon"
code = "code"
ends_at = "until"
"""
