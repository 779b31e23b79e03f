"""`anxin hold`: what is not to go, neither by time nor by an erasure, while a court or an authority may ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from support.cli.options import AsJson, Shop, a_time
from support.cli.outcome import at_terminal, end, print_json, said

hold_app = typer.Typer(no_args_is_help=True, help="Legal holds: what is not to go, neither by time nor by an erasure.")
LONGEST = 500


@hold_app.command("list")
def list_(
    shop: Shop,
    ended: Annotated[bool, typer.Option("--all", help="Those that ended, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Name what is held, by whom, why and until when."""
    from support.bootstrap import open_application
    from support.service import privacy
    from ticketing.storage.privacy import holds_of

    now = datetime.now(UTC)
    with open_application() as application:
        of = application.shop(shop).id
        found = application.journal.read_now(
            lambda tx: [privacy.hold_view(tx, one, privacy.names(tx, of), now) for one in holds_of(tx, of)]
        )
    shown = [one for one in found if ended or one["stands"]]
    if as_json:
        print_json({"holds": shown})
        return
    typer.echo("\n".join(map(_line, shown)) or said("nothing is held", "没有保全"))


@hold_app.command("set")
def set_(
    subject: Annotated[str, typer.Argument(help="A ticket (T-1001), or a buyer: the id in the shop, or visitor:ID.")],
    shop: Shop,
    reason: Annotated[str, typer.Option(help="Why, as admins and whoever asks for an erasure will read it.")],
    until: Annotated[
        str | None, typer.Option(help="Until then, as 2027-03-01T00:00:00+08:00; else until lifted.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold a ticket, or everything of a buyer. Exit 1: nothing is kept under that name."""
    from support.bootstrap import open_application
    from support.service import privacy

    now, ends = datetime.now(UTC), a_time(until)
    if not 1 <= len(reason.strip()) <= LONGEST:
        raise typer.BadParameter(f"a reason has 1 to {LONGEST} characters", param_hint="--reason")
    if ends is not None and ends <= now:
        raise typer.BadParameter(f"{until!r} has passed already", param_hint="--until")
    with open_application() as application, _known(subject):
        of = application.shop(shop).id
        one = application.journal.write_now(lambda tx: privacy.hold(tx, of, at_terminal(), subject, reason, ends, now))
        shown = application.journal.read_now(lambda tx: privacy.hold_view(tx, one, privacy.names(tx, of), now))
    print_json(shown) if as_json else typer.echo(_line(shown))


@hold_app.command()
def lift(
    hold: Annotated[str, typer.Argument(metavar="HOLD", help="Its id, as `anxin hold list` names it.")],
    shop: Shop,
    as_json: AsJson = False,
) -> None:
    """End a hold: time goes on as if it had not been. Exit 1: there is none, or it ended before."""
    from support.bootstrap import open_application
    from support.service import privacy

    with open_application() as application, _known(hold):
        of = application.shop(shop).id
        application.journal.write_now(lambda tx: privacy.lift(tx, of, at_terminal(), hold, datetime.now(UTC)))
    print_json({"id": hold, "lifted": True}) if as_json else typer.echo(said(f"{hold} is lifted", f"{hold} 已解除"))


@contextmanager
def _known(name: str) -> Iterator[None]:
    from support.service.person_export import NothingKept
    from ticketing.errors import NotFound

    try:
        yield
    except (NothingKept, NotFound):
        end(said(f"nothing is kept or held as {name} in this shop", f"本店没有 {name} 的内容或保全"))


def _line(one: dict[str, Any]) -> str:
    until = one["until"][:10] if one["until"] else said("until lifted", "直至解除")
    ended = "" if one["stands"] else said("  (ended)", "（已结束）")
    return f"{one['id']}  {one['kind']} {one['subject']}  {until}  {one['reason']} ({one['by']}){ended}"
