"""What stands beside the agent: a drafted reply, its rewritings, what became of them, and solved tickets like it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from support.assistant.case_reply import Case, CaseReply, drafting
from support.assistant.masking import mask_keys
from support.assistant.rewrite import NotRewritten, Way
from support.service.api_keys import caller_of
from support.service.copilot import (
    Reason,
    Verdict,
    case_of,
    check_held,
    current,
    judge,
    keep_draft,
    keep_reworded,
    rewording,
    undo_rewording,
)
from support.service.desk_queue import reader
from support.service.find_tickets import bring_up
from support.service.similar import similar
from support.web.auth import SESSION, CurrentAgent, bearer, runtime_of
from support.web.piecewise import PIECES, Refuse, piecewise
from support.web.problems import problem
from ticketing.agent import Agent
from ticketing.errors import Conflict

Json = dict[str, Any]
Id = Annotated[str, Field(min_length=1, max_length=64)]
REFUSED = {
    "model": {"zh": "语言模型没有回答，请稍后再试。", "en": "The language model did not answer: try again later."},
    "checks": {
        "zh": "改写没有通过检查：它会多说、少说或改动原意，所以保留原文。",
        "en": "The rewriting did not pass its checks: it would say more, less or something else, so the text stays.",
    },
}


class Rewritten(BaseModel):
    """Which suggestion, and how; `lang` is what a translation is written in."""

    suggestion: Id
    way: Way
    lang: Annotated[str, Field(pattern=r"^(zh-CN|en)$")] = "en"


class Judged(BaseModel):
    """Which suggestion, whether it was inserted, and if not, why."""

    suggestion: Id
    taken: bool
    reason: Reason | None = None
    note: Annotated[str, Field(max_length=500)] = ""


def copilot_routes() -> APIRouter:
    """`/api/v1/desk/conversations/{conversation}/…`: the routes block, so they run in threads."""
    routes = APIRouter(prefix="/api/v1/desk/conversations/{conversation}", tags=["desk"])
    _writes(routes)

    @routes.get("/similar")
    def like_it(request: Request, agent: CurrentAgent, conversation: str, lang: str = "") -> Json:
        """Solved tickets of this shop that are like the conversation's, most alike first, each with how it ended."""
        runtime = runtime_of(request)
        loaded = runtime.shops.get(agent.shop)
        bring_up(runtime.journal, agent.shop)
        found = runtime.journal.read_now(lambda tx: similar(tx, loaded, reader(tx, loaded, agent, lang), conversation))
        return {"similar": found}

    return routes


def _writes(routes: APIRouter) -> None:
    @routes.post("/suggestion", responses=PIECES)
    def drafted(request: Request, agent: CurrentAgent, conversation: str) -> Any:
        """Draft a reply from the case, with numbered sources; `basis` says what carries it, or that nothing does.

        With `Accept: text/event-stream` each sentence comes as a `piece` once it is checked, and the whole as `done`.
        """
        runtime, now = runtime_of(request), runtime_of(request).clock()
        loaded = runtime.shops.get(agent.shop)

        def look(tx: sa.Connection) -> Case:
            check_held(tx, agent, conversation)
            return case_of(tx, loaded, reader(tx, loaded, agent), conversation, now)

        try:
            case = runtime.journal.read_now(look)
        except Conflict as error:
            return _changed(error)

        def keep(reply: CaseReply) -> Any:
            return _done(request, lambda tx, who, at: keep_draft(tx, who, conversation, case, reply, at))

        return piecewise(request, drafting(case), keep, _refused(request), NotRewritten)

    @routes.post("/suggestion/rewriting", responses=PIECES)
    def rewritten(request: Request, agent: CurrentAgent, conversation: str, given: Rewritten) -> Any:
        """The suggestion in other words by the language model, each sentence checked as an answer's is; told piece by
        piece as a draft is."""
        runtime = runtime_of(request)

        def look(tx: sa.Connection) -> Json:
            check_held(tx, agent, conversation)
            return current(tx, agent, conversation, given.suggestion)

        try:
            body = runtime.journal.read_now(look)
        except Conflict as error:
            return _changed(error)

        def keep(made: Json) -> Any:
            return _done(request, lambda tx, who, at: keep_reworded(tx, who, conversation, made, at))

        pieces = rewording(runtime.assistant, body, given.way, given.lang)
        return piecewise(request, pieces, keep, _refused(request), NotRewritten)

    @routes.delete("/suggestion/rewriting", dependencies=SESSION)
    def undone(request: Request, conversation: str, suggestion: Id) -> Any:
        """Take a rewriting back: the suggestion before it stands again."""
        return _done(request, lambda tx, who, at: undo_rewording(tx, who, conversation, suggestion, at))

    @routes.post("/suggestion/feedback", dependencies=SESSION)
    def judged(request: Request, conversation: str, given: Judged) -> Any:
        """What became of the suggestion: kept for `anxin feedback`."""
        verdict = Verdict(given.suggestion, given.taken, given.reason, mask_keys(given.note.strip()))
        return _done(request, lambda tx, who, at: judge(tx, who, conversation, verdict, at))


def _refused(request: Request) -> Refuse:
    tongue = "zh" if request.query_params.get("lang", "en").startswith("zh") else "en"

    def refused(error: Exception) -> JSONResponse:
        assert isinstance(error, NotRewritten)
        why = REFUSED[error.reason][tongue]
        return problem(422, "It stays as it is", why, code=f"not_rewritten_{error.reason}")

    return refused


def _done(request: Request, work: Callable[[sa.Connection, Agent, datetime], Json]) -> Any:
    """Run it as the agent whom the token stands for in that very transaction."""
    runtime, token, now = runtime_of(request), bearer(request), runtime_of(request).clock()
    try:
        return runtime.journal.write_now(lambda tx: work(tx, caller_of(tx, token, now, None), now))
    except Conflict as error:
        return _changed(error)


def _changed(error: Conflict) -> Any:
    return problem(409, "It has changed", "read it again", code="conflict", current=error.current)
