"""Every ticket of a shop as agents list and search them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from support.service.find_tickets import MOST_ROWS, filters, find_tickets
from support.web.auth import Scoped, runtime_of
from ticketing.agent import Agent
from ticketing.storage.desk import BadCursor
from ticketing.ticket import Priority, TicketState

Json = dict[str, Any]
Reader = Annotated[Agent, Depends(Scoped("tickets:read"))]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class Listed(BaseModel):
    """`q` is looked for in the number, reason, tags, order numbers, buyer and talk of a ticket, all of its words;
    `owner` is an agent's id, `me` or `nobody`; `since` and `until` are when it was opened."""

    model_config = ConfigDict(extra="ignore")
    q: Annotated[str, Field(max_length=200)] = ""
    state: list[TicketState] = []
    queue: Name | None = None
    owner: Name | None = None
    team: Name | None = None
    priority: list[Priority] = []
    reason: Name | None = None
    product: Name | None = None
    supplier: Name | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 50
    after: Annotated[str, Field(max_length=100)] | None = None
    lang: Annotated[str, Field(max_length=16)] = ""


def ticket_list_routes() -> APIRouter:
    """`GET /api/v1/desk/tickets`; it blocks, so it runs in a thread."""
    routes = APIRouter(tags=["desk"])

    @routes.get("/api/v1/desk/tickets")
    def listed(request: Request, agent: Reader, given: Annotated[Listed, Query()]) -> Json:
        """A page of the shop's tickets, the newest first, each as a row of the queue with that ticket.

        `found` is the message in which what was looked for stands; `behind` tells of how many events nothing is found
        yet, which is 0 but while a large record is read for the first time.
        """
        runtime = runtime_of(request)
        wanted = filters(given.q, owner=_owner(given.owner, agent.id), **_same(given))
        try:
            return find_tickets(
                runtime.journal, runtime.shops.get(agent.shop), agent, wanted, given.q, given.limit, given.after,
                given.lang,
            )  # fmt: skip
        except BadCursor as error:
            raise HTTPException(422, str(error)) from error

    return routes


def _owner(given: str | None, me: str) -> str | None:
    return me if given == "me" else given


def _same(given: Listed) -> Json:
    since: datetime | None = given.since
    return {
        "states": given.state, "priorities": given.priority, "queue": given.queue, "team": given.team,
        "reason": given.reason, "product": given.product, "supplier": given.supplier, "since": since,
        "until": given.until,
    }  # fmt: skip
