"""`anxin search`: the ranked documents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from support.cli.options import AsJson, a_time
from support.cli.outcome import print_json

if TYPE_CHECKING:
    from support.bootstrap import Application

SHOWN = 300


def search(
    query: Annotated[str, typer.Argument(help="What is looked for.")] = "",
    shop: Annotated[str, typer.Option(help="The shop's id; in a batch, for rows that name none.")] = "",
    k: Annotated[int, typer.Option("-k", help="How many documents.", min=1, max=100)] = 5,
    lang: Annotated[str, typer.Option(help="The language preferred where a document exists in several.")] = "",
    now: Annotated[str | None, typer.Option(help="The day whose versions count, as 2026-03-01T12:00:00+08:00.")] = None,
    batch: Annotated[Path | None, typer.Option(help="JSON lines in, JSON lines out; - is standard input.")] = None,
    as_json: AsJson = False,
) -> None:
    """Search a shop's articles, clauses and products."""
    from support.bootstrap import open_application
    from support.cli.batch import run_batch

    given = {"query": query, "shop": shop, "k": k, "lang": lang, "now": now}
    if batch is None and not (query.strip() and shop):
        raise typer.BadParameter("say which --shop and what to look for, or give a --batch FILE")
    with open_application() as application:
        if batch is not None:
            raise typer.Exit(run_batch(batch, lambda row: found(application, given | _present(row))))
        result = found(application, given)
    if as_json:
        print_json(result)
    else:
        _print(result)


def found(application: Application, row: Mapping[str, Any]) -> dict[str, Any]:
    """The hits of one query as JSON. Raises UnknownShop, ValueError for a row that asks nothing."""
    query, k = row.get("query") or row.get("text"), row.get("k", 5)
    if not isinstance(query, str) or not query.strip():
        raise ValueError("query: say what to look for")
    if not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= 100:
        raise ValueError("k: a whole number from 1 to 100")
    loaded = application.shop(str(row["shop"]))
    at = a_time(row.get("now"))
    day = at.astimezone(loaded.folder.shop.timezone).date() if at else None
    result = loaded.search.search(query, k=k, lang=row.get("lang") or None, on=day)
    hits = [
        {
            "kind": hit.passage.kind, "article": hit.passage.document, "passage": hit.passage.id,
            "title": hit.passage.title, "text": hit.passage.text, "score": hit.score, "lang": hit.passage.lang,
        }
        for hit in result.hits
    ]  # fmt: skip
    return {"hits": hits, "answerable": round(result.answerable, 4), "found": bool(result.shown)}


def _present(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}


def _print(result: Mapping[str, Any]) -> None:
    for place, hit in enumerate(result["hits"] if result["found"] else (), 1):
        typer.secho(f"{place}. {hit['title']}", bold=True, nl=False)
        typer.secho(f"  {hit['kind']} {hit['article']} · {hit['lang']} · {hit['score']:.3f}", dim=True)
        typer.echo("   " + hit["text"][:SHOWN].replace("\n", "\n   "))
    if not result["found"]:
        typer.echo("nothing found")
