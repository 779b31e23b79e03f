"""How often one token may ask, told in each answer: the fields of draft-ietf-httpapi-ratelimit-headers-10."""

from __future__ import annotations

import hashlib
import math

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from support.service.limits import Rates
from support.web.problems import problem

PREFIX = "/api/"


class Quota:
    """Middleware: each bearer of a token has a bucket of its own; whoever shows none is the routes' own concern."""

    def __init__(self, app: ASGIApp, rates: Rates) -> None:
        self._app, self._rates = app, rates
        self._limits = rates.limits(rates.api)
        most = max(1, round(rates.api * rates.at_once))
        self._policy = f'"token";q={most};w={max(1, round(rates.at_once))}'

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it pass, with how many more may come, or refuse it."""
        token = Headers(scope=scope).get("authorization", "") if scope["type"] == "http" else ""
        if not token or self._rates.api <= 0 or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        name = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
        wait = self._limits.wait_ms(name)
        left, full_ms = self._limits.left(name)
        given = {"RateLimit-Policy": self._policy, "RateLimit": f'"token";r={left};t={math.ceil(full_ms / 1000)}'}
        if wait:
            given |= {"Retry-After": str(math.ceil(wait / 1000))}
            told = f"this token may ask {self._rates.api:g} times a second: wait"
            await problem(429, "Too many requests", told, given, code="rate")(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(given)
            await send(message)

        await self._app(scope, receive, with_headers)
