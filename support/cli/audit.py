"""`anxin audit`: who or what moved money or changed who may do what, as a chain to read, export and verify."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from support.cli.options import AsJson, Shop, among
from support.cli.outcome import NO, USAGE, end, print_json, said
from support.cli.refund_steps import Number
from support.cli.refunds import show_command

KINDS = ("account", "webhook", "api_key", "settings", "refund", "review")
audit_app = typer.Typer(no_args_is_help=True, help="Who did what: list, export, verify, and why for one refund.")


@audit_app.command("export")
def export_command(
    shop: Shop,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="A file; else standard output.")] = None,
) -> None:
    """The whole chain as JSON lines; standard error names its digest, which is to be kept elsewhere."""
    from support.bootstrap import open_application
    from support.service.audit import digest_of, lines_of
    from ticketing.storage import audit

    with open_application() as application:
        loaded = application.shop(shop)
        links = application.journal.read_now(lambda tx: audit.links(tx, loaded.id))
    lines = lines_of(loaded.id, links)
    if out is None:
        sys.stdout.writelines(lines)
    else:
        with out.open("w", encoding="utf-8") as file:
            file.writelines(lines)
    n, digest = len(links), digest_of(links)
    typer.echo(said(f"{n} links, digest {digest or '-'}", f"{n} 个环节，摘要 {digest or '-'}"), err=True)


@audit_app.command("list")
def list_command(
    shop: Shop,
    kind: Annotated[str, typer.Option(help=f"Of one kind alone: {', '.join(KINDS)}.")] = "",
    before: Annotated[int | None, typer.Option(help="The page before this link.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Who did what when, the newest first: money, overrides, accounts, webhooks, keys and the shop's files."""
    from support.bootstrap import open_application
    from support.service.audit import audit_page

    among("kind", [kind] if kind else [], KINDS)
    with open_application() as application:
        loaded = application.shop(shop)
        found = application.journal.read_now(lambda tx: audit_page(tx, loaded.id, kind or None, before, limit))
    if as_json:
        print_json(found)
        return
    for link in found["links"]:
        told = " ".join(str(value) for value in (link["words"] or {}).values() if value)
        typer.echo(f"{link['n']}  {link['at'][:19]}Z  {link['by']}  {link['kind']} {link['what']}  {told}".rstrip())
    if not found["links"]:
        typer.echo(said("nothing yet", "还没有"), err=True)


@audit_app.command("verify")
def verify_command(
    shop: Annotated[str, typer.Option("--shop", help="The shop's id: its record is verified.")] = "",
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="An export; it needs no record.")] = None,
    digest: Annotated[str, typer.Option(help="The digest that an export named: where the chain has to end.")] = "",
    as_json: AsJson = False,
) -> None:
    """Whether every link, and every row behind it, is as it was written; exit 1 names what is not."""
    from support.bootstrap import open_application
    from support.service.audit import faults_of_lines, faults_of_record

    if (file is None) == (not shop):
        raise typer.BadParameter("name an export, or --shop for its record")
    if file is not None:
        try:
            with file.open(encoding="utf-8") as lines:
                faults = list(faults_of_lines(lines, digest or None))
        except (OSError, UnicodeDecodeError) as error:
            end(f"{file} cannot be read: {error}", USAGE)
    else:
        with open_application() as application:
            loaded = application.shop(shop)
            faults = application.journal.read_now(lambda tx: list(faults_of_record(tx, loaded.id, digest or None)))
    if as_json:
        print_json({"holds": not faults, "faults": faults})
    else:
        typer.echo("\n".join(faults) or said("it is as it was written", "与写入时一致"))
    if faults:
        raise typer.Exit(NO)


@audit_app.command("why")
def why_command(number: Number, shop: Shop, as_json: AsJson = False) -> None:
    """Who or what allowed a refund: ownership, facts, verdict, approvers, execution, and each step's link."""
    show_command(number, shop, as_json)
