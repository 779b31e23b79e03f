"""Refunds at the desk: asked for, approved, executed, settled; and who or what allowed each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from knowledge_base.shop import Shop
from support.service import refunds
from support.service.api_keys import caller_of
from support.service.refund_holds import Judge
from support.service.refund_judge import judge_of
from support.service.refund_orders import order_of
from support.service.refund_payments import PaidUnknown
from support.service.refund_payments import charge_back as write_charge_back
from support.service.refund_steps import with_steps
from support.service.refund_views import audit, refund_view
from support.service.refund_words import refusal, why_not
from support.service.refunds import Asked, NotGranted
from support.web.auth import SESSION, CurrentAgent, Scoped, bearer, runtime_of
from support.web.problems import answers, problem
from ticketing.agent import Agent, actor_of
from ticketing.errors import Conflict, IllegalTransition
from ticketing.refund import Refund, RefundState
from ticketing.refund_rules import NotAllowed
from ticketing.storage import refunds as rows
from ticketing.storage.columns import EPOCH
from ticketing.storage.refunds import TooMuch

Json = dict[str, Any]
Number = Annotated[str, Path(pattern=r"^([Rr]-)?[0-9]{1,15}$")]
Text = Annotated[str, Field(max_length=500)]
Amount = Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,6})?$")]
TicketReader = Annotated[Agent, Depends(Scoped("tickets:read"))]
MOST = 200
CURSOR = "^[0-9]{1,17}-[0-9]{1,15}$"


class Wanted(BaseModel):
    """What is asked for. Without `amount` it is what the decision grants; without a decision a `reason` is needed."""

    order: Annotated[str, Field(min_length=1, max_length=200)]
    product: Annotated[str, Field(max_length=200)] | None = None
    kind: Literal["refund", "reissue", "coupon"] = "refund"
    amount: Amount | None = None
    quantity: Annotated[int, Field(ge=0, le=10_000)] = 0
    decision: Annotated[str, Field(max_length=64)] | None = None
    reason: Text = ""
    conversation: Annotated[str, Field(max_length=64)] | None = None


class Step(BaseModel):
    """A step on the way. `reference` is what shows it, or why."""

    if_rev: int | None = None
    reference: Text | None = None


class Executed(Step):
    """A reissue by hand is shown by the `keys` that were given out; they are kept as fingerprints alone."""

    keys: Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=100)] | None = None


class Settled(Step):
    """What became of one in doubt."""

    outcome: Literal["done", "failed"]


class ChargedBack(BaseModel):
    """What a bank took back; the same `reference` counts once."""

    order: Annotated[str, Field(min_length=1, max_length=200)]
    amount: Amount
    reference: Text


def refund_routes() -> APIRouter:
    """`/api/v1/desk/refunds`: the routes block, so they run in threads."""
    routes = APIRouter(prefix="/api/v1/desk/refunds", tags=["desk"])
    _reads(routes)
    _steps(routes)
    return routes


def _reads(routes: APIRouter) -> None:
    @routes.get("")
    def listed(
        request: Request, agent: TicketReader, state: Annotated[list[RefundState], Query()] = [],  # noqa: B006  # FastAPI copies it
        conversation: str | None = None, limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
        after: Annotated[str | None, Query(pattern=CURSOR)] = None, lang: str = "en",
    ) -> Json:  # fmt: skip
        """Refunds of this shop, the newest change first; of some states, or of one conversation. `next` is the `after`
        of the page after. `open_steps` says what may be done with each now, and whether you may: else why not, and
        who."""
        runtime, from_ = runtime_of(request), _opened(after) if after else None
        shop = runtime.shops.get(agent.shop).folder.shop

        def read(tx: sa.Connection) -> Json:
            found = rows.listed(tx, agent.shop, state, limit, conversation, from_)
            told = with_steps(tx, shop, agent, [(one, refund_view(one)) for one in found], lang, runtime.clock())
            return {"refunds": told, "next": _cursor(found[-1]) if len(found) == limit else None}

        return runtime.journal.read_now(read)

    @routes.get("/{number}")
    def shown(request: Request, agent: TicketReader, number: Number, lang: str = "en") -> Json:
        """Who or what allowed it: how the order was opened, the facts and verdict, every step with who and why."""
        told = runtime_of(request).journal.read_now(lambda tx: audit(tx, agent.shop, _no(number)))
        return told | {"steps": [one | {"cause": refusal(one["cause"], lang)} for one in told["steps"]]}


def _steps(routes: APIRouter) -> None:
    @routes.post("", responses=answers(404))
    def request_(request: Request, agent: CurrentAgent, given: Wanted) -> Any:
        """Ask for a refund, a reissue or a coupon; asked for again it is the one that stands."""
        runtime = runtime_of(request)
        loaded = runtime.shops.get(agent.shop)
        order = order_of(runtime.journal, loaded, given.order)
        amount = None if given.amount is None else Decimal(given.amount)
        asked = Asked(
            order, given.product, given.kind, amount, given.quantity, given.decision, given.reason, given.conversation
        )
        return _done(request, lambda tx, shop, who, at: refunds.ask_for(tx, shop, who, asked, at)[0])

    @routes.post("/chargebacks", responses=answers(404))
    def charge_back(request: Request, agent: CurrentAgent, given: ChargedBack) -> Any:
        """Write down what a bank took back: what was not executed yet is called off to make room."""
        runtime = runtime_of(request)
        order = order_of(runtime.journal, runtime.shops.get(agent.shop), given.order)
        amount, reference = Decimal(given.amount), given.reference
        return _done(
            request, lambda tx, shop, who, at: write_charge_back(tx, shop, actor_of(who), order, amount, reference, at)
        )

    @routes.post("/{number}/approval", dependencies=SESSION)
    def approval(request: Request, number: Number, given: Step) -> Any:
        """Stand behind it."""
        step = partial(refunds.approve, number=_no(number), if_rev=given.if_rev)
        return _done(request, lambda tx, shop, who, at: step(tx, shop, who, at=at))

    @routes.post("/{number}/cancellation", dependencies=SESSION)
    def cancellation(request: Request, number: Number, given: Step) -> Any:
        """Call it off, with a reason, before anything is executed."""
        step = partial(refunds.call_off, number=_no(number), reason=given.reference or "", if_rev=given.if_rev)
        return _done(request, lambda tx, shop, who, at: step(tx, shop, who, at=at))

    @routes.post("/{number}/execution")
    def execution(request: Request, agent: CurrentAgent, number: Number, given: Executed) -> Any:
        """Carry it out: by hand, with the transfer's number once it is made; else the machine begins.

        The store is looked at first. What has come to hold the order puts it back (409, `held`) for a senior.
        """
        secret = runtime_of(request).shops.get(agent.shop).row.secret
        keys = None if given.keys is None else refunds.Keys(secret, tuple(given.keys))
        step = partial(
            refunds.execute, number=_no(number), reference=given.reference, if_rev=given.if_rev, keys=keys
        )  # fmt: skip
        judge = _looked(request, agent, _no(number))
        done = _done(request, lambda tx, shop, who, at: step(tx, shop, who, at=at, judge=judge))
        if isinstance(done, dict) and done["state"] in {"requested", "cancelled"}:
            why = refusal(why_not(done["state"], done["holds"]), request.query_params.get("lang", "en"))
            return problem(409, "It is not carried out", why, code="held", current=done)
        return done

    @routes.post("/{number}/settlement", dependencies=SESSION)
    def settlement(request: Request, number: Number, given: Settled) -> Any:
        """Say what became of one in doubt, with what shows it."""
        step = partial(
            refunds.settle, number=_no(number), outcome=given.outcome, reference=given.reference or "",
            if_rev=given.if_rev,
        )  # fmt: skip
        return _done(request, lambda tx, shop, who, at: step(tx, shop, who, at=at))


def _looked(request: Request, agent: Agent, number: int) -> Judge | None:
    """The last look at the order before it is begun; what was begun is not looked at again."""
    runtime = runtime_of(request)
    refund = runtime.journal.read_now(lambda tx: rows.by_number(tx, agent.shop, number))
    return judge_of(runtime.journal, runtime.shops.get(agent.shop), refund) if refund.state == "approved" else None


Work = Callable[[sa.Connection, Shop, Agent, datetime], Refund]


def _done(request: Request, work: Work) -> Json | JSONResponse:
    """Run it as the agent whom the token stands for in that very transaction; a refusal is told in `lang`."""
    runtime, token, now = runtime_of(request), bearer(request), runtime_of(request).clock()
    lang = request.query_params.get("lang", "en")

    def whole(tx: sa.Connection) -> Refund:
        agent = caller_of(tx, token, now, None)
        return work(tx, runtime.shops.get(agent.shop).folder.shop, agent, now)

    try:
        return refund_view(runtime.journal.write_now(whole))
    except NotAllowed as error:
        return problem(403, "The shop's rules do not allow it", refusal(str(error), lang), code=error.rule)
    except Conflict as error:
        current = refund_view(error.current) if isinstance(error.current, Refund) else None
        return problem(409, "It has changed", refusal(str(error), lang), code="conflict", current=current)
    except (TooMuch, NotGranted, PaidUnknown) as error:
        return problem(422, "It cannot be given", refusal(str(error), lang), code="amount")
    except IllegalTransition as error:
        return problem(409, "It is past that", refusal(str(error), lang), code="state")


def _cursor(last: Refund) -> str:
    """Where a page ends: microseconds of the change, and which refund it is of."""
    return f"{(last.changed_at - EPOCH) // timedelta(microseconds=1)}-{_no(last.number)}"


def _opened(cursor: str) -> tuple[datetime, int]:
    us, _, no = cursor.partition("-")
    return EPOCH + timedelta(microseconds=int(us)), int(no)


def _no(number: str) -> int:
    return int(number.upper().removeprefix("R-"))
