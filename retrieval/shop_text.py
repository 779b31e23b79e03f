"""What a shop says of itself in `shop.toml` — profile and hours — in words, so that it is quoted like an article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TypeVar

from knowledge_base.shop import Shop, Span
from retrieval.analysis import speech

T = TypeVar("T")
PROFILE = "shop-profile"
"""The id of the article that is made of it; one that the shop wrote under this id stands instead."""
HOME = "Asia/Shanghai"
"""The zone that a reader of Chinese takes for granted."""
_TITLE = {"zh": "店铺信息", "en": "About this shop"}
_LABELS = {
    "zh": {
        "company": "经营主体", "licence": "证照", "icp": "ICP 备案", "contact": "联系方式", "email": "邮箱",
        "phone": "电话", "website": "网站", "address": "地址", "complaints": "投诉渠道",
        "payment_methods": "支付方式", "hours": "人工客服时间",
    },
    "en": {
        "company": "Run by", "licence": "Licences", "icp": "ICP filing", "contact": "Contact", "email": "Email",
        "phone": "Phone", "website": "Website", "address": "Address", "complaints": "Complaints",
        "payment_methods": "Ways to pay", "hours": "A person answers",
    },
}  # fmt: skip
_DAYS = {
    "zh": {
        "mon": "周一", "tue": "周二", "wed": "周三", "thu": "周四", "fri": "周五", "sat": "周六", "sun": "周日",
        "holiday": "法定节假日", "workday": "调休上班日",
    },
    "en": {
        "mon": "Mon", "tue": "Tue", "wed": "Wed", "thu": "Thu", "fri": "Fri", "sat": "Sat", "sun": "Sun",
        "holiday": "public holidays", "workday": "weekend days worked",
    },
}  # fmt: skip
_WORDS = {
    "zh": {"line": "{}：{}", "all": "全天", "closed": "休息", "to": "至", "list": "、", "end": "；", "zone": "（{}）"},
    "en": {
        "line": "{}: {}", "all": "all day", "closed": " closed", "to": "–", "list": ", ", "end": "; ", "zone": " ({})",
    },
}  # fmt: skip
Lines = Mapping[str, str]


def profile_title(lang: str) -> str:
    """What the whole of it is called."""
    return _of(_TITLE, lang)


def profile_text(shop: Shop, lang: str) -> str:
    """All of it, a line for each thing."""
    return "\n".join(profile_lines(shop, lang).values())


def profile_lines(shop: Shop, lang: str) -> Lines:
    """A line for each thing that is said, by its key: those of `[profile]` in their order, then `hours`."""
    labels, line = _of(_LABELS, lang), _of(_WORDS, lang)["line"]
    told = {key: _told(value, lang) for key, value in shop.profile.items()} | {"hours": _hours(shop, lang)}
    return {key: line.format(labels.get(key, key.replace("_", " ")), value) for key, value in told.items() if value}


def _of(by_speech: Mapping[str, T], lang: str) -> T:
    return by_speech.get(speech(lang), by_speech["en"])


def _told(value: str | Mapping[str, str] | tuple[str, ...], lang: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return _of(_WORDS, lang)["list"].join(value)
    return value.get(lang) or next(iter(value.values()), "")


def _hours(shop: Shop, lang: str) -> str:
    words = _of(_WORDS, lang)
    if shop.hours is None:
        return words["all"]
    said = words["end"].join(_runs(shop.hours, lang))
    at_home = speech(lang) == "zh" and shop.timezone.key == HOME
    return said if at_home else said + words["zone"].format(shop.timezone.key)


def _runs(hours: Mapping[str, tuple[Span, ...]], lang: str) -> Iterator[str]:
    """Days that follow one another and are alike, as one; what differs on public holidays by itself."""
    names, words = _of(_DAYS, lang), _of(_WORDS, lang)
    week, special = list(names)[:7], list(names)[7:]
    for spans, some in groupby(week, lambda day: hours.get(day, ())):
        days = list(some)
        which = names[days[0]] if len(days) == 1 else f"{names[days[0]]}{words['to']}{names[days[-1]]}"
        yield _day(which, spans, lang)
    for day in special:
        if day in hours:
            yield _day(names[day], hours[day], lang)


def _day(which: str, spans: tuple[Span, ...], lang: str) -> str:
    words = _of(_WORDS, lang)
    if not spans:
        return f"{which}{words['closed']}"
    times = (words["all"] if start == end else f"{start:%H:%M}–{end:%H:%M}" for start, end in spans)
    return f"{which} {words['list'].join(times)}"
