"""`anxin shop`: a shop folder to start from, and its check."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from knowledge_base.errors import Fault, ShopFaults
from knowledge_base.reader import read_directory, read_shop
from knowledge_base.shop import ShopFolder
from knowledge_base.template import new_shop_files
from knowledge_base.toml_lines import key_lines, line_of
from support.cli.connect import connect
from support.cli.webhook import webhook
from support.policy.coverage import coverage
from support.policy.examples import run_examples

DONE, NO, WRONG_USAGE = 0, 1, 2

shop_app = typer.Typer(help="Write, check, load and connect a shop folder.", no_args_is_help=True)
shop_app.command("connect")(connect)
shop_app.command("webhook")(webhook)


@shop_app.command("new")
def new(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write; it must not hold files yet.")],
) -> None:
    """Write a commented shop folder to start from."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        typer.echo(f"{directory} is not empty; name a new folder", err=True)
        raise typer.Exit(WRONG_USAGE)
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
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Validate a shop folder: every fault with its file and line, exit 1 if there is one."""
    found = checked(directory)
    _show(found, as_json)
    raise typer.Exit(NO if found.faults else DONE)


@dataclass(frozen=True, slots=True)
class Checked:
    """A shop folder's check: the folder where it can be read, and every fault, those of its examples included."""

    folder: ShopFolder | None
    faults: tuple[Fault, ...]
    warnings: tuple[str, ...]


def checked(directory: Path) -> Checked:
    """Read a folder and run the examples of its clauses."""
    try:
        folder = read_shop(read_directory(directory))
    except ShopFaults as error:
        return Checked(None, error.faults, error.warnings)
    faults = (*run_examples(folder), *_mapping_faults(directory, folder))
    return Checked(folder, faults, (*folder.warnings, *coverage(folder)))


def _mapping_faults(directory: Path, folder: ShopFolder) -> tuple[Fault, ...]:
    """What is wrong with the mapping of a store's tables or answers."""
    from support.stores import mapping_fault

    fault = mapping_fault(folder.shop.orders)
    if fault is None:
        return ()
    lines = key_lines((directory / "shop.toml").read_text("utf-8-sig"))
    return (Fault("shop.toml", line_of(lines, ("orders", *fault.key.split("."))), fault.message),)


def _shop_id(directory: Path) -> str:
    name = re.sub(r"[^a-z0-9_-]+", "-", directory.resolve().name.lower()).strip("-_")
    return name[:63] or "my-shop"


def _show(found: Checked, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_document(found), ensure_ascii=False))
    else:
        _print(found)


def _document(found: Checked) -> dict[str, object]:
    return {
        "ok": not found.faults,
        "faults": [{"file": fault.file, "line": fault.line, "message": fault.message} for fault in found.faults],
        "warnings": list(found.warnings),
        "found": None if found.folder is None else found_in(found.folder),
    }


def found_in(folder: ShopFolder) -> dict[str, object]:
    """How much of each kind a folder holds."""
    clauses = sum(len(version.clauses) for version in folder.policies)
    return {
        "shop": folder.shop.id,
        "languages": list(folder.shop.languages),
        "articles": len(folder.articles),
        "policies": len(folder.policies),
        "clauses": clauses,
        "examples": sum(len(clause.examples) for version in folder.policies for clause in version.clauses),
        "products": len(folder.products),
        "authorisations": len(folder.authorisations),
        "macros": len(folder.macros),
        "orders": folder.shop.orders.source if folder.shop.orders is not None else None,
        "digest": folder.digest,
    }


def _print(found: Checked) -> None:
    for fault in found.faults:
        typer.echo(str(fault))
    for warning in found.warnings:
        typer.echo(f"warning: {warning}")
    if found.folder is not None:
        held = found_in(found.folder)
        counts = ", ".join(f"{held[kind]} {kind}" for kind in _COUNTED)
        typer.echo(f"shop {held['shop']}: {counts}; orders from {held['orders'] or 'nowhere'}")
    typer.echo(f"{len(found.faults)} fault(s)" if found.faults else "no fault")


_COUNTED = ("articles", "policies", "clauses", "examples", "products", "authorisations", "macros")


@shop_app.command("import")
def import_(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The shop folder.")],
    by: Annotated[str, typer.Option(help="Who imports; by default who is logged in here.")] = "",
    amend: Annotated[bool, typer.Option("--amend", help="Even if policies that have decided are altered.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Load or update a shop, atomically: a faulty folder changes nothing. A running server sees it by itself.

    A policy that was in force and has decided cases is not altered: give what changes a new `effective` day.
    """
    from support.bootstrap import open_application
    from support.cli.progress import progress_line
    from support.cli.publish import os_user
    from support.service.policy_gate import HistoryRewritten

    found = checked(directory)
    if found.faults:
        _show(found, as_json)
        raise typer.Exit(NO)
    with open_application() as application, progress_line(f"indexing {directory.name}") as progress:
        try:
            done = application.shops.import_folder(directory, progress, by=by or os_user(), amend=amend)
        except HistoryRewritten as error:
            _show(Checked(found.folder, error.faults, found.warnings), as_json)
            raise typer.Exit(NO) from error
    changes = done.changes
    if as_json:
        document = {
            "shop": done.shop, "generation": changes.generation, "added": changes.added, "changed": changes.changed,
            "removed": changes.removed, "passages": done.passages, "warnings": done.warnings,
        }  # fmt: skip
        typer.echo(json.dumps(document, ensure_ascii=False))
        return
    for warning in done.warnings:
        typer.secho(f"warning: {warning}", fg="yellow", err=True)
    count = f"{len(changes.added)} added, {len(changes.changed)} changed, {len(changes.removed)} removed"
    typer.echo(f"{done.shop}: {count if changes else 'nothing changed'}; {done.passages} passages to find")
