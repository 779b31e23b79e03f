"""`anxin shop connect`: ask for the real store, try it, show what it says, and write it into `shop.toml`."""

from __future__ import annotations

import os
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from knowledge_base.errors import ShopFaults
from knowledge_base.order_source_reader import SOURCES
from knowledge_base.reader import read_directory, read_shop
from knowledge_base.shop import ShopFolder
from knowledge_base.toml_editing import NotEditable, with_changes
from support.cli.options import AsJson, among
from support.cli.outcome import NO, UNAVAILABLE, USAGE, end, said

TOML = "shop.toml"
REAL = tuple(source for source in SOURCES if source != "csv")


def connect(
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="The shop folder.")] = Path(),
    source: Annotated[str | None, typer.Option(help=f"The store: {', '.join(REAL)}.")] = None,
    url: Annotated[
        str | None, typer.Option(help="mysql://, postgresql://, sqlite:///, https://, or env:NAME to keep it outside.")
    ] = None,
    table_prefix: Annotated[str | None, typer.Option(help="Of the store's tables, such as acg_.")] = None,
    timezone: Annotated[str | None, typer.Option(help="The zone of the store's clock.")] = None,
    order: Annotated[str | None, typer.Option(help="Try this order instead of the newest ten.")] = None,
    proof: Annotated[str, typer.Option(help="What opens that order, where the store asks for it.")] = "",
    show_grants: Annotated[
        bool, typer.Option("--grants", help="Print statements that make a read-only database user.")
    ] = False,
    show_views: Annotated[bool, typer.Option("--views", help="With --grants: stricter, by views.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try the store and write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Connect a real store, read-only: try it, show ten of its orders, and name it in shop.toml.

    What is not given is asked for. Faults are told in the terminal's language, Chinese or English.
    """
    from support.cli.connect_report import print_grants, print_tried, redacted
    from support.cli.connect_trouble import trouble
    from support.orders.connector import StoreUnavailable
    from support.service.try_store import try_store
    from support.stores import connect as connect_shop

    asked = not (as_json or show_grants)
    before = _read(directory / TOML) if (directory / TOML).is_file() or not show_grants else ""
    settings = _settings(before, asked, source, url, table_prefix, timezone)
    text = _edited(before, settings)
    if show_grants:
        print_grants(text, show_views, as_json)
        return
    folder = _checked(directory, text)
    connector = connect_shop(folder, directory.resolve())
    if connector is None:
        raise typer.BadParameter("no store is named: give --source and --url")
    try:
        tried = try_store(connector, datetime.now(UTC), order, proof)
    except StoreUnavailable as error:
        where = redacted(folder.shop.orders.url) if folder.shop.orders else ""
        end(trouble(str(error), where), UNAVAILABLE)
    finally:
        connector.close()
    written = text != before and not dry_run
    if written:
        _write(directory / TOML, text)
    print_tried(folder.shop, tried, written, as_json)
    if order is not None and not tried.orders:
        typer.echo(said(f"it shows no order {order!r} for this", f"没有查到订单“{order}”"), err=True)
    raise typer.Exit(NO if order is not None and not tried.orders else 0)


def _settings(before: str, asked: bool, source: str | None, *given: str | None) -> dict[str, str]:
    """The keys to write; what is not given on the command line is asked for, unless the file has it already."""
    url, prefix, zone = given
    if source is None and asked and source_of(before) not in REAL:
        source = typer.prompt(
            said(f"Which store? One of {', '.join(REAL)}", f"哪种店铺系统？可选 {'、'.join(REAL)}"), default="dujiaoka"
        )
    among("source", [] if source is None else [source], REAL)
    if source is not None and url is None and asked:
        typer.echo(said(
            "The address stays out of the file where it is env:NAME, and NAME=… in .env where the server starts.",
            "地址写成 env:NAME 就不会留在文件里；在服务启动目录的 .env 里写 NAME=…。",
        ))  # fmt: skip
        url = typer.prompt(said("Its address", "它的地址"), default="env:SHOP_DATABASE_URL")
    named = {"source": source, "url": url, "table_prefix": prefix, "timezone": zone}
    return {key: value for key, value in named.items() if value is not None}


def source_of(text: str) -> str:
    """The order source that a `shop.toml` names; empty where it names none or cannot be read."""
    try:
        orders = tomllib.loads(text).get("orders", {})
    except tomllib.TOMLDecodeError:
        return ""
    return str(orders.get("source", "")) if isinstance(orders, dict) else ""


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        end(f"{path} cannot be read: name a shop folder, such as one of `anxin shop new` ({error})", USAGE)


def _edited(before: str, settings: dict[str, str]) -> str:
    try:
        return with_changes(before, {"orders": settings}) if settings else before
    except NotEditable as error:
        end(str(error))


def _checked(directory: Path, text: str) -> ShopFolder:
    """The folder as it will be; its faults end the command before anything is opened."""
    try:
        return read_shop({**read_directory(directory), TOML: text.encode()})
    except ShopFaults as error:
        for fault in error.faults:
            typer.echo(str(fault), err=True)
        raise typer.Exit(NO) from error


def _write(path: Path, text: str) -> None:
    """Replace the file in one step, with its permissions."""
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(text.encode())
    new.chmod(path.stat().st_mode & 0o7777)
    os.replace(new, path)
