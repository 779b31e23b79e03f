"""Who asks: the one place where a request's bearer token becomes an agent, or an API key that acts as one.

A route that needs one declares `agent: CurrentAgent` (or `Depends(at_least("senior"))`) and has no other way to get it.
One that other systems may use as well declares `Depends(Scoped("tickets:read"))`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, HTTPException, Request, Response, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field

from support.chat.frames import utc
from support.service.agents import BadSession, agent_of, log_in, log_out, require
from support.service.api_keys import Scope, caller_of, is_key, key_of, seldom_used, used
from support.service.runtime import Runtime
from support.web.problems import answers
from ticketing.agent import Agent, Role
from ticketing.storage import api_keys
from ticketing.storage.api_keys import ApiKey

Json = dict[str, Any]
LARGEST_FORM = 4 * 1024
"""Bytes of a form that opens a page."""


Bearer = Annotated[object, Security(HTTPBearer(auto_error=False, description="a session of the desk, or an API key"))]


def current_agent(request: Request) -> Agent:
    """The agent of the request's session. Raises BadSession, which is answered 401. Blocks: for sync routes."""
    runtime = runtime_of(request)
    token, now = bearer(request), runtime.clock()
    if not token:
        raise BadSession
    return runtime.journal.read_now(lambda tx: caller_of(tx, token, now, None))


class Scoped:
    """A dependency: an agent of a role, or an API key with the scope, whose use is written down.

    Raises BadSession, Forbidden, LacksScope. Blocks: for sync routes.
    """

    def __init__(self, scope: Scope, least: Role = "agent") -> None:
        self.scope, self.least = scope, least

    def __call__(self, request: Request, shown: Bearer) -> Agent:
        """Who asks, a key as an agent of kind `api`; the use of a key is noted."""
        runtime = runtime_of(request)
        token, now = bearer(request), runtime.clock()
        if not token:
            raise BadSession
        found = runtime.journal.read_now(lambda tx: caller_of(tx, token, now, self.scope, self.least))
        note_use(runtime, token, now)
        return found


class Keyed:
    """A dependency: an API key with the scope, and nobody else. Raises as `Scoped` does."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._may = Scoped(scope)

    def __call__(self, request: Request, shown: Bearer) -> ApiKey:
        """The key that asks, as the record holds it now; an agent is answered 403."""
        who, runtime = self._may(request, shown), runtime_of(request)
        if who.kind != "api":
            raise HTTPException(403, "this is for API keys: agents speak for themselves")
        return runtime.journal.read_now(lambda tx: api_keys.get(tx, who.shop, who.id))


def note_use(runtime: Runtime, token: str, now: datetime) -> None:
    """Write down the last use of a key, at most once a minute."""
    if is_key(token) and seldom_used(runtime.journal.read_now(lambda tx: key_of(tx, token, now)), now):
        runtime.journal.write_now(lambda tx: used(tx, key_of(tx, token, now), now))


def logged_in(request: Request, shown: Bearer) -> Agent:
    """The same as a dependency, told of in the API's document."""
    return current_agent(request)


CurrentAgent = Annotated[Agent, Depends(logged_in)]
SESSION = [Depends(logged_in)]
"""Of routes that ask who it is in the transaction that acts: refused before anything is read of a body."""


def at_least(role: Role) -> Callable[[Agent], Agent]:
    """A dependency: the agent, if the role is `role` or above. Raises Forbidden, which is answered 403."""

    def check(agent: CurrentAgent) -> Agent:
        require(agent, role)
        return agent

    return check


def bearer(request: Request) -> str:
    """The token of `Authorization: Bearer …`, empty where there is none."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


async def agent_of_form(request: Request) -> tuple[Agent, dict[str, str]]:
    """The agent of a form that our own page opens in a tab of its own, where no header can be set, and its fields.

    The session's token is its field `token`. Raises BadSession.
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_FORM:
            raise BadSession
    try:
        fields = {name: values[0] for name, values in parse_qs(body.decode(), max_num_fields=10).items()}
    except ValueError as error:
        raise BadSession from error
    runtime, now = runtime_of(request), runtime_of(request).clock()
    found = await run_in_threadpool(
        runtime.journal.read_now, lambda tx: agent_of(tx, fields.pop("token", ""), now)
    )  # fmt: skip
    return found, fields


class Login(BaseModel):
    """What an agent knows."""

    name: Annotated[str, Field(max_length=200)]
    password: Annotated[str, Field(max_length=1000)]


def auth_routes() -> APIRouter:
    """`/api/v1/agent/session`: log in, who am I, log out."""
    routes = APIRouter(prefix="/api/v1/agent/session", tags=["desk"])

    @routes.post("", responses=answers(401, 429))
    def start(request: Request, login: Login) -> Json:
        """A session of twelve hours: its token opens the desk's reads and the socket."""
        runtime = runtime_of(request)
        address = request.client.host if request.client else ""
        session = log_in(runtime.journal, login.name, login.password, address, runtime.clock())
        return {
            "token": session.token, "expires_at": utc(session.expires_at), "agent": agent_view(session.agent),
        }  # fmt: skip

    @routes.get("")
    def who(agent: CurrentAgent) -> Json:
        """The agent of this session."""
        return agent_view(agent)

    @routes.delete("", status_code=204)
    def end(request: Request) -> Response:
        """End this session, and the sockets that were opened with it."""
        token = bearer(request)
        runtime_of(request).journal.write_now(lambda tx: log_out(tx, token))
        return Response(status_code=204)

    return routes


def agent_view(agent: Agent) -> Json:
    """An agent as its own page knows it."""
    return {
        "id": agent.id, "name": agent.name, "display_name": agent.display_name, "role": agent.role, "shop": agent.shop,
        "languages": list(agent.languages),
    }  # fmt: skip


def runtime_of(request: Request) -> Runtime:
    """What the use cases work with, of the application that serves this request."""
    runtime = request.app.state.runtime
    assert isinstance(runtime, Runtime)
    return runtime
