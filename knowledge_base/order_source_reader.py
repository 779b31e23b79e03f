"""Reads `[orders]` of `shop.toml`: where a shop's orders come from."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from knowledge_base.settings_table import SettingsTable
from knowledge_base.shop import OrderSource

_KEYS = ("source", "url", "table_prefix")
_ZONE = "timezone"
_OPTIONS = (_ZONE, "timeout_seconds")
_SQL = ("mysql://", "postgresql://", "sqlite:///")
_SCHEMES = {
    "dujiaoka": _SQL,
    "acg_faka": _SQL,
    "dujiao_next": (*_SQL, "https://", "http://"),
    "http": ("https://", "http://"),
    "sql": _SQL,
}
"""What the address of each source that is not a file begins with."""
SOURCES = ("csv", *_SCHEMES)
_FREE_OPTIONS = ("http", "sql")
_ENVIRONMENT = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")
_LOOPBACK = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?(/|$)")


def read_order_source(top: SettingsTable) -> OrderSource | None:
    """The order source, None where the shop names none or where it is wrong (a fault)."""
    table = top.table("orders")
    if table is None:
        return None
    source = table.text("source")
    if source not in SOURCES:
        table.fault("source", f"orders.source must be one of {', '.join(SOURCES)}")
        return None
    _warn_unknown(table, source)
    _check_zone(table)
    options = {key: value for key, value in table.values.items() if key not in _KEYS}
    return OrderSource(source, _url(table, source), _prefix(table), options)


def _warn_unknown(table: SettingsTable, source: str) -> None:
    if source == "csv":
        table.warn_unknown(_KEYS)
    elif source not in _FREE_OPTIONS:
        for key in table.values:
            if key not in (*_KEYS, *_OPTIONS):
                table.warn(key, f"unknown key {table.name(key)!r}: it is handed to the connector as an option")


def _check_zone(table: SettingsTable) -> None:
    zone = table.text(_ZONE)
    if zone is not None and zone not in available_timezones():
        table.fault(_ZONE, f"orders.timezone {zone!r} is unknown; it is the zone of the store's clock: Asia/Shanghai")


def _prefix(table: SettingsTable) -> str | None:
    if table.values.get("table_prefix") == "":
        return ""
    prefix = table.text("table_prefix")
    if not re.fullmatch(r"[A-Za-z0-9_]*", prefix or ""):
        table.fault("table_prefix", "orders.table_prefix holds letters, digits and _ only, such as acg_")
    return prefix


def _url(table: SettingsTable, source: str) -> str:
    url = table.text("url") or ""
    if source == "csv":
        return url
    schemes = _SCHEMES[source]
    if url.startswith("env:"):
        if not _ENVIRONMENT.fullmatch(url):
            table.fault("url", 'orders.url names an environment variable as "env:NAME"')
    elif not url.startswith(schemes):
        wanted = ", ".join(schemes)
        table.fault("url", f'orders.url of the source {source} begins with {wanted}, or is "env:NAME"')
    elif url.startswith("http://") and not _LOOPBACK.match(url):
        table.warn("url", "orders.url is not encrypted: buyers' data travel in the open; use https://")
    return url
