from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import watch
from tests.browser.test_journey import go_on, open_chat, say
from tests.running import RunningServer


def texts(page: Page) -> list[str]:
    ids = page.locator('[data-testid="message"]').evaluate_all("nodes => nodes.map(node => node.dataset.id)")
    return [str(key) for key in ids]


def test_a_killed_server_costs_nothing_that_was_said(context: BrowserContext, own_server: RunningServer) -> None:
    server = own_server
    page = context.new_page()
    open_chat(page, server, "zh-CN")
    page.get_by_test_id("begin").click()
    say(page, "可以用支付宝吗")
    before = texts(page)
    server.kill()
    page.get_by_test_id("composer").fill("付款后多久发货")
    page.get_by_test_id("composer").press("Enter")
    waiting = page.locator('[data-testid="message"][data-state]')
    expect(waiting).to_have_count(1)
    server.start()
    expect(page.locator('[data-testid="message"][data-author="assistant"]')).to_have_count(2, timeout=45_000)
    expect(waiting).to_have_count(0)
    after = texts(page)
    assert after[:2] == before
    assert len(after) == len(set(after)) == 4
    page.reload()
    page.get_by_test_id("launcher").click()
    go_on(page)
    expect(page.locator('[data-testid="message"]')).to_have_count(4)
    assert texts(page) == after


def test_two_tabs_show_the_same(context: BrowserContext, server: RunningServer, problems: list[str]) -> None:
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        watch(page, problems)
        open_chat(page, server, "zh-CN", "bob")
    first.get_by_test_id("begin").click()
    say(first, "你好")
    go_on(second)
    expect(second.locator('[data-testid="message"]')).to_have_count(2)
    assert texts(first) == texts(second)
    assert problems == []
