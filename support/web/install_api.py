"""What the desk's install page reads: how the shop's chat is embedded, and where it was met."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from support.chat.frames import utc
from support.service.people import LONGEST_TOKEN
from support.web.auth import at_least, runtime_of
from ticketing.agent import Agent

Json = dict[str, Any]
Admin = Annotated[Agent, Depends(at_least("admin"))]


def install_routes() -> APIRouter:
    """`/api/v1/desk/install`: the routes block, so they run in threads."""
    routes = APIRouter(prefix="/api/v1/desk/install", tags=["desk"])

    @routes.get("")
    def install(request: Request, admin: Admin) -> Json:
        """The shop's `[widget]`, what a buyer's token holds (never the secret that signs it), and the pages from which
        the chat called since this server began, the latest first."""
        runtime = runtime_of(request)
        shop = runtime.shops.get(admin.shop).folder.shop
        seen = runtime.sightings.of(admin.shop)
        return {
            "shop": shop.id, "languages": list(shop.languages), "accent": shop.widget.accent,
            "origins": list(shop.widget.origins),
            "token": {"algorithm": "HS256", "audience": shop.id, "longest_s": int(LONGEST_TOKEN.total_seconds())},
            "seen": [{"origin": one.origin, "at": utc(one.at), "allowed": one.allowed} for one in seen],
        }  # fmt: skip

    return routes
