"""How a waiting buyer is told by when somebody comes: by the clock of the shop, in minutes only where it is soon."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from knowledge_base.reader import read_shop
from knowledge_base.shop import WEEKDAYS, Shop
from support.service.queue import deadlines, when
from tests.support.service.small_shop import files
from ticketing.ticket import Ticket

ZONE = ZoneInfo("Asia/Shanghai")


def _shop(closed_on: str = "") -> Shop:
    hours = {day: "" if day == closed_on else "09:00-23:00" for day in WEEKDAYS}
    days = "\n".join(f'{day} = "{span}"' for day, span in hours.items())
    text = f'id = "small"\nlanguages = ["zh-CN"]\n[hours]\n{days}\n[deadlines]\nhuman_minutes = 30\n'
    return read_shop(files(**{"shop.toml": text})).shop


def _told(shop: Shop, lang: str, local: str, after: timedelta = timedelta()) -> str:
    """What is said at a local time to somebody who asked so much earlier."""
    now = datetime.fromisoformat(local).replace(tzinfo=ZONE).astimezone(UTC)
    promised = deadlines(shop, now - after, "normal").due_at
    ticket = Ticket("small", "t", "c", "human", "normal", "disputes", "new", 0, now - after, promised)
    return when(shop, lang, ticket, now)


@pytest.mark.parametrize(
    ("lang", "at", "said"),
    [
        ("zh-CN", "2026-11-20T15:00", "预计 30 分钟内有人接入"),
        ("en", "2026-11-20T15:00", "somebody should be with you within 30 minutes"),
        ("zh-CN", "2026-11-20T22:45", "明天 09:15 前有人接入"),
        ("en", "2026-11-20T22:45", "somebody will be with you by 09:15 tomorrow"),
        ("zh-CN", "2026-11-20T23:30", "现在是非服务时间，明天 09:30 前答复您"),
        ("en", "2026-11-20T23:30", "we are outside service hours and will answer by 09:30 tomorrow"),
        ("zh-CN", "2026-11-21T02:00", "现在是非服务时间，今天 09:30 前答复您"),
        ("en", "2026-11-21T02:00", "we are outside service hours and will answer by 09:30 today"),
    ],
)
def test_a_wait_is_told_by_the_clock_of_the_shop(lang: str, at: str, said: str) -> None:
    assert _told(_shop(), lang, at) == said


def test_a_day_further_on_is_named_by_its_date() -> None:
    shop = _shop(closed_on="sat")
    assert _told(shop, "zh-CN", "2026-11-20T23:30") == "现在是非服务时间，11月22日 09:30 前答复您"
    assert _told(shop, "en", "2026-11-20T23:30").endswith("by 09:30 on 22 November")


def test_a_shop_that_never_closes_counts_an_hour_in_minutes_and_no_more() -> None:
    shop = replace(_shop(), hours=None)
    soon, later = (replace(shop, deadlines=replace(shop.deadlines, human_minutes=n)) for n in (59, 60))
    assert _told(soon, "zh-CN", "2026-11-20T15:00") == "预计 59 分钟内有人接入"
    assert _told(later, "zh-CN", "2026-11-20T15:00") == "今天 16:00 前有人接入"


def test_what_has_passed_is_not_promised_again() -> None:
    assert _told(_shop(), "zh-CN", "2026-11-20T15:00", timedelta(minutes=31)) == "已超过约定的时间，我们正在催促"
