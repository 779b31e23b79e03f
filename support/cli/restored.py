"""`anxin restored`: what has to be said and done once a backup of the record was put back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from support.cli.options import AsJson, a_time
from support.cli.outcome import UNAVAILABLE, at_terminal, end, print_json

if TYPE_CHECKING:
    from support.service.erase_again import ErasedAgain
    from support.settings import Settings


def restored(
    since: Annotated[
        str | None,
        typer.Option(help="When that copy was made, as 2026-03-01T12:00:00+08:00: who was erased since, is again."),
    ] = None,
    erasures: Annotated[
        Path | None, typer.Option(help="The list of them; erasures.jsonl of the data folder by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say that the record was put back from a backup, before it is served again.

    Pages that were open know of what happened after the backup. They are given the record as it is now, instead of
    going on from a place that it does not have. On SQLite and PostgreSQL alike; to say it twice does no harm.
    """
    from support.bootstrap import open_application
    from support.settings import Settings
    from ticketing.storage.database import described

    settings, made = Settings(), a_time(since)
    if erasures is not None and (made is None or not erasures.is_file()):
        raise typer.BadParameter(
            "name a list that is there, and --since when the copy was made", param_hint="--erasures"
        )
    shops, again = begin_anew(settings, erasures, made)
    with open_application(settings) as application:
        where = application.journal.read_now(described)
    if as_json:
        print_json({"record": where, "shops": shops, "erased_again": asdict(again)})
        return
    typer.echo(f"{where}: {shops} shop{'' if shops == 1 else 's'}; every open page loads anew when it comes back")
    if made is not None:
        typer.echo(erased_line(again))


def begin_anew(settings: Settings, erasures: Path | None, made: datetime | None) -> tuple[int, ErasedAgain]:
    """Give each shop a new epoch, how many there are, and erase again whoever was erased since the copy was made."""
    from knowledge_base.errors import UnknownShop
    from support.bootstrap import open_application
    from support.service.erase_again import ErasedAgain, erase_again
    from ticketing.storage.erasure_list import BadErasureList, ErasureList
    from ticketing.storage.shops import renew_epochs

    with open_application(settings) as application:
        shops = application.journal.write_now(renew_epochs)
        listed = ErasureList(erasures) if erasures is not None else application.erasures
        try:
            due = [] if made is None else list(listed.since(made))
            again = erase_again(
                application.journal, application.shops.get, application.uploads, due, at_terminal(), datetime.now(UTC)
            ) if due else ErasedAgain(0, 0)  # fmt: skip
        except (BadErasureList, UnknownShop, OSError) as error:
            end(f"the record is back, but who was erased since could not be erased again: {error}", UNAVAILABLE)
    return shops, again


def erased_line(again: ErasedAgain) -> str:
    """What was done about them, in words."""
    held = f"; {again.held} are held in it and stay: look at `anxin hold list`" if again.held else ""
    return f"erased again, who was erased since: {again.people}{held}"
