"""What `anxin shop connect` prints. No password, no proof and no whole key is in it."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
import typer

from knowledge_base.shop import OrderSource, Shop
from support.cli.outcome import print_json, said
from support.orders.connector import StoreUnavailable
from support.orders.grants import HOST, grants, seen_from, views
from support.orders.order import Order, OrderItem
from support.orders.sql_mapping import read_sql_mapping
from support.orders.sql_store import TableNeeds
from support.policy.proof import utc
from support.service.try_store import Tried
from support.stores import SQL_STORES, prefix_of, resolved

NAMELESS = "shop"
"""The database in printed statements where the address does not say."""


def print_tried(shop: Shop, tried: Tried, written: bool, as_json: bool) -> None:
    """The orders, what is missing and unknown, and what comes next."""
    source = shop.orders
    assert source is not None
    if as_json:
        print_json(_document(source, tried, written))
        return
    for line in _lines(shop, source, tried):
        typer.echo(line)
    if _has_password(source.url):
        typer.secho(said(
            'shop.toml holds a password now: put the address in .env and write url = "env:NAME"',
            'shop.toml 里现在有密码：请把地址放进 .env，并写 url = "env:NAME"',
        ), fg="yellow")  # fmt: skip
    typer.echo(
        said("shop.toml written; next: `anxin shop import DIR`", "shop.toml 已写好；下一步：`anxin shop import DIR`")
        if written
        else said("shop.toml unchanged", "shop.toml 没有改动")
    )
    if not shop.webhook.secrets:
        typer.echo(said(
            "the store may also tell of its orders as they are paid, delivered, refunded or frozen:\n"
            "  `anxin shop webhook DIR` shows how",
            "店铺还可以在付款、发货、退款、冻结时主动通知：`anxin shop webhook DIR` 说明怎么做",
        ))  # fmt: skip


def _lines(shop: Shop, source: OrderSource, tried: Tried) -> list[str]:
    where = redacted(source.url)
    lines = [said(f"{source.source} at {where} answers", f"{source.source}（{where}）连接成功")]
    if not tried.listed and not tried.orders:
        lines.append(said(
            "it shows an order only to its buyer: try one with --order and --proof",
            "它只向买家本人显示订单：请用 --order 和 --proof 试一笔",
        ))  # fmt: skip
    lines += [_row(order, shop) for order in tried.orders]
    if tried.missing:
        missing = ", ".join(tried.missing)
        lines.append(said(f"not found, or not to be seen: {missing}", f"没有找到或无权读取：{missing}"))
    if tried.unknown:
        unknown = ", ".join(tried.unknown)
        lines.append(said(f"unknown in all of them: {unknown}", f"这些订单都没有的事实：{unknown}"))
        lines.append(said(
            "(a clause that needs such a fact asks a person, unless [assume] in shop.toml says what to take)",
            "（条款需要这些事实时转人工，除非 shop.toml 的 [assume] 写明按什么算）",
        ))  # fmt: skip
    return lines


def _row(order: Order, shop: Shop) -> str:
    """One order, its time in the shop's zone."""
    currency = order.currency or shop.currency
    paid = {True: said("paid", "已付"), False: said("unpaid", "未付"), None: said("paid?", "是否已付未知")}[order.paid]
    at = order.created_at and order.created_at.astimezone(shop.timezone)
    made = at.isoformat(" ", "minutes") if at else said("no time", "无时间")
    amount = _text(order.paid_amount) or "?"
    return f"  {order.number}  {made}  {paid} {amount} {currency}  {'; '.join(_item(item) for item in order.items)}"


def _item(item: OrderItem) -> str:
    counts = [str(count) if count is not None else "?" for count in (item.delivered_quantity, item.quantity)]
    told = (
        item.name or item.product_id or "?",
        said(f"{'/'.join(counts)} delivered", f"已发 {'/'.join(counts)}"),
        item.delivery_state or said("state unknown", "状态未知"),
    )
    return ", ".join((*told, *item.keys_masked))


def _document(source: OrderSource, tried: Tried, written: bool) -> dict[str, Any]:
    return {
        "source": source.source, "url": redacted(source.url), "written": written, "missing": list(tried.missing),
        "unknown": list(tried.unknown), "orders": [_order(order) for order in tried.orders],
    }  # fmt: skip


def _order(order: Order) -> dict[str, Any]:
    return {
        "number": order.number, "paid": order.paid, "currency": order.currency, "paid_amount": _text(order.paid_amount),
        "refunded_amount": _text(order.refunded_amount), "frozen": order.frozen, "payments": order.payment_count,
        "created_at": order.created_at and utc(order.created_at),
        "paid_at": order.paid_at and utc(order.paid_at),
        "items": [
            {
                "product": item.product_id, "name": item.name, "quantity": item.quantity,
                "delivered_quantity": item.delivered_quantity, "kind": item.delivery_kind,
                "state": item.delivery_state, "paid_amount": _text(item.paid_amount),
                "duplicate_sale": item.duplicate_sale, "keys_masked": list(item.keys_masked),
            }
            for item in order.items
        ],
    }  # fmt: skip


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def redacted(url: str) -> str:
    """The address without its password."""
    try:
        if url.startswith("env:"):
            return url
        parsed = sa.make_url(url)
        host = (parsed.host or "").rpartition("@")[2]  # before it, what a password with an @ left behind
        return parsed.set(host=host or None).render_as_string(hide_password=True)
    except (sa.exc.ArgumentError, ValueError):
        return url.rsplit("@", maxsplit=1)[-1].split("?", maxsplit=1)[0]


def _has_password(url: str) -> bool:
    try:
        return not url.startswith(("env:", "http")) and sa.make_url(url).password is not None
    except (sa.exc.ArgumentError, ValueError):
        return False


def print_grants(toml: str, by_views: bool, as_json: bool) -> None:
    """The statements for a database user that reads what the connector reads."""
    source, dialect, database, place = _place(toml)
    text = (views if by_views else grants)(_needs(source), prefix_of(source), dialect, database, place)
    if as_json:
        print_json({"source": source.source, "dialect": dialect, "statements": text.splitlines()})
    else:
        typer.echo(text, nl=False)


def _place(toml: str) -> tuple[OrderSource, str, str, str]:
    """The source, the kind of its database, its name, and from where it sees its user. Raises BadParameter."""
    orders = tomllib.loads(toml).get("orders", {})
    source = str(orders.pop("source", ""))
    url, prefix = str(orders.pop("url", "")), orders.pop("table_prefix", None)
    if source not in (*SQL_STORES, "sql") or url.startswith("http"):
        raise typer.BadParameter(f"--grants is for stores with a database: --source {', '.join(SQL_STORES)} or sql")
    try:
        parsed = sa.make_url(resolved(url))
    except (StoreUnavailable, sa.exc.ArgumentError):
        usual = SQL_STORES[source].DIALECT if source in SQL_STORES else "mysql"
        return OrderSource(source, url, prefix, orders), usual, NAMELESS, HOST
    place = HOST if "unix_socket" in parsed.query else seen_from(parsed.host)
    return OrderSource(source, url, prefix, orders), parsed.get_backend_name(), parsed.database or NAMELESS, place


def _needs(source: OrderSource) -> tuple[TableNeeds, ...]:
    return read_sql_mapping(source.options).needs() if source.source == "sql" else SQL_STORES[source.source].NEEDS
