"""`anxin webhook`: other systems that are told what happens in a shop. What a store tells is `anxin shop webhook`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from support.cli.options import AsJson, Shop, among
from support.cli.outcome import at_terminal, end, os_user, print_json, said

if TYPE_CHECKING:
    import sqlalchemy as sa

    from support.service.webhooks import Who
    from ticketing.storage.webhooks import Webhook

T = TypeVar("T")
Work = Callable[["sa.Connection", "Webhook", "Who", datetime], T]
webhook_app = typer.Typer(
    no_args_is_help=True, help="Addresses that are told what happens: added, tried, looked after, removed."
)
Id = Annotated[str, typer.Argument(metavar="WEBHOOK", help="Its id or the beginning, as `anxin webhook list` has it.")]


@webhook_app.command()
def add(
    url: Annotated[str, typer.Argument(help="Where events are posted: https://…")],
    shop: Shop,
    kind: Annotated[list[str], typer.Option(help="What it is told; may be repeated. `anxin webhook kinds` names all.")],
    as_json: AsJson = False,
) -> None:
    """Add an address and print its signing secret, this once; it is told what happens from now on."""
    from support.bootstrap import open_application
    from support.service import webhooks

    wanted = among("kind", kind, webhooks.KINDS)
    with open_application() as application, _explained():
        address = webhooks.usable(url, application.settings.webhooks_private)
        who, now = _who(application.shop(shop).id), datetime.now(UTC)
        made = application.journal.write_now(lambda tx: webhooks.add(tx, who, address, wanted, now))
    _show_once(made, as_json)


@webhook_app.command("list")
def list_(shop: Shop, as_json: AsJson = False) -> None:
    """Name a shop's addresses: what each is told, whether it is paused, and how the last delivery went."""
    from support.bootstrap import open_application
    from support.service.webhook_views import webhook_view
    from ticketing.storage import webhooks as rows

    with open_application() as application:
        of = application.shop(shop).id
        found = application.journal.read_now(lambda tx: [(one, rows.log(tx, one, 1)) for one in rows.of_shop(tx, of)])
    documents = [webhook_view(one) | {"last": log[0].state if log else None} for one, log in found]
    if as_json:
        print_json({"webhooks": documents})
        return
    for one, log in found:
        state = said("paused", "已暂停") if one.paused else said("on", "开启")
        ended = log[0].state if log else said("nothing yet", "还没有")
        typer.echo(f"{one.id}  {state}  {ended}  {one.url}  {' '.join(one.kinds)}")
    if not found:
        typer.echo("no address yet: anxin webhook add URL --shop SHOP --kind ticket", err=True)


@webhook_app.command("test")
def ping(webhook: Id, shop: Shop, as_json: AsJson = False) -> None:
    """Have the running server send it a `ping`; `anxin webhook log` shows how it went, seconds later."""
    from support.service import webhooks
    from support.service.webhook_views import delivery_view

    sent = _do(shop, webhook, lambda tx, one, who, now: webhooks.ping(tx, one, now))
    if as_json:
        print_json(delivery_view(sent, ()))
    else:
        typer.echo(
            said(
                f"ping {sent.id} is owed: the server sends it within seconds",
                f"ping {sent.id} 已排队，服务器几秒内发送",
            )
        )


