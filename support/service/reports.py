"""The reports as the desk reads them: each measure with its number, what it stands on, and what it is held against."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from statistics import fmean, median
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from knowledge_base.shop import Shop, ShopFolder
from support.assistant.phrases import label
from support.chat.frames import utc
from ticketing.reports import (
    AGES,
    BASELINE_MINUTES,
    BOUGHT,
    MEASURES,
    TARGET_MINUTES,
    Calendar,
    Point,
)
from ticketing.storage import agents, reports
from ticketing.storage.journal import Journal
from ticketing.storage.reports import By, Span

Json = dict[str, Any]
AT_ONCE = 5_000
"""Events whose conversations' points are kept in one transaction."""
QUARTER = 900
"""Seconds: days begin at a quarter of an hour, whatever the zone."""
LONGEST = timedelta(days=366)
STARS = tuple(str(score) for score in range(1, 6))
OPEN_BUCKETS = frozenset({"handoffs", "thumbs_down", "refunded"})
OPEN_AGES = (*(name for name, _ in AGES), "older")
WORDS = {
    "first_response_assistant_s": ("助手首次回复", "First response, assistant"),
    "first_response_human_s": ("人工首次回复（营业时间内）", "First response, people (open hours)"),
    "resolution_minutes": ("解决用时（营业时间内）", "Time to resolution (open hours)"),
    "open_by_age": ("未完成工单", "Open tickets"),
    "rating_assistant": ("助手评分", "Rating, assistant"),
    "rating_people": ("人工评分", "Rating, people"),
    "handoffs": ("转人工原因", "Reasons for a person"),
    "deadlines_met": ("按时接入", "Taken in time"),
    "confirmed": ("买家确认已解决", "Confirmed solved by buyers"),
    "reopened": ("解决后又重新打开", "Reopened after resolution"),
    "contact_again": ("解决后 72 小时内再次联系", "Contacted again within 72 h"),
    "reversed": ("拒绝后改判", "Refusals reversed"),
    "refunded": ("退款金额，按原因", "Refunded, by reason"),
    "thumbs": ("助手回答：有帮助", "Assistant's answers: helpful"),
    "thumbs_down": ("没帮助的回答，按来源", "Unhelpful answers, by source"),
    "bought_again": ("解决后 30 天内再次购买", "Bought again within 30 days"),
    "overridden": ("客服改判", "Decisions overridden by agents"),
    "up": ("有帮助", "Helpful"), "down": ("没帮助", "Not helpful"), "none": ("没有引用来源", "Cites nothing"),
    "under_5_min": ("5 分钟内", "Under 5 min"), "under_30_min": ("30 分钟内", "Under 30 min"),
    "under_24_h": ("24 小时内", "Under 24 h"), "older": ("更久", "Older"),
    "within_5": ("5 分钟内", "Within 5 min"), "within_30": ("5 至 30 分钟", "5 to 30 min"),
    "over_30": ("超过 30 分钟", "Over 30 min"), "met": ("按时", "In time"), "missed": ("超时", "Late"),
    "unknown": ("未知", "Unknown"), "yes": ("是", "Yes"), "no": ("否", "No"),
}  # fmt: skip


