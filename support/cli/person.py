"""`anxin export --buyer ID`: everything that is kept of a buyer, as one archive."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from support.cli.outcome import NO, UNAVAILABLE, a_language, print_json, said

if TYPE_CHECKING:
    from support.bootstrap import Application
    from support.service.shops import LoadedShop

Buyer = Annotated[str, typer.Option(help="The buyer's id in the shop (the `sub` of a token), or visitor:ID of a chat.")]
Shop = Annotated[str, typer.Option(help="The shop's id, where several keep something of a buyer of that id.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


def export(
    buyer: Buyer,
    shop: Shop = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="A zip file that is not there yet.")] = None,
    lang: Annotated[str, typer.Option(help="zh-CN or en; the shop's first language by default.")] = "",
    as_json: AsJson = False,
) -> None:
    """Everything kept of a buyer as one zip: index.html to read, data.json, the files. Exit 1: nothing is kept."""
    from support.bootstrap import open_application
    from support.service.person_export import NothingKept, export_person
    from ticketing.storage.person import owner_of

    language, now, owner = a_language(lang), datetime.now(UTC), owner_of(buyer)
    with open_application() as application:
        loaded = shop_of(application, shop, owner)
        place = out or Path(f"export-{loaded.id}-{now:%Y%m%d-%H%M%S}.zip")
        if place.exists():
            raise typer.BadParameter(f"{place} is there already: name a file that is not", param_hint="--out")
        try:
            wanted = language or loaded.folder.shop.languages[0]
            done = export_person(application.journal, loaded, application.uploads, owner, place, wanted, now)
        except NothingKept as error:
            end_without(owner, error)
        except OSError as error:
            typer.echo(f"{place} cannot be written: {error.strerror}", err=True)
            raise typer.Exit(UNAVAILABLE) from error
    if as_json:
        print_json({
            "file": str(place), "shop": loaded.id, "person": owner, "rows": dict(done.rows), "files": done.files,
            "files_gone": done.missing,
        })  # fmt: skip
        return
    n = sum(done.rows.values())
    typer.echo(said(f"{place}: {n} rows, {done.files} files", f"{place}：{n} 条记录，{done.files} 个文件"))


def shop_of(application: Application, named: str, owner: str) -> LoadedShop:
    """The shop that is named, else the only one that keeps anything of them. Raises BadParameter, Exit."""
    from ticketing.storage import person

    if named:
        return application.shop(named)
    found = application.journal.read_now(lambda tx: person.shops_of(tx, owner))
    if not found:
        end_without(owner)
    if len(found) > 1:
        raise typer.BadParameter(f"{', '.join(found)} each keep something of {owner}: say which", param_hint="--shop")
    return application.shop(found[0])


def end_without(owner: str, cause: Exception | None = None) -> NoReturn:
    """Say that nothing is kept. Raises Exit."""
    typer.echo(said(f"nothing is kept of {owner}", f"没有保存任何与 {owner} 有关的内容"), err=True)
    raise typer.Exit(NO) from cause
