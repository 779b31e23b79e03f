"""Reads `[refunds]` of `shop.toml`: limits, thresholds, and who or what carries a refund out."""

from __future__ import annotations

import re

from knowledge_base.settings_table import SettingsTable
from knowledge_base.shop import RefundLimits, RoleLimit

ROLES = ("agent", "senior", "admin")
EXECUTORS = ("manual", "webhook", "dujiao_next")
NEEDS = {"manual": (), "webhook": ("url", "secret"), "dujiao_next": ("url", "secret", "key")}
_ENVIRONMENT = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")
_URL = re.compile(r"https?://[^\s/@]+(/\S*)?")


def read_refunds(top: SettingsTable) -> RefundLimits:
    """The limits; without the table a person does it all, and nobody approves."""
    table = top.table("refunds")
    if table is None:
        return RefundLimits()
    table.warn_unknown(
        ("auto_limit", "auto_day", "approval_limit", "executor", "url", "secret", "key", "private", *ROLES)
    )
    executor = table.text("executor") or "manual"
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", executor):
        table.fault("executor", f'refunds.executor {executor!r} must be a plain word, such as "manual"')
    elif executor not in EXECUTORS:
        table.fault("executor", f"refunds.executor {executor!r} is none: one of {', '.join(EXECUTORS)}")
    found = RefundLimits(
        table.money("auto_limit"), table.money("approval_limit"), executor, _url(table), _named(table, "secret"),
        _named(table, "key"), _flag(table, "private"), _roles(table), table.money("auto_day"),
    )  # fmt: skip
    for name in NEEDS.get(executor, ()):
        if name not in table.values:
            table.fault(name, f"refunds.{name} is missing: the executor {executor!r} needs it")
    if found.auto_day is not None and found.auto_limit is not None and found.auto_day < found.auto_limit:
        table.warn("auto_day", "refunds.auto_day is below auto_limit: what is between them waits for a person")
    if found.auto_limit and found.approval_limit is not None and found.auto_limit > found.approval_limit:
        table.warn("auto_limit", "refunds.auto_limit is above approval_limit, from which a second person approves")
    return found


def _url(table: SettingsTable) -> str:
    url = table.text("url") or ""
    if url and not (_URL.fullmatch(url) or _ENVIRONMENT.fullmatch(url)):
        table.fault("url", "refunds.url is an address without a password: https://shop.example/refunds, or env:NAME")
        return ""
    return url


def _named(table: SettingsTable, key: str) -> str:
    text = table.text(key) or ""
    if text and not _ENVIRONMENT.fullmatch(text):
        table.fault(key, f"refunds.{key} names an environment variable, such as env:SHOP_REFUND_{key.upper()}")
        return ""
    return text


def _flag(table: SettingsTable, key: str) -> bool:
    value = table.values.get(key, False)
    if not isinstance(value, bool):
        table.fault(key, f"refunds.{key} is true or false, without quotes")
    return value is True


def _roles(table: SettingsTable) -> dict[str, RoleLimit]:
    found = {}
    for role in ROLES:
        own = table.table(role)
        if own is not None:
            own.warn_unknown(("each", "day"))
            found[role] = RoleLimit(own.money("each"), own.money("day"))
    return found
