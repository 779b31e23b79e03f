"""`anxin export` and `anxin erase`: everything that is kept of a buyer as one archive, and taken out of the record."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from support.cli.options import AsJson, a_language
from support.cli.outcome import UNAVAILABLE, at_terminal, end, print_json, said

if TYPE_CHECKING:
    from support.bootstrap import Application
    from support.service.person_erase import Plan
    from support.service.shops import LoadedShop

Buyer = Annotated[str, typer.Option(help="The buyer's id in the shop (the `sub` of a token), or visitor:ID of a chat.")]
Shop = Annotated[str, typer.Option(help="The shop's id, where several keep something of a buyer of that id.")]


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
            end(f"{place} cannot be written: {error.strerror}", UNAVAILABLE)
    if as_json:
        print_json({
            "file": str(place), "shop": loaded.id, "person": owner, "rows": dict(done.rows), "files": done.files,
            "files_gone": done.missing,
        })  # fmt: skip
        return
    n = sum(done.rows.values())
    typer.echo(said(f"{place}: {n} rows, {done.files} files", f"{place}：{n} 条记录，{done.files} 个文件"))


def erase(
    buyer: Buyer,
    shop: Shop = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, what stays and why; do nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking; it cannot be undone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase a buyer's words, files and names; transactions stay, nobody's. Exit 1: nothing is kept, or it is held."""
    from support.bootstrap import open_application
    from support.service.person_erase import Held, erase_person, plan
    from support.service.person_export import NothingKept
    from ticketing.storage.person import owner_of

    now, owner = datetime.now(UTC), owner_of(buyer)
    with open_application() as application:
        loaded = shop_of(application, shop, owner)
        try:
            planned = application.journal.read_now(lambda tx: plan(tx, loaded.id, owner, now))
            if not as_json:
                typer.echo("\n".join(_lines(planned)))
            if not dry_run and (yes or _agreed(as_json)):
                done = erase_person(
                    application.journal, loaded, application.uploads, owner, at_terminal(), now, application.erasures
                )
                if not as_json:
                    typer.echo(said("erased", "已删除"))
        except NothingKept as error:
            end_without(owner, error)
        except Held as error:
            end(said(f"nothing was erased: held by {error}", f"未删除：依法保全中（{error}）"))
    if as_json:
        print_json(_document(planned) | {"erased": not dry_run, "rows": {} if dry_run else dict(done.rows)})


def _agreed(as_json: bool) -> bool:
    """Whether whoever sits at the terminal says so. Raises BadParameter where nobody does, Abort for no."""
    if as_json or not sys.stdin.isatty():
        raise typer.BadParameter("this cannot be undone: look at it with --dry-run, then say --yes")
    return typer.confirm(said("Erase? It cannot be undone", "确认删除？此操作不可撤销"), abort=True)


WHAT = {
    "deleted": ("deleted", "删除"), "emptied": ("its words and names go", "删除内容与姓名"), "kept": ("stays", "保留"),
}  # fmt: skip


def _lines(planned: Plan) -> Iterator[str]:
    place = 1 if said("", "zh") else 0
    yield said(f"{planned.person.owner} in {planned.person.shop}", f"{planned.person.shop} 的 {planned.person.owner}")
    for one in planned.fates:
        why = f" ({one.why[place]})" if one.what != "deleted" else ""
        yield f"{one.rows:>6}  {one.title[place]}: {WHAT[one.what][place]}{why}"
    yield said(f"{planned.files:>6}  files on the disk: deleted", f"{planned.files:>6}  磁盘上的文件：删除")
    if planned.open:
        still = ", ".join(planned.open)
        yield said(f"still open, and stays so without words: {still}", f"尚未结束，内容删除后仍在队列：{still}")
    for hold in planned.holds:
        yield said(
            f"held, so nothing goes: {hold.reason} ({hold.by})", f"依法保全，不予删除：{hold.reason}（{hold.by}）"
        )


def _document(planned: Plan) -> dict[str, Any]:
    return {
        "shop": planned.person.shop, "person": planned.person.owner, "files": planned.files,
        "open_tickets": list(planned.open), "held": [one.reason for one in planned.holds],
        "tables": [
            {"table": one.table, "rows": one.rows, "what": one.what, "why": one.why[0]} for one in planned.fates
        ],
    }  # fmt: skip


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
    end(said(f"nothing is kept of {owner}", f"没有保存任何与 {owner} 有关的内容"))
