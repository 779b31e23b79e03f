"""What an admin does with a policy on its way: begin, write, check, try on the past, publish, take back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel, Field

from knowledge_base.errors import ShopFaults
from support.policy.proof import utc
from support.service import policy_drafts as drafts
from support.service.policy_drafts import NoSuchPolicy
from support.service.policy_gate import stored_policies
from support.service.policy_words import change_lines
from support.service.publish import Draft, PublishedMeanwhile, Signed, between, summary, without_version
from support.service.replay import today_of
from support.service.runtime import Runtime
from support.web.auth import at_least, runtime_of
from support.web.problems import answers, problem
from ticketing.agent import Agent, actor_of

Json = dict[str, Any]
Admin = Annotated[Agent, Depends(at_least("admin"))]
Path = Annotated[str, Field(pattern=r"^policies/[\w.-]+(/[\w.-]+){0,4}\.(md|markdown)$", max_length=200)]
MOST_FILES, MOST_DAYS = 50, 3650
Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]


class Begin(BaseModel):
    """A policy of the shop, and from which day the draft shall hold."""

    policy: Annotated[str, Field(min_length=1, max_length=200)]
    effective: date


class File(BaseModel):
    """A file of the draft; the language of its path is that of the policy."""

    path: Path
    text: Annotated[str, Field(max_length=1_048_576)]


class Files(BaseModel):
    """The whole draft."""

    files: Annotated[list[File], Field(max_length=MOST_FILES)]


class Publishing(BaseModel):
    """`if_rev` is the number of the last publication as it was read; `days`, how much of the past it is tried on."""

    note: Annotated[str, Field(max_length=500)] = ""
    if_rev: int | None = None
    days: Days = 90


class Trying(BaseModel):
    """How much of the past the draft is tried on."""

    days: Days = 90


class Version(BaseModel):
    """A published version."""

    policy: Annotated[str, Field(max_length=200)]
    effective: date
    note: Annotated[str, Field(max_length=500)] = ""


def policy_draft_routes() -> APIRouter:
    """`/api/v1/desk/policies/draft` and `/versions`: the routes block, so they run in threads."""
    routes = APIRouter(prefix="/api/v1/desk/policies", tags=["desk"])
    _writing(routes)
    _publishing(routes)
    return routes


def _writing(routes: APIRouter) -> None:
    @routes.get("/draft")
    def draft(request: Request, admin: Admin) -> Json:
        """The draft's files, and the published versions with the day from which each holds."""
        return _state(runtime_of(request), admin)

    @routes.post("/draft", responses=answers(404))
    def begun(request: Request, admin: Admin, given: Begin) -> Json:
        """Begin a draft with a copy of what is in force, in the place of the one that was there."""
        runtime, today = runtime_of(request), _today(request, admin)
        stored = stored_policies(runtime.journal, admin.shop)
        try:
            files = drafts.begun_from(stored, given.policy, given.effective, today)
        except NoSuchPolicy as error:
            raise HTTPException(404, str(error)) from error
        drafts.keep_draft(runtime.journal, admin.shop, files, admin.display_name, runtime.clock())
        return _state(runtime, admin)

    @routes.put("/draft")
    def kept(request: Request, admin: Admin, given: Files, lang: str = "") -> Json:
        """Keep the draft and say what is wrong with it, which examples were run, and what it changes in words."""
        runtime, now = runtime_of(request), runtime_of(request).clock()
        files = {one.path: one.text.encode() for one in given.files}
        drafts.keep_draft(runtime.journal, admin.shop, files, admin.display_name, now)
        if not files:
            return {"faults": [], "warnings": [], "examples": 0, "words": []}
        chosen = lang or runtime.shops.get(admin.shop).folder.shop.languages[0]
        return drafts.checked_view(drafts.checked(runtime.journal, admin.shop, files, now), chosen)

    @routes.get("/diff")
    def differing(
        request: Request, admin: Admin, policy: str, since: Annotated[date, Query(alias="from")],
        until: Annotated[date, Query(alias="to")], lang: str = "",
    ) -> Any:  # fmt: skip
        """What differs between two published versions of a policy, in words."""
        runtime = runtime_of(request)
        try:
            found = between(runtime.journal, admin.shop, policy, since, until)
        except ShopFaults as error:
            return problem(422, "These versions cannot be compared", str(error.faults[0].message))
        chosen = lang or found.folder.shop.languages[0]
        lines = [one for change in found.changes for one in change_lines(chosen, change, found.stored.versions)]
        return {"words": [{"depth": one.depth, "sign": one.sign, "text": one.text} for one in lines]}


