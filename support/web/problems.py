"""Errors as RFC 9457 problem documents."""

from __future__ import annotations

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
log = structlog.get_logger()


def problem(
    status: int, title: str, detail: str = "", headers: dict[str, str] | None = None, **more: object
) -> JSONResponse:
    """A problem document; `more` are members of its own."""
    body = {"type": "about:blank", "title": title, "status": status} | ({"detail": detail} if detail else {}) | more
    return JSONResponse(body, status, headers, media_type=MEDIA_TYPE)


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
        return problem(error.status_code, str(error.detail))

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        return problem(422, "The request is not valid", f"{place}: {first['msg']}")
