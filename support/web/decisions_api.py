"""Decisions of the policy on a ticket: read, accepted or overridden; and the report of how they were answered."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response
from pydantic import BaseModel, Field

from support.chat.frames import utc
from support.service import decision_report, reports
from support.service.agents import agent_of
from support.service.decide import (
    Action,
    Answer,
    Answered,
    Instead,
    Superseded,
    can_accept,
    clause_of,
    decide,
    order_wanted,
)
from support.service.desk_queue import reader
from support.service.refund_orders import order_of
from support.service.refund_payments import PaidUnknown
from support.service.refund_views import review_view
from support.service.refund_words import refusal
from support.service.refunds import NotGranted
from support.service.reports import BadSpan
from support.web.auth import CurrentAgent, Scoped, bearer, runtime_of
from support.web.problems import problem
from ticketing.agent import Agent
from ticketing.errors import Conflict, IllegalTransition, NotFound
from ticketing.refund_rules import NotAllowed
from ticketing.storage import dossier, reviews, ticket_links, tickets
from ticketing.storage.dossier import Decided
from ticketing.storage.refunds import TooMuch
from ticketing.ticket import Ticket

Json = dict[str, Any]
TicketReader = Annotated[Agent, Depends(Scoped("tickets:read"))]
Reporter = Annotated[Agent, Depends(Scoped("reports:read"))]
Number = Annotated[str, Path(pattern=r"^([Tt]-)?[0-9]{1,15}$")]
Amount = Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,6})?$")]


class Answering(BaseModel):
    """`accept` carries out what the clause says. `override` gives something else `instead`, for a `reason`."""

    decision: Annotated[str, Field(max_length=64)]
    action: Action
    instead: Instead | None = None
    amount: Amount | None = None
    quantity: Annotated[int, Field(ge=0, le=10_000)] = 0
    product: Annotated[str, Field(max_length=200)] | None = None
    reason: Annotated[str, Field(max_length=500)] = ""
    if_rev: int | None = None

    def answer(self) -> Answer:
        """As the service takes it."""
        amount = None if self.amount is None else Decimal(self.amount)
        return Answer(
            self.decision, self.action, self.instead, amount, self.quantity, self.product, self.reason, self.if_rev
        )


def decision_routes() -> APIRouter:
    """`/api/v1/desk/tickets/…/decisions` and `/api/v1/desk/reports/decisions`: the routes block, so they run in
    threads."""
    routes = APIRouter(prefix="/api/v1/desk", tags=["desk"])
    _ticket_routes(routes)
    _report_route(routes)
    return routes


def _ticket_routes(routes: APIRouter) -> None:
    @routes.get("/tickets/{number}/decisions")
    def listed(request: Request, agent: TicketReader, number: Number) -> Json:
        """What the policy decided, the latest first: what accepting would give, and what was said to it."""
        journal = runtime_of(request).journal
        return {"decisions": journal.read_now(lambda tx: _listed(tx, _ticket(tx, agent.shop, number)))}

    @routes.post("/tickets/{number}/decision")
    def answered(request: Request, agent: CurrentAgent, number: Number, given: Answering, lang: str = "en") -> Any:
        """Accept or override a decision, once: what is asked for then goes its way by the shop's rules."""
        runtime, answer = runtime_of(request), given.answer()
        loaded, token, now = runtime.shops.get(agent.shop), bearer(request), runtime.clock()
        ticket = runtime.journal.read_now(partial(_ticket, shop=agent.shop, number=number))
        wanted = runtime.journal.read_now(lambda tx: order_wanted(tx, ticket, answer))
        order = order_of(runtime.journal, loaded, wanted) if wanted else None

        def whole(tx: sa.Connection) -> Json:
            who = agent_of(tx, token, now)
            review = decide(tx, loaded.folder.shop, who, ticket.id, answer, order, now)
            shown = reader(tx, loaded, who).ticket(tickets.get(tx, loaded.id, ticket.id))
            return {"ticket": shown, "review": review_view(tx, review)}

        try:
            return runtime.journal.write_now(whole)
        except Answered as error:
            current = runtime.journal.read_now(partial(review_view, said=error.review))
            return problem(409, "It was answered already", refusal(str(error), lang), code="decided", current=current)
        except Superseded as error:
            return problem(
                409, "The policy has decided anew", refusal(str(error), lang), code="superseded", newer=error.newer
            )
        except Conflict as error:
            return problem(409, "It has changed", refusal(str(error), lang), code="conflict", current=error.current)
        except IllegalTransition as error:
            return problem(409, "It is past that", refusal(str(error), lang), code="state")
        except NotAllowed as error:
            return problem(403, "The shop's rules do not allow it", refusal(str(error), lang), code=error.rule)
        except (TooMuch, NotGranted, PaidUnknown) as error:
            return problem(422, "It cannot be given", refusal(str(error), lang), code="amount")


def _report_route(routes: APIRouter) -> None:
    @routes.get("/reports/decisions", response_model=None, responses={200: {"content": {"text/csv": {}}}})
    def told(
        request: Request, agent: Reporter, since: datetime | None = None, until: datetime | None = None,
        by: str = "", clause: str = "", format: Literal["json", "csv"] = "json",
    ) -> Json | Response:  # fmt: skip
        """Decisions accepted and overridden, by agent and by clause, with reasons; `by` one agent's id."""
        runtime = runtime_of(request)
        try:
            span = reports.span_of(since, until, runtime.clock())
        except BadSpan as error:
            raise HTTPException(422, str(error)) from error
        found = runtime.journal.read_now(lambda tx: decision_report.report(tx, agent.shop, span, by, clause))
        if format == "json":
            return found
        named = {"Content-Disposition": 'attachment; filename="decisions.csv"'}
        return Response(decision_report.as_csv(found["rows"]), headers=named, media_type="text/csv; charset=utf-8")


def _ticket(tx: sa.Connection, shop: str, number: str) -> Ticket:
    found = ticket_links.by_number(tx, shop, int(number.upper().removeprefix("T-")))
    if found is None:
        raise NotFound("ticket", number)
    return found


def _listed(tx: sa.Connection, ticket: Ticket) -> list[Json]:
    chats = ticket_links.linked(tx, ticket, "conversation")
    said = {one.decision: one for one in reviews.of_conversations(tx, ticket.shop, chats)}
    found = [one for chat in chats for one in dossier.decisions_of(tx, ticket.shop, chat)]
    found.sort(key=lambda one: (one.at, one.id), reverse=True)
    newest: dict[tuple[str, str | None, str], str] = {}
    for one in found:
        newest.setdefault((one.conversation, one.order_no, one.proof["request"]), one.id)
    current = set(newest.values())
    return [
        _shown(one, one.id in current)
        | {"review": review_view(tx, said[one.id]) if one.id in said else None}
        for one in found
    ]  # fmt: skip


def _shown(one: Decided, current: bool) -> Json:
    """`accepts` is what accepting would give, null where the policy left it to people; `current` if none is newer."""
    return {
        "id": one.id, "at": utc(one.at), "conversation": one.conversation, "order_no": one.order_no,
        "request": one.proof["request"], "verdict": one.proof["verdict"], "clause": clause_of(one.proof),
        "outcome": one.proof.get("outcome"), "accepts": can_accept(one.proof), "current": current,
    }  # fmt: skip