def _publishing(routes: APIRouter) -> None:
    @routes.post("/draft/trial", responses=answers(404))
    def tried(request: Request, admin: Admin, given: Trying) -> Any:
        """The recorded decisions made again under the draft: which would come out otherwise, and the money."""
        runtime = runtime_of(request)
        done = drafts.checked(runtime.journal, admin.shop, _files(runtime, admin), runtime.clock())
        if done.draft is None:
            return _faulty(done)
        return drafts.tried(runtime.journal, done.draft, given.days, runtime.clock())[1]

    @routes.post("/draft/publication", responses=answers(404))
    def published(request: Request, admin: Admin, given: Publishing) -> Any:
        """Put the draft in force from its day on."""
        runtime, now = runtime_of(request), runtime_of(request).clock()
        done = drafts.checked(runtime.journal, admin.shop, _files(runtime, admin), now)
        if done.draft is None or done.faults:
            return _faulty(done)
        if not done.draft.changes:
            return problem(422, "The draft changes nothing", code="nothing")
        tally, _ = drafts.tried(runtime.journal, done.draft, given.days, now)
        signed = Signed(admin.display_name, "publish", now, given.note, actor_of(admin))
        answer = _stored(runtime, done.draft, signed, given.if_rev, summary(tally))
        if isinstance(answer, dict):
            drafts.keep_draft(runtime.journal, admin.shop, {}, "", now)
        return answer

    @routes.post("/versions/withdrawal")
    def withdrawn(request: Request, admin: Admin, given: Version) -> Any:
        """Take back a published version whose day has not come."""
        runtime, now = runtime_of(request), runtime_of(request).clock()
        try:
            found = without_version(runtime.journal, admin.shop, given.policy, given.effective, now)
        except ShopFaults as error:
            return problem(422, "It stays", str(error.faults[0].message), code="faults")
        signed = Signed(admin.display_name, "withdraw", now, given.note, actor_of(admin))
        return _stored(runtime, found, signed, None, {})


def _state(runtime: Runtime, admin: Agent) -> Json:
    stored, found = stored_policies(runtime.journal, admin.shop), drafts.draft_of(runtime.journal, admin.shop)
    today = today_of(runtime.shops.get(admin.shop).folder.shop, runtime.clock())
    last: dict[str, date] = {}
    for one in stored.versions:
        if one.effective <= today:
            last[one.policy] = max(one.effective, last.get(one.policy, one.effective))
    return {
        "rev": stored.rev, "today": today.isoformat(),
        "versions": [
            {
                "policy": one.policy, "effective": one.effective.isoformat(), "title": dict(one.title),
                "state": "future" if one.effective > today else "now" if one.effective == last[one.policy] else "past",
            }
            for one in sorted(stored.versions, key=lambda one: (one.policy, one.effective), reverse=True)
        ],
        "draft": {
            "at": utc(max(one.at for one in found)), "by": found[0].by,
            "files": [{"path": one.path, "text": one.text} for one in found],
        } if found else None,
    }  # fmt: skip


def _stored(runtime: Runtime, draft: Draft, signed: Signed, if_rev: int | None, effect: Json) -> Any:
    try:
        if if_rev is not None and if_rev != draft.stored.rev:
            raise PublishedMeanwhile(if_rev, draft.stored.rev)
        runtime.shops.publish(draft, signed, effect, lambda done, total: None)
    except PublishedMeanwhile as error:
        return problem(409, "It has changed", str(error), code="conflict")
    return {"publication": draft.number, "effect": effect}


def _faulty(done: drafts.Checked) -> Any:
    return problem(422, "The draft has faults", faults=[one.as_json() for one in done.faults], code="faults")


def _files(runtime: Runtime, admin: Agent) -> dict[str, bytes]:
    found = drafts.draft_of(runtime.journal, admin.shop)
    if not found:
        raise HTTPException(404, "there is no draft")
    return {one.path: one.text.encode() for one in found}


def _today(request: Request, admin: Agent) -> date:
    runtime = runtime_of(request)
    return today_of(runtime.shops.get(admin.shop).folder.shop, runtime.clock())