class NoSuchMeasure(Exception):
    """There is no measure of that key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"there is no measure {key!r}; it is one of {', '.join(MEASURES)}")


class BadSpan(Exception):
    """The span asked for cannot be reported on."""


def span_of(since: datetime | None, until: datetime | None, now: datetime) -> Span:
    """The span asked for, by default the last 30 days. Raises BadSpan."""
    end = until or now
    start = since or end - timedelta(days=30)
    if start.tzinfo is None or end.tzinfo is None:
        raise BadSpan("write times with their offset, as in 2026-11-01T00:00:00Z")
    if not timedelta() < end - start <= LONGEST:
        raise BadSpan("`since` must be before `until`, by at most 366 days")
    return Span(start, end)


def report(tx: sa.Connection, folder: ShopFolder, span: Span) -> Json:
    """Every measure of a span, computed from the event log alone."""
    shop, titles = folder.shop, _titles(folder)
    found: defaultdict[str, list[Point]] = defaultdict(list)
    for point in reports.points(tx, shop.id, span, Calendar(shop.hours, shop.timezone)):
        found[point.measure].append(point)
    measures = [_measure(key, found[key], shop.timezone, titles) for key in MEASURES]
    return {"since": utc(span.since), "until": utc(span.until), "measures": measures}


def catch_up(journal: Journal, folder: ShopFolder, at: datetime) -> int:
    """Keep what reports derive from events, so that the next one need not; how many conversations."""
    shop, done = folder.shop, 0
    calendar = Calendar(shop.hours, shop.timezone)
    while True:
        begun = journal.read_now(lambda tx: reports.cursor(tx, shop.id))
        to, kept = journal.read_now(lambda tx: reports.next_to_keep(tx, shop.id, calendar, at, AT_ONCE))
        if to == begun and not kept:
            return done
        journal.write_now(partial(reports.keep, shop=shop.id, kept=kept, to=to))
        done += len(kept)


def grouped(tx: sa.Connection, folder: ShopFolder, span: Span, by: By) -> list[Json]:
    """The measures once for each agent, team, product, supplier or clause: `{key, by, group, label, n, value, unit}`.

    What is of nobody's, or of goods that nobody knows, is left out. By agent, `group` is the agent's id.
    """
    shop, found = folder.shop, list[Point]()
    for point in reports.points(tx, shop.id, span, Calendar(shop.hours, shop.timezone)):
        if _key_of(point, by):
            found.append(point)
    names: dict[str, str] = {}
    if by == "agent":
        names = {one.id: one.display_name for one in agents.of_shop(tx, shop.id)}
    elif by == "product":
        names = {key: next(iter(product.name.values()), key) for key, product in folder.products.items()}
    groups = _groups(tx, shop.id, by, found)
    values: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for point in found:
        named = _key_of(point, by)
        if named in groups and _known(point.measure, [point]):
            values[point.measure, groups[named]].append(point.value)
    return [
        {
            "key": key, "by": by, "group": group, "label": names.get(group, group), "n": len(numbers),
            "value": _rounded(KINDS[key].value(numbers)), "unit": KINDS[key].unit,
        }
        for (key, group), numbers in sorted(values.items(), key=lambda one: (MEASURES.index(one[0][0]), one[0][1]))
    ]  # fmt: skip


def _groups(tx: sa.Connection, shop: str, by: By, found: Iterable[Point]) -> dict[str, str]:
    """Of which group points are, by what they are told apart by."""
    keys = {_key_of(point, by) for point in found} - {""}
    if by in {"agent", "clause"}:
        return {key: key for key in keys}
    return reports.belongs(tx, shop, by, keys)


def _key_of(point: Point, by: By) -> str:
    """By what a point is told apart; empty where nobody knows."""
    if by == "agent":
        return point.agent
    if by == "clause":
        return point.clause
    return point.ticket if by == "team" else point.order_no


def behind(
    tx: sa.Connection, shop: Shop, span: Span, key: str, bucket: str = "", of: tuple[By, str] | None = None
) -> list[Point]:
    """The points behind a measure's `n` (or a bucket's, or those of one group), latest first. Raises NoSuchMeasure."""
    if key not in MEASURES:
        raise NoSuchMeasure(key)
    found = reports.points(tx, shop.id, span, Calendar(shop.hours, shop.timezone), only=key)
    mine = [point for point in found if point.bucket == bucket] if bucket else _known(key, found)
    if of is not None:
        groups = _groups(tx, shop.id, of[0], mine)
        mine = [point for point in mine if groups.get(_key_of(point, of[0])) == of[1]]
    return sorted(mine, key=lambda point: (point.at, point.conversation), reverse=True)


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a measure's points become its number."""

    unit: str
    value: Callable[[Sequence[float]], float]
    buckets: tuple[str, ...] = ()
    spread: bool = False
    against: tuple[tuple[str, float], ...] = ()
    daily: bool = True


