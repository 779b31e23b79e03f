"""`anxin unanswered`: what buyers asked and nothing answered, in groups, and the article to write for one of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from support.cli.options import AsJson
from support.cli.outcome import end, print_json

if TYPE_CHECKING:
    from support.service.unanswered import Cluster

KINDS = {"unknown": "没有答案", "unsure": "没听懂", "out_of_scope": "不属于本店"}
SHOWN_WORDS = 5


def unanswered_command(
    shop: Annotated[str, typer.Argument(help="The shop's id.")],
    days: Annotated[int, typer.Option(min=1, max=180, help="Questions of the last so many days.")] = 30,
    draft: Annotated[str, typer.Option(metavar="GROUP", help="Print an article for this group, to be answered.")] = "",
    into: Annotated[
        Path | None, typer.Option("--into", help="With --draft: write it to its place in this shop folder.")
    ] = None,
    dismiss: Annotated[str, typer.Option(metavar="GROUP", help="Take this group off the list.")] = "",
    as_json: AsJson = False,
) -> None:
    """Questions that were not answered, grouped by meaning, most asked first; exit 1 where there is no such group."""
    from support.bootstrap import open_application
    from support.service import unanswered
    from ticketing.storage import unanswered as rows

    if draft and dismiss:
        raise typer.BadParameter("say one of --draft and --dismiss")
    if into is not None and not draft:
        raise typer.BadParameter("--into goes with --draft")
    with open_application() as application:
        loaded, now = application.shop(shop), datetime.now(UTC)
        found = unanswered.waiting(application.journal, loaded, now - timedelta(days=days))
        if draft:
            keys = [one.message for one in _named(found, draft).questions]
            begun = unanswered.draft_of(application.journal, loaded, keys)
            _hand_out(begun.path, begun.text, into, as_json)
        elif dismiss:
            keys = [one.message for one in _named(found, dismiss).questions]
            done = application.journal.write_now(lambda tx: rows.dismiss(tx, loaded.id, keys, "command line", now))
            print_json({"dismissed": done}) if as_json else typer.echo(f"{done} questions taken off the list")
        elif as_json:
            shown = [unanswered.cluster_view(one) for one in found]
            print_json({"questions": sum(len(one.questions) for one in found), "n": len(found), "clusters": shown})
        else:
            typer.echo("\n".join(_lines(found, days)))


def _named(found: list[Cluster], name: str) -> Cluster:
    """The group whose id ends so. Raises Exit."""
    named = [one for one in found if one.id.endswith(name)]
    if len(named) != 1:
        end(f"there {'is no group' if not named else 'are several groups'} {name!r}: see the list")
    return named[0]


def _hand_out(path: str, text: str, into: Path | None, as_json: bool) -> None:
    if into is not None:
        if not (into / "shop.toml").is_file():
            raise typer.BadParameter(f"{into} is no shop folder: it has no shop.toml", param_hint="--into")
        place = into / path
        if place.exists():
            end(f"{place} is there already; nothing was written")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    if as_json:
        print_json({"path": path, "text": text})
    elif into is not None:
        typer.echo(f"{into / path}: write the answer there, then `anxin shop check {into}`")
    else:
        typer.echo(f"# {path}", err=True)
        typer.echo(text, nl=False)


def _lines(found: list[Cluster], days: int) -> Iterator[str]:
    from support.service.unanswered import cluster_view

    total = sum(len(one.questions) for one in found)
    yield f"最近 {days} 天未答问题 {total} 个，{len(found)} 组"
    for one in found:
        view = cluster_view(one)
        kinds = "，".join(f"{KINDS[kind]} {count}" for kind, count in view["kinds"].items())
        yield f"{view['n']:>4}  {one.id[-8:]}  {view['last_at'][:10]}  {view['title']}  （{kinds}）"
        yield from (f"{'':<28}{said['n']} × {said['text']}" for said in view["asked"][1:SHOWN_WORDS])
