"""`anxin policy replay`: which recorded decisions changed policies would flip, and the money that would move."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from support.cli.options import AsJson, Shop, a_time
from support.cli.outcome import print_json, said
from support.cli.progress import progress_line
from support.policy.proof import utc

if TYPE_CHECKING:
    from knowledge_base.policy import PolicyVersion
    from support.policy.replay import Came, Flip, Tally

SHOWN = 3
"""Examples of each group that the plain report names."""
_AGO = re.compile(r"([0-9]{1,5})([hdw])", re.ASCII)
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def replay_policies(
    shop: Shop,
    policies: Annotated[
        Path,
        typer.Option(
            help="A folder with the changed policies, a whole shop folder, or a draft: one file, or new versions alone."
        ),
    ],
    since: Annotated[str, typer.Option(help="How far back: 90d, 12h, 8w, or a time in ISO 8601.")] = "90d",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes, where there is much to decide; else one a core.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make recorded decisions again under changed policies; nothing is stored and nobody is told.

    Each version holds for the orders paid from its day on. One that is new and not yet past is tried as if it had
    been in force all along: it has no orders of its own.
    """
    from support.bootstrap import open_application
    from support.service.replay import replay_under, today_of, trial_of, with_policies

    if not policies.exists():
        raise typer.BadParameter(f"there is no {policies}")
    now = datetime.now(UTC)
    start = ago(since, now)
    with open_application() as application:
        loaded = application.shop(shop)
        folder = with_policies(application.journal, shop, policies, now)
        trial = trial_of(loaded.folder.policies, folder.policies, today_of(folder.shop, now))
        with progress_line("decisions made again") as tell:
            tally = replay_under(
                application.journal, folder.shop, trial.versions, start, tell, workers or application.shops.workers
            )
    if as_json:
        print_json(_as_json(shop, start, tally, trial.as_if))
    else:
        typer.echo("\n".join(report_lines(start.astimezone(folder.shop.timezone), tally, trial.as_if)))


def ago(text: str, now: datetime) -> datetime:
    """The time that `90d`, `12h`, `8w` or a time in ISO 8601 means. Raises BadParameter."""
    if match := _AGO.fullmatch(text):
        return now - timedelta(**{_UNITS[match[2]]: int(match[1])})
    found = a_time(text)
    assert found is not None
    return found


def _as_json(shop: str, since: datetime, tally: Tally, as_if: tuple[PolicyVersion, ...]) -> dict[str, Any]:
    groups = [
        {
            "before": before, "after": after, "reason": reason, "count": len(flips),
            "flips": [_flip(one) for one in flips],
        }
        for (before, after, reason), flips in tally.groups()
    ]  # fmt: skip
    return {
        "shop": shop, "since": utc(since), "decisions": tally.decisions, "flips": len(tally.flips),
        "money": {currency: f"{amount:f}" for currency, amount in sorted(tally.money.items())},
        "groups": groups, "unreadable": tally.unreadable,
        "as_if": [{"policy": one.policy, "effective": one.effective.isoformat()} for one in as_if],
    }  # fmt: skip


def _flip(flip: Flip) -> dict[str, Any]:
    return {
        "decision": flip.id, "order": flip.order_no, "request": flip.request,
        "before": _came(flip.before), "after": _came(flip.after),
    }  # fmt: skip


def _came(came: Came) -> dict[str, Any]:
    return {"verdict": came.verdict, "clause": came.clause, "outcome": came.outcome, "missing": list(came.missing)}


def report_lines(since: datetime, tally: Tally, as_if: tuple[PolicyVersion, ...]) -> Iterable[str]:
    """What a replay came to, for a terminal; `since` in the shop's zone."""
    for version in as_if:
        name, day = version.policy, version.effective
        yield said(f"{name} from {day} is tried as if it had been in force all along",
                   f"{name} 自 {day} 起的版本，按一直生效来试算")  # fmt: skip
    decisions, changed, at = tally.decisions, len(tally.flips), f"{since:%Y-%m-%d %H:%M %z}"
    yield said(f"{decisions} decisions since {at}, {changed} would come out otherwise",
               f"{at} 以来有 {decisions} 条决定，其中 {changed} 条会改变")  # fmt: skip
    for (before, after, reason), flips in tally.groups():
        yield f"{len(flips):6}  {before} → {after}" + (f"  ({reason})" if reason else "") + _money_of(flips)
        named = [f"{one.order_no or '-'} {one.id}" for one in flips[:SHOWN]]
        yield said("        e.g. ", "        例如 ") + ", ".join(named)
    for currency, amount in sorted(tally.money.items()):
        yield said(f"refunds would change by {amount:+f} {currency}", f"退款会变化 {amount:+f} {currency}")
    if tally.flips:
        yield said("anxin policy proof --shop SHOP ID  prints the proof of one of them",
                   "anxin policy proof --shop SHOP ID  打印其中一条的证明")  # fmt: skip
    if tally.unreadable:
        count, first = len(tally.unreadable), tally.unreadable[0]
        yield said(f"{count} could not be made again, the first: {first}", f"{count} 条无法重做，第一条：{first}")


def _money_of(flips: list[Flip]) -> str:
    moved = sum((one.after.refund - one.before.refund for one in flips), Decimal(0))
    return f"  {moved:+f}" if moved else ""
