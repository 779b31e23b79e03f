"""`anxin restored`: what has to be said once a backup of the record was put back."""

from __future__ import annotations

from typing import Annotated

import typer

from support.cli.outcome import print_json


def restored(as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> None:
    """Say that the record was put back from a backup, before it is served again.

    Pages that were open know of what happened after the backup. They are given the record as it is now, instead of
    going on from a place that it does not have. On SQLite and PostgreSQL alike; to say it twice does no harm.
    """
    from support.bootstrap import open_application
    from ticketing.storage.database import described
    from ticketing.storage.shops import renew_epochs

    with open_application() as application:
        where, shops = application.journal.read_now(described), application.journal.write_now(renew_epochs)
    if as_json:
        print_json({"record": where, "shops": shops})
    else:
        typer.echo(f"{where}: {shops} shop{'' if shops == 1 else 's'}; every open page loads anew when it comes back")
