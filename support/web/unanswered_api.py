"""What the desk reads of questions that were not answered, and the articles begun from them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, Field

from support.service import unanswered
from support.web.auth import CurrentAgent, runtime_of
from support.web.problems import answers
from ticketing.errors import NotFound
from ticketing.storage import unanswered as rows

Json = dict[str, Any]
SHOWN = 100


class Messages(BaseModel):
    """The messages in which questions came."""

    messages: Annotated[list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=1000)]


class Dismissal(Messages):
    """Questions to take off the list, or to put back on it."""

    dismissed: bool = True


class Wanted(Messages):
    """Questions that an article is to answer, and its language; by default that of most of them."""

    lang: Annotated[str, Field(max_length=16, pattern=r"^([A-Za-z]{2,3}(-[A-Za-z]{2,4})?)?$")] = ""


def unanswered_routes() -> APIRouter:
    """`/api/v1/desk/unanswered`: the routes block, so they run in threads."""
    routes = APIRouter(prefix="/api/v1/desk/unanswered", tags=["desk"])

    @routes.get("")
    def waiting(request: Request, agent: CurrentAgent, days: Annotated[int, Query(ge=1, le=180)] = 30) -> Json:
        """Questions of the last days that nobody has dismissed, in groups that mean much the same, largest first."""
        runtime = runtime_of(request)
        since = runtime.clock() - timedelta(days=days)
        found = unanswered.waiting(runtime.journal, runtime.shops.get(agent.shop), since)
        shown = [unanswered.cluster_view(one) for one in found[:SHOWN]]
        return {"questions": sum(len(one.questions) for one in found), "n": len(found), "clusters": shown}

    @routes.post("/dismissals")
    def dismissal(request: Request, agent: CurrentAgent, given: Dismissal) -> Json:
        """Take questions off the list for every agent, or put them back; how many there were."""
        runtime = runtime_of(request)
        by, at = (agent.id if given.dismissed else None), runtime.clock()
        done = runtime.journal.write_now(lambda tx: rows.dismiss(tx, agent.shop, given.messages, by, at))
        return {"n": done}

    @routes.post("/drafts", responses=answers(404))
    def draft(request: Request, agent: CurrentAgent, given: Wanted) -> Json:
        """An article for these questions in the format of a shop folder: everything but its answer. Nothing is kept."""
        runtime = runtime_of(request)
        loaded = runtime.shops.get(agent.shop)
        try:
            begun = unanswered.draft_of(runtime.journal, loaded, given.messages, given.lang)
        except NotFound as error:
            raise HTTPException(404, "no such questions") from error
        return {"path": begun.path, "text": begun.text}

    return routes
