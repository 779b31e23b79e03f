"""`anxin refunds`: what was asked for and where it stands, and who or what allowed it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from support.cli.options import AsJson, Shop, among
from support.cli.outcome import end, print_json
from support.cli.refund_steps import STATES, Number, add_steps, no_of

refunds_app = typer.Typer(
    no_args_is_help=True, help="Refunds and replacements: ask, approve, execute, settle, and who allowed one."
)
add_steps(refunds_app)


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

    among("state", state or (), STATES)
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
            shown = application.journal.read_now(lambda tx: audit(tx, loaded.id, no_of(number)))
        except NotFound as error:
            end(f"{error}: `anxin refunds list --shop {shop}` names them all")
        print_json(shown) if as_json else typer.echo("\n".join(_lines(shown)))


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
    if said := shown["review"]:
        lines.append(f"  {said['said']} by {said['by']}, {said['ticket']}: {said['reason'] or 'as decided'}")
    for step in shown["steps"]:
        shows = f" [{step['reference']}]" if step["reference"] else ""
        lines.append(f"  {step['at']}  {step['from'] or '-'} → {step['to']}  {step['by']}: {step['cause']}{shows}")
    return lines
