"""`anxin authorisation trace`: where a product comes from, as far as it is registered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from support.cli.outcome import NO, print_json

authorisation_app = typer.Typer(no_args_is_help=True, help="Registered authorisations.")


@authorisation_app.callback()
def _group() -> None:
    """Registered authorisations."""


@authorisation_app.command()
def trace(
    product: Annotated[str, typer.Argument(help="The product's id.")],
    shop: Annotated[str, typer.Option(help="The shop's id.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Print the supplier → distributor → product → batch path, or 未登记 (exit 1)."""
    from knowledge_base.authorisation import first_break
    from knowledge_base.authorisation import trace as paths_of
    from support.bootstrap import open_application

    with open_application() as application:
        folder = application.shop(shop).folder
    day = datetime.now(folder.shop.timezone).date()
    intact = first_break(folder.authorisations) is None
    paths = [_shown(path) for path in paths_of(folder.authorisations, product, day)] if intact else []
    if as_json:
        print_json({"product": product, "registered": bool(paths), "intact": intact, "paths": paths})
    elif paths:
        for path in paths:
            typer.echo(" → ".join(path["path"]) + f"  ({path['document']}, {path['valid_to'] or '—'})")
    else:
        typer.echo("未登记" if intact else "未登记（记录链不完整） the chain of records is broken")
    raise typer.Exit(0 if paths else NO)


def _shown(path: Any) -> dict[str, Any]:
    last = path.links[-1]
    steps = (path.links[0].supplier, *(link.distributor for link in path.links), last.product, last.batch)
    return {
        "path": [step for step in steps if step], "document": last.document, "issued_by": last.issued_by,
        "valid_to": last.valid_to.isoformat() if last.valid_to else None,
    }  # fmt: skip
