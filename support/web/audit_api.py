"""The shop's audit at the desk: who did what when, for its admins."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request

from support.service.audit import audit_page
from support.web.auth import at_least, runtime_of
from ticketing.agent import Agent

Json = dict[str, Any]
Admin = Annotated[Agent, Depends(at_least("admin"))]
Kind = Literal["account", "webhook", "api_key", "settings", "privacy", "refund", "review"]
MOST = 100


def audit_routes() -> APIRouter:
    """`/api/v1/desk/audit`: it blocks, so it runs in a thread."""
    routes = APIRouter(tags=["desk"])

    @routes.get("/api/v1/desk/audit")
    def audited(
        request: Request, admin: Admin, kind: Kind | None = None,
        before: Annotated[int | None, Query(ge=1, le=2**53 - 1)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    ) -> Json:  # fmt: skip
        """A page of the chain, the newest first; `next` is the `before` of the page after."""
        return runtime_of(request).journal.read_now(lambda tx: audit_page(tx, admin.shop, kind, before, limit))

    return routes
