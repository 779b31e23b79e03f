"""Writes that are sent again: with an `Idempotency-Key` the same request is done once and answered alike.

What was done is known to the record before the request is looked at, so that of many at once one goes on. A process
that dies between doing and remembering leaves it open; whoever asks again is told so, and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fastapi import Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from support.service.agents import AgentError, agent_of
from support.service.api_keys import acting, is_key, key_of
from support.service.runtime import Runtime
from support.web.problems import problem
from ticketing.agent import Agent, actor_of
from ticketing.errors import IdReused
from ticketing.storage import kept_answers

KEY = "idempotency-key"
LONGEST_KEY = 64
METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
PREFIX = "/api/v1/"
BY_ITSELF = ("/api/v1/uploads", "/api/v1/shops/", "/api/v1/agent/", "/api/v1/messages")
"""Routes that look after it in the transaction of what they do, and those that no agent or key uses."""
LARGEST = 2**20
OPEN_FOR = timedelta(minutes=1)
"""A request that has not ended by then has died."""
NO_STORE = "no-store"
Json = dict[str, Any]


def told_once(response: Response) -> None:
    """A dependency of routes whose answer holds a secret: it is kept nowhere, here neither."""
    response.headers["Cache-Control"] = NO_STORE


@dataclass(slots=True)
class _Answer:
    """An answer that passes through."""

    status: int = 0
    headers: Headers = field(default_factory=Headers)
    body: bytearray = field(default_factory=bytearray)

    def kept(self) -> Json:
        """What is remembered of it."""
        if self.headers.get("cache-control") == NO_STORE:
            return {"status": self.status, "told": False}
        return {
            "status": self.status, "told": True, "body": self.body.decode(),
            "type": self.headers.get("content-type", ""),
        }  # fmt: skip


class Once:
    """Middleware; what has no `Idempotency-Key` passes untouched."""

    def __init__(self, app: ASGIApp, runtime: Callable[[], Runtime]) -> None:
        self._app, self._runtime = app, runtime

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Do it, or answer as before."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if KEY not in headers or not _is_write(scope):
            await self._app(scope, receive, send)
            return
        key, who = headers[KEY], await self._who(headers)
        if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
            told = f"header.{KEY}: 1 to {LONGEST_KEY} printable ASCII characters"
            await problem(422, "The request is not valid", told)(scope, receive, send)
        elif who is None:
            await self._app(scope, receive, send)
        elif (body := await _whole(receive)) is None:
            told = f"with an Idempotency-Key a body has at most {LARGEST} bytes"
            await problem(413, "Too large", told, code="too_large")(scope, receive, send)
        else:
            await self._once(who, key, body, scope, receive, send)

    async def _once(self, who: Agent, key: str, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        runtime, actor, now = self._runtime(), actor_of(who), self._runtime().clock()
        asked = b"%s %s?%s\n%s" % (scope["method"].encode(), scope["path"].encode(), scope["query_string"], body)
        try:
            before = await runtime.journal.write(lambda tx: kept_answers.begin(tx, who.shop, actor, key, asked, now))
        except IdReused:
            told = "this Idempotency-Key was used for another request: give each its own"
            await problem(409, "The key was used", told, code="id_reused")(scope, receive, send)
            return
        if before is not None:
            await _again(before, now)(scope, receive, send)
            return
        answer = _Answer()
        try:
            await self._app(scope, _replayed(body), _listening(send, answer))
        finally:
            done = 200 <= answer.status < 300
            await runtime.journal.write(
                lambda tx: (
                    kept_answers.end(tx, who.shop, actor, key, answer.kept())
                    if done
                    else kept_answers.give_up(tx, who.shop, actor, key)
                )
            )

    async def _who(self, headers: Headers) -> Agent | None:
        """Whom the token stands for; whoever is nobody is told so by the route."""
        kind, _, token = headers.get("authorization", "").partition(" ")
        runtime, token, now = self._runtime(), token.strip(), self._runtime().clock()
        if kind.lower() != "bearer" or not token:
            return None
        try:
            return await runtime.journal.read(
                lambda tx: acting(tx, key_of(tx, token, now)) if is_key(token) else agent_of(tx, token, now)
            )
        except AgentError:
            return None


def _is_write(scope: Scope) -> bool:
    path = scope["path"]
    return scope["method"] in METHODS and path.startswith(PREFIX) and not path.startswith(BY_ITSELF)


def _again(before: Json, now: datetime) -> Response:
    if kept_answers.BEGUN in before:
        if now - datetime.fromisoformat(before[kept_answers.BEGUN]) < OPEN_FOR:
            return problem(
                409,
                "Still at it",
                "the same request is being done: ask again",
                {"Retry-After": "1"},
                code="in_progress",
            )
        told = "the server stopped while it did this: look whether it was done, then use a new Idempotency-Key"
        return problem(409, "Not known", told, code="outcome_unknown")
    if not before["told"]:
        told = "it was done; what it told is told once: rotate it, or set it anew"
        return problem(409, "Told once", told, code="told_once")
    headers = {"Idempotency-Replayed": "true"} | ({"Content-Type": before["type"]} if before["type"] else {})
    return Response(before["body"].encode(), before["status"], headers)


async def _whole(receive: Receive) -> bytes | None:
    """The body; None if it is too large."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST:
            return None
    return bytes(body)


def _replayed(body: bytes) -> Receive:
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return left.pop() if left else {"type": "http.disconnect"}

    return receive


def _listening(send: Send, answer: _Answer) -> Callable[[Message], Awaitable[None]]:
    async def heard(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status, answer.headers = message["status"], Headers(raw=message["headers"])
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")
        await send(message)

    return heard
