"""The reports on the desk against four conversations that were told through the use cases, and counted by hand."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from knowledge_base.shop import Shop
from support.bootstrap import Application, open_application
from support.service.demo_agents import make_demo_agents
from support.service.demo_teller import NAME, OneTransaction, Story, Teller, nobody_hears
from support.settings import Settings
from tests.browser.test_desk import log_in
from tests.running import RunningServer
from ticketing.storage import agents, talk

STORIES = (
    # Answered after 2 s; a person after 3 minutes, done after 4, confirmed, five stars.
    ["buyer +0 付款后多久发货", "person +1", "claim +2", "agent +1 您好", "resolve +1 已答复", "yes +1", "stars +1 5"],
    # After 3 s; a person after 12 minutes, done after 20; not solved, and nobody has come since.
    ["buyer +0 付款后多久发货", "person +1", "claim +10", "agent +2 您好", "resolve +8 已处理", "no +2"],
    # After 1 s; taken after 40 minutes, which is too late, a person after 45, done after 60, confirmed, three stars.
    ["buyer +0 付款后多久发货", "person +1", "claim +40", "agent +5 您好", "resolve +15 已退", "yes +1", "stars +1 3"],
    # After 2 s, and four stars for it.
    ["buyer +0 付款后多久发货", "stars +2 4"],
)  # fmt: skip
NUMBERS = (
    ("first_response_assistant_s", "2 秒", "4 例", (), {1, 2, 3, 4}),
    ("first_response_human_s", "12 分钟", "3 例", ("目标 5 分钟", "基线 30 分钟", "95% 在 45 分钟内"), {1, 2, 3}),
    ("resolution_minutes", "20 分钟", "3 例",
     ("目标 5 分钟", "基线 30 分钟", "5 分钟内 33%", "30 分钟内 67%"), {1, 2, 3}),
    ("open_by_age", "1", "1 例", (), {2}),
    ("rating_assistant", "4.0 / 5", "1 例", (), {4}),
    ("rating_people", "4.0 / 5", "2 例", (), {1, 3}),
    ("deadlines_met", "50%", "4 例", (), {1, 2, 3}),
    ("confirmed", "67%", "3 例", (), {1, 2, 3}),
    ("reopened", "33%", "3 例", (), {1, 2, 3}),
)  # fmt: skip
SHANGHAI = ZoneInfo("Asia/Shanghai")
BUCKETS = (
    ("resolution_minutes", "within_5", {1}), ("resolution_minutes", "within_30", {2}),
    ("resolution_minutes", "over_30", {3}), ("open_by_age", "older", {2}), ("rating_people", "3", {3}),
    ("confirmed", "no", {2}), ("deadlines_met", "missed", {2, 3}),
)  # fmt: skip


@pytest.fixture(scope="module")
def counted(
    untouched: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RunningServer, dict[str, int]]]:
    """A server over a record of the stories, and which conversation is which."""
    folder = tmp_path_factory.mktemp("reports")
    shutil.copytree(untouched, folder, dirs_exist_ok=True)
    with open_application(Settings.alone(data_dir=folder)) as application:
        found = _told(application)
    running = RunningServer(folder).start()
    yield running, found
    running.stop()


def _told(application: Application) -> dict[str, int]:
    shop = application.shops.get("star").folder.shop
    make_demo_agents(application.journal, shop.id, shop.languages, datetime.now(UTC))
    day = datetime.now(shop.timezone).date() - timedelta(days=2)
    noon = datetime.combine(day, time(12), tzinfo=shop.timezone)  # people are there then
    found = {}
    for number, steps in enumerate(STORIES, start=1):
        story = Story(number, noon, {"lang": "zh-CN", "agent": 0, "steps": steps})
        key = application.journal.write_now(partial(_tell, application, shop, story))
        found[key] = number
    return found


def _tell(application: Application, shop: Shop, story: Story, tx: sa.Connection) -> str:
    quiet = replace(
        application.runtime(), journal=OneTransaction(tx), whisper=nobody_hears, tell_desks=lambda shop, text: None
    )
    Teller(quiet, shop, agents.of_shop(tx, shop.id), story, story.began).tell()
    named: Any = talk.named(tx, shop.id, NAME.format(story.number))
    return str(named.id)


def test_each_number_is_what_a_hand_counts_and_lists_its_conversations(
    page: Page, counted: tuple[RunningServer, dict[str, int]], problems: list[str]
) -> None:
    server, stories = counted
    log_in(page, server, "chen")
    page.get_by_test_id("nav-reports").click()
    page.get_by_test_id("range-7").click()
    for key, value, n, against, behind in NUMBERS:
        card = page.get_by_test_id(f"report-{key}")
        number = page.get_by_test_id(f"report-{key}-value")
        expect(number.locator("b")).to_have_text(value)
        expect(number).to_contain_text(n)
        for words in against:
            expect(card.locator(".against")).to_contain_text(words)
        number.click()
        _lists(page, stories, behind)
    for key, bucket, behind in BUCKETS:
        page.get_by_test_id(f"report-{key}").locator(f'[data-bucket="{bucket}"]').click()
        _lists(page, stories, behind)
    assert problems == []


def _lists(page: Page, stories: dict[str, int], expected: set[int]) -> None:
    """Exactly the conversations of these stories are listed."""
    rows = page.get_by_test_id("report-row")
    for key in (key for key, number in stories.items() if number in expected):
        expect(rows.and_(page.locator(f'[data-conversation="{key}"]')).first).to_be_visible()
    listed = rows.evaluate_all("rows => rows.map(row => row.dataset.conversation)")
    assert {stories[key] for key in listed} == expected
    page.get_by_test_id("report-rows").get_by_role("button").first.click()
    expect(page.get_by_test_id("report-rows")).to_have_count(0)


def test_nothing_is_told_of_a_day_on_which_nothing_happened(
    page: Page, counted: tuple[RunningServer, dict[str, int]]
) -> None:
    log_in(page, counted[0], "chen")
    page.get_by_test_id("nav-reports").click()
    page.get_by_test_id("range-1").click()
    expect(page.get_by_test_id("report-resolution_minutes-value").locator("b")).to_have_text("—")
    expect(page.get_by_test_id("report-resolution_minutes-value")).to_be_disabled()
    expect(page.get_by_test_id("report-open_by_age-value").locator("b")).to_have_text("1")


def test_numbers_are_told_apart_by_agent_for_chosen_days_and_taken_away_as_a_table(
    page: Page, counted: tuple[RunningServer, dict[str, int]], problems: list[str]
) -> None:
    server, stories = counted
    log_in(page, server, "chen")
    page.get_by_test_id("nav-reports").press("Enter")
    page.get_by_test_id("range-own").press("Enter")
    today = datetime.now(SHANGHAI).date()
    page.get_by_test_id("report-since").fill((today - timedelta(days=2)).isoformat())
    page.get_by_test_id("report-until").fill((today - timedelta(days=1)).isoformat())
    page.get_by_test_id("report-by").select_option("agent")
    cell = page.get_by_test_id("report-group").first.get_by_test_id("group-resolution_minutes")
    expect(cell.locator("b")).to_have_text("20 分钟")
    cell.press("Enter")
    _lists(page, stories, {1, 2, 3})
    with page.expect_download() as download:
        page.get_by_test_id("report-csv").press("Enter")
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    whole, by_agent = ([row for row in rows if row["measure"] == "resolution_minutes" and bool(row["group"]) is one]
                       for one in (False, True))  # fmt: skip
    assert [row["value"] for row in whole if not row["bucket"]] == [row["value"] for row in by_agent] == ["20"]
    assert [row["n"] for row in whole if row["bucket"]] == ["1", "1", "1"]
    page.get_by_test_id("locale").press("Enter")
    expect(page.get_by_test_id("report-groups")).to_contain_text("Time to resolution")
    assert problems == []
