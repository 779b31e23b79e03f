"""What an admin does with the shop's agents: add, change, close, and give a new password."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Request
from pydantic import BaseModel, Field

from support.service import team as people
from support.service.agents import CAPACITY, NameTaken, NewAgent, UnusableName
from support.service.team import OwnAccount
from support.web.auth import at_least, runtime_of
from support.web.once import told_once
from support.web.problems import problem
from ticketing.agent import Agent, Role

Json = dict[str, Any]
Admin = Annotated[Agent, Depends(at_least("admin"))]
ONCE = [Depends(told_once)]
InPath = Annotated[str, Path(max_length=64)]
Shown = Annotated[str, Field(max_length=200)]
Languages = Annotated[list[Annotated[str, Field(max_length=16)]], Field(min_length=1, max_length=20)]
Capacity = Annotated[int, Field(ge=1, le=1000)]


class Invitation(BaseModel):
    """`name` is what the agent logs in with, `display_name` what buyers see."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    display_name: Shown = ""
    role: Role = "agent"
    languages: Languages | None = None
    capacity: Capacity = CAPACITY


class Change(BaseModel):
    """What changes; what is left out stays."""

    display_name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    role: Role | None = None
    languages: Languages | None = None
    capacity: Capacity | None = None
    active: bool | None = None


def team_routes() -> APIRouter:
    """`/api/v1/desk/team`: the routes block, so they run in threads."""
    routes = APIRouter(prefix="/api/v1/desk/team", tags=["desk"])

    @routes.get("")
    def team(request: Request, admin: Admin) -> Json:
        """Every agent of the shop, and the languages that it speaks."""
        runtime = runtime_of(request)
        shop = runtime.shops.get(admin.shop).folder.shop
        found = runtime.journal.read_now(lambda tx: people.team(tx, shop, runtime.roster))
        return {"agents": found, "languages": list(shop.languages)}

    @routes.post("", status_code=201, dependencies=ONCE)
    def invited(request: Request, admin: Admin, given: Invitation) -> Any:
        """A new agent with a password, which this answer alone holds."""
        runtime = runtime_of(request)
        shop = runtime.shops.get(admin.shop).folder.shop
        languages = _spoken(given.languages or list(shop.languages), shop.languages)
        wanted = NewAgent(shop.id, given.name, given.role, given.display_name, tuple(languages), given.capacity)
        try:
            agent, password = people.invite(runtime.journal, admin, wanted, runtime.clock())
        except NameTaken:
            return problem(409, "The name is taken", "choose another login name", code="name_taken")
        except UnusableName as error:
            return problem(422, "The name cannot be used", str(error), code="name")
        return {"agent": people.member(agent, shop), "password": password}

    @routes.patch("/{agent}")
    def changed(request: Request, admin: Admin, agent: InPath, given: Change) -> Any:
        """Change role, name, languages or how many chats at once; `active` false closes the account at once."""
        runtime = runtime_of(request)
        shop = runtime.shops.get(admin.shop).folder.shop
        values = given.model_dump(exclude_none=True)
        if "languages" in values:
            values["languages"] = _spoken(values["languages"], shop.languages)
        try:
            now = runtime.clock()
            done = runtime.journal.write_now(lambda tx: people.change(tx, admin, agent, values, now))
            return people.member(done, shop)
        except OwnAccount as error:
            return problem(409, "Your own account", str(error), code="own")

    @routes.post("/{agent}/password", dependencies=ONCE)
    def password(request: Request, admin: Admin, agent: InPath) -> Json:
        """A new password, which this answer alone holds; the agent's sessions end."""
        runtime = runtime_of(request)
        found, fresh = people.reset(runtime.journal, admin, agent, runtime.clock())
        return {"name": found.name, "password": fresh}

    return routes


def _spoken(wanted: list[str], offered: tuple[str, ...]) -> list[str]:
    for one in wanted:
        if one not in offered:
            raise HTTPException(422, f"{one!r}: the shop speaks {', '.join(offered)}")
    return list(dict.fromkeys(wanted))