_TARGETS = (("target", TARGET_MINUTES), ("baseline", BASELINE_MINUTES))
_SECONDS = tuple((name, minutes * 60) for name, minutes in _TARGETS)
KINDS = {
    "first_response_assistant_s": _Kind("s", median, spread=True),
    "first_response_human_s": _Kind("s", median, spread=True, against=_SECONDS),
    "resolution_minutes": _Kind("min", median, ("within_5", "within_30", "over_30"), spread=True, against=_TARGETS),
    "open_by_age": _Kind("tickets", len, OPEN_AGES, daily=False),
    "rating_assistant": _Kind("stars", fmean, STARS),
    "rating_people": _Kind("stars", fmean, STARS),
    "handoffs": _Kind("requests", len),
    "deadlines_met": _Kind("share", fmean, ("met", "missed")),
    "confirmed": _Kind("share", fmean, ("yes", "no")),
    "reopened": _Kind("share", fmean, ("yes", "no")),
    "contact_again": _Kind("share", fmean, ("yes", "no")),
    "reversed": _Kind("share", fmean, ("yes", "no")),
    "refunded": _Kind("money", sum),
    "thumbs": _Kind("share", fmean, ("up", "down")),
    "thumbs_down": _Kind("answers", len),
    "overridden": _Kind("share", fmean, ("yes", "no")),
    "bought_again": _Kind("share", fmean, ("yes", "no", "unknown")),
}  # fmt: skip


def _measure(key: str, points: Sequence[Point], zone: ZoneInfo, titles: Mapping[str, Json]) -> Json:
    """One measure; without a point its value is unknown, never zero, unless it counts."""
    kind, known = KINDS[key], _known(key, points)
    values = [point.value for point in known]
    measure: Json = {
        "key": key, "label": _label(key), "unit": kind.unit, "n": len(known), **dict(kind.against),
        "value": _rounded(kind.value(values)) if values or kind.value is len else None,
    }  # fmt: skip
    if kind.spread:
        measure["p95"] = _rounded(percentile(values, 0.95)) if values else None
    if key == "resolution_minutes":
        measure |= {f"share_{limit}": _share(values, limit) for limit in (TARGET_MINUTES, BASELINE_MINUTES)}
    if kind.buckets or key in OPEN_BUCKETS:
        measure["buckets"] = _buckets(key, kind.buckets, points, titles)
    if kind.daily:
        measure["series"] = _series(kind, known, zone)
    return measure


def _known(key: str, points: Iterable[Point]) -> list[Point]:
    """What a number stands on: of who bought again, not those of whom nobody can say."""
    return [point for point in points if key != BOUGHT or point.bucket != "unknown"]


def _buckets(key: str, names: tuple[str, ...], points: Sequence[Point], titles: Mapping[str, Json]) -> list[Json]:
    counted = Counter(point.bucket for point in points)
    order = names or tuple(name for name, _ in counted.most_common())
    return [{"key": name, "label": titles.get(name) or _bucket_label(key, name), "n": counted[name]} for name in order]


def _bucket_label(key: str, name: str) -> Json:
    if key in {"handoffs", "refunded"} and name != "unknown":
        return {lang: label(lang, "reason", name) for lang in ("zh-CN", "en")}
    return _label(name) if name in WORDS else {"zh-CN": name, "en": name}


def _titles(folder: ShopFolder) -> dict[str, Json]:
    """The titles of the shop's articles by their id, in each language."""
    titles: defaultdict[str, Json] = defaultdict(dict)
    for article in folder.articles:
        titles[article.id][article.lang] = article.title
    return titles


def _label(key: str) -> Json:
    chinese, english = WORDS[key]
    return {"zh-CN": chinese, "en": english}


def _series(kind: _Kind, points: Sequence[Point], zone: ZoneInfo) -> list[Json]:
    """By the shop's days, those without a point left out."""
    days: defaultdict[str, list[float]] = defaultdict(list)
    for point in points:
        days[_day(int(point.at.timestamp()) // QUARTER, zone)].append(point.value)
    return [{"at": day, "value": _rounded(kind.value(days[day])), "n": len(days[day])} for day in sorted(days)]


@lru_cache(100_000)
def _day(quarter: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(quarter * QUARTER, zone).date().isoformat()


def _share(values: Sequence[float], limit: float) -> float | None:
    return _rounded(sum(value <= limit for value in values) / len(values)) if values else None


def percentile(values: Iterable[float], share: float) -> float:
    """The least of the values that at least `share` of them do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _rounded(value: float) -> float:
    return round(value, 3)
