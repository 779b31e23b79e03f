"""`anxin policy history`: who published what of a shop's policies, when, and what it changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from support.cli.options import AsJson, Shop
from support.cli.outcome import print_json
from support.cli.policy_draft import Lang

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from support.service.policy_history import Entry


def history_command(
    shop: Shop,
    diff: Annotated[int | None, typer.Option(metavar="N", help="What publication N changed, clause by clause.")] = None,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """Every publication of the policies: number, time, who, versions, why; with --diff what one of them changed."""
    from support.bootstrap import open_application
    from support.service.policy_history import entry_json, history_of

    with open_application() as application:
        profile = application.shop(shop).folder.shop
        entries = history_of(application.journal, profile)
    if diff is not None:
        entries = [one for one in entries if one.publication.n == diff]
        if not entries:
            raise typer.BadParameter(f"{shop} has no publication {diff}")
    if as_json:
        print_json({"shop": shop, "publications": [entry_json(one, diff is not None) for one in entries]})
        return
    for line in _lines(entries, lang or profile.languages[0], profile.timezone, diff is not None):
        typer.echo(line)
    if not entries:
        typer.echo(f"{shop} has no policy yet", err=True)


def _lines(entries: Sequence[Entry], lang: str, zone: ZoneInfo, with_changes: bool) -> Iterator[str]:
    from support.service.policy_words import change_lines

    for entry in entries:
        one = entry.publication
        at = one.at.astimezone(zone)
        yield f"{one.n:>4}  {at:%Y-%m-%d %H:%M %z}  {one.by or '-'}  {one.via}  {one.digest[:12]}" + (
            f"  {one.note}" if one.note else ""
        )
        for version in one.changes:
            yield f"      {version.kind} {version.policy} from {version.effective}  {version.digest[:12]}"
        if one.effect.get("flips"):
            money = ", ".join(f"{amount} {currency}" for currency, amount in one.effect["money"].items())
            yield f"      {one.effect['flips']} of {one.effect['decisions']} past decisions came out otherwise  {money}"
        if with_changes:
            yield from (str(line) for change in entry.changes for line in change_lines(lang, change, entry.before))
