"""By keys alone: the hand is where the work goes on, at the desk and in the chat."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from support.service.demo_agents import SU
from tests.browser.conftest import watch
from tests.browser.test_desk import log_in, waits
from tests.browser.test_desk_tickets import asks_twice, card, number
from tests.running import RunningServer


def by_palette(page: Page, words: str) -> None:
    page.keyboard.press("Control+k")
    page.get_by_test_id("palette-input").fill(words)
    page.keyboard.press("Enter")


def test_an_agent_finds_passes_on_and_resolves_without_a_mouse(
    page: Page, server: RunningServer, problems: list[str]
) -> None:
    key = waits(server, "卡密提示已被使用，编号蓝鲸七七")
    log_in(page, server, SU.name, SU.password)
    expect(page.get_by_test_id("queue-row").first).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("蓝鲸七七")
    row = page.locator(f'[data-testid="queue-row"][data-conversation="{key}"]')
    expect(page.get_by_test_id("queue-row")).to_have_count(1)
    expect(row).to_be_visible()
    page.keyboard.press("Enter")
    expect(row).to_be_focused()  # where the keys go on
    expect(page.get_by_test_id("conversation")).to_have_attribute("data-state", "waiting")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("row-pick")).to_be_focused()
    page.keyboard.press("c")
    expect(page.get_by_test_id("composer-reply")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.get_by_test_id("transfer-queue")).to_be_focused()  # not what closes it
    page.keyboard.press("Escape")
    by_palette(page, "报表")  # a page that is fetched when it is first opened
    expect(page.get_by_test_id("reports")).to_be_focused()
    assert problems == []


def test_tickets_are_merged_and_parted_again_without_a_mouse(
    page: Page, server: RunningServer, problems: list[str]
) -> None:
    stays, goes = asks_twice(server)
    log_in(page, server, SU.name, SU.password)
    page.goto(f"{server.base}/desk#/c/{stays}")
    kept = number(page)
    page.goto(f"{server.base}/desk#/c/{goes}")
    expect(card(page)).not_to_have_attribute("data-number", kept)
    page.keyboard.press("c")
    expect(page.get_by_test_id("composer-reply")).to_be_focused()
    page.keyboard.press("Escape")
    by_palette(page, "合并")
    expect(page.get_by_test_id("merge-number")).to_be_focused()
    page.keyboard.type(kept)
    expect(page.get_by_test_id(f"merge-into-{kept}")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("dialog-merge")).to_have_count(0)
    expect(card(page).get_by_test_id("merge")).to_contain_text(f"已并入 {kept}")
    expect(page.locator("body")).not_to_be_focused()
    card(page).get_by_test_id("merge-undo").focus()
    page.keyboard.press("Enter")
    expect(card(page).get_by_test_id("merge")).to_have_count(0)
    expect(page.locator("body")).not_to_be_focused()
    assert problems == []


def test_what_the_buyer_does_not_have_is_said_before_it_is_resolved(
    page: Page, server: RunningServer, problems: list[str]
) -> None:
    key = waits(server, "我的卡密用不了，编号蓝鲸八八")
    log_in(page, server, SU.name, SU.password)
    page.goto(f"{server.base}/desk#/c/{key}")
    page.get_by_test_id("claim").press("Enter")
    expect(page.get_by_test_id("composer-reply")).to_be_focused()
    owed = {
        "refunds": [{"number": "R-77", "kind": "reissue", "state": "approved", "amount": "9.00", "currency": "CNY"}]
    }
    page.route("**/desk/refunds?*", lambda route: route.fulfill(json=owed))
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_test_id("resolve-owed")).to_contain_text("R-77 补发 ¥9.00 已批准，还没有交付")
    expect(page.get_by_test_id("dialog-submit")).to_be_disabled()
    page.get_by_test_id("owed-known").press("Space")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("conversation")).to_have_attribute("data-state", "resolved")
    assert problems == []


def test_on_touch_the_field_keeps_the_hand_when_the_first_message_goes(
    browser: Browser, server: RunningServer, problems: list[str]
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="zh-CN"
    )
    page = context.new_page()
    page.set_default_timeout(45_000)
    watch(page, problems)
    page.goto(f"{server.base}/demo?lang=zh-CN")
    page.get_by_test_id("buyer-guest").tap()
    page.get_by_test_id("launcher").tap()
    page.get_by_test_id("begin").tap()
    field = page.get_by_test_id("composer")
    field.tap()
    field.evaluate("element => (element.dataset.seen = 'before')")
    page.keyboard.type("多久发货？")
    page.keyboard.press("Enter")
    expect(page.locator('[data-testid="message"][data-author="assistant"]').first).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_attribute("data-seen", "before")  # drawn anew, it would close the keys
    context.close()
    assert problems == []
