"""Requests of buyers about their own data, legal holds, and who looked at whose: for the shop's admins."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse
from pydantic import AwareDatetime, BaseModel, Field
from starlette.background import BackgroundTask

from support.service import privacy
from support.service.person_erase import Held, Plan
from support.service.person_export import NothingKept
from support.service.privacy import AlreadyEnded, Asked
from support.web.auth import at_least, runtime_of
from support.web.problems import answers, problem
from ticketing.agent import Agent, actor_of
from ticketing.errors import NotFound
from ticketing.privacy import AskedBy, Identity, RequestKind
from ticketing.storage import privacy as rows
from ticketing.storage.upload_files import UploadFiles

Json = dict[str, Any]
Admin = Annotated[Agent, Depends(at_least("admin"))]
Number = Annotated[str, InPath(pattern=r"^([Pp]-)?[0-9]{1,15}$")]
Id = Annotated[str, InPath(max_length=64)]
Who = Annotated[str, Field(min_length=1, max_length=200)]
Lang = Annotated[Literal["", "zh-CN", "en"], Query()]
Short = Annotated[str, Field(max_length=1000)]


class NewRequest(BaseModel):
    """`person` is a buyer's id in the shop, `visitor:ID`, or the number of a ticket of theirs."""

    kind: RequestKind
    person: Who
    asked_by: AskedBy = "buyer"
    identity: Identity
    note: Short = ""


class Refusal(BaseModel):
    """Why nothing is done."""

    answer: Annotated[str, Field(min_length=1, max_length=1000)]


class NewHold(BaseModel):
    """`subject` is as `person` of a request; a ticket's number holds what that ticket is about alone."""

    subject: Who
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    until: AwareDatetime | None = None


