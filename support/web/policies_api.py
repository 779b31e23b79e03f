"""What an admin reads of the shop's policies: who published what and when, and what it changed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request

from support.service.policy_history import Entry, entry_json, history_of
from support.service.policy_words import change_lines
from support.service.runtime import Runtime
from support.web.auth import at_least
from ticketing.agent import Agent

Json = dict[str, Any]
Admin = Annotated[Agent, Depends(at_least("admin"))]


def policy_routes() -> APIRouter:
    """`/api/v1/desk/policies`: the routes block, so they run in threads."""
    routes = APIRouter(prefix="/api/v1/desk/policies", tags=["desk"])

    @routes.get("")
    def publications(request: Request, admin: Admin) -> Json:
        """Every publication, the newest first."""
        return {"publications": [entry_json(one, False) for one in reversed(_history(request, admin)[0])]}

    @routes.get("/{n}")
    def publication(request: Request, admin: Admin, n: int, lang: str = "") -> Json:
        """One of them with its clauses, and in words: each line with its depth and whether it came or went."""
        entries, default = _history(request, admin)
        entry = next((one for one in entries if one.publication.n == n), None)
        if entry is None:
            raise HTTPException(404, f"there is no publication {n}")
        lines = [line for change in entry.changes for line in change_lines(lang or default, change, entry.before)]
        words = [{"depth": line.depth, "sign": line.sign, "text": line.text} for line in lines]
        return entry_json(entry, True) | {"words": words}

    return routes


def _history(request: Request, agent: Agent) -> tuple[list[Entry], str]:
    runtime = request.app.state.runtime
    assert isinstance(runtime, Runtime)
    shop = runtime.shops.get(agent.shop).folder.shop
    return history_of(runtime.journal, shop), shop.languages[0]
