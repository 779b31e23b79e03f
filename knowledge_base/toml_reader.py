"""Reads `shop.toml`: a shop's profile, hours, order source, limits, deadlines and widget."""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from zoneinfo import ZoneInfo, available_timezones

from knowledge_base.assumption_reader import read_assumptions
from knowledge_base.deadlines_reader import read_deadlines
from knowledge_base.file_text import read_text
from knowledge_base.findings import Findings, suggestion
from knowledge_base.hours import HoursError, read_hours
from knowledge_base.languages import canonical
from knowledge_base.order_source_reader import read_order_source
from knowledge_base.public_days import LAST_YEAR, PUBLIC_DAYS, is_known
from knowledge_base.refunds_reader import read_refunds
from knowledge_base.retention_reader import read_privacy, read_retention
from knowledge_base.risk_reader import read_risk
from knowledge_base.settings_table import SettingsTable
from knowledge_base.shop import WEEKDAYS, Shop, Span, WidgetSettings
from knowledge_base.supplier_reader import read_suppliers
from knowledge_base.teams_reader import read_routing
from knowledge_base.toml_lines import key_lines
from knowledge_base.webhook_reader import read_webhook

SHOP_FILE = "shop.toml"
NEXT = 31
"""So many days ahead a shop hears that its calendar of public holidays ends."""
_KEYS = (
    "id", "name", "languages", "currency", "timezone", "hours", "profile", "orders", "refunds", "deadlines", "assume",
    "routing", "teams", "risk", "retention", "privacy", "widget", "webhook",
)  # fmt: skip
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_ORIGIN = re.compile(
    r"https?://(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+(?::[0-9]{1,5})?|https?://\[[0-9A-Fa-f:]+\](?::[0-9]{1,5})?"
)
_COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")
_DEEP_KEY = re.compile(r"(?:[^\s.=]{1,80}[ \t]*\.[ \t]*){12}")
"""The standard reader takes memory by the square of a key's parts."""
_PLACE = re.compile(r"\(at line ([0-9]+), column [0-9]+\)")

ProfileValue = str | dict[str, str] | tuple[str, ...]


def read_shop_toml(content: bytes, findings: Findings) -> Shop | None:
    """The shop, with defaults for all but `id` and `languages`; None where those cannot be read. Faults are noted."""
    text = read_text(SHOP_FILE, content, findings)
    values = None if text is None else _parse(text, findings)
    if text is None or values is None:
        return None
    top = SettingsTable(SHOP_FILE, (), values, key_lines(text), findings)
    top.warn_unknown(_KEYS)
    shop_id, languages = _id(top), _languages(top)
    return None if shop_id is None or not languages else _shop(top, shop_id, languages)


def _parse(text: str, findings: Findings) -> dict[str, object] | None:
    if deep := _DEEP_KEY.search(text):
        line = text.count("\n", 0, deep.start()) + 1
        findings.fault(SHOP_FILE, line, "a key of so many parts is none of ours; write [table] and key = value")
        return None
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place.group(1)) if place else text.count("\n") + 1
        problem = _PLACE.sub("", str(error)).strip()
        findings.fault(SHOP_FILE, line, f'this is no TOML: {problem}; write key = "value", each on its line')
    except (RecursionError, ValueError, OverflowError) as error:
        findings.fault(SHOP_FILE, 1, f"this is no TOML that can be read ({type(error).__name__}); write it flat")
    return None


def _shop(top: SettingsTable, shop_id: str, languages: tuple[str, ...]) -> Shop:
    return Shop(
        id=shop_id,
        languages=languages,
        name=top.by_language("name", languages),
        currency=_currency(top),
        timezone=_timezone(top),
        hours=_hours(top),
        profile=_profile(top, languages),
        orders=read_order_source(top),
        refunds=read_refunds(top),
        deadlines=read_deadlines(top),
        routing=read_routing(top),
        assume=read_assumptions(top),
        risk=read_risk(top),
        retention=read_retention(top),
        privacy=read_privacy(top),
        widget=_widget(top, languages),
        webhook=read_webhook(top),
        suppliers=read_suppliers(top),
    )