def privacy_routes(files: UploadFiles) -> APIRouter:
    """`/api/v1/desk/privacy`: the routes block, so they run in threads."""
    routes = APIRouter(prefix="/api/v1/desk/privacy", tags=["desk"])
    _request_routes(routes, files)
    _hold_routes(routes)

    @routes.get("/looks", responses=answers(404))
    def looks(
        request: Request, admin: Admin, person: Annotated[str, Query(max_length=200)] = "",
        agent: Annotated[str, Query(max_length=100)] = "", before: Annotated[str | None, Query(max_length=64)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Any:  # fmt: skip
        """Who of the shop looked at what, the latest first: of one buyer, by one agent, or all."""
        journal = runtime_of(request).journal
        with _known():
            found, more = journal.read_now(lambda tx: privacy.looks(tx, admin.shop, person, agent, before, limit))
        return {"looks": found, "next": more}

    return routes


def _request_routes(routes: APIRouter, files: UploadFiles) -> None:
    @routes.get("")
    def overview(request: Request, admin: Admin) -> Json:
        """Requests, open ones first; what is held; for how many days what is kept, and what has had its time."""
        runtime, loaded = runtime_of(request), runtime_of(request).shops.get(admin.shop)
        return runtime.journal.read_now(lambda tx: privacy.overview(tx, loaded, runtime.clock()))

    @routes.post("/requests", status_code=201, responses=answers(404))
    def asked(request: Request, admin: Admin, given: NewRequest) -> Any:
        """Take a request down; it is due after fifteen working days."""
        runtime, shop = runtime_of(request), runtime_of(request).shops.get(admin.shop).folder.shop
        wanted = Asked(given.kind, given.person, given.asked_by, given.identity, given.note)
        with _known():
            one = runtime.journal.write_now(lambda tx: privacy.take_down(tx, shop, admin, wanted, runtime.clock()))
        return _shown(request, admin, one.request_no)

    @routes.get("/requests/{request_no}/plan")
    def plan(request: Request, admin: Admin, request_no: Number) -> Json:
        """What an erasure would do: what goes, what stays and why, and what holds it."""
        runtime, n = runtime_of(request), _n(request_no)
        with _known():
            return _plan(runtime.journal.read_now(lambda tx: privacy.plan_of(tx, admin.shop, n, runtime.clock())))

    @routes.post("/requests/{request_no}/erasure")
    def erase(request: Request, admin: Admin, request_no: Number) -> Any:
        """Erase whom it is about; it cannot be undone."""
        runtime, loaded = runtime_of(request), runtime_of(request).shops.get(admin.shop)
        try:
            with _known():
                privacy.carry_out_erasure(runtime, loaded, files, admin, _n(request_no))
        except Held as held:
            return problem(409, "It is held", str(held), code="held")
        except AlreadyEnded:
            return problem(409, "It was answered before", code="ended")
        return _shown(request, admin, _n(request_no))

    @routes.post("/requests/{request_no}/archive", response_class=FileResponse)
    def archive(request: Request, admin: Admin, request_no: Number, lang: Lang = "") -> FileResponse:
        """Everything that is kept of whom it is about, as one zip file; the request is done."""
        runtime, loaded = runtime_of(request), runtime_of(request).shops.get(admin.shop)
        with tempfile.NamedTemporaryFile(prefix="anxin-person-", suffix=".zip", delete=False) as file:
            place = Path(file.name)
        try:
            with _known():
                language = lang or loaded.folder.shop.languages[0]
                privacy.carry_out_export(runtime, loaded, files, admin, _n(request_no), place, language)
        except BaseException:
            place.unlink(missing_ok=True)
            raise
        return FileResponse(
            place, media_type="application/zip", filename=f"P-{_n(request_no)}.zip",
            headers={"Cache-Control": "no-store"},
            background=BackgroundTask(partial(place.unlink, missing_ok=True)),
        )  # fmt: skip

    @routes.post("/requests/{request_no}/refusal")
    def refuse(request: Request, admin: Admin, request_no: Number, given: Refusal) -> Any:
        """End it without doing it, and say why."""
        runtime = runtime_of(request)
        try:
            runtime.journal.write_now(
                lambda tx: privacy.refuse(tx, admin, _n(request_no), given.answer, runtime.clock())
            )
        except AlreadyEnded:
            return problem(409, "It was answered before", code="ended")
        return _shown(request, admin, _n(request_no))


def _hold_routes(routes: APIRouter) -> None:
    @routes.post("/holds", status_code=201, responses=answers(404))
    def hold(request: Request, admin: Admin, given: NewHold) -> Any:
        """Hold a buyer or a ticket: nothing of it goes, until it is lifted or its time is over."""
        runtime, at = runtime_of(request), runtime_of(request).clock()
        if given.until is not None and given.until <= at:
            return problem(422, "This hold cannot be", "body.until: it has passed already", code="until")
        with _known():
            one = runtime.journal.write_now(
                lambda tx: privacy.hold(tx, admin.shop, actor_of(admin), given.subject, given.reason, given.until, at)
            )
        return runtime.journal.read_now(lambda tx: privacy.hold_view(tx, one, privacy.names(tx, admin.shop), at))

    @routes.delete("/holds/{hold_id}", status_code=204)
    def lift(request: Request, admin: Admin, hold_id: Id) -> Response:
        """End a hold: time goes on as if it had not been."""
        runtime = runtime_of(request)
        runtime.journal.write_now(lambda tx: privacy.lift(tx, admin.shop, actor_of(admin), hold_id, runtime.clock()))
        return Response(status_code=204)


@contextmanager
def _known() -> Iterator[None]:
    """A person or ticket of whom nothing is kept is said so, whoseever it may be elsewhere."""
    try:
        yield
    except (NothingKept, NotFound) as error:
        raise HTTPException(404, "nothing is kept under that name or number in this shop") from error


def _n(number: str) -> int:
    return int(number.upper().removeprefix("P-"))


def _shown(request: Request, admin: Agent, number: int) -> Json:
    def read(tx: sa.Connection) -> Json:
        return privacy.request_view(rows.get(tx, admin.shop, number), privacy.names(tx, admin.shop))

    return runtime_of(request).journal.read_now(read)


def _plan(found: Plan) -> Json:
    return {
        "files": found.files, "open_tickets": list(found.open), "held": [one.reason for one in found.holds],
        "tables": [
            {
                "table": one.table, "title": {"en": one.title[0], "zh-CN": one.title[1]}, "rows": one.rows,
                "what": one.what, "why": {"en": one.why[0], "zh-CN": one.why[1]},
            }
            for one in found.fates
        ],
    }  # fmt: skip
