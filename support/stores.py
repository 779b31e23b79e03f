"""Which connector reads a shop's orders: from `[orders]` of `shop.toml` to the adapter."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values

from knowledge_base.shop import OrderSource, Shop, ShopFolder
from support.orders.acg_faka import AcgFaka
from support.orders.connector import Connector, StoreUnavailable
from support.orders.csv_file import CsvConnector
from support.orders.dujiao_next import DujiaoNext
from support.orders.dujiaoka import Dujiaoka
from support.orders.mapped_sql import MappedSql
from support.orders.mapping import MappingFault, Section
from support.orders.not_connected import NotConnected
from support.orders.sql_connector import SqlConnector
from support.orders.sql_engine import TIMEOUT_SECONDS, open_store
from support.orders.sql_mapping import read_sql_mapping
from support.orders.sql_store import SqlStore

SQL_STORES: dict[str, type[SqlConnector]] = {store.SOURCE: store for store in (Dujiaoka, AcgFaka, DujiaoNext)}
HTTP = ("https://", "http://")
Environment = Callable[[str], str | None]


def connect(folder: ShopFolder, origin: Path) -> Connector | None:
    """The connector of a shop's order source, None where it has none. Nothing is opened yet."""
    source = folder.shop.orders
    if source is None or (source.source == "csv" and folder.orders_csv is None):
        return None
    if source.source == "csv":
        return CsvConnector(folder.orders_csv or b"", folder.shop)
    return connect_source(source, folder.shop, origin)


def mapping_fault(source: OrderSource | None) -> MappingFault | None:
    """What is wrong with the mapping of a source that has one."""
    from support.orders.http_mapping import read_http_mapping

    readers: dict[str, Callable[[Mapping[str, object]], object]] = {"sql": read_sql_mapping, "http": read_http_mapping}
    try:
        if source is not None and source.source in readers:
            readers[source.source](source.options)
    except MappingFault as fault:
        return fault
    return None


def connect_source(source: OrderSource, shop: Shop, origin: Path) -> Connector:
    """The connector of a store. One that can never be read says why at each call."""
    try:
        return _open(source, shop, origin)
    except StoreUnavailable as error:
        return NotConnected(str(error))


def environment(name: str) -> str | None:
    """A variable of the environment, or of `.env` beside the settings."""
    return os.environ.get(name) or dotenv_values(".env").get(name)


def _open(source: OrderSource, shop: Shop, origin: Path) -> Connector:
    url = resolved(source.url)
    if url.startswith(HTTP):
        return _open_http(source, url, shop)
    if source.source == "http":
        raise StoreUnavailable("orders.url in shop.toml must begin with https:// for this source")
    clock, seconds = clock_of(source, shop), Section("", source.options).seconds("timeout_seconds", TIMEOUT_SECONDS)
    if source.source == "sql":
        mapping = read_sql_mapping(source.options)
        tables = SqlStore(open_store(url, origin, seconds), mapping.needs(), source.table_prefix or "")
        return MappedSql(tables, clock, mapping)
    store = SQL_STORES[source.source]
    return store(SqlStore(open_store(url, origin, seconds), store.NEEDS, prefix_of(source)), clock)


def _open_http(source: OrderSource, url: str, shop: Shop) -> Connector:
    from support.orders.dujiao_next_guest import DujiaoNextGuest
    from support.orders.http_mapping import open_http, read_http_mapping
    from support.orders.http_store import HttpStore
    from support.orders.mapped_http import MappedHttp, ProvingHttp

    if source.source == "dujiao_next":
        seconds = Section("", source.options).seconds("timeout_seconds", TIMEOUT_SECONDS)
        return DujiaoNextGuest(HttpStore(url, timeout_seconds=seconds), clock_of(source, shop))
    if source.source != "http":
        raise StoreUnavailable(f"orders from {source.source} are read from its database: see orders.url in shop.toml")
    mapping = read_http_mapping(source.options)
    store = open_http(url, source.options, resolved)
    kind = ProvingHttp if "prove" in mapping.requests else MappedHttp
    return kind(store, clock_of(source, shop), mapping)


def resolved(url: str, read: Environment = environment) -> str:
    """The text itself, where it is `env:NAME` what the variable holds. Raises StoreUnavailable."""
    if not url:
        raise StoreUnavailable("orders.url in shop.toml is missing: run `anxin shop connect`")
    if not url.startswith("env:"):
        return url
    found = (read(url.removeprefix("env:")) or "").strip()
    if not found:
        raise StoreUnavailable(f"the environment variable {url.removeprefix('env:')} is not set, which shop.toml names")
    return found


def prefix_of(source: OrderSource) -> str:
    """What the names of the store's tables begin with."""
    if source.table_prefix is not None:
        return source.table_prefix
    return SQL_STORES[source.source].PREFIX if source.source in SQL_STORES else ""


def clock_of(source: OrderSource, shop: Shop) -> tzinfo:
    """The zone of the store's wall clock. Raises StoreUnavailable."""
    store = SQL_STORES.get(source.source)
    name = source.options.get("timezone") or (store.CLOCK if store else None)
    if name is None:
        return shop.timezone
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise StoreUnavailable(f"orders.timezone in shop.toml is no time zone: {name!r}") from None
