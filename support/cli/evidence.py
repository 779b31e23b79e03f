"""`anxin evidence`: what a dispute rests on as a folder, and whether such a folder is as it was written."""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from support.cli.options import AsJson, a_language
from support.cli.outcome import NO, UNAVAILABLE, end, print_json

evidence_app = typer.Typer(no_args_is_help=True, help="The evidence of a dispute.")

YOUNG_OBJECTS = 50_000
"""How many come before the collector looks through them: a long case is many objects, of which none goes."""


class Reader(StrEnum):
    """Who is to read a copy."""

    shop = "shop"
    buyer = "buyer"


@evidence_app.command("export")
def export_command(
    ticket: Annotated[str, typer.Argument(help="The ticket's number, such as T-1001, or its id.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="A folder that is empty or not there yet.")],
    shop: Annotated[str | None, typer.Option(help="The shop's id, where several have a ticket of that number.")] = None,
    reader: Annotated[
        Reader, typer.Option("--for", help="buyer: no supplier, no internal notes, no files, nothing personal.")
    ] = Reader.shop,
    lang: Annotated[str, typer.Option(help="zh-CN or en; the shop's first language by default.")] = "",
    as_json: AsJson = False,
) -> None:
    """Write a folder with evidence.html to read and print, evidence.json, the files sent, and manifest.json."""
    from support.bootstrap import open_application
    from support.service.evidence import collect
    from support.service.evidence_desk import saw
    from support.service.evidence_pack import NotEmpty, Wanted, export
    from ticketing.errors import NotFound, RecordUnavailable
    from ticketing.storage.evidence import ticket_named

    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
    now, language = datetime.now(UTC), a_language(lang)
    try:
        with open_application() as application:
            found = application.journal.read_now(lambda tx: ticket_named(tx, ticket, shop))
            if len(found) > 1:
                raise typer.BadParameter(f"{ticket} is a ticket of several shops: say --shop {found[0][0]}, or another")
            loaded = application.shop(found[0][0])
            case = collect(application.journal, loaded, found[0][1], now)
            wanted = Wanted(reader.value, language or loaded.folder.shop.languages[0], out)
            pack = export(case, loaded, application.uploads, wanted, now)
            told = {"by": "anxin evidence export", "what": "exported", "for": reader.value, "digest": pack.digest}
            application.journal.write_now(lambda tx: saw(tx, loaded.id, case.ticket.id, told, now))
    except NotFound as error:
        end(f"{error}: look for its number at the desk")
    except NotEmpty as error:
        raise typer.BadParameter(f"{out} is there already: name a folder that is empty or new") from error
    except (RecordUnavailable, OSError) as error:
        end(f"{out}: {error}", UNAVAILABLE)
    if as_json:
        print_json(_document(pack, out, case.store_down))
        return
    typer.echo(f"{out}: {pack.entries} items, {pack.files} files, digest {pack.digest}")
    if case.store_down:
        typer.echo("the store could not be read: its order is as it was recorded before", err=True)
    for sha256 in pack.missing:
        typer.echo(f"an upload is not kept any longer: SHA-256 {sha256}", err=True)


@evidence_app.command("verify")
def verify_command(
    folder: Annotated[Path, typer.Argument(help="A folder that `anxin evidence export` wrote.")],
    digest: Annotated[
        str | None, typer.Option(help="The digest that the export named: then nothing can have been made anew unseen.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every byte of every file and every link of the chain; say what was altered, exit 1."""
    from support.service.evidence_verify import verify_folder

    try:
        faults = verify_folder(folder, digest and digest.strip().lower())
    except OSError as error:
        raise typer.BadParameter(f"{folder} cannot be read: {error.strerror}") from error
    if as_json:
        print_json({"holds": not faults, "faults": list(faults)})
    else:
        typer.echo("\n".join(faults) or "every byte stands")
    raise typer.Exit(NO if faults else 0)


def _document(pack: Any, out: Path, store_down: bool) -> dict[str, Any]:
    return {
        "folder": str(out), "entries": pack.entries, "head": pack.head, "files": pack.files, "digest": pack.digest,
        "missing_uploads": list(pack.missing), "store_unavailable": store_down,
    }  # fmt: skip
