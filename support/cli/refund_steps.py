"""The steps of a refund in the terminal: asked for, approved, carried out, called off and settled, by a named agent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from support.cli.options import AsJson, Shop, among
from support.cli.outcome import end, of_the_terminal, print_json, said

if TYPE_CHECKING:
    from support.service.shops import LoadedShop
    from ticketing.agent import Agent
    from ticketing.refund import Refund, RefundKind
    from ticketing.storage.journal import Journal

    Work = Callable[[Any, Any, Agent, datetime], Refund]
    Prepare = Callable[[Journal, LoadedShop], Work]

By = Annotated[str, typer.Option("--by", help="The login name of the agent who does it; the shop's rules hold.")]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="R-1, or 1.")]
KINDS: dict[RefundKind, str] = {"refund": "退款", "reissue": "补发", "coupon": "优惠券"}
STATES = {
    "requested": "已申请", "approved": "已批准", "executing": "执行中", "done": "已完成", "failed": "失败",
    "in_doubt": "存疑", "cancelled": "已取消",
}  # fmt: skip


def add_steps(app: typer.Typer) -> None:
    """The commands."""
    app.command("request")(request_command)
    app.command("approve")(approve_command)
    app.command("execute")(execute_command)
    app.command("cancel")(cancel_command)
    app.command("settle")(settle_command)


def request_command(
    order: Annotated[str, typer.Argument(metavar="ORDER", help="The order's number.")],
    shop: Shop,
    by: By,
    amount: Annotated[str, typer.Option(help="How much, such as 30.00; else what the decision grants.")] = "",
    item: Annotated[str, typer.Option(help="The product, where the order has several.")] = "",
    kind: Annotated[str, typer.Option(help=f"{', '.join(KINDS)}.")] = "refund",
    quantity: Annotated[int, typer.Option(min=0, help="How many keys a reissue holds.")] = 0,
    decision: Annotated[str, typer.Option(help="The decision that grants it.")] = "",
    reason: Annotated[str, typer.Option(help="Why, where no decision grants it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Ask for a refund, a reissue or a coupon; asked for again it is the one that stands."""
    (wanted,) = among("kind", [kind], KINDS)
    money = _amount(amount)

    def prepare(journal: Journal, loaded: LoadedShop) -> Work:
        from support.service.refund_orders import order_of
        from support.service.refunds import Asked, ask_for

        found = order_of(journal, loaded, order)
        asked = Asked(found, item or None, wanted, money, quantity, decision or None, reason)
        return lambda tx, of, agent, now: ask_for(tx, of, agent, asked, now)[0]

    _step(shop, by, prepare, as_json)


def approve_command(number: Number, shop: Shop, by: By, as_json: AsJson = False) -> None:
    """Stand behind one; exit 1 where the shop's rules or its state do not let you."""
    from support.service.refunds import approve

    _step(shop, by, _prepared(partial(approve, number=no_of(number), if_rev=None)), as_json)


def execute_command(
    number: Number,
    shop: Shop,
    by: By,
    proof: Annotated[str, typer.Option(help="By hand: the number of the transfer, once it is made.")] = "",
    keys: Annotated[
        typer.FileText | None, typer.Option(help="Of a reissue by hand: the keys given out, a line each; - reads them.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Carry one out: by hand, with the transfer's number once it is made; else the machine begins."""

    def prepare(journal: Journal, loaded: LoadedShop) -> Work:
        from support.service.refund_judge import judge_of
        from support.service.refunds import Keys, execute
        from ticketing.storage import refunds as rows

        refund = journal.read_now(lambda tx: rows.by_number(tx, loaded.id, no_of(number)))
        judge = judge_of(journal, loaded, refund) if refund.state == "approved" else None
        given = None if keys is None else Keys(loaded.row.secret, tuple(keys.read().splitlines()))
        done = partial(
            execute, number=refund.refund_no, reference=proof or None, if_rev=None, judge=judge, keys=given
        )  # fmt: skip
        return lambda tx, of, agent, now: done(tx, of, agent, at=now)

    _step(shop, by, prepare, as_json, begins=True)


def cancel_command(
    number: Number,
    shop: Shop,
    by: By,
    reason: Annotated[str, typer.Option(help="Why it is called off.")],
    as_json: AsJson = False,
) -> None:
    """Call one off before anything is executed."""
    from support.service.refunds import call_off

    _step(shop, by, _prepared(partial(call_off, number=no_of(number), reason=reason, if_rev=None)), as_json)


def settle_command(
    number: Number,
    shop: Shop,
    by: By,
    proof: Annotated[str, typer.Option(help="What shows it: the number of the transfer, or where it can be seen.")],
    outcome: Annotated[str, typer.Option(help="done or failed.")],
    as_json: AsJson = False,
) -> None:
    """Say what became of one in doubt."""
    from support.service.refunds import settle

    if outcome not in {"done", "failed"}:
        raise typer.BadParameter(f"--outcome {outcome!r}: done or failed")
    ended: Literal["done", "failed"] = "done" if outcome == "done" else "failed"
    settled = partial(settle, number=no_of(number), outcome=ended, reference=proof, if_rev=None)
    _step(shop, by, _prepared(settled), as_json)


def _prepared(step: Any) -> Prepare:
    return lambda journal, loaded: lambda tx, of, agent, now: step(tx, of, agent, at=now)


def _step(shop: str, by: str, prepare: Prepare, as_json: bool, begins: bool = False) -> None:
    """Take it as the agent, in one transaction. Exit 1 where it is refused, with why and what to do."""
    from support.bootstrap import open_application
    from support.service.agents import NoSuchAgent, named
    from support.service.refund_views import refund_view
    from support.service.refund_words import refusal, why_not
    from ticketing.errors import TicketingError

    lang = of_the_terminal()
    with open_application() as application:
        loaded, now = application.shop(shop), datetime.now(UTC)
        try:
            work = prepare(application.journal, loaded)

            def whole(tx: Any) -> Refund:
                agent = named(tx, by)
                if agent.shop != loaded.id:
                    raise NoSuchAgent(by)
                return work(tx, loaded.folder.shop, agent, now)

            refund = application.journal.write_now(whole)
        except NoSuchAgent as error:
            end(said(str(error), f"没有客服 {by!r}：`anxin agent list` 会列出全部"))
        except TicketingError as error:
            end(refusal(str(error), lang))
    if as_json:
        print_json(refund_view(refund))
    if begins and refund.state in {"requested", "cancelled"}:
        end(refusal(why_not(refund.state, refund.holds.split()), lang))
    if not as_json:
        state = said(refund.state.replace("_", " "), STATES[refund.state])
        kind = said(refund.kind, KINDS.get(refund.kind, refund.kind))
        typer.echo(f"{refund.number}  {state}  {refund.amount} {refund.currency} {kind}, {refund.order_no}")


def no_of(number: str) -> int:
    """The number that is meant. Raises BadParameter."""
    plain = number.strip().upper().removeprefix("R-")
    if not plain.isdecimal() or not plain.isascii() or len(plain) > 15:
        raise typer.BadParameter(f"{number!r} is no refund's number: R-1, or 1")
    return int(plain)


def _amount(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount <= 0:
        raise typer.BadParameter(f"--amount {text!r}: an amount above zero, such as 30.00")
    return amount
