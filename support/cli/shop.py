"""`anxin shop`: a shop folder to start from, its check, and the ways into the record and back into a folder."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from knowledge_base.errors import UnknownShop
from knowledge_base.template import new_shop_files
from knowledge_base.translations import changed_alone
from support.cli.connect import connect
from support.cli.options import AsJson, Shop, a_language
from support.cli.outcome import DONE, NO, USAGE, at_terminal, end, of_the_terminal, os_user, said
from support.cli.shop_check import Checked, checked, show
from support.cli.webhook import webhook

shop_app = typer.Typer(help="Write, check, load and connect a shop folder.", no_args_is_help=True)
shop_app.command("connect")(connect)
shop_app.command("webhook")(webhook)


@shop_app.command("new")
def new(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write; it must not hold files yet.")],
) -> None:
    """Write a commented shop folder to start from."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        end(f"{directory} is not empty; name a new folder", USAGE)
    files = new_shop_files(_shop_id(directory))
    for path, content in files.items():
        place = directory / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    typer.echo(f"{len(files)} files written to {directory}")
    typer.echo(f"next: edit them, then `anxin shop check {directory}` and `anxin shop import {directory}`")


@shop_app.command("check")
def check(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The shop folder.")],
    lang: Annotated[str, typer.Option(help="zh or en, for findings; by the terminal's locale.")] = "",
    notes: Annotated[bool, typer.Option("--notes", help="Also what is only worth knowing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Validate a shop folder: every fault and warning with its file and line; exit 1 if there is a fault."""
    found = checked(directory)
    show(found, as_json, a_language(lang) or of_the_terminal(), notes=notes)
    raise typer.Exit(NO if found.faults else DONE)


def _shop_id(directory: Path) -> str:
    name = re.sub(r"[^a-z0-9_-]+", "-", directory.resolve().name.lower()).strip("-_")
    return name[:63] or "my-shop"


@shop_app.command("import")
def import_(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The shop folder.")],
    by: Annotated[str, typer.Option(help="Who imports; by default who is logged in here.")] = "",
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse what would decide recorded cases otherwise; else it warns.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes that embed where there is much to index; else one a core."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Load or update a shop, atomically: a faulty folder changes nothing. A running server sees it by itself.

    Policies that have decided cases are better not altered in place: give what changes a new `effective` day.
    """
    from support.bootstrap import open_application
    from support.cli.progress import progress_line
    from support.service.policy_gate import HistoryRewritten

    found = checked(directory)
    if found.faults:
        show(found, as_json, of_the_terminal())
        raise typer.Exit(NO)
    with open_application() as application, progress_line(f"indexing {directory.name}") as progress:
        application.shops.workers = workers or application.shops.workers
        alone = _changed_alone(application, found)
        try:
            done = application.shops.import_folder(
                directory, progress, by=by or os_user(), actor=at_terminal(), strict=strict
            )
        except HistoryRewritten as error:
            show(Checked(found.folder, error.faults, found.findings), as_json, of_the_terminal())
            raise typer.Exit(NO) from error
    changes = done.changes
    if as_json:
        document = {
            "shop": done.shop, "generation": changes.generation, "added": changes.added, "changed": changes.changed,
            "removed": changes.removed, "passages": done.passages,
            "warnings": (*done.warnings, *alone),
        }  # fmt: skip
        typer.echo(json.dumps(document, ensure_ascii=False))
        return
    for warning in (*done.warnings, *alone):
        typer.secho(said("warning: ", "警告：") + warning, fg="yellow", err=True)
    added, changed, removed = map(len, (changes.added, changes.changed, changes.removed))
    count = said(f"{added} added, {changed} changed, {removed} removed",
                 f"新增 {added}，改动 {changed}，删除 {removed}")  # fmt: skip
    told = count if changes else said("nothing changed", "没有变化")
    typer.echo(said(f"{done.shop}: {told}; {done.passages} passages to find",
                    f"{done.shop}：{told}；可查找的段落 {done.passages} 个"))  # fmt: skip


@shop_app.command("export")
def export(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The shop's folder, or a new one.")],
    shop: Shop,
    as_json: AsJson = False,
) -> None:
    """Write what was written at the desk into a folder, and take away what was taken away there; a new one is whole."""
    from support.bootstrap import open_application
    from support.service.shop_files import files_of
    from ticketing.storage import shop_files

    with open_application() as application:
        name = application.shop(shop).id
        stored = files_of(application.journal, name)
        written = application.journal.read_now(lambda tx: shop_files.written(tx, name))
    whole = not (directory / "shop.toml").is_file()
    paths = sorted(stored) if whole else [one.now.path for one in written]
    for path in paths:
        place = directory / path
        if (content := stored.get(path)) is None:
            place.unlink(missing_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    if as_json:
        typer.echo(json.dumps({"shop": name, "directory": str(directory), "paths": paths}, ensure_ascii=False))
        return
    typer.echo(said(f"{len(paths)} file(s) written to {directory}: {', '.join(paths[:10])}",
                    f"写出 {len(paths)} 个文件到 {directory}：{'、'.join(paths[:10])}"))  # fmt: skip


def _changed_alone(application: Any, found: Checked) -> tuple[str, ...]:
    """Translations that stayed as they were while the text beside them changed."""
    if found.folder is None:
        return ()
    try:
        before = application.shops.get(found.folder.shop.id).folder
    except UnknownShop:
        return ()
    return tuple(map(str, changed_alone(before, found.folder)))
