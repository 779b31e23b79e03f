"""Errors as RFC 9457 problem documents."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from knowledge_base.errors import UnknownShop
from support.orders.connector import StoreUnavailable
from support.service.agents import BadSession, Forbidden, LoginRefused, TooManyLogins
from support.service.api_keys import LacksScope
from support.service.people import BadToken
from ticketing.errors import NotFound, RecordUnavailable

MEDIA_TYPE = "application/problem+json"
Json = dict[str, Any]
WHY = {
    400: "The body cannot be read", 401: "Nobody, or no longer: log in, or show an API key",
    403: "The role or the key's scope does not reach", 404: "It is not there, or not this shop's",
    408: "It did not arrive whole: send it again", 409: "It has changed, or the Idempotency-Key was used otherwise",
    410: "It is gone", 413: "Too large", 422: "What was sent is not valid, or cannot be done",
    429: "Too many: wait", 500: "A fault of ours, which is in the log", 502: "Another system's answer makes no sense",
    503: "The record or the store cannot be reached: send it again", 507: "No room on the server's disk",
}  # fmt: skip
log = structlog.get_logger()


def problem(
    status: int, title: str, detail: str = "", headers: dict[str, str] | None = None, **more: object
) -> JSONResponse:
    """A problem document; `more` are members of its own."""
    body = {"type": "about:blank", "title": title, "status": status} | ({"detail": detail} if detail else {}) | more
    return JSONResponse(body, status, headers, media_type=MEDIA_TYPE)


def answers(*statuses: int) -> dict[int | str, Json]:
    """Problems that a route answers with besides those that all like it do, for its `responses`."""
    return {status: answer_of(status) for status in statuses}


def answer_of(status: int) -> Json:
    """An answer that is a problem document, as the API's document tells of it."""
    wait = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}} if status in {429, 503} else {}
    return {
        "description": WHY[status], **({"headers": wait} if wait else {}),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }  # fmt: skip


def _lacks(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, LacksScope)
    code = "scope" if error.scope else "no_key"
    return problem(403, "Not for this key", str(error), code=code, scope=error.scope)


def install(app: FastAPI) -> None:
    """Answer every error in one form."""
    app.add_exception_handler(UnknownShop, lambda request, error: problem(404, "No such shop", str(error)))
    app.add_exception_handler(NotFound, lambda request, error: problem(404, "Not found"))
    app.add_exception_handler(BadToken, lambda request, error: problem(401, "The token is not accepted", str(error)))
    app.add_exception_handler(StoreUnavailable, lambda request, error: problem(503, "The store cannot be reached"))

    app.add_exception_handler(
        BadSession, lambda request, error: problem(401, "Log in", str(error), {"WWW-Authenticate": "Bearer"})
    )
    app.add_exception_handler(LoginRefused, lambda request, error: problem(401, "Not logged in", str(error)))
    app.add_exception_handler(LacksScope, _lacks)
    app.add_exception_handler(Forbidden, lambda request, error: problem(403, "Not for this role", str(error)))

    @app.exception_handler(RecordUnavailable)
    def _unavailable(request: Request, error: RecordUnavailable) -> JSONResponse:
        log.error("record unavailable", reason=error.reason)
        return problem(503, "The record is unavailable", "try again", {"Retry-After": "1"}, code="unavailable")

    @app.exception_handler(TooManyLogins)
    def _too_many(request: Request, error: TooManyLogins) -> JSONResponse:
        return problem(429, "Too many logins", str(error), {"Retry-After": str(error.after_s)})

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, str(error.detail), headers=dict(error.headers or {}))

    @app.exception_handler(Exception)
    def _fault(request: Request, error: Exception) -> JSONResponse:
        log.error("request failed", path=request.url.path, error=type(error).__name__)
        return problem(500, "A fault of ours", "it is in the server's log", code="internal")

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        return problem(422, "The request is not valid", f"{place}: {first['msg']}")
