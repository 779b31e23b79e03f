"""A dispute's evidence at the desk: read, add a finding, download. Each access is itself written into the chain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask

from support.service import evidence_desk
from support.service.evidence_desk import Finding
from support.service.evidence_page import POLICY
from support.service.runtime import Runtime
from support.service.shops import LoadedShop
from support.web.auth import CurrentAgent, agent_of_form, runtime_of
from ticketing.agent import Agent
from ticketing.errors import NotFound
from ticketing.storage.evidence import ticket_named
from ticketing.storage.upload_files import UploadFiles

Json = dict[str, Any]
Number = Annotated[str, Path(pattern=r"^([Tt]-)?[0-9]{1,15}$")]
Lang = Annotated[Literal["", "zh-CN", "en"], Query()]
DIGEST = "Evidence-Digest"
PAGE_HEADERS = {
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
}  # fmt: skip


class Found(BaseModel):
    """What an agent found out. The same `client_id` with the same text is kept once."""

    text: Annotated[str, Field(min_length=1, max_length=4000)]
    client_id: Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_-]*$")] = ""


def evidence_routes(files: UploadFiles) -> APIRouter:
    """`/api/v1/desk/tickets/{number}/evidence`: the routes block, so they run in threads."""
    routes = APIRouter(prefix="/api/v1/desk/tickets/{number}/evidence", tags=["desk"])

    @routes.get("")
    def read(request: Request, agent: CurrentAgent, number: Number, lang: Lang = "") -> Json:
        """Every item with its source, times and hash, in the order of the chain; that it was read is added to it."""
        with _ticket(request, agent, number) as (runtime, loaded, ticket):
            return evidence_desk.read(runtime, loaded, agent, ticket, lang or loaded.folder.shop.languages[0])

    @routes.post("/page", include_in_schema=False)
    async def readable(request: Request, number: Number) -> HTMLResponse:
        """The page of an export, for a tab of its own; a form with `token`, `for` and `lang`."""
        agent, given = await agent_of_form(request)
        audience: Literal["shop", "buyer"] = "buyer" if given.get("for") == "buyer" else "shop"
        lang = "en" if given.get("lang") == "en" else "zh-CN"

        def made() -> str:
            with _ticket(request, agent, number) as (runtime, loaded, ticket):
                return evidence_desk.read_page(runtime, loaded, agent, ticket, audience, lang)

        return HTMLResponse(await run_in_threadpool(made), headers=PAGE_HEADERS)

    @routes.post("/findings", status_code=201)
    def find(request: Request, agent: CurrentAgent, number: Number, given: Found) -> Json:
        """Add what was found out; no buyer's copy holds it."""
        with _ticket(request, agent, number) as (runtime, loaded, ticket):
            return evidence_desk.find(runtime, loaded, agent, ticket, Finding(given.text, given.client_id))

    @routes.get("/export", response_class=FileResponse)
    def export(
        request: Request, agent: CurrentAgent, number: Number,
        audience: Annotated[Literal["shop", "buyer"], Query(alias="for")] = "shop", lang: Lang = "",
    ) -> FileResponse:  # fmt: skip
        """The folder of `anxin evidence export` as a zip file; `Evidence-Digest` is what to verify it against."""
        with _ticket(request, agent, number) as (runtime, loaded, ticket):
            language = lang or loaded.folder.shop.languages[0]
            place, pack = evidence_desk.take_away(runtime, loaded, files, agent, ticket, audience, language)
        name = f"{number.upper().removeprefix('T-')}-{audience}"
        return FileResponse(
            place, media_type="application/zip", filename=f"evidence-T-{name}.zip",
            headers={DIGEST: pack.digest, "Cache-Control": "no-store"}, background=BackgroundTask(place.unlink),
        )  # fmt: skip

    return routes


@contextmanager
def _ticket(request: Request, agent: Agent, number: str) -> Iterator[tuple[Runtime, LoadedShop, str]]:
    """The agent's own shop and its ticket of that number; another's is as one that is not there."""
    runtime = runtime_of(request)
    try:
        (_, ticket), *_ = runtime.journal.read_now(lambda tx: ticket_named(tx, number, agent.shop))
        yield runtime, runtime.shops.get(agent.shop), ticket
    except NotFound as error:
        raise HTTPException(404, f"there is no ticket {number}") from error
