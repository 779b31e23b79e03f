"""`anxin feedback export`: what buyers and agents made of the assistant's words, as JSON lines."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from support.cli.replay import ago

feedback_app = typer.Typer(no_args_is_help=True, help="What buyers and agents made of the assistant's words.")


@feedback_app.callback()
def _group() -> None:
    """What buyers and agents made of the assistant's words."""


@feedback_app.command("export")
def export_command(
    shop: Annotated[str, typer.Argument(help="The shop's id.")],
    since: Annotated[str, typer.Option(help="Since then: 90d, 12h, 8w, or a time.")] = "90d",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file, by default standard output.")] = None,
) -> None:
    """Thumbs on answers and agents' edits of suggestions, one JSON object a line, buyers' data taken out."""
    from support.bootstrap import open_application
    from support.service.feedback import export

    with open_application() as application:
        application.shop(shop)
        start = ago(since, datetime.now(UTC))
        rows = application.journal.read_now(lambda tx: list(export(tx, shop, start)))
    lines = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    if output is None:
        sys.stdout.write(lines)
    else:
        output.write_text(lines, "utf-8")
    typer.echo(f"{len(rows)} rows since {start.date()}", err=True)
