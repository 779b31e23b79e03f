"""A colleague who is named in a note hears of it at the desk, and one step leads there."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.test_desk import log_in, open_conversation, seats, waits
from tests.running import RunningServer

__all__ = ["seats"]


def test_who_is_named_in_a_note_hears_of_it(
    seats: tuple[Page, Page], server: RunningServer, problems: list[str]
) -> None:
    lin, chen = seats
    key = waits(server, "我的卡密兑换失败，提示无效")
    log_in(lin, server, "lin")
    log_in(chen, server, "chen")
    for page in seats:
        expect(page.get_by_test_id("presence")).to_have_attribute("data-state", "online")
    open_conversation(lin, key)
    lin.get_by_test_id("mode-note").click()
    note = lin.get_by_test_id("composer-note")
    note.press_sequentially("请看一下 @陈")
    expect(lin.get_by_test_id("mention")).to_have_count(1)
    note.press("Enter")
    expect(note).to_have_value("请看一下 @陈默 Chen ")
    note.press("Enter")
    told = chen.get_by_test_id("toast").filter(has_text="请看一下 @陈默 Chen")
    expect(told).to_be_visible()
    expect(lin.get_by_test_id("toast").filter(has_text="@陈默")).to_have_count(0)
    told.get_by_test_id("toast-action").click()
    expect(chen.locator(f'[data-testid="conversation"][data-conversation="{key}"]')).to_be_visible()
    expect(chen.get_by_test_id("note")).to_contain_text("请看一下")
    assert problems == []
