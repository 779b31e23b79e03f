"""API keys at the desk: the shop's admins make, rotate and revoke them; a key's text is told once."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import AwareDatetime, BaseModel, Field

from support.service import api_keys
from support.service.api_keys import LONGEST_NAME, LONGEST_OVERLAP, OVERLAP, SCOPES, Scope, TooManyKeys
from support.web.auth import at_least, runtime_of
from support.web.once import told_once
from support.web.problems import problem
from ticketing.agent import Agent, actor_of
from ticketing.errors import NotFound
from ticketing.storage import api_keys as rows

Json = dict[str, Any]
Admin = Annotated[Agent, Depends(at_least("admin"))]
ONCE = [Depends(told_once)]
InPath = Annotated[str, Path(max_length=64)]


class New(BaseModel):
    """What it is for, what it may do, and when it ends; never, where `expires_at` is left out."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(SCOPES))]
    expires_at: AwareDatetime | None = None


class Rotation(BaseModel):
    """For how many hours the old secret opens beside the new one; 0 ends it at once."""

    overlap_hours: Annotated[int, Field(ge=0, le=LONGEST_OVERLAP // timedelta(hours=1))] = OVERLAP // timedelta(hours=1)


def key_routes() -> APIRouter:
    """`/api/v1/desk/keys`: the routes block, so they run in threads."""
    routes = APIRouter(prefix="/api/v1/desk/keys", tags=["desk"])

    @routes.get("")
    def listed(request: Request, admin: Admin) -> Json:
        """Every key of the shop, the newest first, by its prefix; and the scopes there are."""
        runtime = runtime_of(request)
        found, now = runtime.journal.read_now(lambda tx: rows.of_shop(tx, admin.shop)), runtime.clock()
        return {"keys": [api_keys.key_view(one, api_keys.state(one, now)) for one in found], "scopes": list(SCOPES)}

    @routes.post("", status_code=201, dependencies=ONCE)
    def added(request: Request, admin: Admin, given: New) -> Any:
        """A new key; this answer alone holds its text."""
        runtime, now = runtime_of(request), runtime_of(request).clock()
        if given.expires_at is not None and given.expires_at <= now:
            return problem(422, "This key cannot be added", "body.expires_at: it has passed already", code="expires_at")
        who = actor_of(admin), admin.display_name
        try:
            made, text = runtime.journal.write_now(
                lambda tx: api_keys.make(tx, admin.shop, given.name, given.scopes, given.expires_at, *who, now)
            )
        except TooManyKeys as error:
            return problem(422, "This key cannot be added", str(error), code="too_many")
        return {"key": api_keys.key_view(made, "active"), "text": text}

    @routes.post("/{key_id}/rotation", dependencies=ONCE)
    def rotated(request: Request, admin: Admin, key_id: InPath, given: Rotation) -> Any:
        """A new secret, which this answer alone holds; the one before opens beside it for a while."""
        runtime, now = runtime_of(request), runtime_of(request).clock()
        overlap = timedelta(hours=given.overlap_hours)
        try:
            made, text = runtime.journal.write_now(
                lambda tx: api_keys.rotate(tx, rows.get(tx, admin.shop, key_id), overlap, actor_of(admin), now)
            )
        except NotFound:
            return problem(404, "No such key", "it is not there, or was revoked")
        return {"key": api_keys.key_view(made, api_keys.state(made, now)), "text": text}

    @routes.delete("/{key_id}", status_code=204)
    def revoked(request: Request, admin: Admin, key_id: InPath) -> None:
        """It opens nothing from now on."""
        runtime, now = runtime_of(request), runtime_of(request).clock()
        runtime.journal.write_now(
            lambda tx: api_keys.revoke(tx, rows.get(tx, admin.shop, key_id), actor_of(admin), now)
        )

    return routes
