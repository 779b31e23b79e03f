"""What agents do with tickets: change, wait, link, merge, split, and see what became of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, HTTPException, Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from knowledge_base.shop import Shop
from support.assistant.masking import mask_keys
from support.assistant.phrases import known
from support.orders.number import normalise_number
from support.service import merge_tickets
from support.service.api_keys import caller_of
from support.service.ask_buyer import QUESTIONS, Asked, Question, ask_buyer, questions
from support.service.desk_queue import Reader, reader
from support.service.merge_tickets import NotMergeable, Read
from support.service.move_ticket import change_ticket, check_ticket_rev
from support.service.ticket_record import merge_view, record, related
from support.service.ticket_waits import WaitFor, carry_on, wait_for
from support.web.auth import Scoped, bearer, runtime_of
from support.web.problems import problem
from ticketing.agent import Agent, actor_of
from ticketing.errors import Conflict, IllegalTransition, NotFound
from ticketing.storage import talk, ticket_links
from ticketing.storage.ticket_merges import Merge
from ticketing.ticket import Priority, Ticket

Json = dict[str, Any]
Number = Annotated[str, Field(pattern=r"^([Tt]-)?[0-9]{1,15}$")]
InPath = Annotated[str, Path(pattern=r"^([Tt]-)?[0-9]{1,15}$")]
Text = Annotated[str, Field(max_length=500)]
Word = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[\w.-]+$")]
Order = Annotated[str, Field(min_length=1, max_length=200)]
MOST_TAGS, MOST_ORDERS, MOST_AT_ONCE = 20, 50, 200
T = Ticket | Merge
TicketReader = Annotated[Agent, Depends(Scoped("tickets:read"))]
WRITE = [Depends(Scoped("tickets:write"))]
"""Refused before anything is read of a body; who acts is asked again in the transaction that acts."""


class Step(BaseModel):
    """`if_rev` is the ticket's `rev` as it was read; `cause` says why, for colleagues."""

    if_rev: int | None = None
    cause: Text = ""


class Changed(Step):
    """What changes; what is left out stays, and `team` null is anybody's."""

    priority: Priority | None = None
    reason: Word | None = None
    tags: Annotated[list[Word], Field(max_length=MOST_TAGS)] | None = None
    team: Annotated[str, Field(max_length=64)] | None = None


class Waits(Step):
    """Whom it waits for."""

    whom: WaitFor


class Questioned(BaseModel):
    """What the buyer is asked by a form, and the words before it; ours where there are none."""

    if_rev: int | None = None
    questions: Annotated[list[Question], Field(min_length=1, max_length=len(QUESTIONS))]
    text: Annotated[str, Field(max_length=2000)] = ""


class Ordered(Step):
    """An order that the ticket is about too."""

    order: Order


class Merged(Step):
    """The ticket that stays."""

    into: Number
    into_rev: int | None = None


class Split(Step):
    """The orders that become a ticket of their own, and why they are complained of."""

    orders: Annotated[list[Order], Field(max_length=MOST_ORDERS)]
    reason: Annotated[str, Field(max_length=32)] = ""


class OneOf(BaseModel):
    """A ticket of many."""

    number: Number
    if_rev: int | None = None


class Many(BaseModel):
    """The same change to many tickets, each by itself."""

    tickets: Annotated[list[OneOf], Field(max_length=MOST_AT_ONCE)]
    change: Changed


def ticket_routes() -> APIRouter:
    """`/api/v1/desk/tickets/…`: the routes block, so they run in threads."""
    routes = APIRouter(prefix="/api/v1/desk/tickets", tags=["desk"])
    _reads(routes)
    _steps(routes)
    _merges(routes)
    return routes