@webhook_app.command("log")
def log_(
    webhook: Id, shop: Shop, limit: Annotated[int, typer.Option(min=1, max=200, help="How many.")] = 20,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """What it was told, the newest first: state, tries, and the last answer."""
    from support.service.webhook_views import delivery_view
    from ticketing.storage import webhooks as rows

    def read(tx: sa.Connection, one: Webhook, who: Who, now: datetime) -> list[dict[str, Any]]:
        found = rows.log(tx, one, limit)
        tries = rows.attempts_of(tx, one.shop, [each.id for each in found])
        return [delivery_view(each, tries[each.id]) for each in found]

    documents = _do(shop, webhook, read, writes=False)
    if as_json:
        print_json({"deliveries": documents})
        return
    for one in documents:
        last = one["attempts"][-1] if one["attempts"] else {"status": None, "ms": 0, "trouble": None}
        answer = last["status"] or last["trouble"] or said("not tried yet", "还没有发送")
        count = len(one["attempts"])
        tries = said(f"tries: {count}", f"已发 {count} 次")
        again = said(f"again at {one['next_at'][:19]}", f"下次 {one['next_at'][:19]}") if one["next_at"] else ""
        typer.echo(f"{one['at'][:19]}  {one['kind']}  {one['state']}  {tries}  {answer}  {one['id']}  {again}".rstrip())
    if not documents:
        typer.echo("it was told nothing yet", err=True)


@webhook_app.command()
def redeliver(
    webhook: Id, delivery: Annotated[str, typer.Argument(help="Its id, as `anxin webhook log` has it.")], shop: Shop,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Send something once more, under the same id."""
    from support.service import webhooks
    from support.service.webhook_views import delivery_view

    owed = _do(shop, webhook, lambda tx, one, who, now: webhooks.redeliver(tx, one, delivery, now))
    if as_json:
        print_json(delivery_view(owed, ()))
    else:
        typer.echo(said(f"{owed.id} is owed once more", f"{owed.id} 将再发一次"))


@webhook_app.command()
def rotate(webhook: Id, shop: Shop, as_json: AsJson = False) -> None:
    """Give it a new signing secret and print it, this once; the old one signs beside it for a day."""
    from support.service import webhooks

    _show_once(_do(shop, webhook, lambda tx, one, who, now: webhooks.rotate(tx, who, one, now)), as_json)


@webhook_app.command()
def pause(webhook: Id, shop: Shop, as_json: AsJson = False) -> None:
    """Send it nothing until `anxin webhook resume`; what happens meanwhile is told then, up to three days of it."""
    _pause(webhook, shop, True, as_json)


@webhook_app.command()
def resume(webhook: Id, shop: Shop, as_json: AsJson = False) -> None:
    """Go on with one that was paused, by you or by its answer 410."""
    _pause(webhook, shop, False, as_json)


@webhook_app.command()
def remove(webhook: Id, shop: Shop, as_json: AsJson = False) -> None:
    """Forget an address with all that it was told."""
    from support.service import webhooks
    from support.service.webhook_views import webhook_view

    def gone(tx: sa.Connection, one: Webhook, who: Who, now: datetime) -> Webhook:
        webhooks.drop(tx, who, one, now)
        return one

    found = _do(shop, webhook, gone)
    if as_json:
        print_json(webhook_view(found) | {"removed": True})
    else:
        typer.echo(said(f"{found.url} is told nothing any more", f"不再通知 {found.url}"))


@webhook_app.command()
def kinds(as_json: AsJson = False) -> None:
    """What an address can be told."""
    from support.service.webhooks import KINDS

    if as_json:
        print_json({"kinds": list(KINDS)})
    else:
        typer.echo("\n".join(KINDS))


def _pause(webhook: str, shop: str, paused: bool, as_json: bool) -> None:
    from support.service import webhooks
    from support.service.webhook_views import webhook_view

    found = _do(shop, webhook, lambda tx, one, who, now: webhooks.change(tx, who, one, {"paused": paused}, now))
    if as_json:
        print_json(webhook_view(found))
    else:
        typer.echo(
            said(
                f"{found.url} is {'paused' if paused else 'told again'}",
                f"{found.url} {'已暂停' if paused else '已恢复'}",
            )
        )


def _do(shop: str, webhook: str, work: Work[T], writes: bool = True) -> T:
    """Do something with one address of a shop, by its id or the beginning of it."""
    from support.bootstrap import open_application

    with open_application() as application, _explained():
        of, now = application.shop(shop).id, datetime.now(UTC)
        run = application.journal.write_now if writes else application.journal.read_now
        return run(lambda tx: work(tx, _found(tx, of, webhook), _who(of), now))


def _found(tx: sa.Connection, shop: str, start: str) -> Webhook:
    from ticketing.errors import NotFound
    from ticketing.storage import webhooks as rows

    among = [one for one in rows.of_shop(tx, shop) if start and one.id.startswith(start)]
    if len(among) != 1:
        raise NotFound("webhook", start)
    return among[0]


def _who(shop: str) -> Who:
    from support.service.webhooks import Who

    return Who(shop, at_terminal(), os_user())


@contextmanager
def _explained() -> Iterator[None]:
    from support.service.webhooks import BadAddress, TooMany
    from ticketing.errors import NotFound

    try:
        yield
    except NotFound as error:
        what = (
            said("no such delivery", "没有这次投递")
            if error.kind == "delivery"
            else said(
                "no such address, or several begin so: `anxin webhook list` names them",
                "没有这个地址，或有几个以此开头：`anxin webhook list` 列出全部",
            )
        )
        end(what)
    except (BadAddress, TooMany) as error:
        end(str(error))


def _show_once(one: Webhook, as_json: bool) -> None:
    from support.service.webhook_views import webhook_view

    if as_json:
        print_json(webhook_view(one) | {"secret": one.secret})
        return
    typer.echo(one.secret)
    typer.echo(
        said(f"The secret of {one.id} is shown this once; `anxin webhook rotate` makes a new one.",
             f"{one.id} 的密钥只显示这一次；`anxin webhook rotate` 可以换新的。"), err=True,
    )  # fmt: skip
