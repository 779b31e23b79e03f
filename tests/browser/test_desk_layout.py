"""The desk's header at the widths between a phone and a desktop: nothing stretched, nothing covered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, ViewportSize, expect

from tests.browser.test_desk import log_in, open_conversation, waits
from tests.running import RunningServer


def _box(found: Locator) -> FloatRect:
    box = found.bounding_box()
    assert box is not None
    return box


def _overlap(one: FloatRect, other: FloatRect) -> bool:
    beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
    above = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
    return not (beside or above)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (730, 720), (390, 844)])
def test_the_header_stays_whole_and_no_toast_covers_it(
    browser: Browser, server: RunningServer, width: int, height: int
) -> None:
    context = browser.new_context(viewport=ViewportSize(width=width, height=height), locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(45_000)
    conversation = waits(server, "我的卡密兑换失败，提示无效")
    log_in(page, server, "chen")
    expect(page.get_by_test_id("presence")).to_have_attribute("data-state", "online")
    open_conversation(page, conversation)
    page.get_by_test_id("claim").click()
    expect(page.get_by_test_id("toast")).to_be_visible()
    toast, head = _box(page.get_by_test_id("toast")), _box(page.locator(".talk-head"))
    assert not _overlap(toast, head)
    assert not _overlap(toast, _box(page.get_by_test_id("composer-reply")))
    resolve = _box(page.get_by_test_id("resolve"))
    if width > 520:
        name = _box(page.locator(".talk-who h2"))
        assert resolve["y"] < name["y"] + name["height"], "on the row of the name"
        assert resolve["width"] < 140
    assert _sticks_out(page) == []
    context.close()


def _sticks_out(page: Page) -> list[str]:
    """What of the header ends beyond the window."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('.talk-head *')].filter(el => el.getBoundingClientRect().right > innerWidth + 1)"
        ".map(el => el.className)"
    )
    return found
