"""`anxin authorisation`: where a product comes from, as far as it is registered and the record holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from support.cli.options import AsJson, Shop
from support.cli.outcome import NO, end, print_json
from support.policy.proof import utc

if TYPE_CHECKING:
    from knowledge_base.authorisation import AuthorisationPath
    from knowledge_base.authorisation_record import Provenance

authorisation_app = typer.Typer(no_args_is_help=True, help="Registered authorisations.")


@authorisation_app.command("trace")
def trace_command(
    product: Annotated[str, typer.Argument(help="The product's id.")],
    shop: Shop,
    batch: Annotated[str, typer.Option(help="Only this batch.")] = "",
    as_json: AsJson = False,
) -> None:
    """Print the supplier → distributor → product → batch path, or 未登记 (exit 1); a changed record is told."""
    from support.bootstrap import open_application
    from support.service.provenance import provenance

    with open_application() as application:
        zone = application.shop(shop).folder.shop.timezone
        found = provenance(application.journal, shop)
    day = datetime.now(zone).date()
    paths = found.paths(product, day, batch)
    if as_json:
        print_json(_document(product, found, paths))
    for path in () if as_json else paths:
        typer.echo(" → ".join(_steps(path)) + f"  （{_of(path)}）")
    if not paths and not as_json:
        ended = found.lapsed(product, day)
        typer.echo("未登记" + (f"（登记已于 {ended} 到期 expired）" if ended and not batch else ""))
    if found.flaw:
        where = f"entry {found.flaw.n}" if found.flaw.n else "record"
        typer.echo(f"登记记录未通过核对 the record does not hold: {where}: {found.flaw.why}", err=as_json)
    raise typer.Exit(0 if paths else NO)


@authorisation_app.command("restart")
def restart_command(
    shop: Shop, yes: Annotated[bool, typer.Option("--yes", "-y", help="You have looked at what changed.")] = False
) -> None:
    """Begin the chain of records anew from the shop's authorisations.csv; the broken one is kept beside it."""
    from support.bootstrap import open_application
    from support.service.provenance import begin_anew, provenance

    with open_application() as application:
        application.shop(shop)
        found = provenance(application.journal, shop)
        if found.flaw is None:
            end("the record holds: nothing to begin anew")
        if not yes:
            raise typer.BadParameter(
                f"{found.flaw.why}; compare authorisations.csv with your own documents, import it, then say --yes"
            )
        typer.echo(f"{begin_anew(application.journal, shop, datetime.now(UTC))} rows registered anew")


def _document(product: str, found: Provenance, paths: tuple[AuthorisationPath, ...]) -> dict[str, Any]:
    return {
        "product": product, "registered": bool(paths), "intact": found.flaw is None,
        "flaw": {"entry": found.flaw.n, "why": found.flaw.why} if found.flaw else None,
        "entries": len(found.entries), "head": found.entries[-1].hash if found.entries else None,
        "paths": [_shown(path, found) for path in paths],
    }  # fmt: skip


def _shown(path: AuthorisationPath, found: Provenance) -> dict[str, Any]:
    last, since = path.links[-1], found.since(path)
    return {
        "path": _steps(path), "document": last.document, "issued_by": last.issued_by,
        "valid_from": last.valid_from.isoformat() if last.valid_from else None,
        "valid_to": last.valid_to.isoformat() if last.valid_to else None,
        "registered_at": utc(since) if since else None, "public": all(link.public for link in path.links),
    }  # fmt: skip


def _of(path: AuthorisationPath) -> str:
    last = path.links[-1]
    hidden = "" if all(link.public for link in path.links) else "；不对买家公开 not shown to buyers"
    return f"{last.document or '—'}，有效至 {last.valid_to or '—'}{hidden}"


def _steps(path: AuthorisationPath) -> list[str]:
    return [step for step in (*path.parties, path.links[-1].product, path.batch) if step]