def _id(top: SettingsTable) -> str | None:
    if "id" not in top.values:
        top.fault("id", 'id is missing; write id = "my-shop"')
        return None
    shop_id = top.text("id")
    if shop_id is not None and not _ID.fullmatch(shop_id):
        top.fault("id", f"id {shop_id!r} must be lower-case letters, digits, - and _, at most 63")
        return None
    return shop_id


def _languages(top: SettingsTable) -> tuple[str, ...]:
    if "languages" not in top.values:
        top.fault("languages", 'languages is missing; write languages = ["zh-CN", "en"], the first one decides')
        return ()
    written = top.texts("languages")
    found = [canonical(tag) for tag in written]
    for tag, language in zip(written, found, strict=True):
        if language is None:
            top.fault("languages", f"{tag!r} is no language tag; write zh-CN, en, …")
    if not written and top.values["languages"] == []:
        top.fault("languages", 'languages is empty; write languages = ["zh-CN", "en"]')
    if len(set(found)) < len(found):
        top.fault("languages", "a language stands twice; keep one")
    return tuple(dict.fromkeys(language for language in found if language))


def _currency(top: SettingsTable) -> str:
    currency = top.text("currency") or "CNY"
    if not re.fullmatch(r"[A-Z]{3}", currency):
        top.fault("currency", f"currency {currency!r} must be an ISO 4217 code, such as CNY")
    return currency


def _timezone(top: SettingsTable) -> ZoneInfo:
    name = top.text("timezone") or "Asia/Shanghai"
    if name not in available_timezones():
        near = suggestion(name, available_timezones())
        top.fault("timezone", f"timezone {name!r} is unknown; write one such as Asia/Shanghai or UTC{near}")
        return ZoneInfo("Asia/Shanghai")
    return ZoneInfo(name)


def _hours(top: SettingsTable) -> dict[str, tuple[Span, ...]] | None:
    table = top.table("hours")
    if table is None:
        return None
    special = tuple(day for day in PUBLIC_DAYS if day in table.values)
    table.warn_unknown((*WEEKDAYS, *PUBLIC_DAYS))
    if special and not is_known(date.today() + timedelta(days=NEXT)):
        later = "after that its weekday's hours hold until a newer chinesecalendar package is installed"
        table.warn(special[0], f"public holidays are known up to {LAST_YEAR}; {later}")
    found: dict[str, tuple[Span, ...]] = {}
    for day in (*WEEKDAYS, *special):
        value = table.values.get(day, "")
        if not isinstance(value, str):
            table.fault(day, f'hours.{day} must be a text: {day} = "09:00-23:00", or "" for closed')
            continue
        try:
            found[day] = read_hours(value)
        except HoursError as error:
            table.fault(day, f"hours.{day}: {error}")
    return found


def _profile(top: SettingsTable, languages: tuple[str, ...]) -> dict[str, ProfileValue]:
    table = top.table("profile")
    found: dict[str, ProfileValue] = {}
    for key, value in table.values.items() if table is not None else ():
        assert table is not None
        if isinstance(value, dict):
            found[key] = table.by_language(key, languages)
        elif isinstance(value, list):
            found[key] = table.texts(key)
        elif isinstance(value, str):
            found[key] = value.strip()
        else:
            table.fault(key, f"profile.{key} must be a text, a list of texts, or a table of texts by language")
    return found


def _widget(top: SettingsTable, languages: tuple[str, ...]) -> WidgetSettings:
    table, default = top.table("widget"), WidgetSettings()
    if table is None:
        return default
    table.warn_unknown(("origins", "accent", "welcome"))
    accent = table.text("accent") or default.accent
    if not _COLOUR.fullmatch(accent):
        table.fault("accent", f"widget.accent {accent!r} must be a colour such as #2f6f5e")
    return WidgetSettings(_origins(table), accent, table.by_language("welcome", languages))


def _origins(table: SettingsTable) -> tuple[str, ...]:
    origins = tuple(origin.removesuffix("/") for origin in table.texts("origins"))
    for origin in origins:
        if origin == "*":
            table.warn("origins", "widget.origins holds *: any site may embed the chat; name the shop's own sites")
        elif not _ORIGIN.fullmatch(origin):
            table.fault("origins", f"widget.origins: {origin!r} is no origin; write https://shop.example")
    return origins
