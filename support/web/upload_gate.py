"""What stands before every upload: which pages may ask at all, and that no answer is ever run as a page.

A buyer's request names its shop in the address (`?shop=`), for a preflight tells nothing else; tokens come in headers.
"""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from knowledge_base.errors import UnknownShop
from support.service.shops import Shops
from support.web.origins import is_own, may_embed
from support.web.problems import problem

PREFIX = "/api/v1/uploads"
LOCKED = {
    "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer",
}  # fmt: skip
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST", "Access-Control-Max-Age": "600",
    "Access-Control-Allow-Headers": "authorization, content-type, idempotency-key, upload-name",
}  # fmt: skip


class UploadGate:
    """Middleware; whatever else the application serves passes untouched."""

    def __init__(self, app: ASGIApp, shops: Shops, own_hosts: tuple[str, ...]) -> None:
        self._app, self._shops, self._own_hosts = app, shops, own_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse pages of other origins, answer preflights, and lock every answer."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        given = LOCKED | ({"Access-Control-Allow-Origin": origin, "Vary": "Origin, Authorization"} if origin else {})
        if not await self._may_ask(origin, headers.get("host", ""), scope):
            await problem(403, "Not from this page", headers=LOCKED)(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=given | PREFLIGHT)(scope, receive, send)
        else:
            await self._app(scope, receive, _adding(send, given))

    async def _may_ask(self, origin: str | None, host: str, scope: Scope) -> bool:
        if origin is None or is_own(origin, host, self._own_hosts):
            return True
        named = parse_qs(scope["query_string"].decode("latin-1")).get("shop", [""])[0]
        try:
            loaded = await asyncio.to_thread(self._shops.get, named)
        except UnknownShop:
            return False
        return may_embed(origin, loaded.folder.shop.widget.origins)


def _adding(send: Send, headers: dict[str, str]) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(headers)
        await send(message)

    return with_headers
