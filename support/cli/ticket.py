"""`anxin ticket list`: every ticket of a shop, filtered and searched."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, get_args

import typer

from support.cli.options import AsJson, Shop, a_time, among
from support.cli.outcome import print_json
from support.cli.progress import progress_line
from ticketing.ticket import PRIORITIES, TicketState

ticket_app = typer.Typer(no_args_is_help=True, help="The tickets of a shop.")
STATES: tuple[str, ...] = get_args(TicketState)
Json = dict[str, Any]


@ticket_app.callback()
def _group() -> None:
    """The tickets of a shop."""


@ticket_app.command("list")
def list_command(
    shop: Shop,
    search: Annotated[
        str, typer.Option(help="Words that all stand in it: in its number, reason, tags, orders, buyer or talk.")
    ] = "",
    state: Annotated[list[str] | None, typer.Option(help=f"Of this state, or several: {', '.join(STATES)}.")] = None,
    priority: Annotated[list[str] | None, typer.Option(help=f"Of this priority: {', '.join(PRIORITIES)}.")] = None,
    queue: Annotated[str | None, typer.Option(help="Of this queue.")] = None,
    owner: Annotated[str | None, typer.Option(help="Of the agent with this login name, or `nobody`.")] = None,
    team: Annotated[str | None, typer.Option(help="Of this team.")] = None,
    reason: Annotated[str | None, typer.Option(help="For this reason.")] = None,
    product: Annotated[str | None, typer.Option(help="About this product.")] = None,
    supplier: Annotated[str | None, typer.Option(help="About goods of this supplier.")] = None,
    since: Annotated[str | None, typer.Option(help="Opened then or later, as 2026-03-01T12:00:00+08:00.")] = None,
    until: Annotated[str | None, typer.Option(help="Opened before then.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    after: Annotated[str | None, typer.Option(help="The `next` of the page before.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tickets, the newest first."""
    from support.bootstrap import open_application
    from support.service.find_tickets import filters, find_tickets, write_all_words
    from ticketing.storage.desk import BadCursor

    among("state", state or (), STATES)
    among("priority", priority or (), PRIORITIES)
    opened: dict[str, datetime | None] = {"since": a_time(since), "until": a_time(until)}
    with open_application() as application:
        loaded, journal = application.shop(shop), application.journal
        asked = filters(
            search, states=state or (), priorities=priority or (), queue=queue, team=team, reason=reason,
            owner=_agent(application, shop, owner), product=product, supplier=supplier, **opened,
        )  # fmt: skip
        with progress_line("reading what was said") as tell:
            write_all_words(journal, loaded.id, tell)
        try:
            found = find_tickets(journal, loaded, None, asked, search, limit, after)
        except BadCursor as error:
            raise typer.BadParameter(str(error)) from error
    if as_json:
        print_json(found)
        return
    for row in found["rows"]:
        typer.echo(_line(row))
    if found["next"]:
        typer.echo(f"more: --after {found['next']}", err=True)
    if not found["rows"]:
        typer.echo("no tickets", err=True)


def _agent(application: Any, shop: str, name: str | None) -> str | None:
    """An agent's id by the login name."""
    from ticketing.storage import agents
    from ticketing.storage.ticket_list import NOBODY

    if name is None or name == NOBODY:
        return name
    for one in application.journal.read_now(lambda tx: agents.of_shop(tx, shop, active=False)):
        if one.name == name:
            return str(one.id)
    raise typer.BadParameter(f"--owner {name!r}: the shop has no such agent; `nobody` is whoever has none")


def _line(row: Json) -> str:
    ticket, said = row["ticket"], row["found"] or row["last"] or {"text": row["conversation"]["subject"]}
    owner = (ticket["assignee"] or {}).get("name", "") if ticket["state"] != "new" else ""
    text = " ".join(said["text"].split())[:60]
    return (
        f"{ticket['number']:>8}  {ticket['state']:<16} {ticket['priority']:<7} {ticket['reason']:<16} {owner:<10} "
        f"{row['buyer']['name']}: {text}"
    )
