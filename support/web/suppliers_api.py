"""The supplier's leg: agents ask and read what complaints come to; a supplier answers on a page of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs

import msgspec
from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, Field

from knowledge_base.errors import UnknownShop
from support.chat.frames import utc
from support.service import ask_supplier
from support.service.ask_supplier import NoSupplier, Wanted
from support.service.runtime import Runtime
from support.service.shops import LoadedShop
from support.service.supplier_page import MOST_TEXT, POLICY, page, state_of
from support.service.supply import report
from support.web.auth import CurrentAgent, runtime_of
from support.web.problems import problem
from ticketing.agent import Agent
from ticketing.errors import Conflict, IllegalTransition, NotFound
from ticketing.storage import suppliers, tickets
from ticketing.storage.evidence import ticket_named
from ticketing.supplier import ANSWERS, SupplierRequest

Json = dict[str, Any]
Number = Annotated[str, Path(pattern=r"^([Tt]-)?[0-9]{1,15}$")]
Lang = Literal["", "zh-CN", "en"]
LARGEST = 32 * 1024
MOST_REQUESTS = 300
HEADERS = {
    "Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex",
}  # fmt: skip


class Asked(BaseModel):
    """What a supplier is asked; `product` where the order holds goods of several."""

    question: Annotated[str, Field(max_length=MOST_TEXT)] = ""
    product: Annotated[str, Field(max_length=200)] | None = None
    lang: Lang = ""
    if_rev: int | None = None


def supplier_routes() -> APIRouter:
    """`/api/v1/desk/…` for agents, `/supplier/LINK` for the supplier."""
    routes = APIRouter()
    _desk(routes)
    _page(routes)
    return routes


def _desk(routes: APIRouter) -> None:
    @routes.get("/api/v1/desk/suppliers", tags=["desk"])
    def complaints(request: Request, agent: CurrentAgent, days: Annotated[int, Query(ge=1, le=366)] = 30) -> Json:
        """Complaints by supplier, distributor and batch, and the alerts that were raised."""
        runtime = runtime_of(request)
        shop, now = runtime.shops.get(agent.shop).folder.shop, runtime.clock()
        return runtime.journal.read_now(lambda tx: report(tx, shop, days, now))

    @routes.get("/api/v1/desk/supplier-requests", tags=["desk"])
    def all_asked(request: Request, agent: CurrentAgent, days: Annotated[int, Query(ge=1, le=366)] = 30) -> list[Json]:
        """What suppliers were asked about all tickets: what waits, soonest due first, then what has ended of late."""
        runtime, loaded = runtime_of(request), runtime_of(request).shops.get(agent.shop)
        since = runtime.clock() - timedelta(days=days)
        found = runtime.journal.read_now(lambda tx: suppliers.listed(tx, loaded.id, since, MOST_REQUESTS))
        return [
            _view(one, loaded, request) | {"ticket": f"T-{number}", "conversation": one.conversation}
            for one, number in found
        ]

    @routes.get("/api/v1/desk/tickets/{number}/supplier-requests", tags=["desk"])
    def asked(request: Request, agent: CurrentAgent, number: Number) -> list[Json]:
        """What was asked about a ticket, and what came back."""
        runtime, loaded, ticket = _ticket(request, agent, number)
        found = runtime.journal.read_now(lambda tx: suppliers.of_ticket(tx, loaded.id, ticket))
        return [_view(one, loaded, request) for one in found]

    @routes.post("/api/v1/desk/tickets/{number}/supplier-requests", status_code=201, tags=["desk"], response_model=None)
    def ask(request: Request, agent: CurrentAgent, number: Number, given: Asked) -> Json | JSONResponse:
        """Ask the supplier of the goods; the ticket waits for it. `link` is what to send to the supplier."""
        runtime, loaded, key = _ticket(request, agent, number)
        wanted = Wanted(given.question, given.product, given.lang, given.if_rev)
        shop, now = loaded.folder.shop, runtime.clock()
        try:
            row = runtime.journal.read_now(lambda tx: tickets.get(tx, loaded.id, key))
            about = ask_supplier.goods_of(loaded, row, given.product)
            made = runtime.journal.write_now(
                lambda tx: ask_supplier.ask(tx, shop, agent, key, about, wanted, now)
            )  # fmt: skip
        except NoSupplier as error:
            raise HTTPException(422, str(error)) from error
        except Conflict as error:
            return problem(
                409, "Conflict", "it changed since, or is asked already", code="conflict", current=error.current
            )
        except IllegalTransition as error:
            raise HTTPException(409, f"{error}: take the ticket first") from error
        return _view(made, loaded, request)


def _page(routes: APIRouter) -> None:
    @routes.get("/supplier/{link}", include_in_schema=False)
    def show(request: Request, link: str, lang: Lang = "") -> Response:
        runtime = runtime_of(request)
        found = _opened(runtime, link)
        if found is None:
            return _html(None, "missing", lang or "zh-CN", runtime, link, 404)
        now = runtime.clock()
        if found.opened_at is None:
            runtime.journal.write_now(lambda tx: suppliers.opened(tx, found, now))
        state = state_of(found, now)
        return _html(found, state, lang or found.lang, runtime, link, 410 if state == "expired" else 200)

    @routes.post("/supplier/{link}", include_in_schema=False)
    async def answer(request: Request, link: str, lang: Lang = "") -> Response:
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > LARGEST:
                raise HTTPException(413, f"an answer has at most {LARGEST} bytes")
        said, text = _read(request.headers.get("content-type", ""), bytes(body))
        return await run_in_threadpool(_answer, runtime_of(request), link, lang, said, text[:MOST_TEXT])


def _answer(runtime: Runtime, link: str, lang: str, said: str, text: str) -> Response:
    found, now = _opened(runtime, link), runtime.clock()
    if found is None:
        return _html(None, "missing", lang or "zh-CN", runtime, link, 404)
    state, lang = state_of(found, now), lang or found.lang
    chosen = next((one for one in ANSWERS if one == said), None)
    if state == "asked" and chosen is None:
        return _html(found, state, lang, runtime, link, 422, unsaid=True)
    if state == "asked" and chosen is not None:
        shop = runtime.shops.get(found.shop).folder.shop
        try:
            runtime.journal.write_now(lambda tx: ask_supplier.answer(tx, shop, found, chosen, text, now))
            state = "answered"
        except IllegalTransition as error:
            state = error.state
    return _html(found, state, lang, runtime, link, 410 if state == "expired" else 200)


def _read(kind: str, body: bytes) -> tuple[str, str]:
    """An answer as a form or as JSON; of anything else nothing."""
    try:
        if kind.startswith("application/json"):
            told = msgspec.json.decode(body, type=dict[str, str])
            return told.get("answer", ""), told.get("text", "")
        form = parse_qs(body.decode(), max_num_fields=10)
    except (ValueError, RecursionError):
        return "", ""
    return form.get("answer", [""])[0], form.get("text", [""])[0]


def _opened(runtime: Runtime, link: str) -> SupplierRequest | None:
    try:
        secret = runtime.shops.get(ask_supplier.read_link(link)[0]).row.secret
        return runtime.journal.read_now(lambda tx: ask_supplier.opened_by(tx, secret, link))
    except (NotFound, UnknownShop):
        return None


def _html(
    found: SupplierRequest | None, state: str, lang: str, runtime: Runtime, link: str, status: int, unsaid: bool = False
) -> Response:
    shop = runtime.shops.get(found.shop).folder.shop if found else None
    return HTMLResponse(page(found, state, lang, shop, f"/supplier/{link}", unsaid), status, HEADERS)


def _ticket(request: Request, agent: Agent, number: str) -> tuple[Runtime, LoadedShop, str]:
    runtime = runtime_of(request)
    try:
        (_, ticket), *_ = runtime.journal.read_now(lambda tx: ticket_named(tx, number, agent.shop))
    except NotFound as error:
        raise HTTPException(404, f"there is no ticket {number}") from error
    return runtime, runtime.shops.get(agent.shop), ticket


def _view(one: SupplierRequest, loaded: LoadedShop, request: Request) -> Json:
    """A request as agents read it; `link` while it can be answered."""
    link = str(request.base_url).rstrip("/") + ask_supplier.link_of(loaded.row.secret, one)
    return {
        "number": one.number, "supplier": one.supplier, "state": one.state, "question": one.question,
        "goods": one.goods,
        "lang": one.lang, "asked_at": utc(one.asked_at), "due_at": utc(one.due_at),
        "opened_at": utc(one.opened_at) if one.opened_at else None,
        "answered_at": utc(one.answered_at) if one.answered_at else None, "answer": one.answer,
        "text": one.answer_text, "link": link if one.state == "asked" else None,
    }  # fmt: skip
