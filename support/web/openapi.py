"""The API's document: what FastAPI reads off the routes, and every answer that the layers around them give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from support.web.auth import Keyed, Scoped
from support.web.once import BY_ITSELF, LONGEST_KEY, METHODS
from support.web.problems import answer_of

Json = dict[str, Any]
PROBLEM: Json = {
    "type": "object", "title": "Problem", "description": "RFC 9457; `code` is for programs, `detail` for people.",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "detail": {"type": "string"}, "code": {"type": "string"},
        "scope": {"type": ["string", "null"], "description": "what an API key lacks"},
    },
}  # fmt: skip
HEADERS: Json = {
    "RateLimit-Policy": {"description": "`q` requests in `w` seconds", "schema": {"type": "string"}},
    "RateLimit": {"description": "`r` requests are left, all of them in `t` seconds", "schema": {"type": "string"}},
    "Retry-After": {"description": "seconds to wait", "schema": {"type": "string"}},
}  # fmt: skip
_IDEMPOTENCY: Json = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "description": "The same key with the same request is done once and answered alike, for seven days.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[A-Za-z0-9._:-]+$"},
}  # fmt: skip


def document(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Have the application tell the whole of its API, which is that of the routers."""
    routes = [route for one in routers for route in one.routes if isinstance(route, APIRoute)]
    made = app.openapi

    def whole() -> Json:
        fresh = app.openapi_schema is None
        schema = made()
        if fresh:
            _complete(schema, routes)
        return schema

    app.openapi = whole  # type: ignore[method-assign]  # FastAPI's own way to extend its document


def _complete(schema: Json, routes: Sequence[APIRoute]) -> None:
    components = schema.setdefault("components", {})
    components["schemas"] = {
        name: one for name, one in components.get("schemas", {}).items() if "ValidationError" not in name
    } | {"Problem": PROBLEM}  # fmt: skip
    components["headers"] = HEADERS
    for route in routes:
        for method in route.methods or ():
            operation = schema["paths"].get(route.path_format, {}).get(method.lower())
            if operation is not None:
                _tell(route, method, operation)


def _tell(route: APIRoute, method: str, operation: Json) -> None:
    secured = bool(operation.get("security"))
    if secured:
        scopes = sorted({one.scope for one in _calls(route.dependant) if isinstance(one, Scoped | Keyed)})
        operation["security"] = [dict.fromkeys(one, scopes) for one in operation["security"]]
    by_key = secured and method in METHODS and not route.path.startswith(BY_ITSELF)
    if by_key:
        operation.setdefault("parameters", []).append(_IDEMPOTENCY)
    for status in _statuses(route, operation, secured, by_key):
        operation["responses"][str(status)] = operation["responses"].get(str(status), {}) | answer_of(status)
    if "429" in operation["responses"] and secured:
        for told in operation["responses"].values():
            named = ("RateLimit-Policy", "RateLimit")
            told.setdefault("headers", {}).update({name: {"$ref": f"#/components/headers/{name}"} for name in named})


def _statuses(route: APIRoute, operation: Json, secured: bool, by_key: bool) -> Iterator[int]:
    yield 503
    if "requestBody" in operation:
        yield 400
    if secured:
        yield from (401, 403, 429)
    if by_key:
        yield from (409, 413)
    if "{" in route.path:
        yield 404
    if operation.get("parameters") or "requestBody" in operation:
        yield 422


def _calls(dependant: Dependant) -> Iterator[object]:
    """What a route depends on."""
    for one in dependant.dependencies:
        yield one.call
        yield from _calls(one)
