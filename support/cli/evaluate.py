"""`anxin eval`: how good the answers are on a shop's own folder and cases, and drafts of cases from its tickets.

The evaluation stands above the service, so it is looked up by name where the command is run.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from support.cli.options import AsJson, Shop
from support.cli.outcome import NO, UNAVAILABLE, USAGE, end, print_json

eval_app = typer.Typer(help="Try a shop's answers on cases of its own.", invoke_without_command=True)
OWN_CASES = "evals"


@eval_app.callback()
def evaluate(
    context: typer.Context,
    shop: Annotated[Path | None, typer.Option(metavar="FOLDER", help="The shop folder.")] = None,
    cases: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A YAML file of cases; may be repeated. Else FOLDER/evals."),
    ] = None,
    page: Annotated[Path, typer.Option(metavar="FILE", help="The HTML report.")] = Path("eval.html"),
    as_json: AsJson = False,
) -> None:
    """Play a shop's cases and its articles' own questions; exit 1 where a case or a quote is wrong."""
    if context.invoked_subcommand:
        return
    if shop is None:
        raise typer.BadParameter("say which folder: anxin eval --shop FOLDER")
    if find_spec("evals") is None:
        end("the evaluation is not installed here: install anxin anew, or run it from its source", UNAVAILABLE)
    from support.cli.progress import progress_line

    own, case_error = import_module("evals.own_shop"), import_module("evals.case").CaseError
    files = cases or sorted((shop / OWN_CASES).glob("*.yaml"))
    try:
        with progress_line("cases") as tell:
            found = own.evaluate(shop, files, tell)
    except (case_error, OSError) as error:
        end(f"{error}", USAGE)
    found.write_page(page)
    if as_json:
        print_json(found.as_json())
    else:
        typer.echo(f"{found.table()}\n\nreport: {page}")
    raise typer.Exit(0 if found.good else NO)


@eval_app.command("draft")
def draft(
    shop: Shop,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most tickets, newest first.")] = 50,
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE", help="Where to; else shown.")] = None,
) -> None:
    """Draft cases from the shop's resolved tickets, without keys, numbers and addresses. Look at them before use."""
    from support.bootstrap import open_application
    from support.service.case_drafts import HEAD, drafts

    with open_application() as application:
        application.shop(shop)
        made = application.journal.read_now(lambda tx: [one.as_yaml() for one in drafts(tx, shop, limit)])
    if not made:
        end(f"no ticket of {shop} is resolved yet")
    text = HEAD + "".join(made)
    if out is None:
        sys.stdout.write(text)
        return
    if out.exists():
        end(f"{out} is there already; name another file", USAGE)
    out.write_text(text, "utf-8")
    typer.echo(f"{len(made)} cases drafted in {out}: look at them, then anxin eval --shop FOLDER --cases {out}")
