"""What a sign opens in the composer: colleagues by @, who hear of it and come by one step, and articles by #."""

from __future__ import annotations

import re

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
    note.press_sequentially("a@b请看一下")
    expect(lin.get_by_test_id("mention")).to_have_count(0)
    note.fill("")
    note.press_sequentially("请看一下@陈")
    expect(lin.get_by_test_id("mention")).to_have_count(1)
    note.press("Enter")
    expect(note).to_have_value("请看一下@陈默 Chen ")
    note.press("Enter")
    told = chen.get_by_test_id("toast").filter(has_text="请看一下@陈默 Chen")
    expect(told).to_be_visible()
    expect(lin.get_by_test_id("toast").filter(has_text="@陈默")).to_have_count(0)
    chen.reload()  # nobody had looked at it yet
    expect(told).to_be_visible()
    told.get_by_test_id("toast-action").click()
    expect(told).to_have_count(0)
    expect(chen.locator(f'[data-testid="conversation"][data-conversation="{key}"]')).to_be_visible()
    expect(chen.get_by_test_id("note")).to_contain_text("请看一下")
    chen.reload()
    expect(chen.get_by_test_id("note")).to_contain_text("请看一下")
    expect(told).to_have_count(0)
    assert problems == []


def test_an_article_is_found_from_the_reply_and_put_into_it_by_keys(
    page: Page, server: RunningServer, problems: list[str]
) -> None:
    conversation = waits(server, "退款多久到账")
    log_in(page, server, "chen")
    expect(page.get_by_test_id("presence")).to_have_attribute("data-state", "online")
    open_conversation(page, conversation)
    page.get_by_test_id("claim").press("Enter")
    reply = page.get_by_test_id("composer-reply")
    expect(reply).to_be_focused()
    page.keyboard.type("您的订单 #20261118 我查到了。")
    expect(page.get_by_test_id("article-menu")).to_have_count(0)
    page.keyboard.press("Control+a")
    page.keyboard.type("您好，#zzzzqqqq")
    expect(page.get_by_test_id("article-menu")).to_contain_text("没有找到相关的文章")
    page.keyboard.press("Control+a")
    page.keyboard.type("您好， #退款多久到账")
    first = page.get_by_test_id("article").first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(first).to_contain_text("退款什么时候到")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("article-menu")).to_have_count(0)
    expect(reply).to_have_value(re.compile("^您好，\\n\\n- .*工作日", re.DOTALL))
    page.keyboard.press("Control+a")
    page.keyboard.type("您好，#自查方法")
    page.get_by_test_id("article").filter(has_text="卡密提示无效的自查方法").first.click()
    expect(page.get_by_test_id("article-menu")).to_have_count(0)
    expect(reply).to_have_value(re.compile("^您好，\\n\\n大多数“无效”.*字母 O 与数字 0.*24 小时内答复", re.DOTALL))
    assert problems == []
