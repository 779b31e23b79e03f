"""What happens on the way to a person comes into the buyer's sight, also below a long answer."""

from __future__ import annotations

from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser.conftest import watch
from tests.browser.test_journey import open_chat, say
from tests.running import RunningServer

PHONE = ViewportSize(width=390, height=700)
TO_THE_TOP = """async (el) => {
  const frame = () => new Promise(requestAnimationFrame);
  for (let still = 0, at = -1; still < 10; at = el.scrollTop) {
    await frame();
    still = el.scrollTop === at ? still + 1 : 0;
  }
  el.scrollTo({top: 0});
  await frame();
  await frame();
}"""
"""Scroll up, once what is on its way has come into sight; the page hears of it with the next frame."""


def test_asking_for_a_person_under_a_long_answer_shows_what_came_of_it(
    browser: Browser, server: RunningServer, problems: list[str]
) -> None:
    context = browser.new_context(viewport=PHONE, locale="zh-CN", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(45_000)
    watch(page, problems)
    open_chat(page, server, "zh-CN")
    page.get_by_test_id("begin").click()
    answer = say(page, "我的卡密兑换失败，提示无效")
    expect(answer.locator("p").first).to_be_in_viewport()  # read from its beginning
    expect(answer.get_by_test_id("form-submit")).not_to_be_in_viewport()
    page.get_by_test_id("handoff-button").click()
    expect(page.get_by_test_id("card-ticket")).to_be_in_viewport()
    page.locator(".thread").evaluate(TO_THE_TOP)  # somebody who reads further up is left alone
    page.get_by_test_id("composer").fill("还在吗")
    expect(page.get_by_test_id("card-ticket")).not_to_be_in_viewport()
    assert problems == []
    context.close()