def _reads(routes: APIRouter) -> None:
    @routes.get("/{number}/questions")
    def may_ask(request: Request, agent: TicketReader, number: InPath) -> Json:
        """What the buyer can be asked by a form: `name` and the `label` that the buyer will read."""

        def look(tx: sa.Connection) -> list[Json]:
            return questions(talk.get(tx, agent.shop, _ticket(tx, agent.shop, number).conversation).lang)

        return {"questions": runtime_of(request).journal.read_now(look)}

    @routes.get("/{number}/record")
    def recorded(request: Request, agent: TicketReader, number: InPath, lang: str = "") -> Json:
        """All that became of a ticket: each change with who and why, its orders, refunds, merges and splits."""
        runtime = runtime_of(request)
        loaded = runtime.shops.get(agent.shop)
        return runtime.journal.read_now(
            lambda tx: record(tx, reader(tx, loaded, agent, lang), _ticket(tx, agent.shop, number))
        )

    @routes.get("/{number}/related")
    def like_it(request: Request, agent: TicketReader, number: InPath, lang: str = "") -> Json:
        """Other tickets by `order`, `buyer`, `key` (marks are compared, never keys) and `batch` (by the register)."""
        runtime, now = runtime_of(request), runtime_of(request).clock()
        loaded = runtime.shops.get(agent.shop)

        def look(tx: sa.Connection) -> list[Json]:
            return related(tx, loaded, reader(tx, loaded, agent, lang), _ticket(tx, agent.shop, number), now)

        return {"related": runtime.journal.read_now(look)}


def _steps(routes: APIRouter) -> None:
    @routes.patch("/{number}", dependencies=WRITE)
    def changed(request: Request, number: InPath, given: Changed) -> Any:
        """Change its priority, reason, tags or team."""
        return _done(request, lambda tx, shop, who, at: _change(tx, shop, who, number, given, given.if_rev, at))

    @routes.post("/bulk", dependencies=WRITE)
    def many(request: Request, given: Many) -> Json:
        """The same change to many, each in its own transaction: `results` in their order, with a problem where one
        did not change."""
        results: list[Json] = []
        for one in given.tickets:
            try:
                done = _done(request, partial(_one_of_many, one=one, change=given.change))
            except NotFound:
                done = problem(404, "Not found", code="not_found")
            results.append({"number": one.number} | (_problem(done) if isinstance(done, JSONResponse) else done))
        return {"results": results}

    @routes.post("/{number}/wait", dependencies=WRITE)
    def waits(request: Request, number: InPath, given: Waits) -> Any:
        """Put it aside until the buyer, the supplier or an approver has done something; it keeps its owner."""

        def step(tx: sa.Connection, shop: Shop, who: Agent, at: datetime) -> Ticket:
            why: Json = {"actor": actor_of(who), "cause": given.cause or f"asked the {given.whom}", "at": at}
            return wait_for(tx, _ticket(tx, shop.id, number), given.whom, if_rev=given.if_rev, **why)

        return _done(request, step)

    @routes.post("/{number}/questions", dependencies=WRITE)
    def asks(request: Request, number: InPath, given: Questioned) -> Any:
        """Ask the buyer by a form in the chat; the ticket waits until that has answered."""
        asked = Asked(given.questions, mask_keys(given.text.strip()), given.if_rev)
        return _done(
            request, lambda tx, shop, who, at: ask_buyer(tx, shop, who, _ticket(tx, shop.id, number), asked, at)
        )

    @routes.post("/{number}/continuation", dependencies=WRITE)
    def goes_on(request: Request, number: InPath, given: Step) -> Any:
        """What it waited for has come, or is not waited for any more."""

        def step(tx: sa.Connection, shop: Shop, who: Agent, at: datetime) -> Ticket:
            ticket = _ticket(tx, shop.id, number)
            check_ticket_rev(ticket, given.if_rev)
            why: Json = {"actor": actor_of(who), "cause": given.cause or "taken up again", "at": at}
            return carry_on(tx, shop, ticket, **why)

        return _done(request, step)

    @routes.post("/{number}/orders", dependencies=WRITE)
    def ordered(request: Request, number: InPath, given: Ordered) -> Any:
        """Link an order of the same case."""
        order = normalise_number(given.order)

        def step(tx: sa.Connection, shop: Shop, who: Agent, at: datetime) -> Ticket:
            ticket, by = _ticket(tx, shop.id, number), actor_of(who)
            check_ticket_rev(ticket, given.if_rev)
            if not ticket_links.link(tx, ticket, "order", order, by, at):
                return ticket
            return change_ticket(tx, ticket, actor=by, cause=given.cause or f"{order} is linked", at=at)

        return _done(request, step)


