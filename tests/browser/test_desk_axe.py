"""Nothing that axe finds on any page of the desk: in Chinese and light, then in English and dark, and on a phone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looker import AXE, axe_finds
from tests.browser.test_desk import open_conversation, waits
from tests.running import RunningServer

PAGES = ("refunds", "suppliers", "unanswered", "reports", "policies")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 720}, locale="zh-CN", color_scheme="light", reduced_motion="reduce"
    )  # a colour on its way to another is neither
    context.add_init_script(path=AXE)
    page = context.new_page()
    page.set_default_timeout(45_000)
    yield page
    context.close()


def test_every_page_of_the_desk(page: Page, server: RunningServer) -> None:
    key = waits(server, "你们卖的是假卡，没有授权吧")
    waits(server, "我的卡密兑换失败，提示无效")
    made = server.anxin("agent", "add", "axe", "--shop", "star", "--role", "admin", "--json")
    found: dict[str, list[str]] = {}

    def look(dress: str, state: str) -> None:
        if wrong := axe_finds(page):
            found[f"{dress}, {state}"] = wrong

    page.goto(f"{server.base}/desk")
    look("zh light", "login")
    page.get_by_test_id("login-name").fill("axe")
    page.get_by_test_id("login-password").fill(json.loads(made.stdout)["password"])
    page.get_by_test_id("login-submit").click()
    expect(page.get_by_test_id("queue-row").first).to_be_visible()
    for dress in ("zh light", "en dark"):
        if dress == "en dark":
            page.get_by_test_id("locale").click()
            page.get_by_test_id("theme").click()
            expect(page.get_by_test_id("desk")).to_have_attribute("data-scheme", "dark")
        _around(page, server, key, partial(look, dress))
    page.set_viewport_size({"width": 390, "height": 844})
    open_conversation(page, key)
    look("phone", "conversation")
    page.get_by_test_id("context-toggle").click()
    look("phone", "context")
    assert found == {}


def _around(page: Page, server: RunningServer, key: str, look: Callable[[str], None]) -> None:
    """Every page once, each when what is on it has come."""
    page.goto(f"{server.base}/desk#/")
    page.get_by_test_id("nav-talks").click()
    page.get_by_test_id("view-snoozed").click()
    look("nothing snoozed")
    page.get_by_test_id("view-waiting").click()
    open_conversation(page, key)
    if page.get_by_test_id("claim").count():
        page.get_by_test_id("claim").click()
    page.get_by_test_id("copilot-draft").click()
    expect(page.get_by_test_id("copilot-text")).to_be_visible()
    look("conversation with a draft")
    page.get_by_test_id("suggestion-reject").click()
    page.get_by_test_id("resolve").click()
    look("a dialog over it")
    page.keyboard.press("Escape")
    for name in PAGES:
        page.get_by_test_id(f"nav-{name}").click()
        expect(page.get_by_test_id(name)).to_be_visible()
        expect(page.locator(".skeleton")).to_have_count(0)
        look(name)
    page.get_by_test_id("nav-settings").click()
    for one in page.locator(".set-nav button").all():
        one.click()
        expect(one).to_have_attribute("aria-current", "page")
        expect(page.locator("main .set-head, main .file-head").first).to_be_visible()
        expect(page.locator(".skeleton")).to_have_count(0)
        look(f"settings, {one.get_attribute('data-testid')}")
