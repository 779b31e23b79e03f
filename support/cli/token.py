"""`anxin token`: a test buyer's token, and the secret that signs them."""

from __future__ import annotations

from typing import Annotated

import typer

from support.cli.options import Shop

token_app = typer.Typer(no_args_is_help=True, help="Tokens for trying things out.")


@token_app.callback()
def _group() -> None:
    """Tokens for trying things out."""


@token_app.command()
def buyer(
    shop: Shop,
    sub: Annotated[str, typer.Option(help="The buyer's id in the store.")],
) -> None:
    """Print a buyer's token, alone: a JWT (HS256) that is good for 15 minutes."""
    if not sub.strip():
        raise typer.BadParameter("--sub: name the buyer; an empty one is nobody")
    from support.bootstrap import open_application
    from support.service.people import buyer_token

    with open_application() as application:
        typer.echo(buyer_token(application.shop(shop), sub))


@token_app.command()
def secret(shop: Shop) -> None:
    """Print the secret that signs the shop's buyers' tokens, alone: for the environment of the shop's own server."""
    from support.bootstrap import open_application

    with open_application() as application:
        typer.echo(application.shop(shop).row.secret)
