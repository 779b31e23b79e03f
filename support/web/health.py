"""Alive, ready, measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

Readiness = Callable[[], dict[str, bool]]
Degraded = Callable[[], Mapping[str, str]]
"""Parts that are away and are done without, and why."""


def health_routes(parts: Readiness, degraded: Degraded, measured: Callable[[], bytes]) -> APIRouter:
    """`/healthz`, `/readyz` (503 with the parts that are not ready; what is degraded does without) and `/metrics`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get("/readyz")
    def readyz() -> JSONResponse:
        waiting = sorted(name for name, ready in parts().items() if not ready)
        body: dict[str, object] = {"status": "waiting", "waiting": waiting} if waiting else {"status": "ok"}
        if without := degraded():
            body["degraded"] = dict(without)
        return JSONResponse(body, 503 if waiting else 200)

    @routes.get("/metrics")
    def metrics() -> PlainTextResponse:
        return PlainTextResponse(measured(), media_type=CONTENT_TYPE_LATEST)

    return routes