def _merges(routes: APIRouter) -> None:
    @routes.post("/{number}/merge", dependencies=WRITE)
    def merged(request: Request, number: InPath, given: Merged) -> Any:
        """Put it into another ticket of the same buyer, which takes over its orders, tags and earlier deadlines."""

        def step(tx: sa.Connection, shop: Shop, who: Agent, at: datetime) -> Merge:
            gone, kept = _ticket(tx, shop.id, number), _ticket(tx, shop.id, given.into)
            return merge_tickets.merge(tx, shop, who, Read(gone, given.if_rev), Read(kept, given.into_rev), at)

        return _done(request, step)

    @routes.post("/{number}/split", dependencies=WRITE)
    def split(request: Request, number: InPath, given: Split) -> Any:
        """Make a ticket of its own, in a chat of its own, of some of its further orders."""
        orders = tuple(dict.fromkeys(map(normalise_number, given.orders)))

        def step(tx: sa.Connection, shop: Shop, who: Agent, at: datetime) -> Merge:
            read = Read(_ticket(tx, shop.id, number), given.if_rev)
            return merge_tickets.split(tx, shop, who, read, orders, given.reason, at)

        return _done(request, step)

    @routes.post("/merges/{merge}/undo", dependencies=WRITE)
    def undone(request: Request, merge: Annotated[str, Path(max_length=64)]) -> Any:
        """Undo a merge or a split, unless a ticket or its chat has moved on since."""
        return _done(request, lambda tx, shop, who, at: merge_tickets.undo(tx, shop, who, merge, at))


Work = Callable[[sa.Connection, Shop, Agent, datetime], T]


def _one_of_many(tx: sa.Connection, shop: Shop, who: Agent, at: datetime, one: OneOf, change: Changed) -> Ticket:
    return _change(tx, shop, who, one.number, change, one.if_rev, at)


def _change(
    tx: sa.Connection, shop: Shop, who: Agent, number: str, given: Changed, if_rev: int | None, at: datetime
) -> Ticket:
    named = given.model_fields_set & {"priority", "reason", "tags", "team"}
    values = {name: getattr(given, name) for name in named if name == "team" or getattr(given, name) is not None}
    ticket = _ticket(tx, who.shop, number)
    if "reason" in values and not known("reason", values["reason"]):
        raise HTTPException(422, f"{values['reason']!r} is no reason of a ticket")
    if values.get("team") is not None and shop.routing.named(values["team"]) is None:
        raise HTTPException(422, f"the shop has no team {values['team']!r}: name it in shop.toml")
    cause = given.cause or "changed: " + ", ".join(sorted(values))
    return change_ticket(tx, ticket, actor=actor_of(who), cause=cause, at=at, if_rev=if_rev, **values)


def _done(request: Request, work: Work) -> Json | JSONResponse:
    """Run it as the agent whom the token stands for in that very transaction; refusals to merge speak `lang`."""
    runtime, token, now = runtime_of(request), bearer(request), runtime_of(request).clock()

    def whole(tx: sa.Connection) -> Json:
        agent = caller_of(tx, token, now, "tickets:write")
        loaded = runtime.shops.get(agent.shop)
        return _shown(tx, reader(tx, loaded, agent), work(tx, loaded.folder.shop, agent, now))

    try:
        return runtime.journal.write_now(whole)
    except Conflict as error:
        return problem(409, "It has changed", "read it again", code="conflict", current=error.current)
    except NotMergeable as error:
        why = error.told(request.query_params.get("lang", "en"))
        return problem(422, "These tickets stay as they are", why, code="not_mergeable")
    except IllegalTransition as error:
        return problem(409, "The ticket has no way there", str(error), code="illegal_transition")


def _shown(tx: sa.Connection, show: Reader, done: T) -> Json:
    if isinstance(done, Merge):
        return {"merge": merge_view(tx, done)}
    return {"ticket": show.ticket(done)}


def _problem(refused: JSONResponse) -> Json:
    return {"problem": json.loads(bytes(refused.body))}


def _ticket(tx: sa.Connection, shop: str, number: str) -> Ticket:
    found = ticket_links.by_number(tx, shop, int(number.upper().removeprefix("T-")))
    if found is None:
        raise NotFound("ticket", number)
    return found
