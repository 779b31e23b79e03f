"""`anxin policy publish` and `withdraw`: a draft put in force from its day on, or taken back before it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from support.cli.options import AsJson, Shop
from support.cli.outcome import USAGE, at_terminal, os_user, print_json, said
from support.cli.policy_draft import DraftPath, Lang, a_day, show_changes
from support.cli.progress import progress_line
from support.cli.replay import ago, report_lines

if TYPE_CHECKING:
    from support.bootstrap import Application
    from support.service.publish import Draft

By = Annotated[str, typer.Option(help="Who publishes; by default who is logged in here.")]
Note = Annotated[str, typer.Option(help="Why, for the history.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
IfRev = Annotated[int | None, typer.Option(help="Only if the last publication has this number; see history.")]


def publish_command(
    draft: DraftPath, shop: Shop, by: By = "", note: Note = "", since: Annotated[
        str, typer.Option(help="Try the draft on decisions since then: 90d, 12h, 8w, or a time.")
    ] = "90d", if_rev: IfRev = None, lang: Lang = "", yes: Yes = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Put a draft in force from its `effective` day on, after a look at what it changes; exit 1 if it may not be."""
    from support.bootstrap import open_application
    from support.service.publish import let_draft_pass, summary, tried_on_the_past

    now = datetime.now(UTC)
    start = ago(since, now)
    with open_application() as application:
        application.shop(shop)
        read = let_draft_pass(application.journal, shop, draft, now)
        _expect(read, if_rev)
        if not read.changes:
            _nothing(shop, read, as_json)
            return
        with progress_line("decisions made again") as tell:
            tally, as_if = tried_on_the_past(application.journal, read, start, now, tell)
        if not as_json:
            show_changes(read, lang)
            at = start.astimezone(read.folder.shop.timezone)
            typer.echo("\n".join(report_lines(at, tally, as_if)))
        _confirm(said("publish?", "发布吗？"), yes)
        _store(application, read, "publish", by, note, summary(tally), as_json)


def withdraw_command(
    policy: Annotated[str, typer.Argument(help="The policy's name.")],
    effective: Annotated[str, typer.Argument(metavar="DAY", help="From when the version would hold: 2026-12-01.")],
    shop: Shop, by: By = "", note: Note = "", if_rev: IfRev = None, yes: Yes = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Take back a published version whose day has not come; one in force stays for ever (exit 1)."""
    from support.bootstrap import open_application
    from support.service.publish import without_version

    with open_application() as application:
        application.shop(shop)
        read = without_version(application.journal, shop, policy, a_day(effective), datetime.now(UTC))
        _expect(read, if_rev)
        if not as_json:
            show_changes(read, "")
        _confirm(said("withdraw?", "撤回吗？"), yes)
        _store(application, read, "withdraw", by, note, {}, as_json)


def _store(
    application: Application, read: Draft, via: Any, by: str, note: str, effect: dict[str, Any], as_json: bool
) -> None:
    from support.service.publish import Signed

    signed = Signed(by or os_user(), via, datetime.now(UTC), note, at_terminal())
    shop = read.folder.shop.id
    with progress_line(f"indexing {shop}") as progress:
        application.shops.publish(read, signed, effect, progress)
    versions = [
        {"policy": one.version.policy, "effective": one.version.effective.isoformat(), "change": one.kind}
        for one in read.changes
    ]  # fmt: skip
    number = read.number
    if as_json:
        print_json({
            "shop": shop, "publication": number, "by": signed.by, "via": via, "note": note, "versions": versions,
            "effect": effect, "paths": list(read.own_files),
        })  # fmt: skip
        return
    done, done_zh = ("published", "已发布") if via == "publish" else ("withdrawn", "已撤回")
    named = ", ".join(f"{one['policy']} from {one['effective']}" for one in versions)
    named_zh = "、".join(f"{one['policy']} 自 {one['effective']} 起" for one in versions)
    typer.echo(said(f"{done} as number {number} by {signed.by}: {named}",
                    f"{done_zh}，第 {number} 次发布，由 {signed.by}：{named_zh}"))  # fmt: skip
    if via == "publish":
        paths = ", ".join(read.own_files)
        typer.echo(said(f"keep it in your shop folder too: {paths}", f"请在店铺文件夹里也留一份：{paths}"))


def _expect(read: Draft, if_rev: int | None) -> None:
    from support.service.publish import PublishedMeanwhile

    if if_rev is not None and if_rev != read.stored.rev:
        raise PublishedMeanwhile(if_rev, read.stored.rev)


def _nothing(shop: str, read: Draft, as_json: bool) -> None:
    if as_json:
        print_json({"shop": shop, "publication": None, "versions": [], "effect": {}, "paths": []})
    else:
        show_changes(read, "")


def _confirm(question: str, yes: bool) -> None:
    """Ask, where somebody can answer. Raises Exit."""
    if yes:
        return
    if not sys.stdin.isatty():
        typer.echo(said("nothing was changed: say --yes where nobody can be asked",
                        "没有改动任何东西：无法询问时请加 --yes"), err=True)  # fmt: skip
        raise typer.Exit(USAGE)
    if not typer.confirm(question, err=True):
        raise typer.Exit(1)
