"""`anxin trace`: how the assistant came to its answers in a conversation, as the desk shows it under each message."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from support.cli.options import AsJson, Shop
from support.cli.outcome import end, print_json

if TYPE_CHECKING:
    import sqlalchemy as sa

Json = dict[str, Any]
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def trace(
    name: Annotated[str, typer.Argument(help="A ticket, such as T-1001, or a conversation's id.")],
    shop: Shop,
    as_json: AsJson = False,
) -> None:
    """How each answer in a conversation came about: understood, found, decided, and the time of each step.

    Kinds, names, counts and milliseconds: no words of the buyer's, no order, no amount. Exit 1 where there is none.
    """
    from support.bootstrap import open_application
    from ticketing.errors import NotFound

    with open_application() as application:
        application.shop(shop)
        try:
            turns = application.journal.read_now(lambda tx: _turns(tx, shop, name))
        except NotFound as error:
            end(f"{error}; give a ticket's number or a conversation's id")
    if as_json:
        print_json({"turns": turns})
    for place, turn in enumerate(() if as_json else turns, 1):
        typer.secho(f"{place}. {turn['message']}", bold=True)
        for line in _lines(turn["trace"]):
            typer.echo(f"   {line}")
    if not turns:
        end("no answered turn")


def _turns(tx: sa.Connection, shop: str, name: str) -> list[Json]:
    from ticketing.storage import tickets
    from ticketing.storage.dossier import steps_of
    from ticketing.storage.evidence import ticket_named

    found = steps_of(tx, shop, name, BEGINNING)
    if not found:
        ((_, ticket), *_) = ticket_named(tx, name, shop)
        found = steps_of(tx, shop, tickets.get(tx, shop, ticket).conversation, BEGINNING)
    return [{"message": message, "trace": kept} for message, kept in found]


def _lines(kept: Json) -> list[str]:
    """One line for each thing that is told; what is empty is left out."""
    told = {name: value for name, value in kept.items() if value not in (None, "", [], {})}
    return [f"{name:<11} {_said(value)}" for name, value in told.items()]


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return " · ".join(f"{name} {_said(one)}" for name, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
