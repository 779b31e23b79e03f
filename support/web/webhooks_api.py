"""Webhooks at the desk: the shop's admins add addresses, try them, and see how each delivery went."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field

from support.policy.proof import utc
from support.service import webhooks
from support.service.webhook_views import delivery_view, webhook_view
from support.service.webhooks import KINDS, BadAddress, TooMany, Who, usable
from support.web.auth import Scoped, runtime_of
from support.web.once import told_once
from support.web.problems import problem
from ticketing.agent import Agent
from ticketing.storage import webhooks as rows
from ticketing.storage.webhooks import Attempt, Delivery

Json = dict[str, Any]
Admin = Annotated[Agent, Depends(Scoped("webhooks:admin", "admin"))]
ONCE = [Depends(told_once)]
InPath = Annotated[str, Path(max_length=100)]
Url = Annotated[str, Field(min_length=1, max_length=500)]
Kinds = Annotated[list[Annotated[str, Field(pattern=f"^({'|'.join(KINDS)})$")]], Field(min_length=1, max_length=20)]
PAGE = 20


class New(BaseModel):
    """An address and the kinds of events that it is told."""

    url: Url
    kinds: Kinds


class Change(BaseModel):
    """What changes; what is left out stays."""

    url: Url | None = None
    kinds: Kinds | None = None
    paused: bool | None = None


def webhook_routes() -> APIRouter:
    """`/api/v1/desk/webhooks`: the routes block, so they run in threads."""
    routes = APIRouter(prefix="/api/v1/desk/webhooks", tags=["desk"])
    _address_routes(routes)
    _delivery_routes(routes)
    return routes


def _address_routes(routes: APIRouter) -> None:
    @routes.get("")
    def listed(request: Request, admin: Admin) -> Json:
        """The shop's addresses with the last delivery of each, and the kinds of events there are."""
        found = runtime_of(request).journal.read_now(
            lambda tx: [(one, rows.log(tx, one, 1)) for one in rows.of_shop(tx, admin.shop)]
        )
        return {"webhooks": [webhook_view(one) | {"last": _last(last)} for one, last in found], "kinds": list(KINDS)}

    @routes.post("", status_code=201, dependencies=ONCE)
    def added(request: Request, admin: Admin, given: New) -> Any:
        """A new address, told of what happens from now on; this answer alone holds its secret."""
        runtime = runtime_of(request)
        try:
            url = usable(given.url, runtime.private_webhooks)
            made = runtime.journal.write_now(
                lambda tx: webhooks.add(tx, Who.agent(admin), url, dict.fromkeys(given.kinds), runtime.clock())
            )
        except (BadAddress, TooMany) as error:
            return problem(422, "This webhook cannot be added", str(error), code=type(error).__name__)
        return {"webhook": webhook_view(made), "secret": made.secret}

    @routes.patch("/{webhook}")
    def changed(request: Request, admin: Admin, webhook: InPath, given: Change) -> Any:
        """Another address or other kinds; `paused` sends nothing until it is false again, then what was meanwhile."""
        runtime = runtime_of(request)
        values = given.model_dump(exclude_none=True)
        try:
            if given.url is not None:
                values["url"] = usable(given.url, runtime.private_webhooks)
        except BadAddress as error:
            return problem(422, "This webhook cannot be changed", str(error), code="BadAddress")
        return webhook_view(
            runtime.journal.write_now(
                lambda tx: webhooks.change(
                    tx, Who.agent(admin), rows.get(tx, admin.shop, webhook), values, runtime.clock()
                )
            )
        )

    @routes.post("/{webhook}/secret", dependencies=ONCE)
    def rotated(request: Request, admin: Admin, webhook: InPath) -> Json:
        """A new secret, which this answer alone holds; the one before signs beside it for a day."""
        runtime = runtime_of(request)
        made = runtime.journal.write_now(
            lambda tx: webhooks.rotate(tx, Who.agent(admin), rows.get(tx, admin.shop, webhook), runtime.clock())
        )
        return {"webhook": webhook_view(made), "secret": made.secret}

    @routes.delete("/{webhook}", status_code=204)
    def dropped(request: Request, admin: Admin, webhook: InPath) -> None:
        """Forget it with its deliveries."""
        runtime = runtime_of(request)
        runtime.journal.write_now(
            lambda tx: webhooks.drop(tx, Who.agent(admin), rows.get(tx, admin.shop, webhook), runtime.clock())
        )


def _delivery_routes(routes: APIRouter) -> None:
    @routes.post("/{webhook}/test", status_code=202)
    def tested(request: Request, admin: Admin, webhook: InPath) -> Json:
        """Send a `ping`, signed like any other; it is in the log within seconds."""
        runtime = runtime_of(request)
        made = runtime.journal.write_now(
            lambda tx: webhooks.ping(tx, rows.get(tx, admin.shop, webhook), runtime.clock())
        )
        return delivery_view(made, [])

    @routes.get("/{webhook}/deliveries")
    def log(
        request: Request, admin: Admin, webhook: InPath, before: Annotated[datetime | None, Query()] = None
    ) -> Json:
        """A page of what it was told, the newest first, each with its tries; `next` asks for the page after."""

        def read(tx: Any) -> tuple[tuple[Delivery, ...], dict[str, list[Attempt]]]:
            found = rows.log(tx, rows.get(tx, admin.shop, webhook), PAGE, before)
            return found, rows.attempts_of(tx, admin.shop, [one.id for one in found])

        found, tries = runtime_of(request).journal.read_now(read)
        return {
            "deliveries": [delivery_view(one, tries[one.id]) for one in found],
            "next": utc(found[-1].created_at) if len(found) == PAGE else None,
        }

    @routes.post("/{webhook}/deliveries/{delivery}/redelivery", status_code=202)
    def again(request: Request, admin: Admin, webhook: InPath, delivery: InPath) -> Json:
        """Send it once more, under the same id."""
        runtime = runtime_of(request)
        made = runtime.journal.write_now(
            lambda tx: webhooks.redeliver(tx, rows.get(tx, admin.shop, webhook), delivery, runtime.clock())
        )
        return delivery_view(made, [])


def _last(found: tuple[Delivery, ...]) -> Json | None:
    return {"state": found[0].state, "at": utc(found[0].created_at)} if found else None
