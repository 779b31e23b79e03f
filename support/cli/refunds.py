"""`anxin refunds`: what was asked for and where it stands, who or what allowed it, and settling what is in doubt."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, cast

import typer

from support.cli.outcome import NO, print_json

refunds_app = typer.Typer(no_args_is_help=True, help="Refunds and replacements: list, who allowed one, settle a doubt.")
Shop = Annotated[str, typer.Option("--shop", help="The shop's id.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="R-1, or 1.")]
STATES = {
    "requested": "已申请", "approved": "已批准", "executing": "执行中", "done": "已完成", "failed": "失败",
    "in_doubt": "存疑", "cancelled": "已取消",
}  # fmt: skip


@refunds_app.command("list")
def list_command(
    shop: Shop,
    state: Annotated[list[str] | None, typer.Option(help=f"Only of this state: {', '.join(STATES)}.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    as_json: AsJson = False,
) -> None:
    """Refunds, the newest change first."""
    from support.bootstrap import open_application
    from support.service.refund_views import refund_view
    from ticketing.storage import refunds as rows

    if wrong := [one for one in state or () if one not in STATES]:
        raise typer.BadParameter(f"--state {wrong[0]!r}: one of {', '.join(STATES)}")
    with open_application() as application:
        loaded = application.shop(shop)
        found = application.journal.read_now(lambda tx: rows.listed(tx, loaded.id, state or (), limit))
        if as_json:
            print_json({"refunds": [refund_view(one) for one in found]})
            return
        for one in found:
            typer.echo(
                f"{one.number:>7}  {STATES[one.state]} {one.state:<10} {one.amount:>10} {one.currency}  {one.kind:<10} "
                f"{one.order_no} {one.line}".rstrip()
            )
        if not found:
            typer.echo("no refunds")


@refunds_app.command("show")
def show_command(number: Number, shop: Shop, as_json: AsJson = False) -> None:
    """Who or what allowed a refund: ownership, facts, verdict, approvers, execution; exit 1 where there is none."""
    from support.bootstrap import open_application
    from support.service.refund_views import audit
    from ticketing.errors import NotFound

    with open_application() as application:
        loaded = application.shop(shop)
        try:
            shown = application.journal.read_now(lambda tx: audit(tx, loaded.id, _no(number)))
        except NotFound as error:
            _end(f"{error}: `anxin refunds list --shop {shop}` names them all")
            raise AssertionError from error
        print_json(shown) if as_json else typer.echo("\n".join(_lines(shown)))


@refunds_app.command("settle")
def settle_command(
    number: Number,
    shop: Shop,
    by: Annotated[str, typer.Option("--by", help="The login name of the senior who says so.")],
    proof: Annotated[str, typer.Option(help="What shows it: the number of the transfer, or where it can be seen.")],
    outcome: Annotated[str, typer.Option(help="done or failed.")],
    as_json: AsJson = False,
) -> None:
    """Say what became of a refund in doubt; exit 1 where the shop's rules or its state do not let you."""
    from support.bootstrap import open_application
    from support.service.agents import NoSuchAgent, named
    from support.service.refund_views import refund_view
    from support.service.refunds import settle
    from ticketing.errors import TicketingError

    if outcome not in {"done", "failed"}:
        raise typer.BadParameter(f"--outcome {outcome!r}: done or failed")
    with open_application() as application:
        loaded, now = application.shop(shop), datetime.now(UTC)

        def work(tx: Any) -> Any:
            agent = named(tx, by)
            if agent.shop != loaded.id:
                raise NoSuchAgent(by)
            ended = cast(Literal["done", "failed"], outcome)  # checked above
            return settle(tx, loaded.folder.shop, agent, _no(number), ended, proof, None, now)

        try:
            refund = application.journal.write_now(work)
        except (TicketingError, NoSuchAgent) as error:
            _end(str(error))
            raise AssertionError from error
        print_json(refund_view(refund)) if as_json else typer.echo(f"{refund.number} is {refund.state}: {proof}")


def _no(number: str) -> int:
    plain = number.strip().upper().removeprefix("R-")
    if not plain.isdecimal() or not plain.isascii() or len(plain) > 15:
        raise typer.BadParameter(f"{number!r} is no refund's number: R-1, or 1")
    return int(plain)


def _end(line: str) -> None:
    typer.echo(line, err=True)
    raise typer.Exit(NO)


def _lines(shown: dict[str, Any]) -> list[str]:
    totals, verdict, owner = shown["line_totals"], shown["verdict"], shown["ownership"]
    lines = [
        f"{shown['number']}  {STATES[shown['state']]} {shown['state']}  {shown['amount']} {shown['currency']} "
        f"{shown['kind']}, order {shown['order']} {shown['line']}".rstrip(),
        f"  paid {totals['paid']}, left to give back {totals['left']}",
    ]
    if owner:
        lines.append(f"  opened by {owner['by'] or 'nobody'}: {owner['owner']}")
    if verdict:
        clause = verdict["clause"] or {}
        lines.append(
            f"  {verdict['verdict']} by {clause.get('policy')}/{clause.get('id')}, decision {verdict['decision']}"
        )
    else:
        lines.append(f"  a person's own: {shown['reason'] or '-'}")
    for step in shown["steps"]:
        shows = f" [{step['reference']}]" if step["reference"] else ""
        lines.append(f"  {step['at']}  {step['from'] or '-'} → {step['to']}  {step['by']}: {step['cause']}{shows}")
    return lines
