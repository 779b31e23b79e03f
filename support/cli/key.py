"""`anxin key`: what other systems show to use the API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from support.cli.options import AsJson, Shop, among
from support.cli.outcome import USAGE, at_terminal, end, os_user, print_json, said

if TYPE_CHECKING:
    from ticketing.storage.api_keys import ApiKey

key_app = typer.Typer(no_args_is_help=True, help="API keys of other systems: made, named, rotated, revoked.")
Name = Annotated[str, typer.Argument(metavar="KEY", help="Its id or prefix, as `anxin key list` names it.")]


@key_app.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    shop: Shop,
    scope: Annotated[list[str], typer.Option(help="What it may do; may be repeated. `anxin key scopes` names all.")],
    days: Annotated[int, typer.Option(min=0, max=3650, help="For how many days it opens; 0 is without end.")] = 365,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, this once."""
    from support.bootstrap import open_application
    from support.service import api_keys

    wanted = among("scope", scope, api_keys.SCOPES)
    if not 1 <= len(name.strip()) <= api_keys.LONGEST_NAME:
        raise typer.BadParameter(f"a name has 1 to {api_keys.LONGEST_NAME} characters")
    now = datetime.now(UTC)
    ends, who = now + timedelta(days=days) if days else None, (at_terminal(), os_user())
    with open_application() as application, _explained():
        of = application.shop(shop).id
        made, text = application.journal.write_now(
            lambda tx: api_keys.make(tx, of, name.strip(), wanted, ends, *who, now)
        )
    _show_once(made, text, as_json)


@key_app.command("list")
def list_(
    shop: Annotated[str | None, typer.Option(help="The shop's id; every shop's keys without it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Name the keys, by their prefixes: scopes, end, and last use."""
    from support.bootstrap import open_application
    from ticketing.storage.api_keys import of_shop

    with open_application() as application:
        of = None if shop is None else application.shop(shop).id
        found = application.journal.read_now(lambda tx: of_shop(tx, of))
    documents = [_document(one) for one in found]
    if as_json:
        print_json({"keys": documents})
        return
    for one in documents:
        used = (one["last_used_at"] or said("never used", "没有用过"))[:16]
        ends = (one["expires_at"] or said("without end", "不过期"))[:10]
        typer.echo(f"{one['prefix']}  {one['state']}  {ends}  {used}  {one['name']}  {' '.join(one['scopes'])}")
    if not found:
        typer.echo("no key yet: anxin key create NAME --shop SHOP --scope tickets:read", err=True)


@key_app.command()
def rotate(
    key: Name,
    shop: Shop,
    overlap: Annotated[int, typer.Option(min=0, max=720, help="Hours for which the old one opens too.")] = 24,
    as_json: AsJson = False,
) -> None:
    """Give a key a new secret and print it, this once; the old one opens beside it for a while."""
    from support.bootstrap import open_application
    from support.service import api_keys
    from ticketing.storage.api_keys import get

    with open_application() as application, _explained():
        of, named, now, by = application.shop(shop).id, _id(key), datetime.now(UTC), at_terminal()
        made, text = application.journal.write_now(
            lambda tx: api_keys.rotate(tx, get(tx, of, named), timedelta(hours=overlap), by, now)
        )
    _show_once(made, text, as_json)


@key_app.command()
def revoke(key: Name, shop: Shop, as_json: AsJson = False) -> None:
    """Let a key open nothing from now on."""
    from support.bootstrap import open_application
    from support.service import api_keys
    from ticketing.storage.api_keys import get

    with open_application() as application, _explained():
        of, named, now, by = application.shop(shop).id, _id(key), datetime.now(UTC), at_terminal()
        gone = application.journal.write_now(lambda tx: api_keys.revoke(tx, get(tx, of, named), by, now))
    if as_json:
        print_json(_document(gone))
    else:
        typer.echo(f"{_document(gone)['prefix']} is revoked")


@key_app.command()
def scopes(as_json: AsJson = False) -> None:
    """What a key may be given."""
    from support.service.api_keys import SCOPES

    if as_json:
        print_json({"scopes": list(SCOPES)})
    else:
        typer.echo("\n".join(SCOPES))


@contextmanager
def _explained() -> Iterator[None]:
    from support.service.agents import AgentError
    from ticketing.errors import NotFound

    try:
        yield
    except NotFound:
        end("no such key, or it was revoked: `anxin key list` names them")
    except AgentError as error:
        end(str(error))


def _id(key: str) -> str:
    """An id is the third piece of a key's prefix; whoever pastes a whole key is told to keep it to themselves."""
    pieces = key.split(".")
    if len(pieces) > 3:
        end("name the key by its id or prefix, never by the whole key", USAGE)
    return pieces[-1]


def _document(one: ApiKey) -> dict[str, Any]:
    from support.service.api_keys import key_view, state

    return key_view(one, state(one, datetime.now(UTC))) | {"shop": one.shop}


def _show_once(one: ApiKey, text: str, as_json: bool) -> None:
    if as_json:
        print_json(_document(one) | {"text": text})
        return
    typer.echo(text)
    typer.echo("It is shown this once; `anxin key rotate` makes a new one.", err=True)
