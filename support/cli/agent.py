"""`anxin agent`: the people who answer for a shop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from support.cli.options import AsJson, Shop, among
from support.cli.outcome import at_terminal, end, print_json
from ticketing.agent import ROLES, Agent

agent_app = typer.Typer(no_args_is_help=True, help="The people who answer for a shop.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The login name, the same for every command.")]


@agent_app.command()
def add(
    name: Name,
    shop: Shop,
    role: Annotated[str, typer.Option(help=f"What the agent may do: {', '.join(ROLES)}.")] = "agent",
    display: Annotated[str, typer.Option(metavar="NAME", help="What buyers see; the login name if empty.")] = "",
    lang: Annotated[list[str] | None, typer.Option(help="A language the agent answers in; may be repeated.")] = None,
    capacity: Annotated[int, typer.Option(min=1, max=1000, help="How many chats at once.")] = 6,
    as_json: AsJson = False,
) -> None:
    """Make an agent and print name and password, this once."""
    from support.bootstrap import open_application
    from support.service.agents import NewAgent, add_agent, new_password

    (may,) = among("role", [role], ROLES)
    with open_application() as application, _explained():
        loaded = application.shop(shop)
        languages = _languages(tuple(lang or ()), loaded.folder.shop.languages)
        password = new_password()
        wanted = NewAgent(loaded.id, name, may, display, languages, capacity)
        agent = add_agent(application.journal, wanted, password, datetime.now(UTC), at_terminal())
    _show_once(agent, password, as_json)


@agent_app.command()
def password(name: Name, as_json: AsJson = False) -> None:
    """Give an agent a new password and print it, this once; whoever is logged in is logged out."""
    from support.bootstrap import open_application
    from support.service.agents import new_password, set_password

    with open_application() as application, _explained():
        fresh = new_password()
        agent = set_password(application.journal, name, fresh, datetime.now(UTC), at_terminal())
    _show_once(agent, fresh, as_json)


@agent_app.command("list")
def list_(
    shop: Annotated[str | None, typer.Option(help="The shop's id; every shop's agents without it.")] = None,
    removed: Annotated[bool, typer.Option("--removed", help="With those who were removed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Name the agents."""
    from support.bootstrap import open_application
    from ticketing.storage.agents import of_shop

    with open_application() as application:
        if shop is not None:
            shop = application.shop(shop).id
        found = application.journal.read_now(lambda tx: of_shop(tx, shop, active=not removed))
    if as_json:
        print_json({"agents": [_document(agent) for agent in found]})
        return
    for agent in found:
        gone = "" if agent.active else "  removed"
        typer.echo(f"{agent.name}  {agent.shop}  {agent.role}  {agent.display_name}{gone}")
    if not found:
        typer.echo("no agent yet: anxin agent add NAME --shop SHOP --role agent", err=True)


@agent_app.command()
def remove(name: Name, as_json: AsJson = False) -> None:
    """Close an agent's account: every session ends at once, and what the agent did keeps the name."""
    from support.bootstrap import open_application
    from support.service.agents import remove_agent

    with open_application() as application, _explained():
        now, by = datetime.now(UTC), at_terminal()
        agent = application.journal.write_now(lambda tx: remove_agent(tx, name, now, by))
    if as_json:
        print_json(_document(agent))
    else:
        typer.echo(f"{agent.name} of {agent.shop} is removed")


@contextmanager
def _explained() -> Iterator[None]:
    """What an account is refused for is one line and an exit code."""
    from support.service.agents import AgentError, UnusableName

    try:
        yield
    except UnusableName as error:
        raise typer.BadParameter(str(error)) from error
    except AgentError as error:
        end(str(error))


def _languages(wanted: tuple[str, ...], offered: tuple[str, ...]) -> tuple[str, ...]:
    for lang in wanted:
        if lang not in offered:
            raise typer.BadParameter(f"--lang {lang!r}: the shop speaks {', '.join(offered)}")
    return wanted or offered


def _show_once(agent: Agent, password: str, as_json: bool) -> None:
    if as_json:
        print_json(_document(agent) | {"password": password})
        return
    typer.echo(f"name      {agent.name}\npassword  {password}")
    typer.echo("It is shown this once; `anxin agent password` makes a new one.", err=True)


def _document(agent: Agent) -> dict[str, Any]:
    return {
        "name": agent.name, "shop": agent.shop, "role": agent.role, "display_name": agent.display_name,
        "languages": list(agent.languages), "capacity": agent.capacity, "active": agent.active, "id": agent.id,
    }  # fmt: skip
